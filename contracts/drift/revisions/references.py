"""References that lead nowhere: found once, told once, and marked, so that the rest of the document can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.errors import DocumentError
from contracts.spec.document import resolve

UNRESOLVED = "x-unresolved-reference"
"""Stands in place of a reference that leads nowhere: what was there is not known."""

_NAMES = frozenset(
    [
        *("properties", "patternProperties", "schemas", "definitions", "$defs", "dependentSchemas", "parameters"),
        *("responses", "headers", "requestBodies", "securitySchemes", "pathItems", "paths", "webhooks", "callbacks"),
        *("links", "examples"),
    ]
)
"""Below these, a key is a name that an author chose."""
_VALUES = frozenset(["example", "examples", "default", "enum", "const", "value"])
"""Below these, values of users stand, in which ``$ref`` has no meaning."""


@dataclass(frozen=True)
class BadReference:
    """``pointer`` is the place of the first such reference."""

    pointer: str
    reason: str


def without_bad_references(document: dict[str, Any]) -> list[BadReference]:
    """Marks, in place, every reference of ``document`` that leads nowhere; answers one for each target."""
    found: dict[str, BadReference | None] = {}
    for holder, ref, pointer in list(_references(document)):
        if ref not in found:
            reason = _leads_nowhere(document, ref)
            found[ref] = BadReference(pointer, reason) if reason else None
        if found[ref] is not None:
            del holder["$ref"]
            holder[UNRESOLVED] = ref
    return [bad for bad in found.values() if bad is not None]


def _references(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    waiting: list[tuple[Any, str, bool]] = [(document, "#", False)]
    while waiting:
        value, pointer, are_names = waiting.pop()
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str) and not are_names:
                yield value, ref, pointer
            for key, below in value.items():
                if isinstance(below, dict | list) and (are_names or not (key in _VALUES or key.startswith("x-"))):
                    waiting.append((below, f"{pointer}/{step(key)}", not are_names and key in _NAMES))
        elif isinstance(value, list):
            waiting += [(one, f"{pointer}/{at}", False) for at, one in enumerate(value) if isinstance(one, dict | list)]


def _leads_nowhere(document: dict[str, Any], ref: str) -> str:
    seen: set[str] = set()
    while True:
        if ref in seen:
            return f"the reference {ref[:120]!r} leads back to itself"
        seen.add(ref)
        try:
            value = resolve(document, ref)
        except DocumentError as error:
            return str(error)
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            return "" if isinstance(value, dict | bool) else f"the reference {ref[:120]!r} leads to no object"
        ref = value["$ref"]


def references_in(value: Any) -> frozenset[str]:
    """The targets of all references at any depth."""
    found: set[str] = set()
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(ref := one.get("$ref"), str):
                found.add(ref)
            waiting += [below for below in one.values() if isinstance(below, dict | list)]
        else:
            waiting += [below for below in one if isinstance(below, dict | list)]
    return frozenset(found)


def step(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
