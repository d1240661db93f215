"""What clauses ask of values, where the shape of a body does not tell: whether a quotient holds, how a text begins.

Which members such a clause looks at is seen by watching it. What it makes of them is tried out, on values for which the
answer is known: a clause that does not do as expected is asked about every body, slowly and rightly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from msgspec import UNSET

from contracts.audit.judge import BY_SHAPE, ClauseJudge
from contracts.clauses.clause import Clause
from contracts.spec.members import Pattern

_BEYOND = 10**30
_SUMS: tuple[tuple[Any, ...], ...] = (
    *itertools.permutations((600, 3, 200)),
    *itertools.permutations((7, 2, 3)),
    (10, 3, 3),
    (10, 3, 4),
    (10, 3, 5),
    (0, 0, 0),
    (100, 0, 7),
    (100, 7, 0),
    (-9, 2, -4),
    (-9, 2, -6),
    (600.5, 3, 200),
    (600, 3, 260.25),
    (600, 3, 1),
    (None, 3, 1),
    (600, True, 1),
    (600, 3, "1"),
    (10**31, 1, 1),
    (600, 3, UNSET),
    (UNSET, 3, 1),
)
_TEXTS: tuple[Any, ...] = ("", "x", "c", "C", "_", None, 5, 1.5, True, [], UNSET)


@dataclass(frozen=True)
class Fact:
    """``of`` the values at ``places`` (``UNSET`` where nothing stands): None, where the clause then says nothing."""

    clause: str
    places: tuple[Pattern, ...]
    of: Callable[..., Hashable]


def facts(judge: ClauseJudge, clauses: Sequence[Clause], sample: dict[str, Any]) -> tuple[Fact, ...] | None:
    """A fact for each clause that judges by values; None where there is a clause whose fact nobody knows.

    ``sample`` is a body that has all members.
    """
    made: list[Fact] = []
    for clause in clauses:
        if clause.id in BY_SHAPE:
            continue
        fact = _fact(judge, clause, sample)
        if fact is None:
            return None
        made.append(fact)
    return tuple(made)


def _fact(judge: ClauseJudge, clause: Clause, sample: dict[str, Any]) -> Fact | None:
    try:
        places = judge.reads(clause, sample)
        for fact, tries in _supposed(judge, clause, sorted(places or ())):
            if _does(judge, clause, sample, fact, tries):
                return fact
    except Exception:  # noqa: BLE001 - a clause that raises on a sample is asked about every body, and told where it raises
        return None
    return None


def _supposed(
    judge: ClauseJudge, clause: Clause, places: list[Pattern]
) -> Iterator[tuple[Fact, Sequence[tuple[Any, ...]]]]:
    if len(places) == 1 and (prefix := judge.prefixes.get(places[0])):

        def begins(value: Any) -> Hashable:
            return None if value is UNSET or (isinstance(value, str) and value.startswith(prefix)) else "begins"

        texts = (*_TEXTS, prefix, f"{prefix}x", f"x{prefix}", prefix[:-1], prefix.upper())
        yield Fact(clause.id, (places[0],), begins), [(text,) for text in texts]
    if len(places) == 3:
        for order in itertools.permutations(places):
            yield Fact(clause.id, order, quotient), _SUMS


def quotient(total: Any, count: Any, average: Any) -> Hashable:
    """Is ``average`` the quotient of the others, however it is rounded? Something is said of a wrong one only."""
    if type(total) is type(count) is type(average) is int:
        wrong = count and not abs(average * count - total) < abs(count)
        return "quotient" if wrong and max(map(abs, (total, count, average))) < _BEYOND else None
    if any(type(value) not in (int, float) or not -_BEYOND < value < _BEYOND for value in (total, count, average)):
        return None
    total, count, average = map(Fraction, (total, count, average))
    return "quotient" if count and not abs(average * count - total) < abs(count) else None


def _does(
    judge: ClauseJudge, clause: Clause, sample: dict[str, Any], fact: Fact, tries: Sequence[tuple[Any, ...]]
) -> bool:
    """Does ``clause`` say nothing where ``fact`` is None, and one and the same thing where it is not?"""
    said: set[frozenset[tuple[str, str]]] = set()
    for values in tries:
        body = sample
        for place, value in zip(fact.places, values, strict=True):
            body = _with(body, place, value)
        says = judge.says(clause, body)
        if (fact.of(*values) is None) != (not says):
            return False
        said.add(says)
    return len(said) == 2


def _with(body: dict[str, Any], place: Pattern, value: Any) -> dict[str, Any]:
    if len(place) > 1:
        return {**body, place[0]: _with(body[place[0]], place[1:], value)}
    kept = {name: other for name, other in body.items() if name != place[0]}
    return kept if value is UNSET else {**kept, place[0]: value}
