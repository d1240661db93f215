"""The lines of a recording are decoded at once, by types made from the document's schema.

The types are made anew as they learn: undeclared members by their names, and places at which values are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET

from contracts.audit.facts import Fact, facts
from contracts.audit.judge import FEW, OF_A_BODY, ClauseJudge
from contracts.audit.places import Place, place_of, refused
from contracts.audit.recorded import ENVELOPE
from contracts.audit.sdk import Restorer
from contracts.audit.shapes import Shape, Untranslatable, shape
from contracts.spec.members import Pattern

LEARNT = 50
"""Undeclared members that the types learn to read; bodies with more of them are left to the clauses."""
RELAXED = 100
"""Places at which the types learn to take any value; bodies with more of them wrong are left to the clauses."""

MEMBERS = "members"
"""The column of which members are there."""

Print = Callable[[Iterable[Any]], bytes]
_REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)
_TWICE = "a name twice"


class TypedReader:
    """For one resource. ``works`` is false where its schema says what no type can; then nothing is read."""

    def __init__(self, judge: ClauseJudge, restorer: Restorer) -> None:
        self.judge = judge
        self.restorer = restorer
        self.extra: frozenset[Pattern] = frozenset()
        self.relaxed: frozenset[Pattern] = frozenset()
        self.nullable: frozenset[Pattern] = frozenset()
        self._facts: tuple[Fact, ...] | None = None
        self.works = self._build()

    def learn(self, body: Any, undeclared: Iterable[Pattern]) -> bool:
        """Read from now on what ``body`` was refused for: values at declared places, and ``undeclared`` members.

        True where there was anything to learn.
        """
        if not self.works or not isinstance(body, dict):
            return False
        extra = self.extra | {pattern for pattern in undeclared if self._can_be_read(pattern)}
        relaxed = self.relaxed | set(refused(self.root, body))
        extra, relaxed = self._bounded(self.extra, extra, LEARNT), self._bounded(self.relaxed, relaxed, RELAXED)
        if (extra, relaxed) == (self.extra, self.relaxed):
            return False
        before = self.extra, self.relaxed
        self.extra, self.relaxed = extra, relaxed
        if not self._build():
            self.extra, self.relaxed = before
            self._build()
        return True

    def read(self, lines: bytes) -> tuple[list[Any], list[Hashable] | None]:
        """The values of ``lines``, and which of them have a name twice; none where one is for the clauses.

        Printed again a name that was there twice is there once. What else changes when the usual values are printed
        again (white space, escapes) makes them shorter as well, so that of equal length they are without.
        """
        for decode in (self._usual, self._loose) if self.works else ():
            try:
                values: list[Any] = decode(lines)
                printed = self._printed(values)
            except _REFUSED:
                continue
            if self._holds_a_customer(values):
                return [], None
            if len(printed) == len(lines) and decode is self._usual:
                return values, None
            return self._doubled(values, lines, printed)
        return [], None

    def _doubled(self, values: list[Any], lines: bytes, printed: bytes) -> tuple[list[Any], list[Hashable] | None]:
        if any(odd in lines for odd in (b'" :', b'"\t:', b'"\r:', b"\\u0022")):
            return [], None
        if lines.count(b'":') == printed.count(b'":'):
            return values, None
        texts = Lines(lines)
        doubled: list[Hashable] = []
        for number, value in enumerate(values):
            more = texts[number].count(b'":') - self._printed([value]).count(b'":')
            if more > 1:  # in one object, in two: that depends
                return [], None
            doubled.append(_TWICE if more else None)
        return values, doubled

    def columns(self, values: list[Any], doubled: list[Hashable] | None) -> dict[Hashable, list[Hashable]]:
        """By place or fact: what is wrong or unusual there in each value; only those where something is in one."""
        columns: dict[Hashable, list[Hashable]] = {}
        for place in self.places:
            if (found := place.classes(values)) is not None:
                columns[place.pattern] = found
        if columns:
            columns[MEMBERS] = [self._members_in(value) for value in values]
        for place in self._nulls:
            if (nulls := place.nulls(values)) is not None:
                columns["null", place.pattern] = nulls
        for fact, places in self._asked:
            said = list(map(fact.of, *(place.values(values) for place in places)))
            if any(said):
                columns["fact", fact.clause] = said
        if doubled is not None:
            columns[_TWICE] = doubled
        return columns

    def places_of(self, patterns: Iterable[Pattern]) -> list[Place]:
        return [place for pattern in patterns if (place := place_of(self.root, pattern)) is not None]

    def _build(self) -> bool:
        """Make the types anew. False where the schema says what they cannot."""
        schema, judge = self.judge.schema, self.judge
        try:
            always: frozenset[Pattern] = frozenset()
            for _ in range(2):  # once more where a place must be watched from the beginning
                relaxed = self.relaxed | always
                self.root: Shape = shape(schema, self.extra, relaxed, draft4=judge.is_draft4)
                always = frozenset(_unsure(self.root, ()))
            loose = shape(schema, self.extra, relaxed, Any, draft4=judge.is_draft4)
            self._usual = msgspec.json.Decoder(self.root.type).decode_lines
            self._loose = msgspec.json.Decoder(loose.type).decode_lines
        except (Untranslatable, TypeError, ValueError):
            return False
        self._printed: Print = msgspec.json.Encoder().encode_lines
        fields = self.root.fields
        if not fields or ENVELOPE & set(fields):
            return False
        if self._facts is None:
            self._facts = facts(judge, OF_A_BODY, self.root.sample())
        if self._facts is None:
            return False
        self.places = self.places_of([*sorted(relaxed)])
        self._nulls = self.places_of(judge.observed_nulls)
        self.learnt = self.places_of(sorted(self.extra))
        self._asked = [(fact, self.places_of(fact.places)) for fact in self._facts]
        self.nullable = frozenset(_nullable(self.root, ()))
        self._all = _getter([name for name, _ in fields.values()])
        self._declared = _getter([name for name, part in fields.values() if not part.is_extra])
        self._open: list[Callable[[Any], Any]] = [
            attrgetter(name)
            for wire, (name, part) in fields.items()
            if part.is_free or part.step == "*" or (wire,) in relaxed
        ]
        return all(len(places) == len(fact.places) for fact, places in self._asked) and not any(
            len(judge.telling & set(part.fields)) > 1 for _, part in fields.values()
        )

    def _can_be_read(self, pattern: Pattern) -> bool:
        """May an undeclared member be read by its name? Not where the name may mean more than that."""
        *_, name = pattern
        declared = self.restorer.below.get(pattern[:-1], set())
        means_more = self.restorer.wire_name(name, declared) is not None
        is_special = ENVELOPE if len(pattern) == 1 else self.judge.telling if len(pattern) == 2 else frozenset[str]()
        return not means_more and name not in is_special

    @staticmethod
    def _bounded(before: frozenset[Pattern], after: frozenset[Pattern], most: int) -> frozenset[Pattern]:
        return before | frozenset(sorted(after - before)[: most - len(before)])

    def _members_in(self, value: Any) -> Hashable:
        """Are all declared members there, as in a class that was printed? Are they few, as in a reference?"""
        declared = self._declared(value)
        absent = declared.count(UNSET)
        if len(declared) - absent <= FEW:
            return tuple((at, type(member)) for at, member in enumerate(self._all(value)) if member is not UNSET)
        return None if absent else "all"

    def _holds_a_customer(self, values: list[Any]) -> bool:
        """May one of them be a customer wrapped in a member, or a list of customers? That is for the clauses."""
        tells, looks_like_one = self.judge.telling.isdisjoint, self.judge.looks_like_one
        for get in self._open:
            for inner in filter(None, map(get, values)):
                if type(inner) is dict and not tells(inner) and self.judge.may_be_wrapped(inner):
                    return True
                if type(inner) is list and any(map(looks_like_one, inner)):
                    return True
        return False


class Lines:
    """The lines that hold a value, split only when one is asked for."""

    def __init__(self, lines: bytes) -> None:
        self._all = lines
        self._split: list[tuple[int, bytes]] = []

    def _values(self) -> list[tuple[int, bytes]]:
        if not self._split:
            self._split = [(n, line) for n, line in enumerate(self._all.split(b"\n"), 1) if line.strip()]
        return self._split

    def __getitem__(self, index: int) -> bytes:
        return self._values()[index][1].strip()

    def number(self, index: int) -> int:
        """Which line it is, from 1."""
        return self._values()[index][0]


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*names) if len(names) > 1 else attrgetter(*names * 2)  # a tuple in any case


def _nullable(here: Shape, path: Pattern) -> Iterable[Pattern]:
    if here.is_nullable:
        yield path
    for name, (_, part) in here.fields.items():
        yield from _nullable(part, (*path, name))
    if here.below is not None:
        yield from _nullable(here.below, (*path, here.step or "[]"))


def _unsure(here: Shape, path: Pattern) -> Iterable[Pattern]:
    """The places whose values no type tells of: they are watched from the beginning."""
    if here.type is Any and here.check is not None and not here.is_free:
        yield path
    for name, (_, part) in here.fields.items():
        yield from _unsure(part, (*path, name))
    if here.below is not None:
        yield from _unsure(here.below, (*path, here.step or "[]"))
