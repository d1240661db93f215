"""JSON as it stood on the wire, where a parsed value no longer tells.

Duplicate names, NaN, ``100.0``, invalid UTF-8, a byte order mark and truncation are visible in the bytes and
nowhere else. Source: RFC 8259, sections 2 to 8.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from weakref import WeakValueDictionary


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
"""No value at all, which in JSON is something else than ``null``."""

Problem = Literal["empty", "not-utf-8", "byte-order-mark", "malformed", "constant", "duplicate-name", "too-deep"]
JSONPath = tuple[str | int, ...]


MANY = 20
"""Names that occur twice of which a text tells."""


@dataclass(frozen=True)
class Reading:
    """``value`` is ``MISSING`` where nothing could be read. ``problems`` break RFC 8259, one text each.

    A server may give the same long answer many times: they share one reading, so nobody changes its value.
    """

    value: Any
    problems: tuple[tuple[Problem, str], ...] = ()


_LONG = 16 * 1024
"""Bytes from which a body is worth being read once for all that are the same."""
_read: WeakValueDictionary[bytes, Reading] = WeakValueDictionary()


def read_json(data: bytes) -> Reading:
    """Read ``data`` strictly; as much of its value as can be had is returned beside what is wrong with it."""
    if len(data) < _LONG:
        return _read_json(data)
    reading = _read.get(data)
    if reading is None:
        reading = _read[data] = _read_json(data)
    return reading


def _read_json(data: bytes) -> Reading:
    if not data.strip(b" \t\r\n"):
        return Reading(MISSING, (("empty", "the body is empty"),))
    problems: list[tuple[Problem, str]] = []
    if data.startswith(b"\xef\xbb\xbf"):
        problems.append(("byte-order-mark", "the body begins with a byte order mark"))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(("not-utf-8", f"byte {error.start} is not UTF-8 ({error.reason})"))
        text = data.decode("utf-8", errors="replace")

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(members)
        if len(value) != len(members):
            counted = Counter(name for name, _ in members)
            twice = sorted(name for name, count in counted.items() if count > 1)
            problems.append(("duplicate-name", f"member names occur twice: {', '.join(map(repr, twice[:MANY]))}"))
        return value

    def constant(name: str) -> float:
        problems.append(("constant", f"{name} is no JSON value"))
        return float(name)

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_integer)
    except json.JSONDecodeError as error:
        detail = f"not JSON at byte {len(text[: error.pos].encode(errors='replace'))}: {error.msg}"
        return Reading(MISSING, (*problems, ("malformed", detail)))
    except RecursionError:
        return Reading(MISSING, (*problems, ("too-deep", "nested too deeply to be read")))
    return Reading(value, tuple(problems))


def _integer(digits: str) -> int | Decimal:
    """An integer of any length: Python refuses to convert very long ones, a ``Decimal`` holds them."""
    return int(digits) if len(digits) < 4000 else Decimal(digits)


def http_date(text: str | None) -> datetime | None:
    """The instant of a Date header (RFC 9110, section 5.6.7), None where it is none."""
    try:
        clock = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, OverflowError):
        return None
    return clock.replace(tzinfo=UTC) if clock is not None and clock.tzinfo is None else clock


def value_at(value: Any, path: JSONPath) -> Any:
    """What stands at ``path`` in ``value``, ``MISSING`` where nothing does."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def path_text(path: JSONPath) -> str:
    """A path as people write it: ``$.summary.orders.total_amount``, ``$.referrals.campaigns[0].date``."""
    parts = ["$"]
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isidentifier():
            parts.append(f".{step}")
        else:
            parts.append(f"[{json.dumps(step)}]")
    return "".join(parts)


def shown(value: Any, limit: int = 120) -> str:
    """``value`` as one short line of JSON for a person. What does not fit is not looked at."""
    if value is MISSING:
        return "absent"
    value, _ = _beginning(value, limit + 1)
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, ensure_ascii=True, default=str)
    text = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _beginning(value: Any, room: int) -> tuple[Any, int]:
    """As much of ``value`` as is printed in ``room`` characters or more, and the room that is left."""
    if isinstance(value, str):
        return value[:room], room - len(value) - 2
    if isinstance(value, dict):
        made: dict[str, Any] = {}
        room -= 1
        for name, below in value.items():
            if room <= 0:
                break
            made[str(name)[:room]], room = _beginning(below, room - len(str(name)) - 4)
        return made, room
    if isinstance(value, list | tuple):
        items: list[Any] = []
        room -= 1
        for below in value:
            if room <= 0:
                break
            item, room = _beginning(below, room)
            items.append(item)
        return items, room
    return value, room - 1
