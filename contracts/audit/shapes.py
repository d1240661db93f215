"""An answer's JSON Schema as a msgspec type: reading a body and typing it become one step.

It only acquits. Whatever it does not understand of a schema is ``Untranslatable``; whatever it refuses of a body is
judged by the clauses. A property-based test holds it to their verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union

from msgspec import UNSET, Meta, UnsetType, defstruct

from contracts.spec.formats import CHECKERS
from contracts.spec.members import Pattern
from contracts.spec.schema import NULL

_DAY = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
SURE = {"date": rf"^{_DAY}\Z", "date-time": rf"^{_DAY}T{_TIME}\Z"}
"""Dates that are right beyond doubt, in the usual spelling. Leap days and leap seconds are left to the clauses."""

_Plain = None | bool | int | str
Usual = _Plain | list[_Plain] | dict[str, _Plain]
"""What members of no declared type usually hold. Without floats: printed again, one may be longer than it was."""

_KNOWN = {"type", "properties", "required", "items", "additionalProperties", "enum", "format", "definitions"}
_SCALARS: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "null": None}


class Untranslatable(Exception):
    """A schema says something that these types cannot: no body is acquitted by them then."""


@dataclass
class Shape:
    """``type`` is what msgspec decodes to; ``fields`` are a struct's, by name on the wire; ``step`` leads below."""

    type: Any
    fields: dict[str, tuple[str, Shape]] = field(default_factory=dict)
    below: Shape | None = None
    step: Literal["[]", "*"] | None = None
    is_free: bool = False
    """Does no schema declare what is in it?"""


def shape(schema: Mapping[str, Any], extra: frozenset[Pattern], free: Any = Usual) -> Shape:
    """The shape of ``schema``, with undeclared members ``extra`` allowed. Raises Untranslatable.

    ``free`` is the type of what no schema declares: within free-form objects, and of the members ``extra``.
    """
    return _Translation(schema.get("definitions", {}), extra, free).shape(schema, (), ())


