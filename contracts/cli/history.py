"""``contracts history``: each clause over time, when it broke and when it was mended."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from contracts.compare.history import Row, Timeline, timelines

_MARKS = {
    "pass": ("✓", "green"),
    "fail": ("✗", "red"),
    "warn": ("!", "yellow"),
    "observed": ("·", "blue"),
    "unsupported": ("-", "dim"),
    "blocked": ("?", "yellow"),
    "error": ("E", "magenta"),
    None: (" ", ""),
}


@click.command(epilog="Example: contracts gate --target http://localhost:4010 --history runs && contracts history runs")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Also the clauses that were never anything but kept.")
@click.option("--last", type=click.IntRange(1, 200), default=30, show_default=True, help="Runs to show.")
def command(folder: Path, everything: bool, last: int) -> None:
    """Show each clause over the runs kept in FOLDER, a grid for each target.

    Runs come there by `contracts gate --history FOLDER`, or as folders of `gate --report`. A record that cannot be
    read is named, the others are shown, and the exit code is 2.
    """
    console = Console(highlight=False, soft_wrap=True)
    broken: list[str] = []
    for timeline in timelines(folder, broken.append):
        _show(console, timeline, everything, last)
    for line in broken:
        click.echo(f"contracts: {line}", err=True)
    sys.exit(2 if broken else 0)


def _show(console: Console, timeline: Timeline, everything: bool, last: int) -> None:
    runs = timeline.runs[-last:]
    left_out = len(timeline.runs) - len(runs)
    console.print(Text(timeline.target, "bold").append(f"   {len(timeline.runs)} runs", "dim"))
    rows = [row for row in timeline.rows if everything or row.turns or set(row.outcomes) - {"pass", "observed", None}]
    width = max((len(row.clause) for row in rows), default=0)
    if runs:
        console.print(Text(f"  {'':{width}}  {_day(runs[0].header.started)} … {_day(runs[-1].header.started)}", "dim"))
    for row in rows:
        line = Text(f"  {row.clause:{width}}  ")
        for outcome in row.outcomes[left_out:]:
            line.append(*_MARKS[outcome])
        console.print(line.append(f"  {_story(row, timeline)}", "dim"))
    if kept := len(timeline.rows) - len(rows):
        console.print(Text(f"  {kept} clauses kept in every run", "dim"))


def _story(row: Row, timeline: Timeline) -> str:
    told = [
        f"{'broke' if turn.broke else 'mended'} {_day(timeline.runs[turn.index].header.started)}" for turn in row.turns
    ]
    if row.flaky:
        return f"flaky: other outcomes for the same request, {len(row.turns)} times"
    return ", ".join(told)


def _day(started: str) -> str:
    return started[:16].replace("T", " ")
