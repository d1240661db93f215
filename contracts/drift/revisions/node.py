"""What a schema says, however it is written: references followed, ``allOf`` flattened, null beside its type."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from contracts.drift.readers.openapi import says_deprecated
from contracts.drift.revisions.keywords import SAYS_NOTHING, common_types, has_null, is_empty, is_nullable, types_of
from contracts.drift.revisions.references import UNRESOLVED, references_in, step
from contracts.errors import DocumentError
from contracts.spec.document import resolve

Place = tuple[str, Any]
"""A JSON pointer, and what stands there."""

_MOST_PARTS = 200


class Schemas:
    """The schemas of one document as nodes, each made once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.follows_beside = not str(document.get("openapi", "")).startswith("3.0")
        """Since 3.1, what stands beside a reference counts."""
        self._nodes: dict[tuple[str, ...], Node] = {}
        self._targets: dict[str, Any] = {}

    def node(self, *places: Place) -> Node:
        """What holds where all of ``places`` hold."""
        parts: dict[str, Any] = {}
        names: list[str] = []
        for pointer, schema in places:
            self._flatten(pointer, schema, parts, names, ())
        if any(len(part) for part in parts.values() if isinstance(part, dict)) and len(parts) > 1:
            parts = {pointer: part for pointer, part in parts.items() if not is_empty(part)} or parts
        key = tuple(parts)
        if key not in self._nodes:
            made = self._nodes[key] = Node(self, key, parts, names[0] if names else "")
            forms = made.alternatives  # one form alone is the schema itself
            if len(forms) == 1:
                or_null = forms[0].or_null or made.has_null_form or True in made.said("nullable")
                self._nodes[key] = replace(forms[0], or_null=or_null)
        return self._nodes[key]

    def target(self, ref: str) -> Any:
        if ref not in self._targets:
            try:
                self._targets[ref] = resolve(self.document, ref)
            except DocumentError:
                self._targets[ref] = {UNRESOLVED: ref}
        return self._targets[ref]

    def _flatten(
        self, pointer: str, schema: Any, parts: dict[str, Any], names: list[str], seen: tuple[str, ...]
    ) -> None:
        if not isinstance(schema, dict):
            parts[pointer] = {} if schema is True else {"not": {}} if schema is False else {UNRESOLVED: "no schema"}
            return
        ref = schema.get("$ref")
        if isinstance(ref, str):
            if ref in seen or len(parts) > _MOST_PARTS:
                return
            names.append(ref)
            if self.follows_beside and len(schema) > 1:
                self._flatten(pointer, {k: v for k, v in schema.items() if k != "$ref"}, parts, [], seen)
            self._flatten(ref, self.target(ref), parts, names, (*seen, ref))
            return
        composed = schema.get("allOf")
        if not isinstance(composed, list):
            parts[pointer] = schema
            return
        parts[pointer] = {key: value for key, value in schema.items() if key != "allOf"}
        for number, part in enumerate(composed):
            self._flatten(f"{pointer}/allOf/{number}", part, parts, names, seen)


