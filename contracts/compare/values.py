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

from contracts.wire import MISSING

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
_WORD = re.compile(r"[A-Za-z0-9_\-]+")
_TOKEN = re.compile(r"(?!\d{4}-\d{2}-\d{2})(?:(?=\S*\d)(?=\S*[A-Za-z])\S{8,}|(?=\S*[a-z])(?=\S*[A-Z])\S{16,})")


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

    def offset(self, value: Any) -> float:
        """Seconds from the run's start to a date-time. 0 for an epoch: those are of windows and expiries."""
        seconds = _seconds(value) if isinstance(value, str) and not value.isdecimal() else None
        return 0.0 if seconds is None else seconds - self.started


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
    if value is MISSING:
        return "nothing"
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
    return "text"


def is_token(word: str) -> bool:
    """A name that a machine made up: letters and digits, or letters of both cases, at some length."""
    return _WORD.fullmatch(word) is not None and _TOKEN.fullmatch(word) is not None


def tokens(value: Any) -> list[str]:
    """The names made up by a machine that stand in a string."""
    return [word for word in _WORD.findall(value) if is_token(word)] if isinstance(value, str) else []


def renamed(old: str, new: str) -> list[tuple[str, str]] | None:
    """The pairs of made-up names by which alone two strings differ; None where they differ in something else."""
    if _WORD.sub("\0", old) != _WORD.sub("\0", new):
        return None
    words = zip(_WORD.findall(old), _WORD.findall(new), strict=True)
    differing = [(one, other) for one, other in words if one != other]
    return differing if all(_alike(one, other) for one, other in differing) else None


def _alike(one: str, other: str) -> bool:
    return is_token(one) and is_token(other) and len(one) == len(other) and _head(one) == _head(other)


def _head(token: str) -> str:
    return token[: token.find("_") + 1]
