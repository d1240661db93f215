"""What two schemas say of one value, aspect by aspect: its types, null, values, format, limits, default."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.drift.report import Kind, Severity, as_json
from contracts.drift.revisions.change import Change, Direction, severity_of
from contracts.drift.revisions.limits import limits
from contracts.drift.revisions.node import Node

_FORMATS = ("date", "date-time")
"""Formats that a client parses by; the others are hints to most tools."""
_INTEGERS = ("int32", "int64")
_MOST_VALUES = 6
_INTEGER, _STRING = frozenset({"integer"}), frozenset({"string"})
_RARE = (
    "not",
    "if",
    "then",
    "else",
    "patternProperties",
    "propertyNames",
    "prefixItems",
    "contains",
    "dependentRequired",
)


def facts(old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    """Every change of what the value itself may be."""
    yield from _types(old, new, direction)
    yield from _null(old, new, direction)
    yield from _enum(old, new, direction)
    yield from _format(old, new, direction)
    yield from limits(old, new, direction)
    if old.default != new.default or type(old.default) is not type(new.default):
        said = [as_json(one.default) if one.default is not None else "none" for one in (old, new)]
        yield _change(old, new, "default", "warning", said, "another value is taken where none is given")
    if old.is_deprecated != new.is_deprecated:
        said = ["deprecated" if one.is_deprecated else "in use" for one in (old, new)]
        severity: Severity = "warning" if new.is_deprecated else "info"
        reason = "clients are to move away" if new.is_deprecated else "no longer deprecated"
        yield _change(old, new, "deprecation", severity, said, reason, "deprecated")


def rare(old: Node, new: Node) -> Iterator[Change]:
    """Keywords of which this does not tell which way they changed; where they refer to others, they are let be."""
    for keyword in _RARE:
        if not old.said(keyword) and not new.said(keyword):
            continue
        before, after = (json.dumps(_bare(one.said(keyword)), sort_keys=True) for one in (old, new))
        if before != after and "$ref" not in before + after:
            said = ["declared" if one != "[]" else "absent" for one in (before, after)]
            said = ["as it was", "changed"] if said[0] == said[1] else said
            yield _change(
                old, new, "limit", "warning", said, f"{keyword}: what it means for clients is not told", keyword
            )


def _bare(value: Any) -> Any:
    """Without prose."""
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k not in ("description", "title", "example", "examples")}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def said_of_types(node: Node) -> str:
    if node.types is None:
        return "any type"
    text = " or ".join(sorted(node.types))
    return f"{text} ({node.format})" if node.format and node.types == _STRING else text


def are_other_types(old: Node, new: Node) -> bool:
    """Have the two no type in common?"""
    return old.types is not None and new.types is not None and not _wide(old.types) & _wide(new.types)


def _types(old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    said = [" or ".join(sorted(one.types)) if one.types else "any type" for one in (old, new)]
    if old.types == new.types:
        bits = [one.format == "int32" and one.types == _INTEGER for one in (old, new)]
        if bits[0] != bits[1]:
            hurts = bits[1] if direction == "request" else bits[0]
            words = ["32 bits" if one else "unbounded" for one in bits]
            reason = "32 bits end at 2147483647" if hurts else "no value of a client is lost"
            yield _change(old, new, "type", "warning" if hurts else "info", words, reason, "format")
        return
    before, after = (None if one.types is None else _wide(one.types) for one in (old, new))
    looser = before is not None and (after is None or bool(after - before))
    tighter = after is not None and (before is None or bool(before - after))
    if not looser and not tighter:
        return
    reason = "another type" if looser and tighter else "a wider type" if looser else "a narrower type"
    severity = severity_of(direction, looser=looser, tighter=tighter)
    yield _change(old, new, "type", severity, said, reason, "type")


def _wide(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _null(old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    if None in (old.allows_null, new.allows_null) or old.allows_null == new.allows_null:
        return
    looser = new.allows_null is True
    said = ["nullable" if one.allows_null else "not null" for one in (old, new)]
    severity = severity_of(direction, looser=looser, tighter=not looser)
    reason = "null may come" if looser and direction == "answer" else "null is allowed" if looser else "null is refused"
    if not looser and direction == "answer":
        reason = "null comes no more"
    yield _change(old, new, "nullability", severity, said, reason, "nullable")


def _enum(old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    before, after = (None if one.enum is None else {as_json(v): None for v in one.enum} for one in (old, new))
    if before == after:
        return
    more = [] if before is None or after is None else [one for one in after if one not in before]
    fewer = [] if before is None or after is None else [one for one in before if one not in after]
    looser, tighter = bool(more) or after is None, bool(fewer) or before is None
    severity = severity_of(direction, looser=looser, tighter=tighter)
    if after is None:
        reason = "any value goes"
    elif before is None:
        reason = "values are limited"
    else:
        told = [f"{', '.join(more)} added"] if more else []
        reason = " and ".join(told + ([f"{', '.join(fewer)} gone"] if fewer else []))
    said = ["any" if one is None else _values(list(one)) for one in (before, after)]
    if said[0] == said[1]:
        said = [
            "without " + ", ".join(more) if more else "with " + ", ".join(fewer),
            "with " + ", ".join(more) if more else "without " + ", ".join(fewer),
        ]
    yield _change(old, new, "enum", severity, said, reason, "enum")


def _values(values: list[str]) -> str:
    shown = ", ".join(sorted(values)[:_MOST_VALUES])
    return shown if len(values) <= _MOST_VALUES else f"{shown} and {len(values) - _MOST_VALUES} more"


def _format(old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    before, after = old.format, new.format
    if before == after or {before, after} <= {None, *_INTEGERS} or are_other_types(old, new):
        return
    looser, tighter = before is not None, after is not None
    severity: Severity = severity_of(direction, looser=looser, tighter=tighter)
    if severity == "breaking" and before not in _FORMATS and after not in _FORMATS:
        severity = "warning"
    if {before, after} == set(_FORMATS):
        reason = "the time is lost" if after == "date" else "a time is added, and the day may move with the zone"
    else:
        reason = (
            "another form"
            if looser and tighter
            else "the form is promised no more"
            if looser
            else "a form is asked for"
        )
        if not looser and direction == "answer":
            reason = "the form is promised now"
    said = [one or "no format" for one in (before, after)]
    yield _change(old, new, "format", severity, said, reason, "format")


def _change(
    old: Node, new: Node, kind: Kind, severity: Severity, said: list[str], reason: str, keyword: str = ""
) -> Change:
    at: list[Any] = [one.place_of(keyword or kind) for one in (old, new)]
    return Change((), kind, severity, said[0], said[1], reason, at[0], at[1])
