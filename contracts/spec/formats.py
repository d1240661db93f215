"""The formats that the contract relies on, and the proof that they really assert.

Many validators let any ``format`` pass. Sources: RFC 3339 section 5.6 (date-time, full-date), section 5.7 (leap
seconds), OpenAPI 3.0 data types.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable, Iterator

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\Z"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_date(value: object) -> bool:
    """``YYYY-MM-DD``, a day that exists, ASCII digits, nothing before or after. Not a string: True."""
    if not isinstance(value, str):
        return True
    match = _DATE.match(value)
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    if not 1 <= month <= 12:
        return False
    return 1 <= day <= (29 if month == 2 and isleap(year) else _DAYS[month - 1])


def is_date_time(value: object) -> bool:
    """An RFC 3339 date-time with zone, of a time that exists. Not a string: True."""
    if not isinstance(value, str):
        return True
    match = _DATE_TIME.match(value)
    if match is None or not is_date(match[1]):
        return False
    hour, minute, second = int(match[2]), int(match[3]), int(match[4])
    ahead = 0
    if match[5]:
        offset_hour, offset_minute = int(match[6]), int(match[7])
        if offset_hour > 23 or offset_minute > 59:
            return False
        ahead = (offset_hour * 60 + offset_minute) * (1 if match[5] == "+" else -1)
    if hour > 23 or minute > 59 or second > 60:
        return False
    return second < 60 or (hour * 60 + minute - ahead) % 1440 == 1439


CHECKERS: dict[str, Callable[[object], bool]] = {"date": is_date, "date-time": is_date_time}

KNOWN_GOOD = {
    "date": ("2022-01-01", "2000-02-29", "1969-12-31"),
    "date-time": (
        "2022-08-30T06:32:07.380Z",
        "2022-08-30T06:32:07z",
        "2022-08-30t06:32:07.123456789+05:30",
        "2016-12-31T23:59:60Z",
    ),
}
KNOWN_BAD = {
    "date": ("2022-02-30", "2022-1-1", "2022-01-01\n", "2022-01-01T00:00:00Z", "２０２２-01-01", "yesterday"),
    "date-time": (
        "2022-08-30",
        "2022-08-30 06:32:07Z",
        "2022-08-30T06:32:07",
        "2022-08-30T24:00:00Z",
        "2022-02-30T06:32:07Z",
        "2022-08-30T06:32:07Z\n",
        "２０２２-08-30T06:32:07Z",
        "2022-08-30T06:32:60Z",
    ),
}


def unproven(asserts: Callable[[str, str], bool]) -> Iterator[str]:
    """One line for each value that ``asserts(format, value)`` judges wrongly."""
    for name, values in KNOWN_GOOD.items():
        for value in values:
            if not asserts(name, value):
                yield f"format {name} refuses {value!r}"
    for name, values in KNOWN_BAD.items():
        for value in values:
            if asserts(name, value):
                yield f"format {name} lets {value!r} pass"


_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*\Z")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\Z)|\Z)){4}", re.ASCII)
_LOOSE: dict[str, Callable[[str], bool]] = {
    "email": lambda text: re.fullmatch(r"[^\s@]+@[^\s@]+|\"[^\n]*\"@[^\s@]+", text) is not None,
    "uuid": lambda text: _UUID.match(text) is not None,
    "uri": lambda text: _URI.match(text) is not None,
    "url": lambda text: _URI.match(text) is not None,
    "ipv4": lambda text: _IPV4.match(text) is not None,
    "ipv6": lambda text: ":" in text and re.fullmatch(r"[0-9A-Fa-f:.%\w]+", text) is not None,
    "hostname": lambda text: 0 < len(text) <= 253 and not re.search(r"[\s/@:?#]", text),
}
LOOSE = frozenset(_LOOSE)
"""Formats of which only what is wrong beyond doubt is told: a SHOULD, since servers read them in many ways."""


def is_surely_no(name: str, text: str) -> bool:
    """Is ``text`` beyond doubt none of the format ``name``? False for a format that is not known here."""
    return name in _LOOSE and not _LOOSE[name](text)
