"""Days and moments: plain ones, and those on which calendars, zones and epochs trip."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from contracts.plan.kinds.kind import Kind, Standing

_RARE = 0.5
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def _day(
    years: tuple[int, int], months: tuple[int, int] = (1, 12), days: tuple[int, int] = (1, 28)
) -> Callable[[Random], str]:
    return lambda c: f"{c.randint(*years):04}-{c.randint(*months):02}-{c.randint(*days):02}"


def _is(test: Callable[[int, int, int], bool]) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        match = _DAY.match(value) if isinstance(value, str) else None
        return match is not None and test(*(int(part) for part in match.groups()))

    return fits


def _leap(chance: Random) -> str:
    return f"{chance.choice((1904, 1936, 1956, 1972, 1988, 1996, 2000, 2000, 2000, 2000, 2004, 2012, 2020))}-02-29"


def _of_another_week(first: int, last: int, end: str) -> Callable[[Random], str]:
    """A day at one end of a year that belongs to a week of the other year."""
    days = [f"{year}{end}" for year in range(first, last + 1)]
    return lambda c: c.choice([day for day in days if date.fromisoformat(day).isocalendar().year != int(day[:4])])


def _swappable(chance: Random) -> str:
    """A day that is another one where day and month change places."""
    month, day = chance.sample(range(1, 13), 2)
    return f"{chance.randint(1972, 2008)}-{month:02}-{day:02}"


Row = tuple[str, Standing, Callable[[Random], str], Callable[[int, int, int], bool]]


def _of_month(month: int) -> Row:
    """A day of that month, neither its first nor its last ones."""
    return f"in month {month}", "valid", _day((1972, 2008), (month, month), (13, 27)), lambda y, m, d: m == month


def _is_30th(year: int, month: int, day: int) -> bool:
    return day == 30


_DAYS: tuple[Row, ...] = (
    ("plain", "required", _swappable, lambda y, m, d: 1970 < y < 2010),
    ("29 February", "valid", _leap, lambda y, m, d: (m, d) == (2, 29)),
    ("before 1970", "valid", _day((1931, 1968)), lambda y, m, d: 1902 < y < 1970),
    (
        "before 1902",
        "valid",
        _of_another_week(1851, 1901, "-12-31"),
        lambda y, m, d: 1800 < y < 1902,
    ),
    ("the last day of a year", "valid", _of_another_week(1971, 2015, "-12-31"), lambda y, m, d: (m, d) == (12, 31)),
    ("the first day of a year", "valid", _of_another_week(1971, 2015, "-01-01"), lambda y, m, d: (m, d) == (1, 1)),
    ("the epoch", "valid", lambda c: "1970-01-01", lambda y, m, d: (y, m, d) == (1970, 1, 1)),
    ("a day up to 12", "valid", _day((1972, 2008), (1, 5), (6, 12)), lambda y, m, d: d <= 12 and d != m),
    ("a day beyond 12", "valid", _day((1972, 2008), (1, 12), (13, 28)), lambda y, m, d: d > 12),
    (
        "the first year of a century",
        "valid",
        lambda c: f"{c.choice((1900, 2000))}-0{c.randint(1, 9)}-15",
        lambda y, m, d: y % 100 == 0,
    ),
    (
        "a 31st",
        "valid",
        lambda c: f"{c.randint(1972, 2008)}-{c.choice(('01', '03', '05', '07', '08', '10'))}-31",
        lambda y, m, d: d == 31,
    ),
    ("of this century", "valid", _day((2001, 2022)), lambda y, m, d: 2000 < y < 2026),
    ("a 30th", "valid", lambda c: f"{c.randint(1972, 2008)}-{c.choice(('04', '06', '09', '11'))}-30", _is_30th),
    (
        "28 February",
        "valid",
        lambda c: f"{c.choice((1973, 1985, 1999, 2001))}-02-28",
        lambda y, m, d: (m, d) == (2, 28),
    ),
    *(_of_month(month) for month in range(1, 13)),
)
_LATE = frozenset(name for name, *_ in _DAYS if name.startswith(("in month", "a 30th", "28 February")))
_BEYOND: tuple[Row, ...] = (
    ("in the future", "odd", _day((2150, 2999)), lambda y, m, d: y > 2100),
    ("the year 0000", "odd", lambda c: f"0000-{c.randint(1, 12):02}-{c.randint(1, 28):02}", lambda y, m, d: y == 0),
    ("the year 9999", "odd", lambda c: "9999-12-31", lambda y, m, d: y == 9999),
)


def _kinds(table: tuple[Row, ...], time: Callable[[Random], str]) -> tuple[Kind, ...]:
    return tuple(_kind(row, time) for row in table)


def _kind(row: Row, time: Callable[[Random], str]) -> Kind:
    name, standing, draw, test = row
    weight = _RARE if name in _LATE else 1.0
    return Kind(name, standing, lambda chance: draw(chance) + time(chance), _is(test), weight=weight)


def _moment(chance: Random) -> str:
    hour, minute, second = chance.randint(0, 23), chance.randint(0, 59), chance.randint(0, 59)
    return f"T{hour:02}:{minute:02}:{second:02}.{chance.randint(1, 999):03}Z"


def _ends(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.search(value) is not None


_AT = _day((1972, 2022))
DATES = _kinds(_DAYS, lambda chance: "")
ODD_DATES = _kinds(_BEYOND, lambda chance: "")
LATE_DATES = _kinds((("later", "valid", _day((2038, 2099)), lambda y, m, d: 2037 < y < 2100),), lambda chance: "")
"""For what is not in the past by its meaning: beyond the seconds of 32 bits."""
MOMENTS = (
    *_kinds(_DAYS, _moment),
    Kind(
        "without a fraction",
        "valid",
        lambda c: f"{_AT(c)}T{c.randint(10, 23)}:{c.randint(10, 59)}:{c.randint(10, 59)}Z",
        _ends(r":\d\dZ$"),
    ),
    Kind(
        "with an offset",
        "valid",
        lambda c: f"{_AT(c)}T{c.randint(10, 20)}:30:00{c.choice('+-')}0{c.randint(1, 9)}:{c.choice(('00', '30'))}",
        _ends(r"[+-]\d\d:\d\d$"),
    ),
    Kind("midnight", "valid", lambda c: f"{_AT(c)}T00:00:00.000Z", _ends(r"T00:00:00")),
)
