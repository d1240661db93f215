"""Fault by clause: which clause catches which deliberate defect of the embedded server, after how many requests.

A suite is believed when it is shown to fail. Every row is a whole gate over real HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from contracts.clauses import ALL
from contracts.engine import Gate
from contracts.mock.registry import Fault
from contracts.mock.server import running
from contracts.run import Run
from contracts.settings import DEFAULT_BUDGET, Settings
from contracts.spec.contract import compile_contract
from contracts.spec.document import pinned
from contracts.target.credentials import Credentials
from contracts.target.ledger import Ledger
from contracts.target.target import Target

PREFIX = "contracts-00000000-"


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


def gate_on_mock(fault: str = "", variant: str = "", budget: int = DEFAULT_BUDGET, seed: int = 0) -> tuple[Run, int]:
    """One gate against the embedded server; also how many customers it left there."""
    with running([fault] if fault else [], variant=variant or None) as server:
        before = len(server.customers())
        credentials = Credentials(server.app_id, server.app_token, server.oauth_token)
        settings = Settings(budget=budget, seed=seed, known_customers=server.known_customers)
        ledger = Ledger(PREFIX, known=server.known_customers)
        target = Target(url=server.url, credentials=credentials, budget=budget, ledger=ledger)
        run = Gate(compile_contract(pinned()), target, settings, ALL).run()
        return run, len(server.customers()) - before


def row(fault: str, variant: str, budget: int) -> Row:
    run, left_over = gate_on_mock(fault, variant, budget)
    by = {kind: tuple(o.clause for o in run.outcomes if o.outcome == kind) for kind in ("fail", "warn", "error")}
    breaking = [finding.exchange for finding in run.findings if finding.level == "MUST"]
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
) -> Iterator[Row]:
    """A row for each fault and variant, in the order given, however many processes work on them."""
    wanted = [*((fault, "") for fault in faults), *(("", variant) for variant in variants)]
    with ProcessPoolExecutor(workers) as pool:
        futures = {pool.submit(row, fault, variant, budget): (fault, variant) for fault, variant in wanted}
        made: dict[tuple[str, str], Row] = {}
        for future in as_completed(futures):
            made[futures[future]] = future.result()
            done(made[futures[future]])
    yield from (made[one] for one in wanted)


def is_right(row: Row, fault: Fault) -> bool:
    """Caught by the clause it was made for; or, for a variant, passed (with warnings where it may have some)."""
    if row.variant:
        return row.verdict == "conformant" and (fault.should or not row.warned)
    return fault.caught_by in (row.warned if fault.should else row.failed)


def by_clause(made: Sequence[Row], faults: Mapping[str, Fault]) -> dict[str, list[str]]:
    """For each clause the faults that it catches and no other clause does."""
    alone: dict[str, list[str]] = {}
    for row in made:
        caught = row.warned if row.fault and faults[row.fault].should else row.failed
        if row.fault and len(caught) == 1:
            alone.setdefault(caught[0], []).append(row.fault)
    return alone
