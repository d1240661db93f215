"""An answer's JSON Schema as a msgspec type: reading a body and typing it become one step.

Places where answers were seen to differ from their schema are *relaxed*: they take any value, and ``Shape.class_of``
says what is wrong with it. Whatever this module does not understand of a schema is ``Untranslatable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, Union

from msgspec import UNSET, Meta, UnsetType, defstruct

from contracts.audit.sdk import is_epoch, of_enum
from contracts.spec.formats import CHECKERS, KNOWN_GOOD, LOOSE, is_surely_no
from contracts.spec.judge import Judge
from contracts.spec.members import Pattern
from contracts.spec.schema import NULL

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
SURE = {"date": rf"^{_DAY}\Z", "date-time": rf"^{_DAY}[Tt]{_TIME}\Z"}
"""Dates that are right beyond doubt. A leap second is not among them: it depends on the offset."""

_SURELY = {form: re.compile(pattern).match for form, pattern in SURE.items()}

_Plain = None | bool | int | str
Usual = _Plain | list[_Plain] | dict[str, _Plain]
"""What members of no declared type usually hold. Without floats: printed again, one may be longer than it was."""
_Scalar = None | bool | int | float | str

_KNOWN = {"type", "properties", "required", "items", "additionalProperties", "enum", "format", "definitions"}
_SCALARS: dict[str, Any] = {"string": str, "integer": int, "number": int | float, "boolean": bool, "null": None}
_SOME: dict[str, Any] = {"string": "x", "integer": 1, "number": 1, "boolean": True, "null": None}
_TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "null": frozenset({type(None)}),
    "array": frozenset({list}),
}


class Untranslatable(Exception):
    """A schema says something that these types cannot: every body is for the clauses then."""


@dataclass
class Shape:
    """``type`` is what msgspec decodes to; ``fields`` are a struct's, by name on the wire; ``step`` leads below.

    ``usual`` are the Python types that are right without a further look, ``check`` looks at the others.
    """

    type: Any
    fields: dict[str, tuple[str, Shape]] = field(default_factory=dict)
    below: Shape | None = None
    step: Literal["[]", "*"] | None = None
    is_free: bool = False
    """Does no schema declare what is in it?"""
    is_extra: bool = False
    """Does no schema declare it at all?"""
    usual: frozenset[type] = frozenset()
    check: Callable[[Any], Hashable] | None = None
    """What is wrong with a value of another type, or with any value where ``usual`` is empty; None is nothing."""
    relaxed: Any = Any
    """The type for values that are none of the schema's as well."""
    is_required: bool = False
    is_nullable: bool = False
    some: Any = "x"
    """A value of its type, right or not, as JSON has it."""

    def sample(self) -> Any:
        """A value with all that can be in it."""
        if self.fields:
            return {name: part.sample() for name, (_, part) in self.fields.items()}
        if self.below is not None:
            return [self.below.sample()] if self.step == "[]" else {"x": self.below.sample()}
        return {} if self.is_free else self.some

    def class_of(self, value: Any) -> Hashable:
        """What is wrong with ``value`` as far as any clause that judges by shape can tell; None is nothing."""
        kind = type(value)
        if kind in self.usual:
            return None
        if value is UNSET:
            return "absent" if self.is_required else None
        if value is None and self.is_nullable:
            return None
        if self.check is not None:
            return self.check(value)
        return "[]" if value == [] else kind.__name__


def shape(
    schema: Mapping[str, Any],
    extra: frozenset[Pattern],
    relaxed: frozenset[Pattern] = frozenset(),
    free: Any = Usual,
    *,
    draft4: bool = True,
) -> Shape:
    """The shape of ``schema``, with undeclared members ``extra`` allowed. Raises Untranslatable.

    ``free`` is the type of what no schema declares: within free-form objects, and of the members ``extra``.
    """
    return _Translation(schema.get("definitions", {}), extra, relaxed, free, draft4).shape(schema, (), ())


