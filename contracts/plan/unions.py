"""Values of members that one of several schemas describes, and of those that no kind of ours can be drawn for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING, Any

from contracts.plan.kinds.kind import Kind
from contracts.spec.flat import flattened
from contracts.spec.judge import Judge
from contracts.spec.schema import to_json_schema
from contracts.wire import MISSING

if TYPE_CHECKING:
    from contracts.plan.fields import Field
    from contracts.spec.resource import Resource

UNIONS = ("oneOf", "anyOf")
_TRIALS = 12
Allows = Callable[[Any], bool]


def parts_of(flat: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """The schemas that a value may satisfy one of, each with what is said beside them; none for no union."""
    for word in UNIONS:
        parts = flat.get(word)
        if isinstance(parts, list) and parts:
            base = {key: value for key, value in flat.items() if key != word}
            return tuple({**base, "allOf": [part]} for part in parts)
    return ()


def spread(document: dict[str, Any], flat: dict[str, Any]) -> dict[str, Any]:
    """``flat`` with the members of all its alternatives; those that all of them require are required.

    A member that several describe, each in its own way, is one of these ways.
    """
    parts = [flattened(document, part) for part in parts_of(flat)]
    if not parts:
        return flat
    ways: dict[str, list[Any]] = {}
    for part in parts:
        declared = part.get("properties")
        for name, schema in (declared if isinstance(declared, dict) else {}).items():
            known = ways.setdefault(name, [])
            known += [schema] if schema not in known else []
    properties = {name: known[0] if len(known) == 1 else {"anyOf": known} for name, known in ways.items()}
    required = [name for name in properties if all(name in part.get("required", ()) for part in parts)]
    return {**flat, "properties": properties, "required": required}


def allowing(resource: Resource, schema: dict[str, Any]) -> Allows:
    """Does ``schema`` allow a value in a request?"""
    draft4 = str(resource.document.get("openapi")).startswith("3.0")
    judge = Judge(to_json_schema(resource.document, schema, resource.nulls, "request"), draft4=draft4)
    return judge.allows


def kinds(resource: Resource, flat: dict[str, Any], alternatives: tuple[Field, ...]) -> Iterator[Kind]:
    """One required kind for each alternative that a value can be drawn for."""
    whole = allowing(resource, flat)
    for number, (field, part) in enumerate(zip(alternatives, parts_of(flat), strict=True), 1):

        def draw(chance: Random, field: Field = field) -> Any:
            return _drawn(field, chance, whole)

        if draw(Random(number)) is not MISSING:  # noqa: S311 - no secret
            yield Kind(f"alternative {number}", "required", draw, allowing(resource, part))


def given(resource: Resource, flat: dict[str, Any]) -> Iterator[Kind]:
    """The values that the document itself gives: for what nothing else can be drawn for."""
    allows = allowing(resource, flat)
    several = flat.get("examples")
    for value in (flat.get("example"), flat.get("default"), *(several if isinstance(several, list) else ())):
        if value is not None and allows(value):
            yield Kind("the example", "required", lambda chance, value=value: value, allows)  # type: ignore[misc]
            return


def _drawn(field: Field, chance: Random, allows: Allows) -> Any:
    for _ in range(_TRIALS):
        value = plain(field, chance)
        if value is not MISSING and allows(value):
            return value
    return MISSING


def plain(field: Field, chance: Random) -> Any:
    """A value of one of the field's required kinds; MISSING where it has none."""
    usable = [kind for kind in field.kinds if kind.standing == "required"]
    if field.fields:
        return _object(field, chance)
    wholes = [kind for kind in usable if not kind.is_fragment and kind.name != "null"]
    if field.item is not None and wholes:
        count = max(field.flat.get("minItems", 0), min(2, field.flat.get("maxItems", 2)))
        items = [plain(field.item, chance) for _ in range(count)]
        return MISSING if MISSING in items else items
    if wholes:
        return chance.choice(wholes).draw(chance)
    if usable:
        return chance.choice(usable).draw(chance)
    return MISSING


def _object(field: Field, chance: Random) -> Any:
    made: dict[str, Any] = {}
    for one in field.fields:
        if one.is_required or chance.random() < 0.5:
            value = plain(one, chance)
            if value is not MISSING:
                made[one.path[-1]] = value
            elif one.is_required:
                return MISSING
    return made
