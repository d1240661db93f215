"""Most recorded bodies are of a shape that was seen before, and a shape that was seen is a verdict that is known.

Many lines are read at once (``typed.py``). Bodies that are as declared need no further look. For the others a key is
made of what is wrong where, and of the facts that clauses ask of values; the clauses judge the first body of each key,
and their verdict is counted for all others of that key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.audit.example import excerpt
from contracts.audit.judge import ClauseJudge, Found, Verdict
from contracts.audit.sdk import NULLS, Restorer
from contracts.audit.tally import Example, Tally
from contracts.audit.typed import MEMBERS, Lines, TypedReader
from contracts.spec.members import Pattern

KNOWN = 4096
"""Verdicts that are kept."""

Key = tuple[tuple[Hashable, Hashable], ...]
"""What is wrong where, and what the facts are; nothing where the clauses find and observe nothing."""
Row = tuple[Hashable, ...]


@dataclass(frozen=True)
class Outcome:
    """The verdict on one body, and how one saw that an SDK had printed it."""

    verdict: Verdict
    marks: frozenset[str]
    body: Any
    """As it was on the wire: what examples show."""


Explain = Callable[[bytes], Outcome | None]
"""Judges one line by the clauses, counting nothing; None where it is no body, or a clause raised."""


class FastPath:
    """For one resource. ``count`` judges whole lines; ``learn`` has it read what it could not."""

    def __init__(self, judge: ClauseJudge, restorer: Restorer, explain: Explain) -> None:
        self.judge = judge
        self.restorer = restorer
        self.explain = explain
        self.reader = TypedReader(judge, restorer)
        self.known: dict[Key, Outcome] = {}
        self._unseen: set[Pattern] = set()

    def start(self) -> None:
        """Count for a new tally from now on."""
        self._unseen = set(self.judge.patterns)
        self._look_for()

    def learn(self, body: Any, undeclared: Iterable[Pattern]) -> None:
        """Read from now on what ``body`` was refused for: values at declared places, and ``undeclared`` members."""
        if self.reader.learn(body, undeclared):
            self._look_for()

    def count(self, lines: bytes, tally: Tally, source: str) -> int:
        """How many bodies there are in ``lines``, each ended by a line end; 0 where one of them is for the clauses.

        What is to be said of them is counted in ``tally``, where ``tally.lines`` lines came before.
        """
        values, doubled = self.reader.read(lines)
        if not values:
            return 0
        columns = self.reader.columns(values, doubled)
        if not columns:
            tally.judged += len(values)
        elif not self._count_by_key(values, columns, lines, tally, source):
            return 0
        self._observe(values, tally)
        return len(values)

    def _count_by_key(
        self, values: list[Any], columns: dict[Hashable, list[Hashable]], lines: bytes, tally: Tally, source: str
    ) -> bool:
        """Count each body by the verdict on its key; False, and nothing counted, where there is none to be had."""
        rows: list[Row] = list(zip(*columns.values(), strict=True))
        firsts = dict(zip(reversed(rows), range(len(rows) - 1, -1, -1), strict=True))
        keys = {row: self._key(columns, row) for row in firsts}
        texts = Lines(lines)
        outcomes: dict[Row, Outcome | None] = {}
        for row, first in firsts.items():
            outcome = self._outcome(keys[row], texts, first) if keys[row] else None
            if outcome is None and keys[row]:
                return False
            outcomes[row] = outcome
        numbers = Counter(rows)
        for row, first in sorted(firsts.items(), key=lambda item: item[1]):
            outcome = outcomes[row]
            tally.judged += numbers[row]
            if outcome is not None:
                self._add(tally, outcome, numbers[row], source, texts, first)
        for row, outcome in outcomes.items():
            if outcome is not None and NULLS in outcome.marks:
                self._remove_nulls(keys[row], [value for value, its in zip(values, rows, strict=True) if its == row])
        return True

    def _outcome(self, key: Key, texts: Lines, first: int) -> Outcome | None:
        if key not in self.known:
            outcome = self.explain(texts[first])
            if outcome is None:
                return None
            if len(self.known) >= KNOWN:
                self.known.clear()
            self.known[key] = outcome
        return self.known[key]

    def _add(self, tally: Tally, outcome: Outcome, number: int, source: str, texts: Lines, first: int) -> None:
        """Count ``outcome`` for ``number`` bodies. An example is of the very line that it names."""
        verdict = outcome.verdict
        if any((one.clause, one.path) not in tally.first for one in verdict.findings):
            told = self.explain(texts[first]) or outcome
            for one in told.verdict.findings:
                if (one.clause, one.path) not in tally.first:
                    line = tally.lines + texts.number(first)
                    tally.first[one.clause, one.path] = example(one, source, line, "", told.body)
        for one in verdict.findings:
            tally.findings[one.clause, one.path] += number
        for what in verdict.observed:
            tally.observed[what] += number
        if outcome.marks:
            tally.reprinted += number
            for mark in outcome.marks:
                tally.marks[mark] += number

    @staticmethod
    def _key(columns: dict[Hashable, list[Hashable]], row: Row) -> Key:
        """What is wrong in a body, whatever is wrong in its neighbours; how many members it has is not wrong."""
        key = tuple((name, what) for name, what in zip(columns, row, strict=True) if what)
        return () if len(key) == 1 and key[0][0] == MEMBERS else key

    def _remove_nulls(self, key: Key, values: Sequence[Any]) -> None:
        """An SDK printed them where nothing was: nothing was seen there."""
        wrong = {name for name, _ in key}
        for place in self.reader.places:
            if place.pattern in wrong and place.pattern not in self.restorer.nullable:
                for value in values:
                    place.remove_nulls(value)

    def _observe(self, values: list[Any], tally: Tally) -> None:
        for place in self.reader.learnt:
            if number := place.number_in(values):
                tally.undeclared[place.pattern] += number
        while seen := {place.pattern for place in self._frontier if place.is_in(values)}:
            self._unseen -= seen
            tally.seen.update(seen)
            self._look_for()

    def _look_for(self) -> None:
        """The members not seen yet whose parent was: the only ones to look for."""
        unseen = self._unseen if self.reader.works else ()
        self._frontier = self.reader.places_of(
            pattern for pattern in unseen if not any(pattern[:n] in unseen for n in range(1, len(pattern)))
        )


def example(one: Found, source: str, line: int, inside: str, body: Any) -> Example:
    """``one`` finding in ``body``, which stood ``inside`` an answer."""
    where = f"${inside}{one.where[1:]}" if one.where.startswith("$") else one.where
    return Example(source, line, where, one.observed, one.required, excerpt(body, one.where))
