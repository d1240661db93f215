"""What a request body must look like, written by hand.

The gate judges by the OpenAPI document; were this derived from the same document by the same code, a
mistake in that code would go unseen on both sides. Only type and format count: a value that is merely odd
(an e-mail that is none, a birthdate to come, the year 0000) is accepted, and no string is too long.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from typing import Any

TEXTS = ("id", "source_id", "name", "description", "email", "phone")
DATES = ("birthday", "birthdate")
ADDRESS = ("city", "state", "line_1", "line_2", "country", "postal_code")
WRITABLE = (*TEXTS, *DATES, "address", "metadata")
"""What an upsert may send."""
KEYS = ("id", "source_id")
UPDATABLE = tuple(name for name in WRITABLE if name not in KEYS)
"""What an update may send: the path says whom it is about, and no body changes that."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def mistakes(payload: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each field of the wrong type or format. ``null`` is right everywhere: it clears."""
    for name in TEXTS:
        yield from _text(name, payload.get(name))
    for name in DATES:
        yield from _date(name, payload.get(name))
    yield from _address(payload.get("address"))
    if not isinstance(payload.get("metadata"), dict | None):
        yield "metadata must be an object"


def is_date(text: str) -> bool:
    """Whether ``text`` is a full-date of RFC 3339: ``YYYY-MM-DD``, in the calendar, year 0000 included."""
    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = map(int, match.groups())
    # The Gregorian calendar repeats every 400 years, and Python's begins in the year 1.
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year % 400 + 400, month)[1]


def _text(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str | None):
        yield f"{name} must be a string"


def _date(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str | None):
        yield f"{name} must be a string"
    elif value is not None and not is_date(value):
        yield f"{name} must be a date, YYYY-MM-DD"


def _address(address: Any) -> Iterator[str]:
    if not isinstance(address, dict | None):
        yield "address must be an object or null"
    elif address:
        for part in ADDRESS:
            yield from _text(f"address.{part}", address.get(part))
