"""The story of one instance: the exchanges about it, in order, and what they leave open."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from contracts.clauses.evidence import Evidence

_LAST = 2
"""Earlier writes of a member that a finding's steps repeat."""
Name = tuple[str, str]
"""A key and its value as text."""


def overlapping(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Groups of exchanges of which each overlaps another one in time: any order may explain their answers."""
    groups: list[list[Evidence]] = []
    ends = 0.0
    for one in sorted(evidence, key=lambda e: (e.exchange.started, e.exchange.number)):
        if groups and one.exchange.started < ends:
            groups[-1].append(one)
        else:
            groups.append([one])
        ends = max(ends, one.exchange.ended)
    return [group for group in groups if len(group) > 1]


@dataclass(eq=False)
class Story:
    """The exchanges about one instance, in order: those that named it, and what was refused as well."""

    name: Name | None
    """The key by which it was first named."""
    id: str | None = None
    """Its key of the server's, as text, once an answer showed it."""
    is_known: bool = False
    """Was it there before the run?"""
    evidence: list[Evidence] = field(default_factory=list)
    deleted: Evidence | None = None
    before: Story | None = None
    """One of the same client's key that was deleted."""
    begins_with_create: bool = False
    is_made: bool = False
    """Has a write about it succeeded?"""
    accepted_invalid: set[str] = field(default_factory=set)

    @property
    def label(self) -> str | None:
        return self.name[1] if self.name else self.id

    def is_there_at(self, evidence: Evidence) -> bool:
        """Had nobody begun to delete it when ``evidence`` ended?"""
        deletion = self.deleted.exchange if self.deleted else None
        one = evidence.exchange
        return deletion is None or (one.number < deletion.number and one.ended <= deletion.started)

    @cached_property
    def answers(self) -> list[Evidence]:
        """Writes with the run's credentials that the server carried out, with an instance in the answer."""
        return [e for e in self.evidence if e.writes and e.returned is not None]

    def around(self, evidence: Evidence) -> tuple[Evidence | None, Evidence | None]:
        """The last of its answers before ``evidence``, and the first one after."""
        place = bisect_left(self.answers, evidence.exchange.number, key=lambda e: e.exchange.number)
        return (self.answers[place - 1] if place else None), (
            self.answers[place] if place < len(self.answers) else None
        )

    def is_named_by(self, evidence: Evidence) -> bool:
        """Does a path name it by a key that is its own for sure?"""
        own = {self.id, self.name[1] if self.name and self.begins_with_create else None} - {None}
        return bool(own & set(evidence.parameters.values()))

    def was_made_before(self, evidence: Evidence) -> bool:
        """Had a write about it succeeded before ``evidence``?"""
        return bool(self.answers) and self.answers[0].exchange.number < evidence.exchange.number

    @property
    def creation(self) -> Evidence | None:
        """The request that made it, where this run did."""
        first = next(iter(self.answers), None)
        return first if self.begins_with_create and not self.is_known else None

    def leading_to(self, number: int, member: str) -> tuple[int, ...]:
        """Numbers of the exchanges before ``number`` that lead to it: the first, the last that sent ``member``, and its
        deletion."""
        first = self.answers[0].exchange.number if self.answers else number
        gone = self.deleted.exchange.number if self.deleted else number
        senders = self._senders.get(member, [])
        before = senders[max(0, (end := bisect_left(senders, number)) - _LAST) : end]
        return tuple(one for one in (first, *before, gone) if one <= number)

    @cached_property
    def _senders(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for evidence in self.answers:
            for name in evidence.sent:
                found.setdefault(name, []).append(evidence.exchange.number)
        return found

    @cached_property
    def at_once(self) -> list[list[Evidence]]:
        """Groups of writes about it, deletions included, that overlapped."""
        return overlapping([e for e in self.evidence if e.may_write])

    @cached_property
    def in_company(self) -> dict[int, frozenset[str]]:
        """By the numbers of writes that overlapped others: the members that those others sent."""
        found: dict[int, frozenset[str]] = {}
        for group in self.at_once:
            senders = Counter(name for evidence in group for name in evidence.sent)
            for evidence in group:
                others = (name for name, count in senders.items() if count > (name in evidence.sent))
                found[evidence.exchange.number] = frozenset(others)
        return found

    @cached_property
    def upserts(self) -> list[tuple[Evidence, Evidence]]:
        """Each later answer to a write about it, beside the one before it; none that others overlapped."""
        alone = pairwise(self.answers)
        company = self.in_company
        return [p for p in alone if not company or not {p[0].exchange.number, p[1].exchange.number} & company.keys()]

    @cached_property
    def unsure(self) -> list[int]:
        """Numbers of the writes and deletions of which no answer says what they made of it."""
        return [
            e.exchange.number
            for e in self.evidence
            if e.may_write and not e.refused and not (e.writes and e.returned is not None)
        ]

    def unsure_before(self, evidence: Evidence) -> bool:
        """Was there a write or deletion before ``evidence`` whose end nobody told?"""
        deleted = {self.deleted.exchange.number} if self.deleted else set()
        first = next((number for number in self.unsure if number not in deleted), None)
        return first is not None and first < evidence.exchange.number

    def is_unsure_between(self, one: Evidence, other: Evidence) -> bool:
        """Is there such a write after ``one`` and before ``other``?"""
        place = bisect_left(self.unsure, one.exchange.number)
        return place < len(self.unsure) and self.unsure[place] < other.exchange.number

    @cached_property
    def uncertain(self) -> dict[int, frozenset[str]]:
        """By the number of an answer: members sent since the one before, with no word if they were written."""
        found: dict[int, frozenset[str]] = {}
        sent: set[str] = set()
        for evidence in self.evidence:
            if evidence.writes and evidence.returned is not None:
                found[evidence.exchange.number], sent = frozenset(sent), set()
            elif evidence.may_write and not evidence.refused:
                sent |= evidence.sent.keys()
        return found
