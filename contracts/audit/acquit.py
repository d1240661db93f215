"""Most recorded bodies are as they should be: those are acquitted here, many lines at once, microseconds each.

A body is acquitted when no clause that can judge a body would find anything in it. What the clauses would merely
observe is counted here as well. Everything else is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET

from contracts.audit.shapes import Shape, Untranslatable, present, shape, steps_of
from contracts.audit.tally import Tally
from contracts.clauses.schema import ID_OF_ANOTHER_FORM, forbidden_if_strict
from contracts.spec.contract import Contract
from contracts.spec.members import Pattern

LEARNT = 50
"""Undeclared members that the types learn to read; bodies with more of them are left to the clauses."""

_ORDERS = ("summary", "orders")
_AMOUNTS = ("total_amount", "total_count", "average_amount")
_REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)

Get = Callable[[Any], Any]
Print = Callable[[Iterable[Any]], bytes]


class Acquitter:
    """For one contract. ``acquits`` whole lines, counting in ``tally``; learns undeclared members by ``learn``."""

    def __init__(self, contract: Contract, tally: Tally) -> None:
        self.contract = contract
        self.extra: frozenset[Pattern] = frozenset()
        self.tally = tally
        self.unseen = {member.path for member in contract.answer_members}
        self._build()
        self._look_for()

    def count_in(self, tally: Tally) -> None:
        """Count in ``tally`` from now on; a member is noted as seen in the first tally only."""
        self.tally = tally

    def learn(self, undeclared: Pattern) -> None:
        """Read the undeclared member ``undeclared`` from now on, and count it."""
        if undeclared not in self.extra and len(self.extra) < LEARNT:
            self.extra |= {undeclared}
            self._build()
            self._look_for()

    def acquits(self, lines: bytes) -> int:
        """How many bodies there are in ``lines``, each ended by a line end; 0 where one may have something in it."""
        if not self.works:
            return 0
        values = self._read(lines, self._usual) or self._read(lines, self._loose)
        if not (self._averages_hold(values) and self._hold_no_customer(values)):
            return 0
        self._observe(values)
        self.tally.judged += len(values)
        return len(values)

    def _read(self, lines: bytes, decode: Callable[[bytes], list[Any]]) -> list[Any]:
        """The values of ``lines``; none where one is not as declared, or has a name twice.

        Printed again a name that was there twice is there once. What else changes when the usual values are printed
        again (white space, escapes) makes them shorter as well, so that of equal length they are without.
        """
        try:
            values = decode(lines)
            printed = self._printed(values)
        except _REFUSED:
            return []
        if len(printed) == len(lines) and decode is self._usual:
            return values
        return values if _no_name_twice(lines, printed) else []

    def _build(self) -> None:
        self.works = False
        try:
            self.root: Shape = shape(self.contract.answer.schema, self.extra)
            loose = shape(self.contract.answer.schema, self.extra, Any)
            self._usual = msgspec.json.Decoder(self.root.type).decode_lines
            self._loose = msgspec.json.Decoder(loose.type).decode_lines
        except (Untranslatable, TypeError, ValueError):
            return
        self._printed: Print = msgspec.json.Encoder().encode_lines
        fields = self.root.fields
        nulls = self.contract.ambiguous_nulls if self.contract.nulls == "lenient" else frozenset()
        self._nulls = [(pattern, attrgetter(fields[pattern[0]][0])) for pattern in nulls if pattern[0] in fields]
        self._id = attrgetter(fields["id"][0]) if "id" in fields else None
        self._free: list[Get] = [attrgetter(name) for name, below in fields.values() if below.is_free]
        self._learnt = [(pattern, steps) for pattern in self.extra if (steps := steps_of(self.root, pattern))]
        amounts = [steps_of(self.root, (*_ORDERS, name)) for name in _AMOUNTS]
        orders = steps_of(self.root, _ORDERS)
        self._orders = attrgetter(".".join(orders)) if orders else None
        self._amounts: Get | None = attrgetter(*(steps[-1] for steps in amounts if steps)) if any(amounts) else None
        self.works = (
            bool(fields)
            and ("id" not in fields or fields["id"][1].type is str)
            and len([steps for steps in amounts if steps]) in (0, len(_AMOUNTS))
            and all(len(pattern) == 1 for pattern in nulls)
        )

    def _averages_hold(self, values: list[Any]) -> bool:
        get, amounts = self._orders, self._amounts
        if get is None or amounts is None:
            return True
        for value in values:
            try:
                total, count, average = amounts(get(value))
                if count and not abs(average * count - total) < abs(count):
                    return False
            except (AttributeError, TypeError):  # no orders, or one of the three is not there: nothing to divide
                continue
        return True

    def _hold_no_customer(self, values: list[Any]) -> bool:
        """A customer wrapped in a member is for the clauses."""
        for get in self._free:
            for value in values:
                inner = get(value)
                if inner and type(inner) is dict and inner.get("object") == "customer":
                    return False
        return True

    def _observe(self, values: list[Any]) -> None:
        tally = self.tally
        if self._id is not None and (
            strange := [id_ for id_ in map(self._id, values) if id_ is not UNSET and id_[:5] != "cust_"]
        ):
            tally.observed["schema.id-prefix", ID_OF_ANOTHER_FORM] += len(strange)
        for pattern, get in self._nulls:
            if nulls := [given for given in map(get, values) if given is None]:
                tally.observed["schema.nulls", forbidden_if_strict(pattern)] += len(nulls)
        for pattern, steps in self._learnt:
            tally.undeclared[pattern] += sum(present(value, steps) for value in values)
        while seen := [pattern for pattern, steps in self._frontier if _any_has(values, steps)]:
            self.unseen.difference_update(seen)
            tally.seen.update(seen)
            self._look_for()

    def _look_for(self) -> None:
        """The members not seen yet whose parent was: the only ones to look for."""
        self._frontier = [
            (pattern, steps)
            for pattern in (self.unseen if self.works else ())
            if not any(pattern[:n] in self.unseen for n in range(1, len(pattern)))
            and (steps := steps_of(self.root, pattern))
        ]


def _any_has(values: list[Any], steps: tuple[str, ...]) -> bool:
    if len(steps) == 1:
        return bool([given for given in map(attrgetter(steps[0]), values) if given is not UNSET])
    return any(present(value, steps) for value in values)


def _no_name_twice(lines: bytes, printed: bytes) -> bool:
    """Have ``lines`` as many member names as ``printed``, in which each is there once? False where it is not sure."""
    if any(odd in lines for odd in (b'" :', b'"\t:', b'"\r:', b"\\u0022")):
        return False
    return lines.count(b'":') == printed.count(b'":')
