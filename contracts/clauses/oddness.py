"""Values that the request schema allows but that are odd for their meaning: a server may refuse them with a 4xx."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,24}\Z")
_DEEP = 16
_BREAKS = "\n"
UNLIKELY = "a birthdate in the future or the year 0000"
BEYOND_A_SERVER = frozenset({"NUL", "a lone surrogate", "a control character", UNLIKELY})
"""Oddities that the types of a server may not hold: one that takes them may alter them, or pass them over."""


def oddities(sent: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """``(field, what is odd)`` for each oddity of a schema-valid request body."""
    return tuple(_oddities(sent))


def has_odd_identifier(sent: Mapping[str, Any]) -> bool:
    """Does it name its customer by something that a server may refuse, or take for no name at all?

    Of ``id`` and ``source_id`` it is ``id`` that decides, so beside one in order the other does not matter.
    """
    for name in ("id", "source_id"):
        if name in sent:
            value = sent[name]
            return not isinstance(value, str) or not value.strip() or not value.isprintable()
    return False


def _oddities(sent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("id", "source_id"):
        value = sent.get(name)
        if isinstance(value, str) and (not value.strip() or not value.isprintable()):
            yield name, "an empty or unprintable identifier"
    email, phone = sent.get("email"), sent.get("phone")
    if isinstance(email, str) and not _EMAIL.match(email):
        yield "email", "an e-mail address that is none"
    if isinstance(phone, str) and not _PHONE.match(phone):
        yield "phone", "a phone number that is none"
    for name in ("birthdate", "birthday"):
        value = sent.get(name)
        if isinstance(value, str) and _unlikely(value):
            yield name, UNLIKELY
    if _depth(sent) > _DEEP:
        yield "metadata", "nested very deeply"
    for path, text in _texts(sent, ()):
        for char in text:
            if char == "\0":
                yield path, "NUL"
            elif "\ud800" <= char <= "\udfff":
                yield path, "a lone surrogate"
            elif unicodedata.category(char) == "Cc" and char not in _BREAKS:
                yield path, "a control character"
            else:
                continue
            break


def _unlikely(text: str) -> bool:
    try:
        return date.fromisoformat(text) > date.today() + timedelta(days=1)
    except ValueError:
        return text.startswith("0000")


def _depth(value: Any, level: int = 0) -> int:
    if level > 64 or not isinstance(value, dict | list) or not value:
        return level
    below = value.values() if isinstance(value, dict) else value
    return max(_depth(part, level + 1) for part in below)


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield ".".join(path), value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            yield ".".join((*path, "(name)")), str(name)
            yield from _texts(below, (*path, str(name)))
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below, path)
