"""``contracts replay``: send the request of a finding again and say whether it still holds."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from contracts.clauses.own import with_own
from contracts.compare.sides import EMBEDDED, read_record
from contracts.engine import vocabulary
from contracts.errors import UsageError
from contracts.mock.server import running
from contracts.replay import EXIT, chosen, replay
from contracts.report.body import visible
from contracts.report.place import PINNED
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document, pinned
from contracts.target.address import base_url
from contracts.target.credentials import Credentials, from_environment
from contracts.target.ledger import Ledger
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
    Credentials come from the environment, as for the gate. What is created is deleted.

    Exit codes: 1 the finding still holds; 0 it is gone; 2 usage; 3 it cannot be told.
    """
    record = read_record(run)
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
        if url == EMBEDDED:
            mock = stack.enter_context(running(faults))
            url, credentials = mock.url, Credentials(mock.app_id, mock.app_token, mock.oauth_token)
        server = Target(
            url=base_url(url, contract.path),
            credentials=credentials,
            budget=3 * record.footer.requests + 5,
            ledger=Ledger(record.header.prefix, known=record.header.known_customers),
            transport=Transport(timeout, ca_bundle),
            limits=Limits(),
            vocabulary=vocabulary(contract),
        )
        click.echo(
            f"finding {number}: {found.level} {found.clause} at {found.where}: was {visible(found.observed, 200)}"
        )
        done = replay(record, found, clause, contract, server, lambda line: click.echo(f"  {visible(line, 160)}"))
    click.echo(f"{done.holds}: {visible(server.words.text(done.reason), 400)}")
    if done.left_behind:
        click.echo(f"warning: not deleted, still at the target: {', '.join(done.left_behind)}", err=True)
    if done.nameless:
        click.echo(f"warning: {done.nameless} answers gave no readable id: what they created is not deleted", err=True)
    sys.exit(EXIT[done.holds])
