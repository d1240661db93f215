"""The contract that documents are held against: both bodies of its operation, and what their schemas are called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.drift.field import Document
from contracts.drift.operation import operation_of
from contracts.drift.readers.openapi import read_fields, read_request, success_of
from contracts.drift.readers.pages import folded
from contracts.errors import DocumentError
from contracts.spec.document import resolve


@dataclass(frozen=True)
class Contract:
    """``base`` is the OpenAPI document; ``name`` is what to call it."""

    base: dict[str, Any]
    name: str

    @cached_property
    def answer(self) -> Document:
        return read_fields(self.base, self.name)

    @cached_property
    def request(self) -> Document | None:
        """None where the operation takes no JSON."""
        try:
            return read_request(self.base, self.name)
        except DocumentError:
            return None

    @cached_property
    def operation(self) -> str:
        """``POST /v1/customers``."""
        return f"POST {operation_of(self.base)[0]}"

    @cached_property
    def answer_schemas(self) -> list[str]:
        """Names of the answer's schema: its own, then what it is nothing but a reference to."""
        return self._names(success_of(self.base)[0])

    @cached_property
    def request_schemas(self) -> list[str]:
        return self._names(operation_of(self.base)[1].get("requestBody"))

    @cached_property
    def answer_pages(self) -> list[str]:
        """Names of a page for the answer, the surest first; generators name a schema without one by its operation."""
        return [*self.answer_schemas[:1], *(f"{one}200Response" for one in self._operation_id)]

    @cached_property
    def request_pages(self) -> list[str]:
        return [*self.request_schemas[:1], *(f"{one}Request" for one in self._operation_id)]

    @cached_property
    def resource(self) -> str:
        """``customer``, of ``/v1/customers``."""
        return self.operation.rstrip("/").rpartition("/")[2].removesuffix("s")

    @cached_property
    def _operation_id(self) -> list[str]:
        named = operation_of(self.base)[1].get("operationId")
        return [named] if isinstance(named, str) and named else []

    def is_called_so(self, title: str) -> bool:
        """Does ``title`` say no more than that it is the resource: "The customer object"?"""
        words = folded(title)
        for word in ("the", "object", "model", "resource", "api", "schema", "response", "attributes"):
            words = words.removeprefix(word) if word == "the" else words.removesuffix(word)
        return words in (folded(self.resource), folded(self.resource) + "s")

    def _names(self, holder: Any) -> list[str]:
        found: list[str] = []
        schema: Any = holder
        for _ in range(16):
            if not isinstance(schema, dict):
                break
            if isinstance(ref := schema.get("$ref"), str):
                if ref.startswith("#/components/schemas/"):
                    found.append(ref.rpartition("/")[2])
                schema = resolve(self.base, ref)
            elif isinstance(content := schema.get("content"), dict):
                schema = next((one.get("schema") for one in content.values() if isinstance(one, dict)), None)
            elif isinstance(parts := schema.get("allOf"), list) and len(parts) == 1:
                schema = parts[0]
            else:
                break
        return found
