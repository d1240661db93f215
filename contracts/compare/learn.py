"""What differs by itself, learnt from the same target answering the same requests twice. There is no list of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from contracts.compare.difference import Comparison
from contracts.compare.facts import Side
from contracts.compare.latency import latencies
from contracts.compare.pairing import pairs, repeated

MANY = 6
"""Answers after which it is no chance that each had a value of its own."""


def learn(sides: Iterable[Side], same_target: Iterable[tuple[Side, Side]] = ()) -> frozenset[tuple[str, str]]:
    """Facts that differ between answers of one target: within each run, and between two runs against it."""
    found: set[tuple[str, str]] = set()
    for side in sides:
        # names that two answers of one run give are not made up for each run
        found |= {one.fact for one in Comparison(side, side).differences(repeated(side))}
        found |= set(_ever_new(side))
    for one_run, again in same_target:
        matched = list(pairs(one_run, again))
        found |= {one.fact for one in (*Comparison(one_run, again).differences(matched), *latencies(matched))}
    return frozenset(found)


def _ever_new(side: Side) -> Iterator[tuple[str, str]]:
    """Headers and members that were another in each of many answers: counters, ids of requests."""
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    for facts in side.facts:
        for name, value in facts.headers.items():
            values["header", f"header {name}"].append(value)
        for path, member in facts.members.items():
            if isinstance(member, str | int) and not isinstance(member, bool):
                values["value", path].append(str(member))
    for fact, seen in values.items():
        if len(seen) >= MANY and len(set(seen)) == len(seen):
            yield fact
