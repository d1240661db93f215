"""From a user's choices to a run: what both doors, the command and pytest, have in common."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.clauses import ALL
from contracts.clauses.clause import Clause
from contracts.clauses.selection import selected
from contracts.engine import Gate, Progress, new_prefix, vocabulary
from contracts.errors import DocumentError, InterruptedRunError, UsageError
from contracts.mock.server import running
from contracts.report import write_reports
from contracts.run import Run
from contracts.settings import DEFAULT_BUDGET, Settings
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document, pinned
from contracts.spec.schema import Nulls
from contracts.target.address import base_url
from contracts.target.credentials import Credentials, from_environment
from contracts.target.ledger import Ledger, reopened, state_folder
from contracts.target.limits import DEFAULT_MAX_WAIT, Limits
from contracts.target.target import Target
from contracts.target.transport import Transport
from contracts.waivers import read_waivers

EMBEDDED = "the embedded server"


@dataclass(frozen=True)
class Choices:
    """What the user asked for. Without ``target`` the embedded server is started and judged."""

    target: str | None = None
    budget: int = DEFAULT_BUDGET
    strict: bool = False
    nulls: Nulls = "lenient"
    known_customers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    spec: str | None = None
    seed: int | None = None
    report: Path | None = None
    timeout: float = 10.0
    max_wait: float = DEFAULT_MAX_WAIT
    ca_bundle: str | None = None
    waivers: Path | None = None


def check(choices: Choices) -> None:
    """Raises UsageError for a choice that is wrong whatever the target answers."""
    _settings(choices)
    if choices.target is not None:
        base_url(choices.target, "")


def make_run(
    choices: Choices,
    environment: Mapping[str, str],
    progress: Progress = lambda sent, budget, probe: None,
    clauses: tuple[Clause, ...] = ALL,
) -> Run:
    """Judge the target and write the reports asked for. Raises ContractsError for a wrong choice."""
    contract = compile_contract(load_document(choices.spec) if choices.spec else pinned(), choices.nulls)
    chosen = selected(clauses, choices.clauses)
    url = None if choices.target is None else base_url(choices.target, contract.path)
    settings = _settings(choices)
    waivers = read_waivers(choices.waivers, (clause.id for clause in clauses)) if choices.waivers else ()
    if choices.report is not None:
        check_writable(choices.report, "--report")
    with _target(url, settings, environment) as (where, credentials, known):
        prefix = new_prefix()
        kept = choices.report / "ledger.ndjson" if choices.report else state_folder(environment) / f"{prefix}.ndjson"
        path = kept if url is not None or choices.report else None
        about = {"target": where, "path": contract.path}
        target = Target(
            url=where,
            credentials=credentials,
            budget=settings.budget,
            ledger=_ledger(prefix, path, known, about),
            transport=Transport(settings.timeout, choices.ca_bundle),
            limits=Limits(settings.max_wait),
            vocabulary=vocabulary(contract),
        )
        settings = settings.knowing(known)
        gate = Gate(contract, target, settings, chosen, choices.spec or "spec/openapi.yaml", progress)
        gate.keep_ledger = choices.report is not None
        gate.waivers = waivers
        with stopping_in_order(path):
            run = gate.run()
        run = replace(run, header=replace(run.header, embedded=url is None))
    if choices.report is not None:
        write_reports(run, choices.report)
    return run


def _ledger(prefix: str, path: Path | None, known: Sequence[str], about: Mapping[str, str]) -> Ledger:
    """A new ledger at ``path``. Raises UsageError where it cannot be written: no request goes out without it."""
    try:
        if path is not None and path.exists():
            _set_aside(path)
        return Ledger(prefix, path, known, about)
    except OSError as error:
        where = "name a folder with --report, or set XDG_STATE_HOME"
        raise UsageError(f"{path}: the ledger of what is created cannot be kept ({error.strerror}); {where}") from None


def _set_aside(ledger: Path) -> None:
    """Keep the ledger of an earlier run in this folder, where it has something left to delete."""
    try:
        old, about = reopened(ledger)
    except DocumentError:
        ledger.unlink()
        return
    old.close()
    if old.left or any(old.unanswered):
        ledger.rename(ledger.with_name(f"ledger-{about['prefix'].rstrip('-')}.ndjson"))
    else:
        ledger.unlink()


def _settings(choices: Choices) -> Settings:
    return Settings(
        budget=choices.budget,
        seed=secrets.randbelow(2**32) if choices.seed is None else choices.seed,
        nulls=choices.nulls,
        strict=choices.strict,
        without=frozenset(part.strip() for text in choices.without for part in text.split(",") if part.strip()),
        known_customers=choices.known_customers,
        clauses=choices.clauses,
        timeout=choices.timeout,
        max_wait=choices.max_wait,
    )


@contextmanager
def _target(
    url: str | None, settings: Settings, environment: Mapping[str, str]
) -> Iterator[tuple[str, Credentials, tuple[str, ...]]]:
    """URL, credentials and known customers; the embedded server is up for the length of the block."""
    if url is not None:
        yield url, from_environment(environment), settings.known_customers
        return
    with running() as mock:
        credentials = Credentials(mock.app_id, mock.app_token, mock.oauth_token)
        yield mock.url, credentials, settings.known_customers or mock.known_customers


@contextmanager
def stopping_in_order(ledger: Path | None) -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does, with its clean-up; a second one leaves at once."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop) if threading.current_thread() is threading.main_thread() else None
    try:
        yield
    except KeyboardInterrupt:
        where = f"; `contracts cleanup {ledger}` deletes what is left" if ledger else ""
        raise InterruptedRunError(f"interrupted twice, the clean-up is not done{where}") from None
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def check_writable(folder: Path, option: str) -> None:
    """Make ``folder``. Raises UsageError where nothing can be written there: a run that was made would be lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{option} {folder}: cannot be written to ({error.strerror}); name another folder") from None
