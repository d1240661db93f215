"""``contracts waivers``: write the known violations of a run into a file, to be reviewed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from contracts.clauses.plugins import with_own
from contracts.errors import UsageError
from contracts.record import run as record
from contracts.verdict.waivers import read_waivers, written


@click.command(epilog="Example: contracts waivers report --update waivers.toml")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--update", type=click.Path(dir_okay=False, path_type=Path), help="Write them there instead of printing.")
@click.option(
    "--clauses",
    "own",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Clauses of your own: a Python file with CLAUSES. Repeatable.",
)
def command(run: Path, update: Path | None, own: tuple[Path, ...]) -> None:
    """Write a waiver for each MUST that RUN (its folder or run.ndjson) found broken.

    Waivers in the file that still cover a finding stay as they are; the others go.
    """
    made = record.read(run / "run.ndjson" if run.is_dir() else run)
    old = (
        read_waivers(update, (clause.id for clause in with_own(own))) if update is not None and update.exists() else ()
    )
    text = written(made.findings, old, datetime.now(UTC).date())
    if not text:
        click.echo("nothing that must hold is broken: no waiver is needed", err=True)
    if update is None:
        click.echo(text, nl=False)
        return
    if not text and not update.exists():
        return
    try:
        update.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{update}: cannot be written ({error.strerror})") from None
    if text:
        click.echo(f"{text.count('[[waiver]]')} waivers in {update}; give each its reason")
