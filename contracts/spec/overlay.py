"""Apply an OpenAPI Overlay: what a document cannot say about meaning, kept apart from it.

Source: Overlay Specification 1.0.0 and 1.1.0, https://spec.openapis.org/overlay/latest.html. Version 1.0 is applied by
the rules of 1.1, which settle what 1.0 left open; ``copy`` alone needs 1.1. Stricter than the specification in one
point: a target that selects nothing is an error, since an overlay that silently stops applying is a false green.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError

from contracts.errors import DocumentError
from contracts.spec.document import parse, with_string_keys
from contracts.spec.overlay_file import Action, actions_of
from contracts.spec.source import read_source

PINNED_OVERLAY = "customers.overlay.yaml"
Location = tuple[str | int, ...]


_PATHS = JSONPathEnvironment()
_PATHS.max_recursion_depth = 400  # deeper than any document that is read


def load_overlay(source: str | Path) -> dict[str, Any]:
    """The overlay at a path or an ``http(s)://`` URL, as YAML or JSON. Raises DocumentError for a wrong shape."""
    return read_overlay(read_source(source), str(source))


def read_overlay(text: str, name: str) -> dict[str, Any]:
    """The overlay in ``text``. Raises DocumentError in one line that begins with ``name``."""
    try:
        value = parse(text)
    except DocumentError as error:
        raise DocumentError(f"{name}: {error}") from None
    value = with_string_keys(value, name)
    actions_of(value, name)
    assert isinstance(value, dict)  # noqa: S101 - `actions_of` has seen to that
    return value


def pinned_overlay_path() -> Path:
    """What customers mean: beside this file in an installed wheel, else in the repository's ``spec``."""
    installed = Path(__file__).with_name(PINNED_OVERLAY)
    return installed if installed.exists() else Path(__file__).parents[2] / "spec" / PINNED_OVERLAY


@cache
def _pinned_overlay() -> dict[str, Any]:
    return load_overlay(pinned_overlay_path())


def pinned_overlay() -> dict[str, Any]:
    """The overlay for documents of the customers API, a copy of its own for each caller."""
    return copy.deepcopy(_pinned_overlay())


def apply_overlay(
    document: Mapping[str, Any], overlay: Mapping[str, Any], name: str, *, lenient: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A new document, and notes. ``name`` is the overlay's, for messages.

    An action whose target selects nothing is an error; where ``lenient`` it is a note; where the action itself says
    ``x-contract: {optional: true}`` it is neither. Raises DocumentError in one line.
    """
    made = _unshared(dict(document))
    notes: list[str] = []
    for action in actions_of(overlay, name):
        nodes = _selected(made, action.target, action)
        if not nodes and not action.is_optional:
            if not lenient:
                raise action.error(
                    f"the target {action.target} selects nothing; correct it, remove the action, or mark it with "
                    "x-contract: {optional: true}"
                )
            notes.append(f"{action}: the target {action.target} selects nothing in this document")
        if action.is_removal:
            _remove(made, list(nodes), action)
        elif nodes and action.has_value:
            _update(made, nodes, _value(made, action), action)
    return made, tuple(notes)


def _selected(document: dict[str, Any], expression: str, action: Action) -> dict[Location, Any]:
    """The nodes that ``expression`` selects, each once, by their places."""
    try:
        return {node.location: node.value for node in _PATHS.find(expression, document)}
    except JSONPathError as error:
        raise action.error(f"{expression!r} is no JSONPath of RFC 9535: {error.args[0]}") from None


def _value(document: dict[str, Any], action: Action) -> Any:
    if action.source is None:
        return action.update
    found = _selected(document, action.source, action)
    if len(found) != 1:
        raise action.error(f"copy {action.source} selects {len(found)} places; it must select one")
    return next(iter(found.values()))


def _remove(document: dict[str, Any], places: list[Location], action: Action) -> None:
    for place in sorted(places, reverse=True):  # what stands below or behind another goes first
        if not place:
            raise action.error("it removes the whole document; target something in it")
        del _at(document, place[:-1])[place[-1]]


def _update(document: dict[str, Any], nodes: dict[Location, Any], value: Any, action: Action) -> None:
    kinds = {_kind(node) for node in nodes.values()}
    if len(kinds) > 1:
        raise action.error(f"the target {action.target} selects {' and '.join(sorted(kinds))}; it must select one kind")
    for place, node in nodes.items():
        own = _unshared(value)
        if isinstance(node, list):
            node.extend(own if isinstance(own, list) else [own])
        elif isinstance(node, dict) and isinstance(own, dict):
            _merge(node, own, place, action)
        elif isinstance(node, dict) or isinstance(own, dict | list):
            raise action.error(f"it cannot put {_kind(own)} in the place of {_kind(node)} at {shown(place)}")
        else:
            _at(document, place[:-1])[place[-1]] = own


def _merge(target: dict[str, Any], update: dict[str, Any], place: Location, action: Action) -> None:
    for key, value in update.items():
        if key not in target:
            target[key] = value
            continue
        was = target[key]
        if isinstance(was, dict) and isinstance(value, dict):
            _merge(was, value, (*place, key), action)
        elif isinstance(was, list) and isinstance(value, list):
            was.extend(value)
        elif isinstance(was, dict | list) or isinstance(value, dict | list):
            raise action.error(f"it cannot merge {_kind(value)} into {_kind(was)} at {shown((*place, key))}")
        else:
            target[key] = value


def _unshared(value: Any) -> Any:
    """A copy in which no object stands in two places (YAML's aliases would): an update of one is none of the other."""
    if isinstance(value, dict):
        return {key: _unshared(below) for key, below in value.items()}
    return [_unshared(below) for below in value] if isinstance(value, list) else value


def _at(document: dict[str, Any], place: Location) -> Any:
    value: Any = document
    for step in place:
        value = value[step]
    return value


def _kind(value: Any) -> str:
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a plain value"


def shown(place: Location) -> str:
    """``("paths", "/a", 0)`` as ``$.paths['/a'][0]``, a JSONPath that selects just that place."""
    return "$" + "".join(map(_step, place))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if step.isascii() and step.isidentifier():
        return f".{step}"
    escaped = json.dumps(step, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"['{escaped}']"
