"""Two values of the same member in two runs: the same, the same but for when and for whom, or different?

A run names its customers by its own prefix, and a server tells the time and invents ids. These are recognised by what
they are, wherever they stand: by the run's prefix, by nearness to the run's start, by occurring in one run alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

PREFIX = "{prefix}"
NEAR = 2 * 24 * 3600
"""Seconds around a run's start within which a date-time or an epoch is a moment of the run."""
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ])\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})?")
_SHAPES = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE), "uuid"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "date"),
    (re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT"), "HTTP date"),
    (re.compile(r"\d+"), "digits"),
)
_TOKEN = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_\-.:/+=]{8,}")


@dataclass(frozen=True)
class Clock:
    """The time of a run, by which its moments are recognised. ``started`` in epoch seconds."""

    started: float

    @classmethod
    def of(cls, started: str) -> Clock:
        try:
            return cls(datetime.fromisoformat(started).timestamp())
        except ValueError:
            return cls(0.0)

    def is_moment(self, value: Any) -> bool:
        """Is ``value`` a time near the run's? As RFC 3339, an HTTP date, or epoch seconds or milliseconds."""
        if isinstance(value, bool) or value is None:
            return False
        seconds = _seconds(value)
        return seconds is not None and any(abs(s - self.started) < NEAR for s in (seconds, seconds / 1000))


def _seconds(value: Any) -> float | None:
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.isdecimal() and len(value) in (10, 13)):
            return float(value)
        if isinstance(value, str) and _DATE_TIME.fullmatch(value):
            moment = datetime.fromisoformat(value.upper().replace(" ", "T"))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, str) and value.endswith("GMT"):
            return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        pass
    return None


def without_prefix(text: str, prefix: str) -> str:
    """``text`` with the run's prefix replaced, in any letter case, so that two runs' names are alike."""
    if not prefix or prefix.lower() not in text.lower():
        return text
    return re.sub(re.escape(prefix), lambda m: PREFIX if m[0] == prefix else PREFIX.upper(), text, flags=re.IGNORECASE)


def type_of(value: Any) -> str:
    """The JSON type; ``100.0`` is a number that is no integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "string" if isinstance(value, str) else "number"


def form_of(value: Any) -> str:
    """The form of a string, where it has one by which its values can differ and still be alike."""
    if not isinstance(value, str):
        return type_of(value)
    if match := _DATE_TIME.fullmatch(value):
        fraction = "" if match[2] is None else f", {len(match[2]) - 1} digits of a second"
        zone = "no zone" if match[3] is None else "Z" if match[3] in "Zz" else "an offset"
        return f"date-time with {'a space' if match[1] == ' ' else match[1]} and {zone}{fraction}"
    for pattern, name in _SHAPES:
        if pattern.fullmatch(value):
            return name
    if is_token(value):
        head = value[: value.find("_") + 1]
        return f"a token {head}… of {len(value)} characters"
    return "text"


def is_token(value: Any) -> bool:
    """A name that a machine made up: letters and digits without white space."""
    return isinstance(value, str) and PREFIX not in value.lower() and _TOKEN.fullmatch(value) is not None
