"""A request schema as a tree of fields, each with the kinds of values that are worth sending for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random
from typing import Any

from contracts.plan import unions
from contracts.plan.kinds import dates, formats, free_form, numbers, text, wrong
from contracts.plan.kinds.kind import Kind
from contracts.plan.kinds.words import letters
from contracts.spec.flat import flattened, is_nullable, types_of
from contracts.spec.meaning import Meaning
from contracts.spec.members import Pattern, pattern_text
from contracts.spec.resource import Resource

_DEEPEST = 8
_TRIALS = 6
TWICE = "an item twice"
"""The kind of array in which one item is there again."""
_LONG_ARRAY = 60


@dataclass(frozen=True)
class Field:
    """One member of a request. ``fields`` are an object's own members, ``item`` what an array holds."""

    path: Pattern
    flat: dict[str, Any]
    meaning: Meaning
    is_required: bool
    kinds: tuple[Kind, ...]
    wrong: tuple[Kind, ...]
    fields: tuple[Field, ...] = ()
    item: Field | None = None

    @cached_property
    def name(self) -> str:
        """The dotted path, ``address.city``."""
        return pattern_text(self.path)

    def below(self) -> Iterator[Field]:
        """This field and every one within it."""
        yield self
        for field in (*self.fields, *((self.item,) if self.item else ())):
            yield from field.below()

    def is_plain(self, value: Any) -> bool:
        """Is ``value`` of a kind that every server must take?"""
        return any(kind.standing == "required" and kind.fits(value) for kind in self.kinds)

    def value_of(self, body: Any) -> Iterator[Any]:
        """Every value of this field in ``body``, arrays taken apart."""
        yield from _values(body, self.path)


@lru_cache(maxsize=16)
def fields_of(resource: Resource, seed: int) -> tuple[Field, ...]:
    """The top-level fields of a write that a client may send: no keys, nothing that the server sets."""
    own = {*resource.keys, *resource.set_on_create, *resource.set_on_write, *resource.kept}
    body = resource.write_body
    tree = _Tree(resource, body.names, seed)
    schema = unions.spread(resource.document, body.schema)
    return tuple(field for field in tree.properties(schema, ()) if field.path[0] not in own)


@dataclass(frozen=True)
class _Tree:
    resource: Resource
    beside: tuple[str, ...]
    seed: int

    def properties(self, flat: dict[str, Any], path: Pattern) -> Iterator[Field]:
        declared, required = flat.get("properties"), flat.get("required", ())
        for name, schema in (declared if isinstance(declared, dict) else {}).items():
            below = flattened(self.resource.document, schema)
            if below.get("readOnly") is not True and len(path) < _DEEPEST:
                yield self.field(below, (*path, name), name in required)

    def field(self, flat: dict[str, Any], path: Pattern, is_required: bool) -> Field:
        meaning = self.resource.meaning(path)
        if parts := unions.parts_of(flat) if len(path) <= _DEEPEST // 2 and not meaning.free_form else ():
            return self.union(flat, path, parts, is_required)
        fields = tuple(self.properties(flat, path)) if "object" in types_of(flat) and not meaning.free_form else ()
        item = None
        if "array" in types_of(flat):
            item = self.field(flattened(self.resource.document, flat.get("items")), (*path, "[]"), True)
        kinds = tuple(self.kinds(flat, meaning, fields)) or tuple(unions.given(self.resource, flat))
        return Field(path, flat, meaning, is_required, kinds, wrong.kinds(flat), fields, item)

    def union(self, flat: dict[str, Any], path: Pattern, parts: tuple[dict[str, Any], ...], is_required: bool) -> Field:
        """A member that one of several schemas describes: each is a kind of its own."""
        document = self.resource.document
        alternatives = tuple(self.field(flattened(document, part), path, True) for part in parts)
        kinds = tuple(unions.kinds(self.resource, flat, alternatives)) or tuple(unions.given(self.resource, flat))
        named = [types_of(one.flat) for one in alternatives]
        types = sorted({name for names in named for name in names}) if all(named) else []
        forbidden = wrong.kinds({"type": types, "nullable": True}) if types else ()
        allows = unions.allowing(self.resource, flat)
        chance = Random(self.seed)  # noqa: S311 - no secret
        certain = tuple(kind for kind in forbidden if not allows(kind.draw(chance)))
        return Field(path, flat, self.resource.meaning(path), is_required, kinds, certain)

    def kinds(self, flat: dict[str, Any], meaning: Meaning, fields: tuple[Field, ...]) -> Iterator[Kind]:
        types = types_of(flat)
        if is_nullable(flat) and "const" not in flat:
            yield Kind("null", "required", lambda chance: None, lambda value: value is None)
        if flat.get("type") == "null":
            pass
        elif isinstance(flat.get("enum"), list):
            yield from (_one(value) for value in flat["enum"] if value is not None)
        elif "const" in flat:
            yield _one(flat["const"])
        elif "string" in types:
            yield from _texts(flat, meaning, self.seed)
        elif "integer" in types:
            yield from numbers.integer_kinds(flat)
        elif "number" in types:
            yield from numbers.number_kinds(flat)
        elif "boolean" in types:
            yield from (_one(True), _one(False))
        elif "array" in types:
            yield from _arrays(flat)
        elif fields:
            yield from _objects(fields)
        elif "object" in types or not types:
            yield from self.entries(flat, meaning)

    def entries(self, flat: dict[str, Any], meaning: Meaning) -> Iterator[Kind]:
        """What an object without declared members holds."""
        values = flat.get("additionalProperties")
        if isinstance(values, dict) and (below := flattened(self.resource.document, values)) and types_of(below):
            if types_of(below)[0] not in ("object", "array"):
                yield from free_form.of_values(tuple(self.kinds(below, Meaning(), ())))
        elif values is not False:
            every = free_form.kinds(self.beside)
            yield from every if meaning.free_form else (kind for kind in every if kind.standing == "required")


