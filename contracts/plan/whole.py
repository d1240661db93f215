"""What a schema asks of a body as a whole: members that go together, or never do, and how many there are.

Its members are drawn one by one. Here is found which of them make a body that the schema allows: the fewest more, where
something is lacking; the fewest less, where there is too much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any

_WORDS = frozenset(
    {"anyOf", "oneOf", "not", "if", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas"}
)
_TRIALS = 400

Members = dict[str, Any]
Allows = Callable[[Members], bool]


def is_bound(flat: Mapping[str, Any]) -> bool:
    """Does a flattened schema ask more of an object than each of its members does?"""
    return not _WORDS.isdisjoint(flat)


def lacking(allows: Allows, members: Members, others: Members) -> tuple[str, ...]:
    """The fewest of ``others`` with which ``members`` are allowed; none where nothing helps."""
    return next((names for names in _some(others) if allows({**members, **{n: others[n] for n in names}})), ())


def fitting(allows: Allows, members: Members, loose: Sequence[str], most: int | None) -> Members:
    """``members`` without the fewest of them that are too many; as they are, where leaving out does not help.

    ``loose`` are those that may be left out, by preference. ``most`` is how many there may be.
    """
    if allows(members):
        return members
    for names in _some(loose, max(0, len(members) - most) if most is not None else 0):
        fewer = {name: value for name, value in members.items() if name not in names}
        if allows(fewer):
            return fewer
    return members


def _some(names: Iterable[str], least: int = 0) -> Iterator[tuple[str, ...]]:
    """Each ``least`` of ``names``, each one more and so on; no more than can be tried."""
    listed = list(names)
    return islice((some for count in range(least, len(listed) + 1) for some in combinations(listed, count)), _TRIALS)
