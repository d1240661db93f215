"""Where in the text of an OpenAPI document a JSON pointer is: the line of its key, or of the nearest above it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import yaml

from contracts.drift.field import path_text
from contracts.drift.operation import json_schema_of, operation_of
from contracts.drift.readers.openapi import success_of
from contracts.drift.report import Drift
from contracts.errors import DocumentError
from contracts.spec.document import fenced
from contracts.spec.members import members

_DEEPEST = 200
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\],]')


def located(drifts: Sequence[Drift], text: str, document: dict[str, Any]) -> list[Drift]:
    """``drifts`` with the line in ``text`` that declares what each is about, or what should."""
    fields = _pointers_of_fields(document) if any(not d.line and not d.pointer for d in drifts) else {}
    places = [d.pointer.replace("~/", "/").removesuffix("~") or fields.get(d.path, "#") for d in drifts]
    lines = _lines(text, {place for place, drift in zip(places, drifts, strict=True) if not drift.line})
    return [
        drift if drift.line else replace(drift, line=lines.get(place, 1))
        for place, drift in zip(places, drifts, strict=True)
    ]


def _pointers_of_fields(document: dict[str, Any]) -> dict[str, str]:
    """Where each field of the customers operation is declared."""
    path, operation = operation_of(document)
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/post"
    answer, _, answer_pointer = success_of(document)
    found: dict[str, str] = {}
    for holder, at, prefixes in (
        (answer, answer_pointer, ("",)),
        (operation.get("requestBody"), f"{pointer}/requestBody", ("request.", "")),
    ):
        try:
            schema, where = json_schema_of(document, holder, at)
        except DocumentError:
            continue
        for member in members(document, schema, where):
            for prefix in prefixes:
                found.setdefault(prefix + path_text(member.path), member.pointer)
    return found


def _lines(text: str, pointers: set[str]) -> dict[str, int]:
    """The line of each pointer (RFC 6901), or of the nearest above it that is there."""
    if not pointers:
        return {}
    wanted: dict[str, Any] = {}
    for pointer in pointers:
        below = wanted
        for name in _names(pointer):
            below = below.setdefault(name, {})
    found = dict(_found(text, wanted))
    return {pointer: _nearest(found, tuple(_names(pointer))) for pointer in pointers}


def _names(pointer: str) -> list[str]:
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


def _nearest(found: dict[tuple[str, ...], int], path: tuple[str, ...]) -> int:
    while path and path not in found:
        path = path[:-1]
    return found.get(path, found.get((), 1))


def _found(text: str, wanted: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], int]]:
    if text.lstrip()[:1] == "{" and _is_json(text):
        yield from _in_json(text, wanted)
        return
    for candidate, line in ((text, 1), *fenced(text)):
        try:
            node = yaml.compose(candidate, Loader=_Loader)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        if isinstance(node, yaml.MappingNode) and any(key.value == "openapi" for key, _ in node.value):
            first = line if line == 1 else line + 1  # a fence's own line comes before its content
            yield (), first + node.start_mark.line
            yield from _in_node(node, wanted, (), first, 0)
            return


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _in_json(text: str, wanted: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Walks the tokens once, and keeps what is ``wanted``: documents have millions of characters."""
    line, counted = 1, 0
    stack: list[tuple[tuple[str, ...], Any, bool, int]] = []
    path: tuple[str, ...] = ()
    here: Any = wanted
    """What is wanted below the value that comes next; None where nothing is."""
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in "{[":
            stack.append((path, here, sign == "[", 0))
            if sign == "[" and here is not None:
                here, path = here.get("0"), (*path, "0")
                if here is not None:
                    line, counted = line + text.count("\n", counted, match.end()), match.end()
                    yield path, line + _to_value(text, match.end())
        elif sign in "}]":
            stack.pop()
        elif sign == ",":
            above, wants, is_list, number = stack[-1]
            if is_list and wants is not None:
                stack[-1] = (above, wants, True, number + 1)
                here, path = wants.get(str(number + 1)), (*above, str(number + 1))
                if here is not None:
                    line, counted = line + text.count("\n", counted, match.end()), match.end()
                    yield path, line + _to_value(text, match.end())
        elif match[2] is not None and stack:
            above, wants, _, _ = stack[-1]
            here = None
            if wants is not None:
                name = match[1] if "\\" not in match[1] else json.loads(f'"{match[1]}"')
                here, path = wants.get(name), (*above, name)
                if here is not None:
                    line, counted = line + text.count("\n", counted, match.start()), match.start()
                    yield path, line


def _to_value(text: str, at: int) -> int:
    """How many lines further the next value begins."""
    match = re.compile(r"\s*").match(text, at)
    return match[0].count("\n") if match else 0


def _in_node(
    node: Any, wanted: dict[str, Any], path: tuple[str, ...], first: int, depth: int
) -> Iterable[tuple[tuple[str, ...], int]]:
    if depth > _DEEPEST or not wanted:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if (below := wanted.get(str(key.value))) is not None:
                yield (*path, str(key.value)), first + key.start_mark.line
                yield from _in_node(value, below, (*path, str(key.value)), first, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            if (below := wanted.get(str(index))) is not None:
                yield (*path, str(index)), first + value.start_mark.line
                yield from _in_node(value, below, (*path, str(index)), first, depth + 1)
