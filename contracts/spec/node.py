"""One place of a body as its schema declares it, followed step by step beside a value, through references."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from contracts.spec.flat import flattened, is_nullable, types_of
from contracts.spec.meaning import Meaning, Normalisation, meaning_of


class Node:
    """``flat`` is the schema with references followed; a place that no schema describes has an empty one."""

    def __init__(self, document: dict[str, Any], schema: Any, above: Node | None = None) -> None:
        self.document = document
        self.flat = flattened(document, schema)
        self._above = above
        self._children: dict[str, Node | None] = {}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The JSON types that may stand there, null apart; empty for any."""
        return types_of(self.flat)

    @cached_property
    def format(self) -> str:
        return str(self.flat.get("format", ""))

    @cached_property
    def is_nullable(self) -> bool:
        return is_nullable(self.flat)

    @cached_property
    def meaning(self) -> Meaning:
        return meaning_of(self.flat, "a schema")

    @cached_property
    def is_free(self) -> bool:
        """Is it the user's own JSON, in which every name is declared?"""
        if self.meaning.free_form or (self._above is not None and self._above.is_free):
            return True
        return not self._alternatives and not self.flat.get("properties")

    @cached_property
    def may_normalise(self) -> tuple[Normalisation, ...]:
        """What may be normalised there; said of an object it holds for all below it."""
        own = self.meaning.may_normalise
        return own if own or self._above is None else self._above.may_normalise

    @cached_property
    def item(self) -> Node:
        """Each item of an array."""
        return Node(self.document, self.flat.get("items"), self)

    def child(self, name: str) -> Node | None:
        """The member ``name`` of an object; None where nobody declared it, so that a server may drop it."""
        if name not in self._children:
            self._children[name] = self._declared(name)
        return self._children[name]

    def _declared(self, name: str) -> Node | None:
        properties = self.flat.get("properties")
        if isinstance(properties, dict) and name in properties:
            return Node(self.document, properties[name], self)
        for alternative in self._alternatives:
            if (found := alternative.child(name)) is not None:
                return found
        more = self.flat.get("additionalProperties")
        if isinstance(more, dict) or more is True:
            return Node(self.document, more, self)
        return Node(self.document, None, self) if self.is_free else None

    @cached_property
    def _alternatives(self) -> tuple[Node, ...]:
        parts = [part for word in ("anyOf", "oneOf") for part in self.flat.get(word) or () if isinstance(part, dict)]
        return tuple(Node(self.document, part, self) for part in parts)
