"""``contracts cleanup``: delete what an interrupted run left behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from contracts.cleanup import clean_up
from contracts.config import clusters_of, find_config, read_target
from contracts.errors import UsageError
from contracts.settings import DEFAULT_BUDGET
from contracts.spec.document import pinned
from contracts.target.credentials import Credentials, from_environment
from contracts.target.ledger import reopened, state_folder
from contracts.target.target import Target
from contracts.target.transport import Transport


@click.command(epilog="Example: contracts cleanup report")
@click.argument("run")
@click.option("--budget", type=click.IntRange(1), default=DEFAULT_BUDGET, show_default=True, help="Requests at most.")
@click.option("--on", metavar="NAME", help="The target of contracts.toml that the run was on, for its credentials.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Where, if not contracts.toml here.")
@click.option("--ca-bundle", type=click.Path(exists=True, dir_okay=False), help="A private CA to trust, PEM.")
def command(run: str, budget: int, on: str | None, config: Path | None, ca_bundle: str | None) -> None:
    """Delete what RUN (its report folder, its ledger, or its prefix) created and did not delete.

    Only ids in its ledger, and customers whose source_id carries the run's own prefix. Exit 0 when nothing is left, 3
    when something may be.
    """
    environment = dict(os.environ)
    if on is not None:
        found = read_target(find_config(config), on, os.environ, clusters_of(pinned()))
        environment = found.over(os.environ)
        ca_bundle = ca_bundle or found.options.get("ca_bundle")
    credentials = from_environment(environment)
    ledgers = _ledgers_of(run)
    worst = 0
    for path in ledgers:
        worst = max(worst, _clean(path, credentials, budget, Transport(ca_bundle=ca_bundle)))
    sys.exit(worst)


def _clean(path: Path, credentials: Credentials, budget: int, transport: Transport) -> int:
    """Delete what one ledger holds, and say so; the exit code."""
    ledger, about = reopened(path)
    target = Target(about["target"], credentials, budget, ledger, transport)
    before = len(ledger.left) + len([source for source in ledger.unanswered if source])
    left = clean_up(target, about["path"])
    nameless = None in ledger.unanswered
    ledger.close(keep=True)
    target.transport.close()
    click.echo(f"{before - len(left)} deleted or gone, {len(left)} left at {about['target']}, {target.sent} requests")
    if nameless:
        click.echo(
            "warning: a customer without source_id was sent and its answer never came: it cannot be found", err=True
        )
    if left:
        last = target.exchanges[-1] if target.exchanges else None
        why = f" ({last.failure or f'the last answer was {last.status}'})" if last else ""
        click.echo(f"warning: perhaps still there{why}: {', '.join(left)}", err=True)
    return 3 if left else 0


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
