"""``contracts faults``: the gate against every fault of the embedded server, and every conforming variant."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from contracts.cli.throttled_log import ThrottledLog
from contracts.config.options import DEFAULT_BUDGET
from contracts.matrix import Row, is_right, rows
from contracts.mock.registry import Fault, all_faults, all_variants, deep_faults, deep_variants


@click.command(epilog="Example: contracts faults --group dates --budget 25")
@click.option("--group", "groups", multiple=True, metavar="GROUP", help="Faults of this group only. Repeatable.")
@click.option("--budget", type=int, default=DEFAULT_BUDGET, show_default=True, help="Requests for each gate.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Gates at a time.")
@click.option("--deep", is_flag=True, help="Faults that come later, seldom or at once, by the whole resource.")
def command(groups: tuple[str, ...], budget: int, workers: int, deep: bool) -> None:
    """Show fault by clause: caught, by which clause, after how many requests.

    Exit 0 when each fault is caught by the clause it was made for, and no conforming variant by any; else 1.
    """
    faults, variants = (deep_faults(), deep_variants()) if deep else (all_faults(), all_variants())
    known = sorted({fault.group for fault in faults.values()})
    if unknown := sorted(set(groups) - set(known)):
        raise click.UsageError(f"there is no group {unknown[0]!r}; they are {', '.join(known)}")
    wanted = [name for name, fault in faults.items() if not groups or fault.group in groups]
    made = _made(wanted, [] if groups else list(variants), budget, workers)
    console = Console(highlight=False, soft_wrap=True)
    group = ""
    for row in made:
        fault = (faults if row.fault else variants)[row.name]
        if fault.group != group:
            group = fault.group
            console.print(Text(f"\n{group}", "bold"))
        console.print(_line(row, fault))
    wrong = [row.name for row in made if not is_right(row, {**faults, **variants}[row.name])]
    caught = sum(1 for row in made if row.fault and row.name not in wrong)
    clean = sum(1 for row in made if row.variant and row.name not in wrong)
    console.print(
        f"\n{caught} of {len(wanted)} faults caught by their clause, "
        f"{clean} of {len(made) - len(wanted)} conforming variants passed, budget {budget}"
    )
    if wrong:
        console.print(f"not as it should be: {', '.join(wrong)}")
    sys.exit(1 if wrong else 0)


def _line(row: Row, fault: Fault) -> Text:
    right = is_right(row, fault)
    mark = Text("  ✓ " if right else "  ✗ ", "green" if right else "bold red")
    if row.variant:
        return mark.append(f"{row.name:<52} {row.verdict}", "not bold")
    others = [clause for clause in (*row.failed, *row.warned) if clause != fault.caught_by]
    told = f"{row.name:<52} {fault.caught_by:<38} "
    return mark.append(told, "not bold").append(f"#{row.first:<4}{'+' if others else ''}{' '.join(others)}", "dim")


def _made(faults: Sequence[str], variants: Sequence[str], budget: int, workers: int) -> list[Row]:
    columns = (TextColumn("gates"), BarColumn(), MofNCompleteColumn(), TextColumn("[dim]{task.fields[name]}[/]"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        lines, ended, total = ThrottledLog(is_wanted=bar.disable), 0, len(faults) + len(variants)
        task = bar.add_task("", total=total, name="")

        def done(row: Row) -> None:
            nonlocal ended
            ended += 1
            lines.tell(f"{ended} of {total} gates done, the last {row.name}")
            bar.update(task, advance=1, name=row.name)

        return list(rows(faults, variants, budget, workers, done))
