"""What a single schema object says by its keywords, before references and ``allOf`` are looked at."""

from __future__ import annotations

from typing import Any

from contracts.drift.revisions.references import UNRESOLVED

SAYS_NOTHING = frozenset(["title", "description", "example", "examples", "externalDocs", "xml", "$comment", "$schema"])
_TYPE_OF = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def is_empty(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and all(key in SAYS_NOTHING or key.startswith("x-") for key in part if key != UNRESOLVED)
        and UNRESOLVED not in part
    )


def types_of(part: dict[str, Any]) -> frozenset[str] | None:
    kind = part.get("type")
    named = [kind] if isinstance(kind, str) else kind if isinstance(kind, list) else []
    found = {str(one) for one in named if one != "null"}
    if found or named:
        return frozenset(found) if found else None
    values = [part["const"]] if "const" in part else part.get("enum")
    if isinstance(values, list) and values:
        return frozenset(_TYPE_OF[type(one)] for one in values if type(one) in _TYPE_OF) or None
    if "properties" in part or "additionalProperties" in part:
        return frozenset({"object"})
    return frozenset({"array"}) if "items" in part else None


def common_types(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The types that both allow; an integer is a number."""
    wide = [kinds | ({"integer"} if "number" in kinds else set()) for kinds in (one, other)]
    common = wide[0] & wide[1]
    return frozenset(common - {"integer"} if "number" in common else common)


def has_null(part: dict[str, Any]) -> bool:
    values = [part["const"]] if "const" in part else part.get("enum")
    return part.get("type") == "null" or (isinstance(values, list) and None in values)


def is_nullable(part: dict[str, Any]) -> bool:
    kind = part.get("type")
    if part.get("nullable") is True:
        return True
    if isinstance(kind, list):
        return "null" in kind
    return kind == "null" or (kind is None and has_null(part))
