"""What an audit counts, in memory that does not grow with the traffic; two tallies add up to one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TypeVar

from contracts.spec.members import Pattern

MOST = 200
"""Distinct findings, undeclared members and the like that are told apart; the rest is counted together."""
REST = "… and others"

Key = TypeVar("Key", str, tuple[str, ...], tuple[str, str])


@dataclass(frozen=True)
class Example:
    """Where a thing was first seen (``line`` or entry, from 1), and how it looked there."""

    source: str
    line: int
    where: str
    observed: str
    required: str = ""
    body: bytes = b""
    """Of the body, what may be shown (``example.excerpt``)."""


@dataclass
class Tally:
    """``findings`` by clause and general path; ``marks``, ``skipped`` and ``damaged`` by what they are."""

    lines: int = 0
    judged: int = 0
    exchanges: int = 0
    """Of those judged, the ones whose request is known as well."""
    reprinted: int = 0
    seen: set[Pattern] = field(default_factory=set)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    observed: Counter[tuple[str, str]] = field(default_factory=Counter)
    undeclared: Counter[Pattern] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    """Answers on which a clause raised, by clause: our own bug, never a pass."""
    first: dict[tuple[str, str], Example] = field(default_factory=dict)
    """The first example of a finding by its key, of a damage by ``("damaged", what)``, of an error by
    ``("error", clause)``."""

    def damage(self, what: str, example: Example) -> None:
        self.damaged[what] += 1
        self.first.setdefault(("damaged", what), example)

    def fail(self, clause: str, example: Example) -> None:
        self.errors[clause] += 1
        self.first.setdefault(("error", clause), example)

    def moved(self, lines: int) -> Tally:
        """The same, of a part of a source that has ``lines`` before it."""
        return replace(self, first={key: replace(one, line=one.line + lines) for key, one in self.first.items()})

    def add(self, later: Tally) -> None:
        """Add what was counted after it."""
        for key, number in sorted(later.findings.items()):
            kept = key if key in self.findings or len(self.findings) < MOST else (key[0], REST)
            self.findings[kept] += number
            self.first.setdefault(kept, later.first[key])
        for what in later.damaged:
            self.first.setdefault(("damaged", what), later.first["damaged", what])
        for clause in later.errors:
            self.first.setdefault(("error", clause), later.first["error", clause])
        self.lines += later.lines
        self.judged += later.judged
        self.exchanges += later.exchanges
        self.reprinted += later.reprinted
        self.seen |= later.seen
        for name in ("marks", "skipped", "damaged", "errors"):
            getattr(self, name).update(getattr(later, name))
        _bounded(self.observed, later.observed, ("", REST))
        _bounded(self.undeclared, later.undeclared, (REST,))


def by_number(counts: Counter[Key]) -> list[tuple[Key, int]]:
    """Most first, and equal ones in an order that does not depend on who counted."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _bounded(counts: Counter[Key], more: Counter[Key], rest: Key) -> None:
    """Add ``more`` to ``counts``, counting what would exceed ``MOST`` keys under ``rest``."""
    for key, number in sorted(more.items()):
        counts[key if key in counts or len(counts) < MOST else rest] += number
