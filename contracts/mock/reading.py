"""From bytes to a JSON value, as strictly as RFC 8259 and without a way to crash."""

from __future__ import annotations

import json
import math
from typing import Any

MAX_DEPTH = 200
MAX_DIGITS = 4000


class UnreadableError(ValueError):
    """The body is no JSON text that this server takes."""


def read_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. The last of two equal names wins.

    :raises UnreadableError: malformed, not UTF-8, nested deeper than 200 levels, or with a number beyond
        4000 digits or the range of a double: the limits that RFC 8259 section 9 allows a parser.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number, parse_int=_integer, parse_float=_fraction)
    except RecursionError:
        raise UnreadableError("nested too deeply") from None
    except ValueError as error:
        raise UnreadableError(str(error)) from None
    if _depth(value) > MAX_DEPTH:
        raise UnreadableError("nested too deeply")
    return value


def _no_number(token: str) -> Any:
    raise UnreadableError(f"{token} is no JSON number")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise UnreadableError("a number has too many digits")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise UnreadableError("a number is out of range")
    return number


def _depth(value: Any) -> int:
    """How deep the value nests, counted level by level: recursion could run out of stack itself."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level, depth = below, depth + 1
    return depth
