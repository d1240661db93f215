"""Bodies that an SDK has read and printed again: camel case, ``{}`` printed as ``[]``, dates as epochs, enums in
capitals, absent members as null.

They say nothing against the server, so they are put back into the wire's form, told as such, and judged by the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.spec.members import Pattern
from contracts.spec.resource import Resource

CAMEL = "member names in camel case"
EMPTY = "an empty object printed as []"
EPOCH = "dates as epochs"
CAPITALS = "an enum in capitals"
NULLS = "absent members printed as null"
_MANY = 2
"""Nulls in a body that has all declared members, from which on they are those of a class that was printed."""
_MILLISECONDS = 100_000_000_000
"""From here on (the year 5138 in seconds) an epoch is in milliseconds."""
_EARLIEST = 100_000_000
"""No customer was created before 1973: a smaller number is no time at all."""


class Restorer:
    """For one resource: what stands at which place of an answer."""

    def __init__(self, resource: Resource) -> None:
        self.below: dict[Pattern, set[str]] = resource.write_answer.steps
        self.formats: dict[Pattern, str] = {}
        self.enums: dict[Pattern, tuple[str, ...]] = {}
        self.objects: set[Pattern] = set()
        self.nullable: set[Pattern] = set()
        for member in resource.write_answer.members:
            if member.flat.get("type") == "object":
                self.objects.add(member.path)
            if member.flat.get("format") in ("date", "date-time") and "string" in _types(member.flat):
                self.formats[member.path] = member.flat["format"]
            if isinstance(allowed := member.flat.get("enum"), list):
                self.enums[member.path] = tuple(value for value in allowed if isinstance(value, str))
            if _takes_null(member.flat):
                self.nullable.add(member.path)
        self.objects |= {path for path, names in self.below.items() if "[]" not in names}
        self.names = frozenset(self.below.get((), ()))

    def restored(self, body: Any) -> tuple[Any, frozenset[str]]:
        """``body`` in the wire's form, and by what one saw that an SDK had printed it.

        Nulls alone do not tell an SDK from a server: they do beside another mark, or where every member that is
        declared is there, as in a class that was printed.
        """
        marks: set[str] = set()
        made = self._value(body, (), marks)
        if marks or (isinstance(body, dict) and self.names <= set(body)):
            kept = self._without_nulls(made, ())
            if (removed := _nulls(made) - _nulls(kept)) and (marks or removed >= _MANY):
                made = kept
                marks.add(NULLS)
        return made, frozenset(marks)

    def wire_name(self, name: str, declared: Iterable[str]) -> str | None:
        """The name of ``declared`` that ``name`` is the camel case of; None where it is of none."""
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        snake = re.sub(r"(?<=[a-z])(?=[0-9])", "_", snake) if snake not in declared else snake
        return snake if snake in declared else None

    def _value(self, value: Any, path: Pattern, marks: set[str]) -> Any:
        if isinstance(value, dict) and path in self.below:
            return dict(self._members(value, path, marks))
        if isinstance(value, list):
            if not value and path in self.objects:
                marks.add(EMPTY)
                return {}
            return [self._value(one, (*path, "[]"), marks) for one in value]
        if path in self.formats and (when := _moment(value, self.formats[path])) is not None:
            marks.add(EPOCH)
            return when
        if path in self.enums and isinstance(value, str) and (meant := of_enum(value, self.enums[path])) is not None:
            marks.add(CAPITALS)
            return meant
        return value

    def _members(self, value: Mapping[str, Any], path: Pattern, marks: set[str]) -> Iterator[tuple[str, Any]]:
        declared = self.below[path]
        for name, inner in value.items():
            wire = name
            if "*" not in declared and name not in declared:
                meant = self.wire_name(name, declared)
                if meant is not None and meant not in value:
                    wire = meant
                    marks.add(CAMEL)
            step = "*" if "*" in declared else wire
            yield wire, self._value(inner, (*path, step), marks)

    def _without_nulls(self, value: Any, path: Pattern) -> Any:
        """``value`` without the declared members that are null and must not be."""
        if isinstance(value, list):
            return [self._without_nulls(one, (*path, "[]")) for one in value]
        if not isinstance(value, dict) or path not in self.below:
            return value
        declared = self.below[path]
        kept = {}
        for name, inner in value.items():
            below = (*path, "*" if "*" in declared else name)
            if inner is not None or name not in declared or below in self.nullable:
                kept[name] = self._without_nulls(inner, below)
        return kept


def of_enum(value: str, allowed: Iterable[str]) -> str | None:
    """The one of ``allowed`` that ``value`` is in capitals, where it is not one of them."""
    if value in allowed:
        return None
    return next((one for one in allowed if isinstance(one, str) and one.upper() == value), None)


def is_epoch(value: Any, form: str) -> bool:
    """Is ``value`` a number that an SDK may have printed for a ``form`` (date or date-time)?"""
    return _moment(value, form) is not None


def _moment(number: Any, form: str) -> str | None:
    if type(number) not in (int, float) or form not in ("date", "date-time"):
        return None
    if form == "date-time" and number < _EARLIEST:
        return None
    try:
        when = datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if form == "date":
        return when.date().isoformat()
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _types(schema: Mapping[str, Any]) -> list[Any]:
    kinds = schema.get("type")
    return kinds if isinstance(kinds, list) else [kinds]


def _takes_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("nullable") is True or "null" in _types(schema)


def _nulls(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_nulls, value.values()))
    return sum(map(_nulls, value)) if isinstance(value, list) else int(value is None)