def _one(value: Any) -> Kind:
    name = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return Kind(name, "required", lambda chance: value, lambda other: other == value and type(other) is type(value))


def _texts(flat: dict[str, Any], meaning: Meaning, seed: int) -> Iterator[Kind]:
    least, most = flat.get("minLength", 0), flat.get("maxLength")
    declared, pattern = str(flat.get("format", "")), flat.get("pattern")
    if declared == "date":
        found = (*dates.DATES, *(dates.ODD_DATES if meaning.looks == "past-date" else dates.LATE_DATES))
    elif declared == "date-time":
        found = dates.MOMENTS
    elif isinstance(pattern, str):
        found = formats.of_pattern(pattern, least, most, seed)
    elif meaning.looks == "email":
        found = formats.EMAILS
    elif meaning.looks == "phone":
        found = formats.PHONES
    elif declared not in formats.PLAIN_FORMATS:
        found = formats.of_format(declared, flat.get("example", flat.get("default")))
    else:
        found = (*_lengths(least, most), *text.WHOLES, *text.FRAGMENTS, *text.SCRIPTS)
    yield from (kind for kind in found if _fits(kind, least, most))


def _lengths(least: int, most: int | None) -> Iterator[Kind]:
    """A plain text within the limits, and one at each limit that the schema declares."""
    if most is None and least <= 4:
        yield text.PLAIN
    else:
        low, high = max(least, 1), min(most if most is not None else least + 40, max(least, 1) + 200)
        yield Kind("plain", "required", lambda c: letters(c, c.randint(low, max(low, high))), text.PLAIN.fits)
    if least > 1:
        yield Kind("the least length", "required", lambda c: letters(c, least), _is_long(least))
    if most is not None and 0 < most < 20000:
        yield Kind("the greatest length", "required", lambda c: letters(c, most), _is_long(most))


def _is_long(length: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) == length


def _fits(kind: Kind, least: int, most: int | None) -> bool:
    """Can a text of this kind have an allowed length?"""
    if least == 0 and most is None:
        return True
    return any(least <= characters and (most is None or units <= most) for characters, units in _sizes(kind))


@lru_cache(maxsize=1024)
def _sizes(kind: Kind) -> tuple[tuple[int, int], ...]:
    """Characters and UTF-16 units of a few texts of this kind."""
    chance = Random(0)  # noqa: S311 - no secret
    drawn = [kind.draw(chance) for _ in range(_TRIALS)]
    return tuple((len(one), text.units(one)) for one in drawn)


def _arrays(flat: dict[str, Any]) -> Iterator[Kind]:
    least, most = flat.get("minItems", 0), flat.get("maxItems")
    high = most if most is not None else max(least, 3)

    def sized(name: str, low: int, top: int, *, is_required: bool = True) -> Kind:
        """The draw is a number of items: the items are drawn by the field of the items."""
        return Kind(
            name,
            "required" if is_required else "valid",
            lambda chance: chance.randint(low, top),
            lambda value: isinstance(value, list) and low <= len(value) <= top,
        )

    if high >= 2:
        yield sized("several items", max(least, 2), max(least, min(high, 4)))
    if high >= 2 and not flat.get("uniqueItems"):
        low, top = max(least, 2), max(least, min(high, 4))
        yield Kind(TWICE, "valid", lambda c: c.randint(low, top), _has_repetitions)
    if least <= 1 <= high:
        yield sized("one item", 1, 1)
    if least == 0:
        yield sized("no items", 0, 0)
    if most is not None and 4 < most <= _LONG_ARRAY:
        yield sized("as many items as allowed", most, most)


def _has_repetitions(value: Any) -> bool:
    return isinstance(value, list) and len(value) > len({repr(one) for one in value})


def _objects(fields: tuple[Field, ...]) -> Iterator[Kind]:
    names = frozenset(field.path[-1] for field in fields)
    needed = frozenset(field.path[-1] for field in fields if field.is_required)
    yield Kind("all members", "required", lambda c: None, lambda v: isinstance(v, dict) and names <= v.keys())
    if len(names - needed) > 0 and len(names) > 1:
        yield Kind(
            "some members",
            "required",
            lambda c: None,
            lambda v: isinstance(v, dict) and bool(v) and needed <= v.keys() < names,
        )
    if not needed and len(names) > 1:
        yield Kind("one member", "valid", lambda c: None, lambda v: isinstance(v, dict) and len(v) == 1)
    if not needed:
        yield Kind("no members", "valid", lambda c: None, lambda v: v == {})


def _values(value: Any, path: Pattern) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "[]":
        for item in value if isinstance(value, list) else ():
            yield from _values(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
