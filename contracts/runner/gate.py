"""From a user's choices to a run: what the command and pytest have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contracts.clauses.selection import selected
from contracts.client.address import base_url
from contracts.client.credentials import Credentials, customers_credentials, from_environment
from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger, about_line, set_aside, state_folder
from contracts.client.limits import Limits
from contracts.client.session import Session
from contracts.client.transport import Transport
from contracts.errors import UsageError
from contracts.interrupts import leaving, stopping
from contracts.mock.api import COLLECTION
from contracts.mock.server import running
from contracts.record.run import Run
from contracts.report import remove_reports, write_reports
from contracts.report.body import visible
from contracts.runner.choices import Choices
from contracts.runner.regressions import keep, read_all
from contracts.runner.runner import Progress, Runner, new_prefix, public_text
from contracts.runner.settings import Settings
from contracts.spec.loading import DEFAULT, load_resource
from contracts.spec.resource import Resource
from contracts.verdict.waivers import read_waivers

EMBEDDED = "the embedded server"
MOST_LEFT = 20
"""Customers that are named one by one where they are left behind."""


class UnwrittenError(UsageError):
    """The reports could not be written. What the run found is in ``run``, to be told all the same."""

    def __init__(self, text: str, run: Run) -> None:
        super().__init__(text)
        self.run = run
        self.exit_code = run.footer.exit_code or UsageError.exit_code


def make_run(
    choices: Choices,
    environment: Mapping[str, str],
    progress: Progress = lambda sent, budget, label: None,
) -> Run:
    """Judge the target and write the reports asked for.

    Raises ContractsError for a wrong choice, UnwrittenError where the run is made and its reports cannot be written.
    """
    settings = choices.settings
    clauses = choices.all_clauses()
    chosen = selected(clauses, settings.clauses)
    resource = load_resource(choices.spec, choices.overlay, choices.resource, settings.nulls)
    resource.check_sendable()
    url = None if choices.target is None else base_url(choices.target, resource.write.path)
    waivers = read_waivers(choices.waivers, (clause.id for clause in clauses)) if choices.waivers else ()
    if choices.report is not None:
        check_writable(choices.report, "--report")
        remove_reports(choices.report)
    kept = () if settings.regressions is None else read_all(settings.regressions)
    if settings.regressions is not None:
        check_writable(settings.regressions, "--regressions")
    with stopping() as stop, _target(url, settings, environment, resource) as (where, credentials, known):
        prefix = new_prefix()
        own = choices.report / "ledger.ndjson" if choices.report else state_folder(environment) / f"{prefix}.ndjson"
        path = own if url is not None or choices.report else None
        settings = settings.knowing(known)
        session = Session(
            url=where,
            credentials=credentials,
            budget=settings.budget,
            ledger=_ledger(
                prefix, path, known, about_line(where, identity_of(resource), resource.security, resource.headers)
            ),
            connect=lambda: Transport(settings.timeout, choices.ca_bundle),
            limits=Limits(settings.max_wait),
            public_text=public_text(resource),
            seconds=settings.seconds,
            keeps_all="delete" in settings.without,
            stop=stop,
            on_exchange=lambda exchange: progress(session.sent, settings.budget, exchange.request.label),
            on_wait=lambda seconds: progress(session.sent, settings.budget, _waiting(seconds)),
        )
        runner = Runner(
            resource=resource,
            session=session,
            settings=settings,
            clauses=chosen,
            spec_name=choices.spec or DEFAULT,
            overlay_name=choices.overlay or "",
            waivers=waivers,
            is_embedded=url is None,
            keep_ledger=choices.report is not None,
            kept=kept,
        )
        with leaving(lambda: left_by(session) if url is not None else ""):
            run = runner.run()
    if settings.regressions is not None:
        try:
            run = keep(run, settings.regressions, lambda text: session.mask.text(session.ambiguous_secrets.text(text)))
        except OSError as error:
            why = f"--regressions {settings.regressions}: cannot be written to ({error.strerror}); name another folder"
            raise UnwrittenError(why, run) from None
    if choices.report is not None:
        try:
            write_reports(run, choices.report)
        except UsageError as error:
            raise UnwrittenError(str(error), run) from None
    return run


def _ledger(prefix: str, path: Path | None, known: Sequence[str], about: Mapping[str, Any]) -> Ledger:
    """A new ledger at ``path``. Raises UsageError where it cannot be written: no request goes out without it."""
    try:
        if path is not None:
            set_aside(path)
        return Ledger(prefix, path, known, about)
    except OSError as error:
        where = "name a folder with --report, or set XDG_STATE_HOME"
        raise UsageError(f"{path}: the ledger of what is created cannot be kept ({error.strerror}); {where}") from None


@contextmanager
def _target(
    url: str | None, settings: Settings, environment: Mapping[str, str], resource: Resource
) -> Iterator[tuple[str, Credentials, tuple[str, ...]]]:
    """URL, credentials and known customers; the embedded server is up for the length of the block."""
    if url is not None:
        yield url, from_environment(environment, resource.security), settings.known_customers
        return
    if resource.write.path != COLLECTION:
        raise UsageError("the embedded server serves customers only; give --target URL of the server to judge")
    with running() as mock:
        credentials = customers_credentials(mock.app_id, mock.app_token, mock.oauth_token)
        yield mock.url, credentials, settings.known_customers or mock.known_customers


def left_by(session: Session) -> str:
    """What a run that is left now leaves behind, and how to delete it; nothing where it leaves nothing."""
    ledger = session.ledger
    left = (*ledger.left, *(source for source in ledger.unanswered if source))
    if not left:
        return ""
    where = f"; `contracts cleanup {ledger.path} --target {session.url}` deletes them" if ledger.path else ""
    more = f" and {len(left) - MOST_LEFT} more" if len(left) > MOST_LEFT else ""
    named = visible(", ".join(left[:MOST_LEFT]), 4000)
    return f"the clean-up is not done: still at the target: {named}{more}{where}"


def _waiting(seconds: float) -> str:
    return f"waiting {seconds:.0f} s for the target's rate limit"


def check_writable(folder: Path, option: str) -> None:
    """Make ``folder``. Raises UsageError where nothing can be written there: a run that was made would be lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{option} {folder}: cannot be written to ({error.strerror}); name another folder") from None
