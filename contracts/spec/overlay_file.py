"""The shape of an overlay file, read strictly: a misspelt field would silently change nothing.

Source: the JSON Schemas of Overlay 1.0 and 1.1 (https://spec.openapis.org/overlay/1.1/schema).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import DocumentError

_VERSION = re.compile(r"1\.([01])\.\d+\Z")
_NONE = object()
_ROOT = {"overlay": str, "info": dict, "extends": str, "actions": list}
_INFO = {"title": str, "version": str, "description": str}
_ACTION = {"target": str, "description": str, "update": object, "remove": bool, "copy": str}
_KINDS = {str: "text", dict: "an object", list: "a list", bool: "true or false"}


@dataclass(frozen=True)
class Action:
    """``number`` counts from 1. ``source`` is the JSONPath of ``copy``. ``name`` is the overlay's, for messages."""

    name: str
    number: int
    target: str
    update: Any
    source: str | None
    is_removal: bool
    is_optional: bool

    @property
    def has_value(self) -> bool:
        return self.update is not _NONE or self.source is not None

    def __str__(self) -> str:
        return f"{self.name}: action {self.number}"

    def error(self, problem: str) -> DocumentError:
        return DocumentError(f"{self}: {problem}")


def actions_of(overlay: Any, name: str) -> tuple[Action, ...]:
    """The actions of an overlay in order. Raises DocumentError that says the place of what has a wrong shape."""
    if not isinstance(overlay, Mapping) or "overlay" not in overlay:
        raise DocumentError(f"{name}: is no overlay; it must be an object with the fields overlay, info and actions")
    version = overlay["overlay"]
    match = _VERSION.match(version) if isinstance(version, str) else None
    if match is None:
        raise DocumentError(f"{name}: overlay is {version!r}; this applies 1.0 and 1.1, written as 1.1.0")
    _checked(overlay, _ROOT, ("overlay", "info", "actions"), name)
    _checked(overlay["info"], _INFO, ("title", "version"), f"{name}: info")
    return tuple(_actions(overlay["actions"], name, has_copy=match[1] == "1"))


def _actions(declared: list[Any], name: str, *, has_copy: bool) -> Iterator[Action]:
    if not declared:
        raise DocumentError(f"{name}: actions is empty; it must hold one action at least")
    allowed = _ACTION if has_copy else {key: kind for key, kind in _ACTION.items() if key != "copy"}
    for index, one in enumerate(declared):
        place = f"{name}: action {index + 1}"
        if not isinstance(one, Mapping):
            raise DocumentError(f"{place}: is {one!r}, not an object")
        _checked(one, allowed, ("target",), place)
        if one in declared[:index]:
            raise DocumentError(f"{place}: is the same as action {declared.index(one) + 1}; remove one of them")
        if "update" in one and "copy" in one and not one.get("remove"):
            raise DocumentError(f"{place}: has update and copy, so that neither has an effect; make two actions of it")
        yield Action(
            name=name,
            number=index + 1,
            target=one["target"],
            update=one.get("update", _NONE),
            source=one.get("copy"),
            is_removal=one.get("remove", False),
            is_optional=_is_optional(one.get("x-contract"), place),
        )


def _is_optional(said: Any, place: str) -> bool:
    if said is None:
        return False
    if not isinstance(said, Mapping) or set(said) != {"optional"} or not isinstance(said["optional"], bool):
        raise DocumentError(f"{place}: x-contract of an action says {{optional: true}} or {{optional: false}} only")
    return said["optional"]


def _checked(holder: Mapping[str, Any], fields: Mapping[str, type], required: tuple[str, ...], place: str) -> None:
    for key in required:
        if key not in holder:
            raise DocumentError(f"{place}: the field {key} is missing")
    for key, value in holder.items():
        if key.startswith("x-"):
            continue
        if key not in fields:
            raise DocumentError(f"{place}: unknown field {key!r}; here there may be {', '.join(fields)}, or x-…")
        if not isinstance(value, fields[key]):
            raise DocumentError(f"{place}: {key} is {value!r}, not {_KINDS[fields[key]]}"[:300])
