"""What an overlay says of a member, a parameter or an operation: the extension ``x-contract``, read strictly.

The keys are those of ``docs/overlay.md``. A misspelt one is an error: meaning that silently does not apply is a false
green.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from contracts.errors import DocumentError

EXTENSION = "x-contract"

Effect = Literal["create", "upsert", "read", "update", "delete", "list"]
KeyOwner = Literal["client", "server"]
Moment = Literal["on-create", "on-write"]
Normalisation = Literal["trim", "lower-case", "drop-empty"]
Looks = Literal["email", "phone", "past-date"]
Paging = Literal["limit", "number", "order"]
LevelWord = Literal["MUST", "SHOULD", "OBSERVE"]


@dataclass(frozen=True)
class Meaning:
    """What a member or parameter means, beyond its schema. Every field is empty where nobody says anything."""

    key: tuple[KeyOwner, ...] = ()
    """Whose identifier it is; a path parameter may take either."""
    set: Moment | None = None
    kept: bool = False
    money: bool = False
    free_form: bool = False
    may_normalise: tuple[Normalisation, ...] = ()
    alias_of: str | None = None
    looks: Looks | None = None
    prefix: str | None = None
    filters: str | None = None
    page: Paging | None = None
    cite: str | None = None


@dataclass(frozen=True)
class OperationMeaning:
    """What an operation does. ``precedence`` names the key that decides where several are named.

    ``silent`` is for readers: what it names is observed of every operation, and never a finding.
    """

    effect: Effect | None = None
    resource: str | None = None
    precedence: tuple[str, ...] = ()
    level: LevelWord = "MUST"
    silent: tuple[str, ...] = ()
    cite: str | None = None


_CHOICES: dict[str, tuple[str, ...]] = {
    "effect": get_args(Effect),
    "key": get_args(KeyOwner),
    "set": get_args(Moment),
    "may_normalise": get_args(Normalisation),
    "looks": get_args(Looks),
    "page": get_args(Paging),
    "level": get_args(LevelWord),
}
_LISTS = frozenset({"key", "may_normalise", "precedence", "silent"})
_FLAGS = frozenset({"kept", "money", "free_form"})


def meaning_of(schema: Mapping[str, Any], pointer: str) -> Meaning:
    """The meaning that stands in a property's schema or a parameter. Raises DocumentError."""
    return Meaning(**_read(schema, pointer, {field.name for field in fields(Meaning)}))


def operation_meaning(operation: Mapping[str, Any], pointer: str) -> OperationMeaning:
    """The meaning that stands in an operation object. Raises DocumentError."""
    return OperationMeaning(**_read(operation, pointer, {field.name for field in fields(OperationMeaning)}))


def _read(holder: Mapping[str, Any], pointer: str, known: frozenset[str] | set[str]) -> dict[str, Any]:
    said = holder.get(EXTENSION)
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise DocumentError(f"{EXTENSION} at {pointer} is no object; write {{key: value}} as docs/overlay.md shows")
    made: dict[str, Any] = {}
    for key, value in said.items():
        name = key.replace("-", "_")
        if name not in known:
            names = ", ".join(sorted(one.replace("_", "-") for one in known))
            raise DocumentError(f"{EXTENSION} at {pointer} has an unknown key {key!r}; here there may be {names}")
        made[name] = _checked(name, key, value, pointer)
    return made


def _checked(name: str, key: str, value: Any, pointer: str) -> Any:
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise DocumentError(f"{EXTENSION} at {pointer}: {key} is {value!r}, not true or false")
        return value
    items = value if isinstance(value, list) and name in _LISTS else [value]
    for item in items:
        if not isinstance(item, str) or not item:
            raise DocumentError(f"{EXTENSION} at {pointer}: {key} is {value!r}, not a word")
        if name in _CHOICES and item not in _CHOICES[name]:
            raise DocumentError(f"{EXTENSION} at {pointer}: {key} is {item!r}, none of {', '.join(_CHOICES[name])}")
    return tuple(dict.fromkeys(items)) if name in _LISTS else value
