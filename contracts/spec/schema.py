"""From an OpenAPI schema to JSON Schema, without losing what OpenAPI says.

OpenAPI 3.0 builds on a draft that JSON Schema draft 4 publishes unchanged in the keywords used, so it becomes
draft 4, in which ``100.0`` is no integer. OpenAPI 3.1 is draft 2020-12 already.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from contracts.spec.document import resolve
from contracts.spec.flat import flattened

Nulls = Literal["lenient", "strict"]
"""How ``nullable`` beside ``allOf`` without ``type`` is read.

lenient: null is allowed, as the older page of the object says. strict: ``nullable`` has no effect where there is
no ``type`` in the same schema object (OpenAPI 3.0.3's clarification), so null is invalid.
"""

Direction = Literal["request", "answer"]

NULL = {"type": "null"}

_ANNOTATIONS = frozenset(
    [
        "nullable",
        "discriminator",
        "readOnly",
        "writeOnly",
        "xml",
        "externalDocs",
        "example",
        "examples",
        "deprecated",
        "title",
        "description",
        "default",
        "$schema",
        "$id",
    ]
)
_SCHEMAS = frozenset(
    [
        "not",
        "additionalProperties",
        "items",
        "if",
        "then",
        "else",
        "contains",
        "propertyNames",
        "unevaluatedProperties",
        "unevaluatedItems",
        "additionalItems",
        "contentSchema",
    ]
)
_SCHEMA_LISTS = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
_SCHEMA_MAPS = frozenset(["properties", "patternProperties", "dependentSchemas"])


def to_json_schema(document: dict[str, Any], schema: Any, nulls: Nulls, direction: Direction) -> dict[str, Any]:
    """A self-contained JSON Schema that accepts what ``schema`` of ``document`` allows.

    Local references become ``definitions``. Members that only the other direction carries (``readOnly`` in a
    request, ``writeOnly`` in an answer) are not required. Raises DocumentError for a reference that leads nowhere.
    """
    return _Conversion(document, nulls, direction).whole(schema)


class _Conversion:
    def __init__(self, document: dict[str, Any], nulls: Nulls, direction: Direction) -> None:
        self.document = document
        self.nulls = nulls
        self.unwanted = "readOnly" if direction == "request" else "writeOnly"
        self.draft4 = str(document.get("openapi", "")).startswith("3.0")
        self.names: dict[str, str] = {}
        self.definitions: dict[str, Any] = {}

    def whole(self, schema: Any) -> dict[str, Any]:
        converted = self.convert(schema)
        if not isinstance(converted, dict):
            converted = {} if converted else {"not": {}}
        return (
            {**converted, "definitions": self.definitions}
            if "$ref" not in converted
            else {
                "allOf": [converted],
                "definitions": self.definitions,
            }
        )

    def convert(self, schema: Any, around: frozenset[str] = frozenset()) -> Any:
        """``around`` are members that a schema of which this is a part knows not to be carried."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            reference = {"$ref": self.reference(str(schema["$ref"]))}
            if self.draft4:
                return reference
            siblings = {key: value for key, value in schema.items() if key != "$ref"}
            return {**self.keywords(siblings, around | self.unwanted_in(schema)), **reference}
        converted = self.keywords(schema, around)
        return self.nullable(schema, converted) if self.draft4 and schema.get("nullable") is True else converted

    def reference(self, ref: str) -> str:
        if ref not in self.names:
            name = re.sub(r"\W+", "_", ref.rpartition("/")[2])
            while name in self.definitions:
                name += "_"
            self.names[ref] = name
            self.definitions[name] = {}
            self.definitions[name] = self.convert(resolve(self.document, ref))
        return f"#/definitions/{self.names[ref]}"

    def keywords(self, schema: dict[str, Any], around: frozenset[str]) -> dict[str, Any]:
        converted: dict[str, Any] = {}
        unwanted = around | self.unwanted_in(schema)
        for key, value in schema.items():
            if key in _ANNOTATIONS or key.startswith("x-"):
                continue
            if key in _SCHEMAS:
                converted[key] = self.convert(value)
            elif key in _SCHEMA_LISTS and isinstance(value, list):
                converted[key] = [self.convert(part, unwanted if key == "allOf" else frozenset()) for part in value]
            elif key in _SCHEMA_MAPS and isinstance(value, dict):
                converted[key] = {name: self.convert(part) for name, part in value.items()}
            elif key == "required" and isinstance(value, list):
                if wanted := [name for name in value if not isinstance(name, str) or name not in unwanted]:
                    converted[key] = wanted
            elif key == "pattern" and not _compiles(value):
                continue
            else:
                converted[key] = value
        return converted

    def unwanted_in(self, schema: dict[str, Any]) -> frozenset[str]:
        """The members that this direction does not carry, wherever in ``allOf`` and behind references that is said."""
        if "required" not in schema and "allOf" not in schema:
            return frozenset()
        properties = flattened(self.document, schema).get("properties")
        members = properties.items() if isinstance(properties, dict) else ()
        return frozenset(
            name for name, member in members if flattened(self.document, member).get(self.unwanted) is True
        )

    def nullable(self, schema: dict[str, Any], converted: dict[str, Any]) -> dict[str, Any]:
        if "type" in schema and "enum" not in schema:
            return {**converted, "type": [schema["type"], "null"]}
        if "type" not in schema and self.nulls == "strict":
            return converted
        if "enum" in schema and self.nulls == "strict":
            return {**converted, "type": [schema["type"], "null"]}
        return {"anyOf": [NULL, converted]}


def _compiles(pattern: Any) -> bool:
    try:
        re.compile(pattern)
    except (re.error, TypeError):
        return False
    return True
