"""An OpenAPI document against itself: what it leaves open, and where it contradicts its own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.drift.field import path_text
from contracts.drift.operation import json_schema_of, operation_of
from contracts.drift.readers.openapi import says_deprecated, success_of
from contracts.drift.report import Drift
from contracts.errors import DocumentError
from contracts.spec.document import resolve
from contracts.spec.judge import Judge
from contracts.spec.members import Member, members
from contracts.spec.schema import Direction, to_json_schema
from contracts.wire import path_text as value_path
from contracts.wire import shown


def contradictions(document: dict[str, Any], name: str) -> list[Drift]:
    """Drifts of the document from itself; none of them breaks a client by itself."""
    path, operation = operation_of(document)
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/post"
    answer, _, answer_pointer = success_of(document)
    found: list[Drift] = []
    for holder, direction, at in (
        (answer, "answer", answer_pointer),
        (operation.get("requestBody"), "request", f"{pointer}/requestBody"),
    ):
        try:
            schema, where = json_schema_of(document, holder, at)
        except DocumentError:
            continue
        declared = members(document, schema, where)
        found += [drift for member in declared for drift in _member(document, member, name)]
        found += _undeclared_required(schema, document, name)
        found += _examples(document, holder, schema, direction, name)  # type: ignore[arg-type]
    return list({(drift.path, drift.kind, drift.says): drift for drift in found}.values())


def _member(document: dict[str, Any], member: Member, name: str) -> Iterator[Drift]:
    schema, path = member.schema, path_text(member.path)
    if schema.get("nullable") is True and "type" not in schema:
        reason = "OpenAPI 3.0.3: nullable has no effect without a type in the same schema object"
        yield Drift(name, path, "ambiguous", "warning", "null, or not", "nullable beside allOf, no type", 0, reason)
    if says_deprecated(str(schema.get("description", ""))) and schema.get("deprecated") is not True:
        reason = "no tool reads that: set deprecated: true"
        yield Drift(name, path, "deprecation", "warning", "deprecated: true", "deprecated in words only", 0, reason)
    if "default" in schema and not _fits(document, schema, schema["default"]):
        reason = "the default does not satisfy its own schema"
        yield Drift(name, path, "default", "warning", str(schema.get("type")), shown(schema["default"]), 0, reason)
    if "example" in schema and not _fits(document, schema, schema["example"]):
        reason = "the example does not satisfy its own schema"
        yield Drift(name, path, "type", "warning", _wanted(schema), f"example {shown(schema['example'])}", 0, reason)


def _wanted(schema: dict[str, Any]) -> str:
    return " ".join(str(schema[key]) for key in ("type", "format") if key in schema)


def _fits(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    draft4 = str(document.get("openapi")).startswith("3.0")
    try:
        return not Judge(to_json_schema(document, schema, "lenient", "answer"), draft4=draft4).violations(value)
    except DocumentError:
        return True


def _examples(
    document: dict[str, Any], holder: Any, schema: dict[str, Any], direction: Direction, name: str
) -> Iterator[Drift]:
    content = holder.get("content", {}).get("application/json", {}) if isinstance(holder, dict) else {}
    named = content.get("examples")
    examples = [one.get("value") for one in named.values() if isinstance(one, dict)] if isinstance(named, dict) else []
    examples += [content["example"]] if "example" in content else []
    draft4 = str(document.get("openapi")).startswith("3.0")
    judge = Judge(to_json_schema(document, schema, "lenient", direction), draft4=draft4)
    for example in examples:
        for violation in judge.violations(example):
            path = value_path(violation.path).removeprefix("$.")
            kind: Any = (
                "required" if violation.keyword == "required" else "format" if violation.keyword == "format" else "type"
            )
            reason = "the example does not satisfy its own schema"
            yield Drift(
                name, path, kind, "warning", violation.required, f"example: {shown(violation.observed)}", 0, reason
            )


def _undeclared_required(schema: dict[str, Any], document: dict[str, Any], name: str) -> Iterator[Drift]:
    for part, path in _objects(document, schema, "", 0):
        declared = part.get("properties")
        required = part.get("required")
        if not isinstance(declared, dict) or not isinstance(required, list):
            continue
        for wanted in required:
            if isinstance(wanted, str) and wanted not in declared:
                reason = "required, and declared nowhere beside it"
                yield Drift(name, f"{path}{wanted}", "required", "warning", "declared", "required only", 0, reason)


def _objects(document: dict[str, Any], schema: Any, path: str, depth: int) -> Iterator[tuple[dict[str, Any], str]]:
    if not isinstance(schema, dict) or depth > 16:
        return
    if "$ref" in schema:
        yield from _objects(document, resolve(document, str(schema["$ref"])), path, depth + 1)
        return
    yield schema, path
    composed = schema.get("allOf")
    for part in composed if isinstance(composed, list) else ():
        yield from _objects(document, part, path, depth + 1)
    declared = schema.get("properties")
    for member, below in (declared if isinstance(declared, dict) else {}).items():
        yield from _objects(document, below, f"{path}{member}.", depth + 1)
    yield from _objects(document, schema.get("items"), f"{path.removesuffix('.')}[].", depth + 1)
    yield from _objects(document, schema.get("additionalProperties"), f"{path}*.", depth + 1)
