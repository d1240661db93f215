"""Is what came back what was sent? Equal, changed, or equal but for what servers commonly normalise.

The schema of the request decides what a value is: an instant may be written in several ways, a text may not. Source:
RFC 8259 section 6 (numbers beyond 2^53 may lose digits); the contract's "What was sent comes back".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from contracts.spec.formats import is_date_time
from contracts.spec.node import Node
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


def pairs(sent: Any, returned: Any, path: JSONPath, node: Node) -> Iterator[Pair]:
    """Every value within ``sent`` beside its counterpart, objects and arrays taken apart.

    A null may come back as null or not at all. Members that were not sent, that the request schema does not declare, or
    that only one direction carries, are out of scope.
    """
    if isinstance(sent, dict) and isinstance(returned, dict):
        if not sent:
            yield Pair(path, sent, returned, "equal")
        for name, value in sent.items():
            declared = node.child(name)
            if declared is not None and not _is_one_way(declared):
                yield from pairs(value, returned.get(name, MISSING), (*path, name), declared)
    elif isinstance(sent, list) and isinstance(returned, list):
        if len(sent) != len(returned) and node.is_free and "items" not in node.flat:
            sent, returned = _without_nulls(sent), _without_nulls(returned)
        if len(sent) != len(returned):
            yield Pair(path, sent, returned, "different")
            return
        if not sent:
            yield Pair(path, sent, returned, "equal")
        for index, (one, other) in enumerate(zip(sent, returned, strict=True)):
            yield from pairs(one, other, (*path, index), node.item)
    else:
        yield Pair(path, sent, returned, _likeness(sent, returned, path, node))


def _is_one_way(node: Node) -> bool:
    return node.flat.get("readOnly") is True or node.flat.get("writeOnly") is True


def _likeness(sent: Any, returned: Any, path: JSONPath, node: Node) -> Likeness:
    if sent is None or (sent == {} and len(path) == 1):
        return "equal" if returned in (None, sent) or returned is MISSING else "different"
    if isinstance(sent, bool) or isinstance(returned, bool):
        return "equal" if sent is returned else "different"
    if isinstance(sent, str):
        return _string_likeness(sent, returned, node)
    if isinstance(sent, int | float) and isinstance(returned, int | float):
        return _number_likeness(sent, returned, node)
    return "equal" if sent == returned and type(sent) is type(returned) else "different"


def _number_likeness(sent: float, returned: float, node: Node) -> Likeness:
    if node.types == ("integer",) and isinstance(returned, float):
        return "different"  # an integer has no fraction or exponent
    if sent == returned:
        return "equal"
    if abs(sent) <= EXACT or not (_is_finite(sent) and _is_finite(returned)):
        return "different"
    is_near = abs(Fraction(sent) - Fraction(returned)) * 10**15 <= abs(Fraction(sent))
    return "lost-digits" if is_near else "different"


def _is_finite(number: float) -> bool:
    return isinstance(number, int) or math.isfinite(number)


def _string_likeness(sent: str, returned: Any, node: Node) -> Likeness:
    if returned == sent:
        return "equal"
    may = node.may_normalise
    if "drop-empty" in may and not sent.strip():
        if returned is MISSING or returned is None or (isinstance(returned, str) and not returned.strip()):
            return "normalised"
        # an empty string that is dropped leaves what was there before: which that was, the story tells
        return "unwritten" if isinstance(returned, str) else "different"
    if not isinstance(returned, str):
        return "different"
    if node.format == "date" and returned[:10] == sent:
        return "equal"  # the same day; its form is for the clause on dates
    if node.format == "date-time":
        return "normalised" if (moment := instant(sent)) is not None and moment == instant(returned) else "different"
    allowed = {sent.strip()} if "trim" in may else set()
    if "lower-case" in may:
        allowed |= {text.lower() for text in (sent, *allowed)}
    return "normalised" if returned in allowed else "different"


def instant(text: object) -> datetime | None:
    """The instant that an RFC 3339 date-time names, None where ``text`` is none."""
    if not isinstance(text, str) or not is_date_time(text):
        return None
    upper = text.upper().replace(":60", ":59")
    try:
        return datetime.fromisoformat(upper)
    except ValueError:
        return None  # the year 0000


def _without_nulls(items: list[Any]) -> list[Any]:
    return [item for item in items if item is not None]
