"""Is what came back what was sent? Equal, changed, or equal but for what servers commonly normalise.

Source: RFC 8259 section 6 (numbers beyond 2^53 may lose digits); the contract's "What was sent comes back".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from contracts.wire import MISSING, JSONPath

Likeness = Literal["equal", "normalised", "unwritten", "lost-digits", "different"]
EXACT = 2**53


@dataclass(frozen=True)
class Pair:
    """A value sent at ``path`` and what came back there (``MISSING`` where nothing did)."""

    path: JSONPath
    sent: Any
    returned: Any
    likeness: Likeness


def pairs(sent: Any, returned: Any, path: JSONPath) -> Iterator[Pair]:
    """Every value within ``sent`` beside its counterpart, objects and arrays taken apart.

    A null may come back as null or not at all. Members that were not sent are nobody's business here.
    """
    if isinstance(sent, dict) and isinstance(returned, dict):
        if not sent:
            yield Pair(path, sent, returned, "equal")
        for name, value in sent.items():
            yield from pairs(value, returned.get(name, MISSING), (*path, name))
    elif isinstance(sent, list) and isinstance(returned, list):
        if len(sent) != len(returned):
            sent, returned = _without_nulls(sent), _without_nulls(returned)
        if len(sent) != len(returned):
            yield Pair(path, sent, returned, "different")
            return
        if not sent:
            yield Pair(path, sent, returned, "equal")
        for index, (one, other) in enumerate(zip(sent, returned, strict=True)):
            yield from pairs(one, other, (*path, index))
    else:
        yield Pair(path, sent, returned, _likeness(sent, returned, path))


def _likeness(sent: Any, returned: Any, path: JSONPath) -> Likeness:
    if sent is None or (sent == {} and len(path) == 1):
        return "equal" if returned in (None, sent) or returned is MISSING else "different"
    if isinstance(sent, bool) or isinstance(returned, bool):
        return "equal" if sent is returned else "different"
    if isinstance(sent, str):
        return _string_likeness(sent, returned, path)
    if isinstance(sent, int | float) and isinstance(returned, int | float):
        if sent == returned:
            return "equal"
        if abs(sent) <= EXACT or not (_is_finite(sent) and _is_finite(returned)):
            return "different"
        return (
            "lost-digits" if abs(Fraction(sent) - Fraction(returned)) * 10**15 <= abs(Fraction(sent)) else "different"
        )
    return "equal" if sent == returned and type(sent) is type(returned) else "different"


def _is_finite(number: float) -> bool:
    return isinstance(number, int) or math.isfinite(number)


def _string_likeness(sent: str, returned: Any, path: JSONPath) -> Likeness:
    if returned == sent:
        return "equal"
    if not sent.strip() and (returned is MISSING or returned is None or isinstance(returned, str)):
        # an empty string that is dropped leaves what was there before: which that was, the story tells
        return "unwritten" if isinstance(returned, str) and returned.strip() else "normalised"
    if not isinstance(returned, str):
        return "different"
    trimmed = sent.strip()
    if path == ("email",):
        return "normalised" if returned in (trimmed, sent.lower(), trimmed.lower()) else "different"
    return "normalised" if returned == trimmed else "different"


def _without_nulls(items: list[Any]) -> list[Any]:
    return [item for item in items if item is not None]
