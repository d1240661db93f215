"""Fault by clause: which clause catches which deliberate defect of the embedded server, after how many requests.

A suite is believed when it is shown to fail. Every row is a whole gate over real HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from functools import cache

from contracts.audit.workers import workers_of
from contracts.clauses import ALL
from contracts.client.credentials import customers_credentials
from contracts.client.ledger import Ledger
from contracts.client.session import Session
from contracts.config.options import DEFAULT_BUDGET
from contracts.errors import InterruptedRunError
from contracts.interrupts import stopping
from contracts.mock.registry import Fault, deep_faults, deep_variants
from contracts.mock.server import running
from contracts.record.run import Run
from contracts.runner.runner import Runner
from contracts.runner.settings import Settings
from contracts.spec.loading import DEFAULT, load_resource
from contracts.spec.resource import Resource

PREFIX = "contracts-00000000-"
LOOK = 0.2
"""Seconds after which it is looked whether the user wants to end."""


@dataclass(frozen=True)
class Row:
    """One gate: ``fault`` or ``variant`` is what the server had; ``failed`` and ``warned`` are clause ids.

    ``first`` is the number of the request that gave the first finding that fails the gate, 0 where none does.
    """

    fault: str
    variant: str
    verdict: str
    failed: tuple[str, ...]
    warned: tuple[str, ...]
    errors: tuple[str, ...]
    requests: int
    first: int
    left_over: int

    @property
    def name(self) -> str:
        return self.fault or self.variant

    @property
    def caught(self) -> bool:
        return self.verdict == "violated"


DEEP_WORKERS = 8
"""Requests at once of a gate against the deep faults."""


@cache
def _resource(spec: str | None) -> Resource:
    """Read once for all rows: a quarter of the time of one."""
    return load_resource(spec)


def gate_on_mock(
    fault: str = "",
    variant: str = "",
    budget: int = DEFAULT_BUDGET,
    seed: int = 0,
    *,
    spec: str | None = None,
    at_once: int = 1,
    without: frozenset[str] = frozenset(),
) -> tuple[Run, int]:
    """One gate against the embedded server; also how many customers it left there."""
    with running([fault] if fault else [], variant=variant or None) as server:
        before = len(server.customers())
        credentials = customers_credentials(server.app_id, server.app_token, server.oauth_token)
        known = server.known_customers
        settings = Settings(budget=budget, seed=seed, known_customers=known, at_once=at_once, without=without)
        ledger = Ledger(PREFIX, known=server.known_customers)
        session = Session(url=server.url, credentials=credentials, budget=budget, ledger=ledger)
        run = Runner(_resource(spec), session, settings, ALL, spec_name=spec or DEFAULT).run()
        return run, len(server.customers()) - before


def row(fault: str, variant: str, budget: int, seed: int = 0) -> Row:
    """One gate. A deep fault or variant is judged by the whole resource, with requests at once."""
    record = {**deep_faults(), **deep_variants()}.get(fault or variant)
    if record is None:
        run, left_over = gate_on_mock(fault, variant, budget, seed)
    else:
        run, left_over = gate_on_mock(
            fault, variant, budget, seed, spec="customers", at_once=DEEP_WORKERS, without=record.without
        )
    by = {kind: tuple(o.clause for o in run.outcomes if o.outcome == kind) for kind in ("fail", "warn", "error")}
    breaking = [place.exchange for finding in run.findings if finding.level == "MUST" for place in finding.places]
    return Row(
        fault=fault,
        variant=variant,
        verdict=run.footer.verdict,
        failed=by["fail"],
        warned=by["warn"],
        errors=by["error"],
        requests=run.footer.requests,
        first=min(breaking, default=0),
        left_over=left_over,
    )


def rows(
    faults: Sequence[str],
    variants: Sequence[str],
    budget: int = DEFAULT_BUDGET,
    workers: int = 2,
    done: Callable[[Row], None] = lambda row: None,
    seed: int = 0,
) -> Iterator[Row]:
    """A row for each fault and variant, in the order given, however many processes work on them."""
    wanted = [*((fault, "") for fault in faults), *(("", variant) for variant in variants)]
    with stopping() as stop, workers_of(workers, _ready, ()) as pool:
        futures = {pool.submit(row, fault, variant, budget, seed): (fault, variant) for fault, variant in wanted}
        made: dict[tuple[str, str], Row] = {}
        waiting = set(futures)
        while waiting:
            if stop:  # the workers end with it, and their servers: nobody else has anything of theirs
                raise InterruptedRunError(f"interrupted after {len(made)} of {len(wanted)} gates")
            ended, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
            for future in ended:
                made[futures[future]] = future.result()
                done(made[futures[future]])
    yield from (made[one] for one in wanted)


def _ready() -> None:
    """Nothing is to be made ready for a gate."""


def is_right(row: Row, fault: Fault) -> bool:
    """Caught by the clause it was made for; or, for a variant, passed (with warnings where it may have some)."""
    if row.variant:
        wanted = "partial" if fault.without - {"immediate"} else "conformant"
        return row.verdict == wanted and (fault.should or not row.warned)
    return fault.caught_by in (row.warned if fault.should else row.failed)


def by_clause(made: Sequence[Row], faults: Mapping[str, Fault]) -> dict[str, list[str]]:
    """For each clause the faults that it catches and no other clause does."""
    alone: dict[str, list[str]] = {}
    for row in made:
        caught = row.warned if row.fault and faults[row.fault].should else row.failed
        if row.fault and len(caught) == 1:
            alone.setdefault(caught[0], []).append(row.fault)
    return alone