class _Translation:
    def __init__(self, definitions: Mapping[str, Any], extra: frozenset[Pattern], free: Any) -> None:
        self.definitions = definitions
        self.extra = extra
        self.free = free

    def shape(self, schema: Any, path: Pattern, seen: tuple[str, ...]) -> Shape:
        if not isinstance(schema, Mapping):
            raise Untranslatable(f"{path} has a schema that is no object")
        if "anyOf" in schema:
            return self._nullable(schema, path, seen)
        merged, seen = self._merged(schema, seen)
        if unknown := set(merged) - _KNOWN:
            raise Untranslatable(f"{path} has {', '.join(sorted(unknown))}")
        types = merged.get("type", [])
        types = list(types) if isinstance(types, list) else [types]
        plain = [name for name in types if name != "null"]
        if len(plain) != 1 or len(types) > 2:
            raise Untranslatable(f"{path} has not one type")
        found = self._typed(merged, plain[0], path, seen)
        found.type = Union[found.type, None] if "null" in types else found.type  # noqa: UP007 - of two values
        return found

    def _nullable(self, schema: Mapping[str, Any], path: Pattern, seen: tuple[str, ...]) -> Shape:
        others = [part for part in schema["anyOf"] if part != NULL]
        if len(others) != 1 or len(schema["anyOf"]) != 2 or len(schema) != 1:
            raise Untranslatable(f"{path} has alternatives")
        found = self.shape(others[0], path, seen)
        found.type = Union[found.type, None]  # noqa: UP007 - of two values
        return found

    def _merged(self, schema: Mapping[str, Any], seen: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """``schema`` with its references and its ``allOf`` written out."""
        parts = [{key: value for key, value in schema.items() if key not in ("allOf", "$ref")}]
        if "$ref" in schema:
            name = str(schema["$ref"]).removeprefix("#/definitions/")
            if name in seen or name not in self.definitions:
                raise Untranslatable(f"{name} refers to itself")
            part, seen = self._merged(self.definitions[name], (*seen, name))
            parts.append(part)
        for inner in schema.get("allOf", ()):
            part, seen = self._merged(inner, seen)
            parts.append(part)
        merged: dict[str, Any] = {}
        for part in parts:
            for key, value in part.items():
                merged[key] = _both(key, merged[key], value) if key in merged else value
        return merged, seen

    def _typed(self, schema: dict[str, Any], name: str, path: Pattern, seen: tuple[str, ...]) -> Shape:
        if name == "object":
            return self._object(schema, path, seen)
        if name == "array":
            if "items" not in schema:
                raise Untranslatable(f"{path} is an array of anything")
            below = self.shape(schema["items"], (*path, "[]"), seen)
            return Shape(list[below.type], below=below, step="[]")  # type: ignore[name-defined]
        if "enum" in schema:
            if name != "string" or not all(isinstance(value, str) for value in schema["enum"]):
                raise Untranslatable(f"{path} has an enum of other than texts")
            return Shape(Literal[tuple(schema["enum"])])
        if name == "string" and schema.get("format") in CHECKERS:
            return Shape(Annotated[str, Meta(pattern=SURE[schema["format"]])])
        if name not in _SCALARS:
            raise Untranslatable(f"{path} is of type {name}")
        return Shape(_SCALARS[name])

    def _object(self, schema: dict[str, Any], path: Pattern, seen: tuple[str, ...]) -> Shape:
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        if not properties:
            if isinstance(more, Mapping) and more:
                below = self.shape(more, (*path, "*"), seen)
                return Shape(dict[str, below.type], below=below, step="*")  # type: ignore[name-defined]
            if more is False or schema.get("required"):
                raise Untranslatable(f"{path} is an object without properties, and closed")
            return Shape(dict[str, self.free], is_free=True)  # type: ignore[name-defined]
        if more not in (True, False, {}):
            raise Untranslatable(f"{path} has properties and additionalProperties")
        required = set(schema.get("required", ()))
        if not required <= set(properties):
            raise Untranslatable(f"{path} requires what it does not declare")
        fields = {name: self.shape(part, (*path, name), seen) for name, part in properties.items()}
        for pattern in self.extra:
            if pattern[:-1] == path and pattern[-1] not in fields and more is not False:
                fields[pattern[-1]] = Shape(self.free, is_free=True)
        named = {name: f"f{number}" for number, name in enumerate(fields)}
        members: list[Any] = [
            (named[name], part.type) if name in required else (named[name], Union[part.type, UnsetType], UNSET)  # noqa: UP007
            for name, part in fields.items()
        ]
        made = defstruct(
            "_".join(("Answer", *(step for step in path if step.isidentifier()))),
            members,
            rename={attribute: name for name, attribute in named.items()},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )
        return Shape(made, fields={name: (named[name], part) for name, part in fields.items()})


def _both(key: str, one: Any, other: Any) -> Any:
    """What two schemas of an ``allOf`` say together under one keyword."""
    if key == "required":
        return [*one, *other]
    if key == "properties" and not any(one[name] != other[name] for name in set(one) & set(other)):
        return {**one, **other}
    if one != other:
        raise Untranslatable(f"two schemas of an allOf differ in {key}")
    return one


def present(value: Any, steps: tuple[str, ...]) -> bool:
    """Is there anything in a decoded ``value`` at ``steps`` (attributes, ``[]``, ``*``)?"""
    for number, step in enumerate(steps):
        if value is None or value is UNSET:
            return False
        if step in ("[]", "*"):
            return any(present(below, steps[number + 1 :]) for below in (value if step == "[]" else value.values()))
        value = getattr(value, step)
    return value is not UNSET


def steps_of(root: Shape, pattern: Pattern) -> tuple[str, ...] | None:
    """The attributes that lead to ``pattern``; None where the shape has no such place."""
    steps: list[str] = []
    here: Shape | None = root
    for name in pattern:
        if here is None:
            return None
        if here.step == name:
            steps.append(name)
            here = here.below
        elif name in here.fields:
            attribute, here = here.fields[name]
            steps.append(attribute)
        else:
            return None
    return tuple(steps)
