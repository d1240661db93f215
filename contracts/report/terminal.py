"""The run in a terminal, a pipe or a CI log: a progress bar while it goes on, then what it found."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from contracts.record.run import ClauseOutcome, Run, folded
from contracts.report.body import visible
from contracts.report.groups import Group, groups
from contracts.report.text import coverage_line, group_lines

_STYLES = {
    "conformant": "bold green",
    "partial": "bold yellow",
    "violated": "bold red",
    "inconclusive": "bold yellow",
}
_MARKS = {
    "pass": "✓",
    "fail": "✗",
    "warn": "!",
    "observed": "·",
    "unsupported": "-",
    "blocked": "?",
    "error": "E",
}
_SHOWN = 12
"""Groups of findings shown in full; the report holds them all."""
_LONGEST = 320
"""Characters of a curl line beyond which it is cut here."""


class Terminal:
    """Progress goes to stderr, as a bar where that is a terminal, else a line for each wait; the report to stdout."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.console = Console(highlight=False, soft_wrap=True, file=sys.stdout)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.fields[probe]}[/]"),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._sent = 0
        self._task = self._bar.add_task(f"judging {escape(target)}", total=None, probe="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def progress(self, sent: int, budget: int, probe: str) -> None:
        self._bar.update(self._task, completed=sent, total=budget, probe=escape(probe))
        if sent == self._sent and self._bar.disable:
            sys.stderr.write(f"{sent} of {budget} requests: {probe}\n")
        self._sent = sent

    def show(self, run: Run, folder: Path | None = None) -> None:
        """Families, findings, what was not seen, and last the verdict."""
        if not run.has_evidence:
            self._verdict(run, folder)
            return
        self._families(run)
        found = groups(run)
        target = "embedded" if run.header.embedded else run.header.target
        for group in found[:_SHOWN]:
            self._group(group, folder, target)
        if more := found[_SHOWN:]:
            clauses = ", ".join(folded(dict.fromkeys(group.finding.clause for group in more), run.outcomes))
            self._line(f"\n… and {len(more)} more findings, of {clauses}; --report DIR keeps them all", "dim")
        self._notes(run)
        self._verdict(run, folder)

    def _families(self, run: Run) -> None:
        families: dict[str, list[ClauseOutcome]] = {}
        for outcome in run.outcomes:
            families.setdefault(outcome.family, []).append(outcome)
        for family, outcomes in families.items():
            counts: dict[str, int] = {}
            for outcome in outcomes:
                counts[outcome.outcome] = counts.get(outcome.outcome, 0) + 1
            worst = next((o for o in ("error", "fail", "blocked", "warn", "unsupported") if o in counts), "pass")
            style = {"fail": "red", "error": "red", "warn": "yellow", "blocked": "yellow"}.get(worst, "green")
            told = ", ".join(f"{number} {name}" for name, number in counts.items())
            vacuous = sum(1 for outcome in outcomes if outcome.vacuous)
            told += f" ({vacuous} vacuous)" if vacuous else ""
            self.console.print(Text(f"{_MARKS[worst]} ", style).append(f"{family:<10}", "bold").append(f" {told}", ""))

    def _group(self, group: Group, folder: Path | None, target: str) -> None:
        finding = group.finding
        style = "red" if finding.level == "MUST" else "yellow"
        title = f" seen {group.seen} times" if group.seen > 1 else ""
        self.console.print()
        self.console.print(Text(f"{finding.level} {finding.clause}", f"bold {style}").append(title, "dim"))
        for name, value in group_lines(group, _LONGEST):
            self.console.print(Text(f"  {name:<10}", "dim").append(visible(value, 2000), ""))
        if folder is not None:
            again = f"contracts replay {folder} {group.number} --target {target}"
            self.console.print(Text("  again     ", "dim").append(again, ""))

    def _notes(self, run: Run) -> None:
        noted: list[str] = []
        by_reason: dict[str, list[str]] = {}
        for outcome in run.outcomes:
            if outcome.vacuous:
                by_reason.setdefault(f"vacuous, {outcome.reason}", []).append(outcome.clause)
            elif outcome.reason.startswith("waived"):
                by_reason.setdefault(outcome.reason, []).append(outcome.clause)
            elif outcome.outcome in ("unsupported", "blocked", "error"):
                by_reason.setdefault(f"{outcome.outcome}, {outcome.reason}", []).append(outcome.clause)
        noted += [f"{reason}: {', '.join(folded(clauses, run.outcomes))}" for reason, clauses in by_reason.items()]
        noted += [
            f"observed, {outcome.clause}: {'; '.join(outcome.observations[:4])}"
            + (f" and {len(outcome.observations) - 4} more" if len(outcome.observations) > 4 else "")
            for outcome in run.outcomes
            if outcome.observations
        ]
        noted += [coverage_line(run.coverage), *run.coverage.notes] if run.coverage else []
        noted += run.footer.notes
        if noted:
            self.console.print()
        for note in noted:
            self._line(visible(note, 4000), "dim")
        if run.footer.left_behind:
            left = visible(", ".join(run.footer.left_behind), 4000)
            self._line(f"warning: not deleted, still at the target: {left}", "yellow")

    def _verdict(self, run: Run, folder: Path | None) -> None:
        footer = run.footer
        counts = ", ".join(f"{number} {name}" for name, number in footer.outcomes.items())
        self.console.print()
        self.console.print(
            Text(footer.verdict, _STYLES[footer.verdict]).append(f": {self.target}: {footer.reason}", "")
        )
        self._line(
            f"{footer.requests} of {run.header.budget} requests, {footer.clauses} clauses ({counts}), "
            f"{footer.findings} findings, {footer.seconds:.1f} s, seed {run.header.seed}"
        )
        if folder is not None:
            self._line(f"written to {folder}/")

    def _line(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style))
