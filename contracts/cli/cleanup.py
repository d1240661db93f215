"""``contracts cleanup``: delete what an interrupted run left behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from contracts.cli.origin import confirm, origin
from contracts.client.address import base_url
from contracts.client.credentials import Credentials, from_environment
from contracts.client.ledger import reopened, state_folder
from contracts.client.session import Session
from contracts.client.transport import Transport
from contracts.config.options import DEFAULT_BUDGET
from contracts.config.targets import clusters_of, find_config, read_target
from contracts.errors import UsageError
from contracts.report.body import visible
from contracts.runner.cleanup import clean_up
from contracts.runner.runner import NAMELESS
from contracts.spec.document import pinned


@click.command(epilog="Example: contracts cleanup report --target http://localhost:4010")
@click.argument("run")
@click.option("--target", metavar="URL", help="The target that the run was on: credentials go to no other.")
@click.option("--budget", type=click.IntRange(1), default=DEFAULT_BUDGET, show_default=True, help="Requests at most.")
@click.option("--on", metavar="NAME", help="The target of contracts.toml that the run was on, with its credentials.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Where, if not contracts.toml here.")
@click.option("--ca-bundle", type=click.Path(exists=True, dir_okay=False), help="A private CA to trust, PEM.")
def command(
    run: str, target: str | None, budget: int, on: str | None, config: Path | None, ca_bundle: str | None
) -> None:
    """Delete what RUN (its report folder, its ledger, or its prefix) created and did not delete.

    Only ids in its ledger, and customers whose source_id bears the run's own mark, and only at the target that you
    name by --target or --on, or confirm. Exit 0 when nothing is left, 3 when something may be.
    """
    environment = dict(os.environ)
    if target is not None:
        base_url(target, "")
    if on is not None:
        found = read_target(find_config(config), on, os.environ, clusters_of(pinned()))
        environment = found.over(os.environ)
        target, ca_bundle = target or found.options["target"], ca_bundle or found.options.get("ca_bundle")
    left, wrong = False, []
    for path in _ledgers_of(run):
        try:
            left |= _clean(path, environment, budget, lambda: Transport(ca_bundle=ca_bundle), target, run)
        except UsageError as error:  # one that is none is no reason to leave the customers of the others
            wrong.append(str(error))
    if wrong and not left:
        raise UsageError("; ".join(wrong))
    for text in wrong:
        click.echo(f"contracts: {text}", err=True)
    sys.exit(3 if left else 0)


def _clean(
    path: Path,
    environment: Mapping[str, str],
    budget: int,
    connect: Callable[[], Transport],
    named: str | None,
    run: str,
) -> bool:
    """Delete what one ledger holds, and say so; may something be left? Raises UsageError."""
    ledger, about = reopened(path)
    where = about.target
    credentials = from_environment(environment, about.security)
    try:
        _check(where, path, named, credentials, run)
    except UsageError:
        ledger.close()
        raise
    session = Session(where, credentials, budget, ledger, connect, headers=about.headers)
    before = len(ledger.left) + len([source for source in ledger.unanswered if source])
    left = clean_up(session)
    nameless = None in ledger.unanswered
    ledger.close(keep=True)
    session.close()
    click.echo(f"{before - len(left)} deleted or gone, {len(left)} left at {where}, {session.sent} requests")
    if nameless:
        click.echo(f"warning: {NAMELESS}: it cannot be found", err=True)
    if left:
        last = session.exchanges[-1] if session.exchanges else None
        kept = ledger.identity.why_kept if ledger.identity.deletes is None else ""
        why = f" ({last.failure or f'the last answer was {last.status}'})" if last else f" ({kept})" if kept else ""
        click.echo(f"warning: perhaps still there{why}: {visible(', '.join(left), 4000)}", err=True)
    return bool(left)


def _check(where: str, path: Path, named: str | None, credentials: Credentials, run: str) -> None:
    """May anything be sent to ``where``, the target of the ledger? Raises UsageError."""
    if named is not None and origin(base_url(named, "")) != origin(where):
        raise UsageError(f"{path}: is of {visible(where, 300)}, not of {named}: what it holds is not there")
    confirm(where, str(path), named, credentials, ["contracts", "cleanup", run])


def _ledgers_of(run: str) -> tuple[Path, ...]:
    """The ledger of the run; of a folder that was used more than once, those of earlier runs as well."""
    if older := sorted(Path(run).glob("ledger*.ndjson")):
        return tuple(older)
    kept = state_folder(os.environ) / f"{run.rstrip('-')}-.ndjson"
    for path in (Path(run), kept):
        if path.is_file():
            return (path,)
    raise UsageError(
        f"{run}: is no report folder, ledger or prefix of a run; `ls {state_folder(os.environ)}` lists some"
    )