class _Translation:
    def __init__(
        self,
        definitions: Mapping[str, Any],
        extra: frozenset[Pattern],
        relaxed: frozenset[Pattern],
        free: Any,
        draft4: bool,
    ) -> None:
        self.definitions = definitions
        self.extra = extra
        self.relaxed = relaxed
        self.free = free
        self.draft4 = draft4

    def shape(self, schema: Any, path: Pattern, seen: tuple[str, ...]) -> Shape:
        found = self._strict(schema, path, seen)
        if path in self.relaxed:
            found.type = found.relaxed
        return found

    def _strict(self, schema: Any, path: Pattern, seen: tuple[str, ...]) -> Shape:
        if not isinstance(schema, Mapping):
            raise Untranslatable(f"{path} has a schema that is no object")
        if "anyOf" in schema:
            return self._nullable(schema, path, seen)
        merged, seen = self._merged(schema, seen)
        types = merged.get("type", [])
        types = list(types) if isinstance(types, list) else [types]
        plain = [name for name in types if name != "null"]
        if len(plain) != 1 or len(types) > 2:
            raise Untranslatable(f"{path} has not one type")
        unknown = set(merged) - _KNOWN
        if plain[0] in ("object", "array") and unknown:
            raise Untranslatable(f"{path} has {', '.join(sorted(unknown))}")
        if unknown or ("enum" in merged and not _is_of_texts(merged, plain[0])):
            merged.pop("definitions", None)
            return Shape(Any, check=_Keywords(merged, self.draft4))
        found = self._typed(merged, plain[0], path, seen)
        return _or_null(found) if "null" in types else found

    def _nullable(self, schema: Mapping[str, Any], path: Pattern, seen: tuple[str, ...]) -> Shape:
        others = [part for part in schema["anyOf"] if part != NULL]
        if len(others) != 1 or len(schema["anyOf"]) != 2 or len(schema) != 1:
            raise Untranslatable(f"{path} has alternatives")
        return _or_null(self._strict(others[0], path, seen))

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
            items = list[below.type]  # type: ignore[name-defined]
            return Shape(items, below=below, step="[]", usual=_TYPES["array"], relaxed=items | _Scalar)
        if "enum" in schema:
            allowed = tuple(schema["enum"])
            return Shape(Literal[allowed], check=partial(_of_enum, allowed), some=allowed[0])
        if name == "string" and schema.get("format") in CHECKERS:
            form = schema["format"]
            return Shape(
                Annotated[str, Meta(pattern=SURE[form])], check=partial(_of_format, form), some=KNOWN_GOOD[form][0]
            )
        if name == "string" and schema.get("format") in LOOSE:
            return Shape(Any, check=partial(_of_loose, schema["format"]))
        if name not in _SCALARS:
            raise Untranslatable(f"{path} is of type {name}")
        return Shape(_SCALARS[name], usual=_TYPES[name], some=_SOME[name])

    def _object(self, schema: dict[str, Any], path: Pattern, seen: tuple[str, ...]) -> Shape:
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        if not properties:
            return self._map(schema, more, path, seen)
        if more not in (True, False, {}):
            raise Untranslatable(f"{path} has properties and additionalProperties")
        required = set(schema.get("required", ()))
        if not required <= set(properties):
            raise Untranslatable(f"{path} requires what it does not declare")
        fields = {name: self.shape(part, (*path, name), seen) for name, part in properties.items()}
        for pattern in self.extra:
            if pattern[:-1] == path and pattern[-1] not in fields and more is not False:
                fields[pattern[-1]] = Shape(self.free, is_free=True, is_extra=True)
        named = {name: f"f{number}" for number, name in enumerate(fields)}
        members: list[Any] = []
        for name, part in fields.items():
            part.is_required = name in required
            is_sure = part.is_required and (*path, name) not in self.relaxed and part.type is not Any
            members.append(
                (named[name], part.type) if is_sure else (named[name], Union[part.type, UnsetType], UNSET)  # noqa: UP007
            )
        made = defstruct(
            "_".join(("Answer", *(step for step in path if step.isidentifier()))),
            members,
            rename={attribute: name for name, attribute in named.items()},
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
        )
        return Shape(
            made,
            fields={name: (named[name], part) for name, part in fields.items()},
            usual=frozenset({made}),
            relaxed=made | _Scalar | list[Any],
        )

    def _map(self, schema: dict[str, Any], more: Any, path: Pattern, seen: tuple[str, ...]) -> Shape:
        if isinstance(more, Mapping) and more:
            below = self.shape(more, (*path, "*"), seen)
            values = dict[str, below.type]  # type: ignore[name-defined]
            return Shape(values, below=below, step="*", usual=frozenset({dict}), relaxed=values | _Scalar | list[Any])
        if more is False or schema.get("required"):
            raise Untranslatable(f"{path} is an object without properties, and closed")
        return Shape(dict[str, self.free], is_free=True, usual=frozenset({dict}))  # type: ignore[name-defined]


class _Keywords:
    """Which keywords of a scalar's schema a value breaks: asked of the authority, for each value once in a while."""

    def __init__(self, schema: dict[str, Any], draft4: bool) -> None:
        self._judge = Judge(schema, draft4=draft4)
        self._form, self._allowed = schema.get("format", ""), schema.get("enum", ())
        self._known = lru_cache(maxsize=4096)(self._broken)

    def __call__(self, value: Any) -> Hashable:
        if type(value) in (list, dict):
            return "[]" if value == [] else type(value).__name__
        return self._known(type(value).__name__, value)

    def _broken(self, _kind: str, value: Any) -> Hashable:
        broken = tuple((one.keyword, one.required) for one in self._judge.violations(value))
        is_no = isinstance(value, str) and is_surely_no(self._form, value)
        if not broken and not is_no:
            return None
        is_capitals = isinstance(value, str) and of_enum(value, self._allowed) is not None
        return broken, is_no, is_epoch(value, self._form), is_capitals, type(value).__name__


def _or_null(found: Shape) -> Shape:
    found.type = found.type if found.type is Any else Union[found.type, None]  # noqa: UP007 - of two values
    found.is_nullable = True
    return found


def _is_of_texts(schema: Mapping[str, Any], name: str) -> bool:
    return name == "string" and all(isinstance(value, str) for value in schema["enum"])


def _of_enum(allowed: tuple[str, ...], value: Any) -> Hashable:
    if type(value) is not str:
        return type(value).__name__
    return None if value in allowed else "enum" if of_enum(value, allowed) is None else "enum in capitals"


def _of_format(form: str, value: Any) -> Hashable:
    if type(value) is str:
        return None if _SURELY[form](value) or CHECKERS[form](value) else "format"
    return "epoch" if is_epoch(value, form) else type(value).__name__


def _of_loose(form: str, value: Any) -> Hashable:
    if type(value) is str:
        return "format" if is_surely_no(form, value) else None
    return type(value).__name__


def _both(key: str, one: Any, other: Any) -> Any:
    """What two schemas of an ``allOf`` say together under one keyword."""
    if key == "required":
        return [*one, *other]
    if key == "properties" and not any(one[name] != other[name] for name in set(one) & set(other)):
        return {**one, **other}
    if one != other:
        raise Untranslatable(f"two schemas of an allOf differ in {key}")
    return one
