"""A group of findings as aligned lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.record.run import Coverage
from contracts.report.groups import Group

NEEDS = "on a server that knows none of these, in one bash with curl (and python3, for a key that an answer tells):"
_PLACES = 8
"""Places that are named one by one."""


def group_lines(group: Group, longest: int | None = None) -> Iterator[tuple[str, str]]:
    """``(label, value)`` in the order in which a person asks; curl lines are cut after ``longest`` characters."""
    finding = group.finding
    yield "observed", finding.observed
    yield "required", finding.required
    yield "where", f"{finding.where} of exchange {finding.exchange}"
    if group.places:
        yield "also", also(group)
    for label, sentence in (("why", group.why), ("advice", group.advice), ("waived", finding.waived or "")):
        if sentence:
            yield label, sentence
    yield "authority", finding.authority
    if finding.not_isolated:
        yield "isolated", f"no: {finding.not_isolated}"
    if len(group.steps) > 1:
        yield "repeat", NEEDS
        for line in group.steps:
            yield "", _cut(line, longest)
    else:
        yield "repeat", _cut(finding.curl, longest)


def group_text(group: Group) -> str:
    return "\n".join(f"{label:<10} {value}" for label, value in group_lines(group))


def also(group: Group) -> str:
    """Where it was seen beside the example, in one line."""
    here = group.finding.where
    wheres = [where for where in dict.fromkeys(place.where for place in group.places) if where != here]
    told = [", ".join(wheres[:_PLACES])] if wheres else []
    if len(wheres) > _PLACES:
        told.append(f"and {len(wheres) - _PLACES} more places")
    exchanges = len({place.exchange for place in group.places} - {group.finding.exchange})
    if exchanges:
        told.append(f"in {exchanges} more exchange{'s' if exchanges > 1 else ''}")
    return " ".join(told) or f"seen {group.seen} times"


def coverage_line(coverage: Coverage) -> str:
    """How much of what had to be seen was seen, and what was never sent."""
    never = [one.member for one in coverage.members if not one.sent]
    more = f" and {len(never) - _PLACES} more" if len(never) > _PLACES else ""
    told = f"; members never sent: {', '.join(never[:_PLACES])}{more}" if never else ""
    return f"goals: {coverage.reached} of {coverage.wanted} reached{told}"


def _cut(line: str, longest: int | None) -> str:
    if longest is None or len(line) <= longest:
        return line
    return f"{line[:longest]} … {len(line) - longest} more characters, whole in the report"
