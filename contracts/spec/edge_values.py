"""Values that the request schema allows but that are odd for their meaning: a server may refuse them with a 4xx.

What a member means is asked of the resource, never told by its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from contracts.spec.formats import LOOSE, is_surely_no
from contracts.spec.meaning import Looks
from contracts.spec.node import Node
from contracts.spec.operation import Operation
from contracts.spec.resource import Resource
from contracts.wire import JSONPath

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,24}\Z")
_DEEP = 16
_BREAKS = "\n"
_WIDEST = {"int32": 2**31, "int64": 2**63}
UNLIKELY = "a date in the future or of the year 0000"
UNDECLARED = "a member that the request schema does not declare"
BROKEN_FORMATS = frozenset(f"no {name}" for name in LOOSE)
BEYOND_A_SERVER = frozenset({"NUL", "a lone surrogate", "a control character", UNLIKELY})
"""Oddities that the types of a server may not hold: one that takes them may alter them, or pass them over."""


def edges(resource: Resource, operation: Operation, body: Mapping[str, Any]) -> tuple[tuple[JSONPath, str], ...]:
    """``(place, what is odd)`` for each oddity of a schema-valid request body, each once."""
    return tuple(dict.fromkeys(_edges(resource, operation, body)))


def has_odd_identifier(resource: Resource, body: Mapping[str, Any]) -> bool:
    """Does it name its instance by something that a server may refuse, or take for no name at all?

    Of several keys the first in order of precedence decides, so beside one in order the others do not matter.
    """
    for name in resource.keys:
        if name in body:
            return key_text(body[name]) is None or _is_odd_name(body[name])
    return False


def key_text(value: Any) -> str | None:
    """A key's value as it stands in a path; None for what can be no key."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _is_odd_name(value: Any) -> bool:
    return isinstance(value, str) and (not value.strip() or not value.isprintable())


def _edges(resource: Resource, operation: Operation, body: Mapping[str, Any]) -> Iterator[tuple[JSONPath, str]]:
    for name in resource.keys:
        if name in body and _is_odd_name(body[name]):
            yield (name,), "an empty or unprintable identifier"
    waiting: list[tuple[JSONPath, Any, Node]] = [((), body, resource.node(operation))]
    while waiting:
        path, value, node = waiting.pop()
        if len(path) == _DEEP + 1:
            yield path[:1], "nested very deeply"
        if isinstance(value, str):
            yield from ((path, what) for what in _of_text(value, node))
        elif isinstance(value, int) and not isinstance(value, bool):
            if node.types == ("integer",) and not -_widest(node) <= value < _widest(node):
                yield path, f"an integer beyond {node.format or 'int64'}"
        elif isinstance(value, list):
            waiting += [((*path, index), below, node.item) for index, below in enumerate(value)]
        elif isinstance(value, Mapping):
            for name, below in value.items():
                yield from (((*path, name), what) for what in _characters(name))
                declared = node.child(name)
                if declared is None:
                    yield (*path, name), UNDECLARED
                waiting.append(((*path, name), below, declared or Node({}, None)))


def _widest(node: Node) -> int:
    return _WIDEST.get(node.format, 2**63)


def _of_text(text: str, node: Node) -> Iterator[str]:
    yield from _characters(text)
    looks = node.meaning.looks
    if looks is not None and not _LOOKS[looks](text):
        yield _INVALID[looks]
    elif is_surely_no(node.format, text):
        yield f"no {node.format}"


def _characters(text: str) -> Iterator[str]:
    if text.isascii() and text.isprintable():
        return
    for char in text:
        if char == "\0":
            yield "NUL"
        elif "\ud800" <= char <= "\udfff":
            yield "a lone surrogate"
        elif char not in _BREAKS and unicodedata.category(char) == "Cc":
            yield "a control character"


def _is_likely(text: str) -> bool:
    try:
        return date.fromisoformat(text[:10]) <= date.today() + timedelta(days=1)
    except ValueError:
        return not text.startswith("0000")


_LOOKS = {
    "email": lambda text: _EMAIL.match(text) is not None,
    "phone": lambda text: _PHONE.match(text) is not None,
    "past-date": _is_likely,
}
_INVALID: dict[Looks, str] = {
    "email": "an invalid e-mail address",
    "phone": "an invalid phone number",
    "past-date": UNLIKELY,
}
