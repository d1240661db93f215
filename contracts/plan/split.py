"""Which of the values that travelled together made the request fail? Halve until the culprit stands alone.

Delta debugging over the members of a body (and the characters of a string), within the requests that are left.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.exchange import Exchange, Request, failed_alike, json_body

IDENTITY = ("id", "source_id")
Path = tuple[str, ...]
Send = Callable[[bytes, int], Exchange | None]
"""Send a body as a smaller version of exchange number n; None when no request is left for that."""


def shrink(exchange: Exchange, send: Send, is_alike: Callable[[bytes], bool]) -> Exchange:
    """The smallest exchange found that fails as ``exchange`` did; itself where there is none smaller.

    ``is_alike`` says of a body whether it is of the same kind to the contract: half a date is no date.
    """
    body = exchange.request.sent.value
    if not isinstance(body, dict):
        return exchange
    units = _units(body)
    smallest = exchange
    while len(units) > 1:
        middle = len(units) // 2
        for half in (units[:middle], units[middle:]):
            smaller = send(json_body(_body(body, half)), smallest.number)
            if smaller is None:
                return smallest
            if failed_alike(smaller, exchange):
                smallest, units = smaller, half
                break
        else:
            return smallest  # it takes values of both halves
    return _shrink_text(smallest, units[0], send, is_alike) if units else smallest


def _shrink_text(smallest: Exchange, path: Path, send: Send, is_alike: Callable[[bytes], bool]) -> Exchange:
    body = smallest.request.sent.value
    text = _get(body, path)
    while isinstance(text, str) and len(text) > 3:
        middle = len(text) // 2
        for half in (text[:middle], text[middle:]):
            shorter = json_body(_put(body, path, half))
            if not is_alike(shorter):
                continue
            smaller = send(shorter, smallest.number)
            if smaller is None:
                return smallest
            if failed_alike(smaller, smallest):
                smallest, text = smaller, half
                break
        else:
            return smallest
    return smallest


def _units(body: dict[str, Any]) -> list[Path]:
    """The members that can be left out one by one; ``address`` and ``metadata`` are taken apart."""
    units: list[Path] = []
    for name, value in body.items():
        if name in IDENTITY:
            continue
        if isinstance(value, dict) and value:
            units.extend((name, part) for part in value)
        else:
            units.append((name,))
    return units


def _body(whole: dict[str, Any], units: list[Path]) -> dict[str, Any]:
    body: dict[str, Any] = {name: whole[name] for name in IDENTITY if name in whole}
    for path in units:
        if len(path) == 1:
            body[path[0]] = whole[path[0]]
        else:
            body.setdefault(path[0], {})[path[1]] = whole[path[0]][path[1]]
    return body


def _get(body: dict[str, Any], path: Path) -> Any:
    value: Any = body
    for step in path:
        value = value[step]
    return value


def _put(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(body))
    below = copy
    for step in path[:-1]:
        below = below[step]
    below[path[-1]] = value
    return copy


def smaller_request(exchange: Exchange, body: bytes, number: int) -> Request:
    """The request of ``exchange`` with another ``body``, marked as a smaller version of exchange ``number``."""
    return replace(exchange.request, body=body, shrinks=number, probe=f"{exchange.request.probe}/smaller")
