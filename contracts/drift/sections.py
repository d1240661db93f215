"""The drifts of two revisions as a person asks: how bad, the customers' operation, what is shared, the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.drift.report import SEVERITIES, Drift
from contracts.drift.revisions.comparison import Comparison

_AROUND = {"servers": "Servers", "security": "Signing in"}


@dataclass
class Section:
    """``reaches`` are the operations that a shared part reaches; empty for an operation itself."""

    title: str
    drifts: list[Drift] = field(default_factory=list)
    reaches: tuple[str, ...] = ()
    is_of_customers: bool = False

    @property
    def is_harmless(self) -> bool:
        """Is it enough to count what is in it?"""
        return not self.is_of_customers and all(drift.severity == "info" for drift in self.drifts)

    def told(self, *, is_full: bool) -> list[list[Drift]]:
        """The drifts to show, each line's together: what happened to several members alike is one line."""
        found: dict[tuple[str, ...], list[Drift]] = {}
        for one in self.drifts:
            if is_full or self.is_of_customers or one.severity != "info":
                key = (one.severity, one.kind, one.contract, one.says, one.reason, one.path if is_full else "")
                found.setdefault(key, []).append(one)
        return list(found.values())

    def names_of(self, alike: Sequence[Drift], most: int) -> str:
        """The paths of drifts that are told in one line."""
        names = [self.path_of(one) for one in alike]
        more = len(names) - most
        places = {name.rpartition(" ")[0] for name in names}
        place = f"{places.pop()} " if len(names) > 1 and len(places) == 1 else ""
        shown = ", ".join(name.removeprefix(place) for name in names[:most])
        return place.lstrip() + shown + (f" and {more} more" if more > 0 else "")

    def count(self, severity: str) -> int:
        return sum(drift.severity == severity for drift in self.drifts)

    @property
    def counts(self) -> str:
        told = [f"{number} {severity}" for severity in SEVERITIES if (number := self.count(severity))]
        return ", ".join(told)

    def path_of(self, drift: Drift) -> str:
        """The path without what the title says already."""
        return drift.path.removeprefix(self.title).strip() or drift.path


@dataclass(frozen=True)
class Changes:
    """All that changed: ``sections`` with drifts, whole operations apart, and how many operations are left alone."""

    sections: tuple[Section, ...]
    removed: tuple[Drift, ...]
    deprecated: tuple[Drift, ...]
    new: tuple[Drift, ...]
    breaking: int
    harmless: int
    unchanged: int

    @property
    def summary(self) -> str:
        """One line: operations removed, changed in a breaking way, changed harmlessly, new."""
        told = [
            f"{len(self.removed)} removed",
            f"{self.breaking} changed in a breaking way",
            f"{self.harmless} changed harmlessly",
            f"{len(self.new)} new",
            f"{self.unchanged} unchanged",
        ]
        return f"operations: {', '.join(told)}"


def changes(comparison: Comparison, drifts: Sequence[Drift]) -> Changes:
    """The drifts of one document that was compared whole."""
    sections: dict[str, Section] = {}
    customers = comparison.title_of_customers
    for drift in drifts:
        if drift.group in ("removed", "new") or _is_deprecated(drift):
            continue
        if drift.group in _AROUND and not drift.operations:
            title = _AROUND[drift.group]
        else:
            title = drift.group or (drift.operations[0] if drift.operations else "The document itself")
        section = sections.setdefault(title, Section(title, is_of_customers=title == customers))
        section.drifts.append(drift)
        if drift.group:
            section.reaches = tuple(dict.fromkeys([*section.reaches, *drift.operations]))
    for section in sections.values():
        section.drifts.sort(key=lambda drift: SEVERITIES.index(drift.severity))
    ordered = sorted(sections.values(), key=_rank)
    touched = {title: "breaking" for drift in drifts if drift.severity == "breaking" for title in drift.operations}
    for drift in drifts:
        for title in drift.operations:
            touched.setdefault(title, "harmless")
    removed = tuple(drift for drift in drifts if drift.group == "removed")
    new = tuple(drift for drift in drifts if drift.group == "new")
    for drift in (*removed, *new):
        touched.pop(drift.path, None)
    states = list(touched.values())
    both = sum(wire in comparison.after for wire in comparison.before)
    deprecated = tuple(drift for drift in drifts if _is_deprecated(drift))
    return Changes(
        tuple(ordered), removed, deprecated, new, states.count("breaking"), states.count("harmless"), both - len(states)
    )


def _is_deprecated(drift: Drift) -> bool:
    """Is it a whole operation that is deprecated now?"""
    return drift.kind == "deprecation" and drift.operations == [drift.path]


def _rank(section: Section) -> tuple[bool, bool, bool, int, int]:
    return (
        not section.is_of_customers,
        section.title in _AROUND.values() or section.title == "The document itself",
        not section.reaches,
        -section.count("breaking"),
        -len(section.reaches),
    )
