"""The members that a schema declares, each with its path on the wire and the place that declares it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.spec.document import resolve
from contracts.spec.flat import flattened
from contracts.spec.meaning import Meaning, meaning_of

Pattern = tuple[str, ...]
"""A path on the wire: member names, ``[]`` for every item of an array, ``*`` for every name of a map."""

_DEEPEST = 24
_COMBINED = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True)
class Member:
    """``schema`` is the declaring schema object, ``pointer`` its JSON pointer in the document.

    ``flat`` is the same with references followed and ``allOf`` merged; ``meaning`` what an overlay says of it.
    """

    path: Pattern
    pointer: str
    schema: dict[str, Any]
    required: bool
    flat: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    meaning: Meaning = field(default=Meaning(), compare=False)

    @property
    def name(self) -> str:
        return pattern_text(self.path)


def pattern_text(path: Pattern) -> str:
    """``("referrals", "campaigns", "[]", "date")`` as ``referrals.campaigns[].date``."""
    return ".".join(path).replace(".[]", "[]")


def members(document: dict[str, Any], schema: dict[str, Any], pointer: str) -> tuple[Member, ...]:
    """Every member below ``schema``, ``allOf`` flattened and references followed, in document order."""
    return tuple(_walk(document, schema, pointer, (), ()))


def _walk(
    document: dict[str, Any],
    schema: Any,
    pointer: str,
    path: Pattern,
    seen: tuple[str, ...],
    needed: frozenset[str] = frozenset(),
) -> Iterator[Member]:
    """``needed`` are members that the schemas around say to be required: ``allOf`` often has them beside it."""
    if not isinstance(schema, dict) or len(path) > _DEEPEST:
        return
    if "$ref" in schema:
        ref = str(schema["$ref"])
        if ref not in seen:
            yield from _walk(document, resolve(document, ref), ref, path, (*seen, ref), needed)
        return
    merged = flattened(document, schema) if any(word in schema for word in _COMBINED) else schema
    required = merged.get("required")
    needed |= frozenset(name for name in (required if isinstance(required, list) else ()) if isinstance(name, str))
    for keyword in _COMBINED:
        parts = schema.get(keyword)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _walk(document, part, f"{pointer}/{keyword}/{index}", path, seen, needed)
    properties = schema.get("properties")
    for name, part in (properties if isinstance(properties, dict) else {}).items():
        below, place = (*path, name), f"{pointer}/properties/{_escape(name)}"
        if isinstance(part, dict):
            flat = flattened(document, part)
            yield Member(below, place, part, name in needed, flat, meaning_of(flat, place))
        yield from _walk(document, part, place, below, seen)
    for keyword, step in (("items", "[]"), ("additionalProperties", "*")):
        yield from _walk(document, schema.get(keyword), f"{pointer}/{keyword}", (*path, step), seen)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def matches(path: tuple[str | int, ...], pattern: Pattern) -> bool:
    """Is the place ``path`` in a value one that ``pattern`` names?"""
    return len(path) == len(pattern) and all(
        (part == "[]") if isinstance(step, int) else part in (step, "*")
        for step, part in zip(path, pattern, strict=True)
    )


def found(value: Any, pattern: Pattern) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every place of ``value`` that ``pattern`` names, with what stands there."""
    if not pattern:
        yield (), value
        return
    head, rest = pattern[0], pattern[1:]
    steps: list[str | int] = []
    if head == "[]":
        steps = list(range(len(value))) if isinstance(value, list) else []
    elif isinstance(value, dict):
        steps = list(value) if head == "*" else [head] if head in value else []
    for step in steps:
        for below, leaf in found(value[step], rest):
            yield (step, *below), leaf
