"""``contracts cleanup``: delete what an interrupted run left behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from contracts.cleanup import clean_up
from contracts.errors import UsageError
from contracts.settings import DEFAULT_BUDGET
from contracts.target.credentials import from_environment
from contracts.target.ledger import reopened, state_folder
from contracts.target.target import Target


@click.command(epilog="Example: contracts cleanup report")
@click.argument("run")
@click.option("--budget", type=click.IntRange(1), default=DEFAULT_BUDGET, show_default=True, help="Requests at most.")
def command(run: str, budget: int) -> None:
    """Delete what RUN (its report folder, its ledger, or its prefix) created and did not delete.

    Only ids in its ledger, and customers whose source_id carries the run's own prefix. Exit 0 when nothing is left, 3
    when something may be.
    """
    path = _ledger_of(run)
    ledger, about = reopened(path)
    credentials = from_environment(os.environ)
    target = Target(url=about["target"], credentials=credentials, budget=budget, ledger=ledger)
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
        click.echo(f"warning: still there: {', '.join(left)}", err=True)
    sys.exit(3 if left else 0)


def _ledger_of(run: str) -> Path:
    kept = state_folder(os.environ) / f"{run.rstrip('-')}-.ndjson"
    for path in (Path(run) / "ledger.ndjson", Path(run), kept):
        if path.is_file():
            return path
    raise UsageError(
        f"{run}: is no report folder, ledger or prefix of a run; `ls {state_folder(os.environ)}` lists some"
    )
