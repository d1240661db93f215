"""An OpenAPI document as fields: it states every aspect of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.drift.field import NOT_STATED, Document, Field, Path, Place
from contracts.drift.operation import json_schema_of, operation_of
from contracts.errors import DocumentError
from contracts.spec.document import resolve
from contracts.spec.members import members

_WORDS = ("deprecated",)


def success_of(document: dict[str, Any]) -> tuple[Any, str, str]:
    """The answer of the customers operation that tells of success, its status, and its JSON pointer."""
    path, operation = operation_of(document)
    declared = operation.get("responses")
    answers = declared if isinstance(declared, dict) else {}
    others = sorted(str(key) for key in answers if str(key)[:1] == "2")
    status = next((key for key in ("200", "2XX", *others, "default") if key in answers), "200")
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/post/responses/{status}"
    return answers.get(status), status, pointer


def read_fields(document: dict[str, Any], name: str) -> Document:
    """The answer of the customers operation. Raises DocumentError where the document has none."""
    try:
        answer, _, pointer = success_of(document)
        schema, where = json_schema_of(document, answer, pointer)
    except DocumentError as error:
        raise DocumentError(f"{name}: {error}") from None
    return Document(name, "OpenAPI", *_read(document, schema, where))


def read_request(document: dict[str, Any], name: str) -> Document:
    """The request body of the customers operation."""
    path, operation = operation_of(document)
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/post/requestBody"
    schema, where = json_schema_of(document, operation.get("requestBody"), pointer)
    return Document(name, "OpenAPI", *_read(document, schema, where))


def _read(document: dict[str, Any], schema: dict[str, Any], where: str) -> tuple[dict[Path, Field], dict[Path, Place]]:
    fields: dict[Path, Field] = {}
    for member in members(document, schema, where):
        if member.path not in fields:
            fields[member.path] = _field(document, member.path, member.schema, member.required)
    return fields, dict.fromkeys([(), *(path[:-1] for path in fields)], Place(0))


def _field(document: dict[str, Any], path: Path, schema: dict[str, Any], required: bool) -> Field:
    parts = list(_parts(document, schema, 0))
    types: set[str] = set()
    nullable = False
    for part in parts:
        kind = part.get("type")
        types |= {str(one) for one in (kind if isinstance(kind, list) else [kind] if kind else [])}
        nullable = nullable or part.get("nullable") is True
        if "properties" in part and not kind:
            types.add("object")
    nullable = nullable or "null" in types
    enum = next((part["enum"] for part in parts if isinstance(part.get("enum"), list)), None)
    enum = [part["const"] for part in parts if "const" in part] or enum
    described = " ".join(str(part.get("description", "")) for part in parts[:1])
    return Field(
        path=path,
        types=frozenset(types - {"null"}) or NOT_STATED,
        format=next((str(part["format"]) for part in parts if "format" in part), None),
        required=required,
        nullable=nullable,
        enum=tuple(enum) if enum else None,
        default=next((part["default"] for part in parts if "default" in part), None),
        deprecated=any(part.get("deprecated") is True for part in parts) or says_deprecated(described),
        spelling=" or ".join(sorted(types)),
        bits=32 if any(part.get("format") == "int32" for part in parts) else 0,
    )


def _parts(document: dict[str, Any], schema: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The schema and what it is composed of: references followed, ``allOf`` and alternatives flattened."""
    if not isinstance(schema, dict) or depth > 12:
        return
    if "$ref" in schema:
        yield from _parts(document, resolve(document, str(schema["$ref"])), depth + 1)
        return
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        composed = schema.get(keyword)
        for part in composed if isinstance(composed, list) else ():
            yield from _parts(document, part, depth + 1)


def says_deprecated(text: str) -> bool:
    """Do the first words of a description say that the field is deprecated?"""
    return text.lstrip(" `*_<>emcod").lower()[:24].startswith(_WORDS) or text.lower().lstrip(" `*_").startswith(_WORDS)
