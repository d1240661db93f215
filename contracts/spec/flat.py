"""One schema object with its references followed and its ``allOf`` merged: what a member may hold, at one look."""

from __future__ import annotations

from typing import Any

from contracts.spec.document import resolve

_DEEPEST = 24
_LOWER_BOUNDS = frozenset({"minimum", "minLength", "minItems", "minProperties"})
_UPPER_BOUNDS = frozenset({"maximum", "maxLength", "maxItems", "maxProperties"})
_UNIONS = frozenset({"anyOf", "oneOf"})
_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_LOWER_BOUNDS | _UPPER_BOUNDS, (int, float)),
    **dict.fromkeys(("required", "enum"), (list,)),
    **dict.fromkeys(("properties", "x-contract"), (dict,)),
    "description": (str,),
    "type": (str, list),
}
"""What a keyword's value is, as Python reads it: another one binds nothing."""


def flattened(document: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """``schema`` as one object: bounds are the tightest ones, ``required`` and ``x-contract`` are united.

    A union (``anyOf``, ``oneOf``) with one alternative beside null becomes that alternative, nullable. Other unions
    stay as they are. Properties are left unflattened. Raises DocumentError for a reference that leads nowhere.
    """
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return {}
    made: dict[str, Any] = {}
    parts = [resolve(document, str(schema["$ref"]))] if "$ref" in schema else []
    own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
    all_of = schema.get("allOf")
    parts += all_of if isinstance(all_of, list) else []
    for part in parts:
        made = _merged(made, flattened(document, part, depth + 1))
    made = _merged(made, own)
    for keyword in sorted(_UNIONS & made.keys()):
        if not isinstance(made[keyword], list):
            continue
        rest = [part for part in made[keyword] if not _is_null(document, part)]
        if len(rest) == 1:
            is_nullable = len(rest) < len(made[keyword])
            made = _merged({key: made[key] for key in made if key != keyword}, flattened(document, rest[0], depth + 1))
            made |= {"nullable": True} if is_nullable else {}
    return made


def types_of(flat: dict[str, Any]) -> tuple[str, ...]:
    """The JSON types that a flattened schema allows, ``null`` apart; guessed from its keywords where it names none."""
    named = flat.get("type")
    if isinstance(named, list):
        return tuple(str(one) for one in named if one != "null")
    if isinstance(named, str):
        return (named,) if named != "null" else ()
    if "properties" in flat or "additionalProperties" in flat:
        return ("object",)
    if "items" in flat:
        return ("array",)
    if isinstance(flat.get("enum"), list):
        kinds = {_type_of(value) for value in flat["enum"]} - {"null"}
        return tuple(sorted(kinds))
    if "format" in flat or "pattern" in flat or "maxLength" in flat or "minLength" in flat:
        return ("string",)
    return ()


def is_nullable(flat: dict[str, Any]) -> bool:
    """May null stand there, by either dialect's way to say so?"""
    named = flat.get("type")
    return flat.get("nullable") is True or (isinstance(named, list) and "null" in named) or named == "null"


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _is_null(document: dict[str, Any], schema: Any) -> bool:
    flat = resolve(document, str(schema["$ref"])) if isinstance(schema, dict) and "$ref" in schema else schema
    return isinstance(flat, dict) and flat.get("type") == "null"


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both schemas as one. A keyword that a document spells with a wrong type binds nothing: the other's stands."""
    return {
        **one,
        **{key: _tightest(key, one[key], value) if key in one else value for key, value in other.items()},
    }


def _tightest(keyword: str, one: Any, other: Any) -> Any:
    fits = [value for value in (other, one) if isinstance(value, _KINDS.get(keyword, (object,)))]
    if len(fits) < 2:
        return (fits or [other])[0]
    if keyword in _LOWER_BOUNDS:
        return max(one, other)
    if keyword in _UPPER_BOUNDS:
        return min(one, other)
    match keyword, one, other:
        case "required", _, _:
            return [*one, *(name for name in other if name not in one)]
        case "properties" | "x-contract", _, _:
            return {**one, **other}
        case "enum", _, _:
            return [item for item in one if item in other]
        case "description", _, _:
            return f"{one}\n{other}"
        case "type", "integer", "number":
            return "integer"
    return other
