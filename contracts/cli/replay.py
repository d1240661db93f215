"""``contracts replay``: send the request of a finding again and say whether it still holds."""

from __future__ import annotations

import os
import re
import secrets
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from contracts.clauses.own import with_own
from contracts.compare.sides import EMBEDDED, read_record
from contracts.engine import vocabulary
from contracts.errors import UsageError
from contracts.gate import stopping_in_order
from contracts.mock.server import running
from contracts.replay import EXIT, chosen, replay
from contracts.report.body import visible
from contracts.report.place import PINNED
from contracts.run import Run
from contracts.settings import Settings
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document, pinned
from contracts.target.address import base_url
from contracts.target.credentials import Credentials, from_environment
from contracts.target.ledger import Ledger, state_folder
from contracts.target.limits import Limits
from contracts.target.target import Target
from contracts.target.transport import Transport


@click.command(epilog="Example: contracts replay report 1")
@click.argument("run")
@click.argument("finding")
@click.option("--target", metavar="URL", help="Another target than the run's; `embedded` starts the embedded server.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="A defect of the embedded server.")
@click.option("--clauses", "own", multiple=True, type=click.Path(path_type=Path), help="Clauses of your own, a file.")
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds for one call.")
@click.option("--ca-bundle", type=click.Path(exists=True, dir_okay=False), help="A private CA to trust, PEM.")
def command(
    run: str,
    finding: str,
    target: str | None,
    faults: tuple[str, ...],
    own: tuple[Path, ...],
    timeout: float,
    ca_bundle: str | None,
) -> None:
    """Send the request of FINDING in RUN again, and what it needs before it.

    RUN is a folder of `gate --report`, or its run.ndjson; FINDING the number of a finding, or the id of its clause.
    Credentials come from the environment, as for the gate. What is created is deleted; should the replay be killed,
    `contracts cleanup` does it, by the ledger kept in XDG_STATE_HOME.

    Exit codes: 1 the finding still holds; 0 it is gone; 2 usage; 3 it cannot be told.
    """
    timeout = Settings(timeout=timeout).timeout
    if faults and target != EMBEDDED:
        raise UsageError("--fault is a defect of the embedded server: add --target embedded")
    record = read_record(run)
    if record.header.embedded and target is None:
        raise UsageError(
            f"{run}: the run was on the embedded server, which is gone: add --target embedded, and "
            "--fault NAME for each defect that it had"
        )
    number, found = chosen(record, finding)
    clause = next((one for one in with_own(own) if one.id == found.clause), None)
    if clause is None:
        raise UsageError(f"there is no clause {found.clause} here; is it your own? name its file with --clauses")
    spec = record.header.spec
    document = pinned() if spec in ("", PINNED) else load_document(spec)
    contract = compile_contract(document, "strict" if record.header.nulls == "strict" else "lenient")
    with ExitStack() as stack:
        credentials = from_environment(os.environ)
        url = target or record.header.target
        path: Path | None = _ledger(record.header.prefix)
        if url == EMBEDDED:
            mock = stack.enter_context(running(faults))
            url, path, credentials = mock.url, None, Credentials(mock.app_id, mock.app_token, mock.oauth_token)
        where = base_url(url, contract.path)
        server = Target(
            url=where,
            credentials=credentials,
            budget=3 * record.footer.requests + 5,
            ledger=_opened(record, path, {"target": where, "path": contract.path}),
            transport=Transport(timeout, ca_bundle),
            limits=Limits(),
            vocabulary=vocabulary(contract),
        )
        click.echo(
            f"finding {number}: {found.level} {found.clause} at {found.where}: was {visible(found.observed, 200)}"
        )
        with stopping_in_order(path):
            done = replay(record, found, clause, contract, server, lambda line: click.echo(f"  {visible(line, 160)}"))
    click.echo(f"{done.holds}: {visible(server.words.text(done.reason), 400)}")
    if done.left_behind:
        click.echo(f"warning: not deleted, still at the target: {', '.join(done.left_behind)}", err=True)
    if done.nameless:
        click.echo(f"warning: {done.nameless} answers gave no readable id: what they created is not deleted", err=True)
    sys.exit(EXIT[done.holds])


def _ledger(prefix: str) -> Path:
    """Where this replay's ledger is: not that of the run itself, which may have something left to delete."""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", prefix)[:60]
    return state_folder(os.environ) / f"{name}replay-{secrets.token_hex(4)}.ndjson"


def _opened(record: Run, path: Path | None, about: dict[str, str]) -> Ledger:
    try:
        return Ledger(record.header.prefix, path, record.header.known_customers, about)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written to ({error.strerror}); set XDG_STATE_HOME to a folder") from None
