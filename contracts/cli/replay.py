"""``contracts replay``: send the request of a finding again and say whether it still holds."""

from __future__ import annotations

import os
import re
import secrets
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from contracts.clauses.plugins import with_own
from contracts.cli.origin import confirm
from contracts.client.address import base_url
from contracts.client.credentials import customers_credentials, from_environment
from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger, about_line, state_folder
from contracts.client.ledger_file import is_prefix
from contracts.client.limits import Limits
from contracts.client.session import Session
from contracts.client.transport import Transport
from contracts.compare.sides import EMBEDDED, read_record
from contracts.config.targets import clusters_of, find_config, read_target
from contracts.errors import UsageError
from contracts.interrupts import leaving, stopping
from contracts.mock.server import running
from contracts.plan.kept import Found
from contracts.record.run import Run
from contracts.report.body import visible
from contracts.runner.gate import left_by
from contracts.runner.replay import EXIT, chosen, replay
from contracts.runner.replay_sequence import replay_sequence, sequence_of
from contracts.runner.runner import new_prefix, public_text
from contracts.runner.settings import Settings
from contracts.spec.document import pinned
from contracts.spec.loading import load_resource
from contracts.spec.schema import Nulls


@click.command(epilog="Example: contracts replay report 1 --target http://localhost:4010")
@click.argument("run")
@click.argument("finding")
@click.option(
    "--target",
    metavar="URL",
    help="Where to: credentials go to no target but this. `embedded` starts the embedded server.",
)
@click.option("--on", metavar="NAME", help="A target of contracts.toml, with its credentials.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Where, if not contracts.toml here.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="A defect of the embedded server.")
@click.option("--clauses", "own", multiple=True, type=click.Path(path_type=Path), help="Clauses of your own, a file.")
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds for one call.")
@click.option("--ca-bundle", type=click.Path(exists=True, dir_okay=False), help="A private CA to trust, PEM.")
def command(
    run: str,
    finding: str,
    target: str | None,
    on: str | None,
    config: Path | None,
    faults: tuple[str, ...],
    own: tuple[Path, ...],
    timeout: float,
    ca_bundle: str | None,
) -> None:
    """Send the request of FINDING in RUN again, and what it needs before it.

    Where a sequence showed it, that is sent, as small as the run has made it, about customers of its own.

    RUN is a folder of `gate --report`, or its run.ndjson; FINDING the number of a finding, or the id of its clause.
    Credentials come from the environment, as for the gate, and go to the target that you name by --target or --on, or
    confirm: a record may come from anybody. What is created is deleted; should the replay be killed,
    `contracts cleanup` does it, by the ledger kept in XDG_STATE_HOME.

    Exit codes: 1 the finding still holds; 0 it is gone; 2 usage; 3 it cannot be told.
    """
    timeout = Settings(timeout=timeout).timeout
    if faults and target != EMBEDDED:
        raise UsageError("--fault is a defect of the embedded server: add --target embedded")
    record = read_record(run)
    if not is_prefix(record.header.prefix):
        raise UsageError(f"{run}: its prefix is none that a run of contracts has, so nobody can clean up after it")
    if strange := next((e.number for e in record.exchanges if not e.request.path.startswith("/")), None):
        raise UsageError(f"{run}: the path of exchange {strange} is none: it would lead to another server")
    environment = dict(os.environ)
    if on is not None:
        configured = read_target(find_config(config), on, os.environ, clusters_of(pinned()))
        environment = configured.over(os.environ)
        target, ca_bundle = target or configured.options["target"], ca_bundle or configured.options.get("ca_bundle")
    if record.header.embedded and target is None:
        raise UsageError(
            f"{run}: the run was on the embedded server, which is gone: add --target embedded, and "
            "--fault NAME for each defect that it had"
        )
    number, found = chosen(record, finding)
    sequence = sequence_of(record, found)
    prefix = new_prefix() if sequence else record.header.prefix
    clause = next((one for one in with_own(own) if one.id == found.clause), None)
    if clause is None:
        raise UsageError(f"there is no clause {found.clause} here; is it your own? name its file with --clauses")
    header = record.header
    nulls: Nulls = "strict" if header.nulls == "strict" else "lenient"
    resource = load_resource(header.spec or None, header.overlay or None, header.resource or None, nulls)
    with ExitStack() as stack:
        stop = stack.enter_context(stopping())
        credentials = from_environment(environment, resource.security)
        url = target or record.header.target
        path: Path | None = _ledger(prefix)
        if url == EMBEDDED:
            mock = stack.enter_context(running(faults))
            url, path, credentials = (
                mock.url,
                None,
                customers_credentials(mock.app_id, mock.app_token, mock.oauth_token),
            )
        where = base_url(url, resource.write.path)
        if path is not None:
            confirm(where, run, target, credentials, ["contracts", "replay", run, finding])
        server = Session(
            url=where,
            credentials=credentials,
            budget=_budget(record, sequence),
            ledger=_opened(
                record, prefix, path, about_line(where, identity_of(resource), resource.security, resource.headers)
            ),
            connect=lambda: Transport(timeout, ca_bundle),
            limits=Limits(),
            public_text=public_text(resource),
            stop=stop,
        )
        click.echo(
            f"finding {number}: {found.level} {found.clause} at {visible(found.where, 200)}: "
            f"was {visible(found.observed, 200)}"
        )
        with leaving(lambda: left_by(server)):
            done = (
                replay(record, found, clause, resource, server, _tell)
                if sequence is None
                else replay_sequence(record, sequence, clause, resource, server, _tell)
            )
    click.echo(f"{done.holds}: {visible(server.ambiguous_secrets.text(done.reason), 400)}")
    if done.left_behind:
        left = visible(", ".join(done.left_behind), 4000)
        click.echo(f"warning: not deleted, still at the target: {left}", err=True)
    if done.nameless:
        click.echo(f"warning: {done.nameless} answers gave no readable id: what they created is not deleted", err=True)
    sys.exit(EXIT[done.holds])


def _tell(line: str) -> None:
    click.echo(f"  {visible(line, 160)}")


def _budget(record: Run, sequence: Found | None) -> int:
    """Requests that a replay may take, with repetitions and the clean-up."""
    return 3 * record.footer.requests + 5 if sequence is None else 40 * len(sequence.sequence.steps) + 40


def _ledger(prefix: str) -> Path:
    """Where this replay's ledger is: not that of the run itself, which may have something left to delete."""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", prefix)[:60]
    return state_folder(os.environ) / f"{name}replay-{secrets.token_hex(4)}.ndjson"


def _opened(record: Run, prefix: str, path: Path | None, about: dict[str, Any]) -> Ledger:
    try:
        return Ledger(prefix, path, record.header.known_customers, about)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written to ({error.strerror}); set XDG_STATE_HOME to a folder") from None
