"""Values that a member's schema forbids: of another type, of a broken format, beyond a bound, outside an enum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from contracts.plan.kinds.kind import Kind
from contracts.plan.kinds.words import letters, word, words
from contracts.spec.flat import is_nullable, types_of

_OF_TYPE: dict[str, Callable[[Random], Any]] = {
    "number": lambda c: c.randint(1000, 999999),
    "array": lambda c: [word(c), word(c)],
    "object": lambda c: {word(c): word(c)},
    "string": lambda c: words(c, 3),
    "boolean": lambda c: c.choice((True, False)),
}
_TESTS: dict[str, Callable[[Any], bool]] = {
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
}
_BROKEN_DATES: tuple[tuple[str, Callable[[Random], str]], ...] = (
    (
        "a day that does not exist",
        lambda c: f"{c.randint(1971, 2020)}-{c.choice(('02-30', '04-31', '06-31', '13-01', '11-00'))}",
    ),
    ("an empty day", lambda c: ""),
    (
        "a day with a time",
        lambda c: f"{c.randint(1971, 2005)}-0{c.randint(1, 9)}-1{c.randint(0, 9)}T0{c.randint(0, 9)}:00:00",
    ),
    ("words for a day", lambda c: f"{c.randint(1, 28)} {word(c).capitalize()} {c.randint(1971, 2005)}"),
    ("days first", lambda c: f"{c.randint(13, 28)}.{c.randint(10, 12)}.{c.randint(1971, 2005)}"),
)


def kinds(flat: dict[str, Any]) -> tuple[Kind, ...]:
    """Wrong kinds of a member, the likeliest to be missed by a server first."""
    return tuple(_broken(flat)) + tuple(_types(flat))


def of_name(own: str) -> tuple[Kind, ...]:
    """Wrong kinds of a key that is a text, each with the run's own name in it."""
    return (
        Kind("type array", "wrong", lambda c: [own], _TESTS["array"]),
        Kind("type object", "wrong", lambda c: {"key": own}, _TESTS["object"]),
    )


def _types(flat: dict[str, Any]) -> Iterator[Kind]:
    right = {("number" if name == "integer" else name) for name in types_of(flat)}
    if not right:
        return
    for name, draw in _OF_TYPE.items():
        if name not in right:
            yield Kind(f"type {name}", "wrong", draw, _TESTS[name])
    if "integer" in types_of(flat) and "number" not in types_of(flat):
        yield Kind("a fraction", "wrong", lambda c: c.randint(1, 99) + 0.5, lambda v: isinstance(v, float))
    if not is_nullable(flat):
        yield Kind("null", "odd", lambda c: None, lambda v: v is None)


def _broken(flat: dict[str, Any]) -> Iterator[Kind]:
    types = types_of(flat)
    if isinstance(flat.get("enum"), list) and "string" in types:
        known = flat["enum"]
        yield Kind(
            "outside the enum",
            "wrong",
            lambda c: f"{word(c, 3)}_{word(c)}",
            lambda v: isinstance(v, str) and v not in known,
        )
        return
    if flat.get("format") in ("date", "date-time") and "string" in types:
        for name, draw in _BROKEN_DATES:
            yield Kind(name, "wrong", draw, lambda v: isinstance(v, str))
    if {"integer", "number"} & set(types):
        yield from _beyond(flat)
    if "string" in types:
        yield from _lengths(flat)
    if "array" in types:
        yield from _sizes(flat)


def _beyond(flat: dict[str, Any]) -> Iterator[Kind]:
    low, high = flat.get("minimum"), flat.get("maximum")
    number = (int, float)
    if isinstance(low, number):
        below = low if flat.get("exclusiveMinimum") is True else low - 1
        yield Kind("below the minimum", "wrong", lambda c: below, lambda v: isinstance(v, number) and v <= below)
    if isinstance(high, number):
        above = high if flat.get("exclusiveMaximum") is True else high + 1
        yield Kind("above the maximum", "wrong", lambda c: above, lambda v: isinstance(v, number) and v >= above)


def _lengths(flat: dict[str, Any]) -> Iterator[Kind]:
    least, most = flat.get("minLength"), flat.get("maxLength")
    if isinstance(most, int) and most < 20000:
        yield Kind("too long", "wrong", lambda c: letters(c, most + 1), lambda v: isinstance(v, str) and len(v) > most)
    if isinstance(least, int) and least > 0:
        yield Kind(
            "too short",
            "wrong",
            lambda c: letters(c, least - 1) if least > 1 else "",
            lambda v: isinstance(v, str) and len(v) < least,
        )
    if isinstance(flat.get("pattern"), str):
        yield Kind(
            "against the pattern",
            "wrong",
            lambda c: f"~{word(c)} {word(c)}~",
            lambda v: isinstance(v, str) and v.startswith("~"),
        )


def _sizes(flat: dict[str, Any]) -> Iterator[Kind]:
    most, least = flat.get("maxItems"), flat.get("minItems")
    if isinstance(most, int) and most < 1000:
        yield Kind(
            "too many items",
            "wrong",
            lambda c: [word(c, 3) for _ in range(most + 1)],
            lambda v: isinstance(v, list) and len(v) > most,
        )
    if isinstance(least, int) and least > 0:
        yield Kind("too few items", "wrong", lambda c: [], lambda v: isinstance(v, list) and len(v) < least)