@dataclass
class Node:
    """``key`` are the pointers of the schema objects that hold together; ``name`` what a reference called them."""

    schemas: Schemas
    key: tuple[str, ...]
    parts: dict[str, Any]
    name: str = ""
    or_null: bool = False

    @property
    def pointer(self) -> str:
        """The place that stands for the node: what has its members, or else the first."""
        having = [pointer for pointer, part in self.parts.items() if "properties" in part]
        return (having or list(self.parts))[0]

    @cached_property
    def is_unresolved(self) -> bool:
        """Is something of it not known, for a reference leads nowhere?"""
        return any(UNRESOLVED in part for part in self.parts.values())

    @property
    def is_unknown(self) -> bool:
        return self.is_unresolved and not self.properties

    def place_of(self, keyword: str) -> str:
        """The pointer of the part that has the keyword, or of the node where none has it."""
        return next((at for at, part in self.parts.items() if keyword in part), self.pointer)

    def place_of_member(self, name: str, like: str = "") -> str:
        """Where the member is declared; where it is not, the object that should, ``like`` another's pointer."""
        for pointer, part in self.parts.items():
            declared = part.get("properties")
            if isinstance(declared, dict) and name in declared:
                return f"{pointer}/properties/{step(name)}"
        above = like.rpartition("/properties/")[0]
        return above if above in self.parts else self.pointer

    @cached_property
    def references(self) -> frozenset[str]:
        """Where all that it says leads to."""
        return references_in(list(self.parts.values()))

    @cached_property
    def types(self) -> frozenset[str] | None:
        """JSON Schema's names without null; None for any."""
        if self.simple is not None:
            return self.simple[0]
        found: frozenset[str] | None = None
        for part in self.parts.values():
            kinds = types_of(part)
            if kinds is not None:
                found = kinds if found is None else common_types(found, kinds)
        return found

    @cached_property
    def allows_null(self) -> bool | None:
        """None where nothing is said of types, so that nothing is said of null."""
        if self.or_null:
            return True
        if self.types is None and self.enum is None and not self.alternatives:
            return None
        parts = list(self.parts.values())
        if any(part.get("nullable") is True and "type" not in part for part in parts):
            return True  # beside allOf, where it strictly has no effect; what is meant is clear
        typed = [is_nullable(part) for part in parts if types_of(part) is not None or has_null(part)]
        if typed:
            return all(typed)
        return any(branch.allows_null or branch.is_null for branch in self._branches)

    @property
    def has_null_form(self) -> bool:
        return any(branch.is_null for branch in self._branches)

    @cached_property
    def is_null(self) -> bool:
        return any(part.get("type") in ("null", ["null"]) or part.get("enum") == [None] for part in self.parts.values())

    @cached_property
    def enum(self) -> tuple[Any, ...] | None:
        """The values that are allowed, without null; None for any."""
        found: tuple[Any, ...] | None = None
        for part in self.parts.values():
            values = [part["const"]] if "const" in part else part.get("enum")
            if isinstance(values, list):
                own = tuple(value for value in values if value is not None)
                found = own if found is None else tuple(value for value in found if value in own)
        if self.simple is not None and self.simple[1] is not None:
            found = self.simple[1]
        return None if found is not None and {True, False} == {v for v in found if isinstance(v, bool)} else found

    def said(self, keyword: str) -> list[Any]:
        """What the parts say under ``keyword``."""
        return [part[keyword] for part in self.parts.values() if keyword in part]

    @cached_property
    def format(self) -> str | None:
        return next((str(one) for one in self.said("format") if one), None)

    @cached_property
    def default(self) -> Any:
        return next((one for one in self.said("default") if one is not None), None)

    @cached_property
    def is_deprecated(self) -> bool:
        described = next((str(one) for one in self.said("description")), "")
        return True in self.said("deprecated") or says_deprecated(described)

    def is_only(self, direction: str) -> bool:
        """Does only a request (``writeOnly``) or only an answer (``readOnly``) carry it?"""
        return True in self.said("readOnly" if direction == "answer" else "writeOnly")

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(
            name
            for names in self.said("required")
            if isinstance(names, list)
            for name in names
            if isinstance(name, str)
        )

    @cached_property
    def properties(self) -> dict[str, Node]:
        places: dict[str, list[Place]] = {}
        for pointer, part in self.parts.items():
            declared = part.get("properties")
            for name, schema in (declared if isinstance(declared, dict) else {}).items():
                places.setdefault(name, []).append((f"{pointer}/properties/{step(name)}", schema))
        return {name: self.schemas.node(*found) for name, found in places.items()}

    @cached_property
    def items(self) -> Node | None:
        places = [
            (f"{at}/items", part["items"]) for at, part in self.parts.items() if isinstance(part.get("items"), dict)
        ]
        return self.schemas.node(*places) if places else None

    @cached_property
    def additional(self) -> Node | bool | None:
        """The values of a map; False where no other member may be; None where any may, and nothing says so."""
        places: list[Place] = []
        is_open = False
        for pointer, part in self.parts.items():
            more = part.get("additionalProperties", part.get("unevaluatedProperties"))
            if more is False:
                return False
            if isinstance(more, dict) and not is_empty(more):
                places.append((f"{pointer}/additionalProperties", more))
            is_open = is_open or more is True or isinstance(more, dict)
        return self.schemas.node(*places) if places else (True if is_open else None)

    @cached_property
    def _branches(self) -> list[Node]:
        """The forms of the first ``oneOf`` or ``anyOf``, each with all that holds beside it."""
        for pointer, part in self.parts.items():
            for keyword in ("oneOf", "anyOf"):
                forms = part.get(keyword)
                if not isinstance(forms, list) or not forms:
                    continue
                beside: list[Place] = [(at, other) for at, other in self.parts.items() if at != pointer]
                rest = {key: value for key, value in part.items() if key not in (keyword, "discriminator", "nullable")}
                if not is_empty(rest) and rest != {"type": "object"}:
                    beside.append((f"{pointer}~", rest))
                return [
                    self.schemas.node((f"{pointer}/{keyword}/{at}", form), *beside) for at, form in enumerate(forms)
                ]
        return []

    @cached_property
    def alternatives(self) -> list[Node]:
        """Forms of which a value has one; those of a form among them count as forms. Null is none of them."""
        found: list[Node] = []
        for branch in self._branches:
            if not branch.is_null:
                found += branch.alternatives or [branch]
        unique = list({node.key: node for node in found}.values())
        return [] if self.simple is not None else unique

    @cached_property
    def simple(self) -> tuple[frozenset[str] | None, tuple[Any, ...] | None] | None:
        """The types and values of forms that differ in nothing else: a union of plain types is one type."""
        branches = [branch for branch in self._branches if not branch.is_null]
        if not branches or any(not branch.is_plain for branch in branches):
            return None
        types = [branch.types for branch in branches]
        enums = [branch.enum for branch in branches]
        kinds = None if any(one is None for one in types) else frozenset(kind for one in types for kind in one or ())
        values = (
            None
            if any(one is None for one in enums)
            else tuple(dict.fromkeys(json.dumps(v) for one in enums for v in one or ()))
        )
        return kinds, None if values is None else tuple(json.loads(value) for value in values)

    @cached_property
    def is_plain(self) -> bool:
        known = SAYS_NOTHING | {"type", "enum", "const", "nullable", "deprecated", "default"}
        return all(key in known or key.startswith("x-") for part in self.parts.values() for key in part)
