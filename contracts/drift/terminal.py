"""What a terminal shows of drifts: the matrix of fields and documents, and every drift as a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from contracts.drift.examine import Examined
from contracts.drift.field import Document
from contracts.drift.matrix import SIGNS, matrix, terminal
from contracts.drift.report import SEVERITIES, Drift
from contracts.drift.sections import Changes, Section, changes

_STYLES = {"breaking": "bold red", "warning": "yellow", "info": "dim"}
_MOST_NAMES = 4
_MOST_LINES = 20
"""Of one section, where not all are asked for; the worst come first."""


def show(contract: Document | None, made: Examined, *, is_full: bool) -> None:
    """Prints all that was found. ``is_full`` shows harmless changes, too, one by one."""
    console = Console(highlight=False, soft_wrap=True)
    console.width = max(console.width, 50 + 7 * len(made.documents))  # marks are never cut, however narrow
    for number, document in enumerate(made.documents, 1):
        console.print(Text(f"[{number}] ", "bold").append(f"{document.name}: {document.kind}", "not bold"))
    if made.parts:
        console.print(f"with {made.parts} page{'s' if made.parts > 1 else ''} that these link to")
    if made.others:
        console.print(f"not compared, pages of other objects: {_some(made.others)}")
    compared = {one.name for one in made.comparisons}
    if contract is not None and any(document.name not in compared for document in made.documents):
        console.print()
        console.print(terminal(matrix(contract, made.documents, made.drifts)))
        console.print(Text("  ".join(f"{sign} {mark}" for mark, sign in SIGNS.items()), "dim"))
    for comparison in made.comparisons:
        told = changes(comparison, [drift for drift in made.drifts if drift.document == comparison.name])
        console.print()
        console.print(Text(f"{comparison.name}: ", "bold").append(told.summary))
        for line in _lines(told, is_full):
            console.print(line)
    rest = [drift for drift in made.drifts if drift.document not in compared]
    console.print()
    for drift in sorted(rest, key=lambda drift: SEVERITIES.index(drift.severity)):
        console.print(_line(drift, drift.path))


def _lines(told: Changes, is_full: bool) -> Iterator[Text]:
    hidden = [] if is_full else [one for one in told.sections if one.is_harmless]
    for section in told.sections:
        if section not in hidden:
            yield Text()
            yield Text(section.title, "bold").append(f" ({section.counts}{_reach(section, is_full)})", "not bold")
            shown = section.told(is_full=is_full)
            most = len(shown) if is_full else _MOST_LINES
            yield from (_line(alike[0], section.names_of(alike, _MOST_NAMES), "  ") for alike in shown[:most])
            if (more := sum(len(alike) for alike in shown[most:])) > 0:
                yield Text(f"  and {more} more (--full shows them)", "dim")
    if hidden:
        number = sum(len(section.drifts) for section in hidden)
        yield Text()
        yield Text(f"{number} harmless changes elsewhere (--full shows them)", "dim")
    for title, drifts in (("removed", told.removed), ("deprecated", told.deprecated), ("new", told.new)):
        if drifts:
            yield Text()
            names = [drift.path for drift in drifts]
            yield Text(f"{title}: {', '.join(names)}", _STYLES[drifts[0].severity])
            if is_full:
                yield from (_line(drift, drift.path, "  ") for drift in drifts)


def _reach(section: Section, is_full: bool) -> str:
    if not section.reaches:
        return ""
    names = ", ".join(section.reaches) if is_full else _some(section.reaches)
    return f"; reaches {len(section.reaches)} operation{'s' if len(section.reaches) > 1 else ''}: {names}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _line(drift: Drift, path: str, indent: str = "") -> Text:
    where = f"{drift.document}:{drift.line}" if drift.line else drift.document
    line = Text(f"{indent}{drift.severity:<9}", _STYLES[drift.severity]).append(
        f"{drift.kind:<12}{path}: ", "not bold not dim"
    )
    said = f"{drift.contract} → {drift.says}" if drift.contract else drift.says
    return line.append(f"{said} ({drift.reason}) {where}", "none")
