"""Where in the text of an OpenAPI document a field is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import yaml

from contracts.drift.field import path_text
from contracts.drift.readers.openapi import success_of
from contracts.drift.report import Drift
from contracts.errors import DocumentError
from contracts.spec.contract import json_schema_of, operation_of
from contracts.spec.document import fenced
from contracts.spec.members import members

_DEEPEST = 200
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def located(drifts: Iterable[Drift], text: str, document: dict[str, Any]) -> list[Drift]:
    """``drifts`` with the line that declares their field, where ``text`` shows one."""
    lines = _lines_of_fields(text, document)
    return [drift if drift.line else replace(drift, line=lines.get(drift.path, 0)) for drift in drifts]


def _lines_of_fields(text: str, document: dict[str, Any]) -> dict[str, int]:
    pointers = _lines_of_pointers(text)
    path, operation = operation_of(document)
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/post"
    answer, _, answer_pointer = success_of(document)
    found: dict[str, int] = {}
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
                found.setdefault(prefix + path_text(member.path), pointers.get(member.pointer, 0))
    return found


def _lines_of_pointers(text: str) -> dict[str, int]:
    """The line of each JSON pointer (RFC 6901) of the document in ``text``; JSON is read as the YAML that it is."""
    for candidate, line in ((text, 1), *fenced(text)):
        try:
            node = yaml.compose(candidate, Loader=_Loader)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        if isinstance(node, yaml.MappingNode) and any(key.value == "openapi" for key, _ in node.value):
            # a fence's own line comes before its content
            return dict(_pointers(node, "#", line if line == 1 else line + 1, 0))
    return {}


def _pointers(node: Any, pointer: str, first: int, depth: int) -> Iterator[tuple[str, int]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{pointer}/{str(key.value).replace('~', '~0').replace('/', '~1')}"
            yield below, first + key.start_mark.line
            yield from _pointers(value, below, first, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield f"{pointer}/{index}", first + value.start_mark.line
            yield from _pointers(value, f"{pointer}/{index}", first, depth + 1)
