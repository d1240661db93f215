"""Entries of the user's own JSON: each JSON type, each shape, and the keys and values that stores trip over.

Every kind draws one entry, ``{key: value}``; many travel in one object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from contracts.plan.kinds import text
from contracts.plan.kinds.kind import Kind, Standing
from contracts.plan.kinds.numbers import WIDE
from contracts.plan.kinds.words import letters, word, words

_MOST_VALUES = 10
"""Kinds of values that the entries of an object have whose schema says what they are."""
_LOOKS = ("true", "null", "1", "2022-01-01", "1e5", "")


def _nested(chance: Random) -> dict[str, Any]:
    inner = {
        word(chance): words(chance, 1),
        "list": [chance.randint(1, 9), word(chance), False],
        f"{word(chance)}Case": word(chance),
    }
    return {f"{word(chance)}In": {word(chance): {**inner, word(chance): {word(chance): chance.randint(1, 99)}}}}


def _several(chance: Random) -> list[Any]:
    one = word(chance)
    return [one, one, 2, 2, 3.5, True, {"in": "list", word(chance): chance.randint(1, 9)}]


def _unsorted(chance: Random) -> list[Any]:
    return [f"t{word(chance)}", f"a{word(chance)}", f"m{word(chance)}"]


def _deep(chance: Random) -> Any:
    value: Any = word(chance)
    for _ in range(chance.randint(110, 130)):
        value = {"down": value}
    return value


def _any_text(value: Any, pattern: str) -> bool:
    return isinstance(value, str) and re.search(pattern, value) is not None


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _depth(value: Any) -> int:
    level, row = 0, [value]
    while row and level < 200:
        row = [
            part
            for one in row
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
        ]
        level += 1
    return level


_VALUES: tuple[tuple[str, Standing, Callable[[Random], Any], Callable[[Any], bool]], ...] = (
    ("a text", "required", text.plain, lambda v: isinstance(v, str) and v.isascii()),
    ("an integer", "required", lambda c: c.randint(2, 9999), lambda v: _is_int(v) and v > 0),
    ("a fraction", "required", lambda c: round(c.uniform(0.1, 99), 3), lambda v: isinstance(v, float)),
    ("true", "required", lambda c: True, lambda v: v is True),
    ("false", "required", lambda c: False, lambda v: v is False),
    ("an object", "required", _nested, lambda v: isinstance(v, dict) and bool(v)),
    (
        "an array with repetitions",
        "required",
        _several,
        lambda v: isinstance(v, list) and len(v) > len({repr(x) for x in v}),
    ),
    (
        "an unsorted array",
        "valid",
        _unsorted,
        lambda v: isinstance(v, list) and len(v) > 1 and all(isinstance(x, str) for x in v) and v != sorted(v),
    ),
    (
        "digits",
        "valid",
        lambda c: f"0{c.randint(100, 9999)}",
        lambda v: isinstance(v, str) and v.isdigit() and v.startswith("0"),
    ),
    ("short digits", "valid", lambda c: str(c.randint(10, 9999)), lambda v: isinstance(v, str) and v.isdigit()),
    ("zero", "valid", lambda c: 0, lambda v: _is_int(v) and v == 0),
    ("a negative integer", "valid", lambda c: -c.randint(2, 999), lambda v: _is_int(v) and v < 0),
    (
        "a negative fraction",
        "valid",
        lambda c: -round(c.uniform(1, 9), 2),
        lambda v: isinstance(v, float) and v < 0,
    ),
    (
        "a small fraction",
        "valid",
        lambda c: c.randint(1, 9) * 1e-7,
        lambda v: isinstance(v, float) and 0 < abs(v) < 1e-5,
    ),
    ("beyond 32 bits", "valid", lambda c: c.randint(2**31, 2**45), lambda v: _is_int(v) and 2**31 <= v <= WIDE),
    ("beyond 2^53", "valid", lambda c: 2**53 + 1 + 2 * c.randint(1, 10**6), lambda v: _is_int(v) and abs(v) > WIDE),
    ("beyond 2^64", "valid", lambda c: c.randint(10**25, 10**30), lambda v: _is_int(v) and abs(v) > 2**64),
    (
        "beyond 2^63",
        "valid",
        lambda c: 2**63 + c.randint(1, 10**6),
        lambda v: _is_int(v) and 2**63 <= v < 2**64,
    ),
    ("null", "valid", lambda c: None, lambda v: v is None),
    ("an empty text", "valid", lambda c: "", lambda v: v == ""),
    ("an empty object", "valid", lambda c: {}, lambda v: v == {}),
    ("an empty array", "valid", lambda c: [], lambda v: v == []),
    (
        "an array of arrays",
        "valid",
        lambda c: [[c.randint(1, 9), 2], [3, [c.randint(1, 9), None]]],
        lambda v: isinstance(v, list) and any(isinstance(x, list) for x in v),
    ),
    (
        "texts that look otherwise",
        "valid",
        lambda c: {"like": c.sample(_LOOKS, len(_LOOKS)), "day": f"2{c.randint(100, 999)}-01-0{c.randint(1, 9)}"},
        lambda v: isinstance(v, dict) and "like" in v,
    ),
    (
        "a day as text",
        "valid",
        lambda c: f"20{c.randint(10, 29)}-0{c.randint(1, 9)}-1{c.randint(0, 9)}",
        lambda v: _any_text(v, r"^\d{4}-\d\d-\d\d$"),
    ),
    ("a literal as text", "valid", lambda c: c.choice(("true", "false")), lambda v: v in ("true", "false")),
    (
        "empty within",
        "valid",
        lambda c: {"object": {}, "list": [], word(c): {"list": [""]}},
        lambda v: isinstance(v, dict) and v.get("object") == {},
    ),
    (
        "signs in a text",
        "valid",
        lambda c: " ".join(f.draw(c) for f in c.sample(text.FRAGMENTS, 5)),
        lambda v: isinstance(v, str) and sum(f.fits(v) for f in text.FRAGMENTS) > 2,
    ),
    (
        "a moment as text",
        "valid",
        lambda c: f"20{c.randint(10, 29)}-0{c.randint(1, 9)}-1{c.randint(0, 9)}T0{c.randint(0, 9)}:00:00Z",
        lambda v: _any_text(v, r"^\d{4}-\d\d-\d\dT"),
    ),
    (
        "keys that are numbers",
        "valid",
        lambda c: {str(number): word(c) for number in range(c.randint(2, 4))},
        lambda v: isinstance(v, dict) and "0" in v and "1" in v,
    ),
    ("NUL in a text", "odd", lambda c: f"{word(c)}\0{word(c)}", lambda v: isinstance(v, str) and "\0" in v),
    (
        "an emoji",
        "valid",
        lambda c: f"{word(c)} {text.FRAGMENTS[0].draw(c)}",
        lambda v: _any_text(v, "[\U00010000-\U0010ffff]"),
    ),
    (
        "more than 255 characters",
        "normalised",
        lambda c: letters(c, c.randint(520, 900)),
        lambda v: isinstance(v, str) and len(v) > text.LONGEST_MUST,
    ),
    ("a multiple of 100", "valid", lambda c: c.randint(1, 99) * 100, lambda v: _is_int(v) and v > 0 and v % 100 == 0),
    ("a byte", "valid", lambda c: c.randint(128, 255), lambda v: _is_int(v) and 127 < v < 256),
    ("many digits", "valid", lambda c: round(c.uniform(0, 1), 9), lambda v: isinstance(v, float) and len(repr(v)) > 9),
    (
        "a long array",
        "valid",
        lambda c: [c.randint(1, 99) for _ in range(c.randint(6, 12))],
        lambda v: isinstance(v, list) and len(v) > 5,
    ),
    (
        "six levels",
        "valid",
        lambda c: {"a": {"b": {"c": {"d": {"e": {word(c): c.randint(1, 9)}}}}}},
        lambda v: isinstance(v, dict) and 5 < _depth(v) < 16,
    ),
    ("very deep", "odd", _deep, lambda v: _depth(v) > 16),
)
_KEYS: tuple[tuple[str, Callable[[Random], str], Callable[[str], bool]], ...] = (
    ("a key with a dollar sign", lambda c: f"${word(c)}", lambda k: k.startswith("$")),
    ("a key with a dot", lambda c: f"{word(c)}.{word(c, 1)}.{word(c, 1)}", lambda k: "." in k),
    ("a key in mixed case", lambda c: f"{word(c).capitalize()}{word(c).capitalize()}", lambda k: k != k.lower()),
    ("a key with a dash", lambda c: f"{word(c)}-{word(c)}", lambda k: "-" in k),
    (
        "a key with an accent of its own",
        lambda c: f"{word(c)}e\u0301",
        lambda k: "\u0301" in k,
    ),
    ("a key in another script", lambda c: f"{word(c, 1)}é {text.FRAGMENTS[0].draw(c)}", lambda k: not k.isascii()),
    ("a key of an object's own", lambda c: "constructor", lambda k: k == "constructor"),
    ("a key for a prototype", lambda c: "__proto__", lambda k: k == "__proto__"),
    ("a long key", lambda c: letters(c, c.randint(65, 120)), lambda k: len(k) > 64),
    ("an empty key", lambda c: "", lambda k: k == ""),
)


def _texts(chance: Random) -> dict[str, Any]:
    """An entry for each kind of text and script, and one for each length at which columns end."""
    wholes = {f"text_{n}": kind.draw(chance) for n, kind in enumerate(text.WHOLES) if kind.standing == "valid"}
    return wholes | {f"script_{n}": kind.draw(chance) for n, kind in enumerate((*text.FRAGMENTS, *text.SCRIPTS))}


def _twins(chance: Random) -> dict[str, Any]:
    one = word(chance)
    return {one: chance.randint(1, 9), one.upper(): chance.randint(11, 99)}


_TWINS = Kind(
    "keys that differ in case",
    "valid",
    _twins,
    lambda value: isinstance(value, dict) and len({str(key).lower() for key in value}) < len(value),
    is_fragment=True,
)
_EVERY = frozenset(f"text_{n}" for n, kind in enumerate(text.WHOLES) if kind.standing == "valid")
_TEXTS = Kind(
    "every kind of text",
    "valid",
    _texts,
    lambda value: isinstance(value, dict) and value.keys() >= _EVERY,
    is_fragment=True,
    weight=text.RARE,
)


def kinds(names: tuple[str, ...]) -> tuple[Kind, ...]:
    """Kinds of entries; ``names`` are the members beside it, by one of which a key is called as well."""
    by_value = (_by_value(*one) for one in _VALUES)
    by_key = (_by_key(name, draw, fits) for name, draw, fits in _KEYS)
    like = (_called(name) for name in names)
    return (*by_value, *by_key, *like, _TWINS, _TEXTS)


def of_values(values: tuple[Kind, ...]) -> Iterator[Kind]:
    """Kinds of entries where the schema says of which kinds their values are: each with an ordinary key, then keys that
    stores trip over."""
    wholes = [kind for kind in values if kind.standing in ("required", "valid") and not kind.is_fragment]
    for number, kind in enumerate(wholes[:_MOST_VALUES]):
        yield _by_value(f"a value: {kind.name}", "valid" if number else "required", kind.draw, kind.fits)
    for name, draw, fits in _KEYS if wholes else ():
        yield _by_key(name, draw, fits, wholes[0].draw)


def _called(name: str) -> Kind:
    return _by_key(f"a key called {name}", lambda chance: name, lambda key: key == name)


def _by_value(name: str, standing: Standing, draw: Callable[[Random], Any], fits: Callable[[Any], bool]) -> Kind:
    def holds(value: Any) -> bool:
        return isinstance(value, dict) and any(fits(one) for one in value.values())

    def entry(chance: Random) -> dict[str, Any]:
        return {f"{word(chance, 3)}_{chance.randint(10, 99)}": draw(chance)}

    return Kind(name, standing, entry, holds, is_fragment=True)


def _any_value(chance: Random) -> Any:
    return chance.choice((words(chance, 2), chance.randint(2, 99), {"x.y": chance.randint(1, 9), "$in": [1, 2]}))


def _by_key(
    name: str, draw: Callable[[Random], str], fits: Callable[[str], bool], value: Callable[[Random], Any] = _any_value
) -> Kind:
    def holds(value: Any) -> bool:
        return isinstance(value, dict) and any(fits(one) for one in value)

    return Kind(name, "valid", lambda chance: {draw(chance): value(chance)}, holds, is_fragment=True)
