"""The operations of a document, with what they refer to in its place, each part with its JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.drift.revisions.node import Schemas
from contracts.drift.revisions.references import step

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_IGNORED_HEADERS = ("accept", "content-type", "authorization")
"""OpenAPI: such parameters have no effect."""
_MOST_STEPS = 16


@dataclass(frozen=True)
class Part:
    """An object of the document, and where it stands."""

    pointer: str
    value: dict[str, Any]

    def below(self, *names: str) -> Part:
        part = self
        for name in names:
            part = Part(f"{part.pointer}/{step(name)}", as_dict(part.value.get(name)))
        return part


@dataclass(frozen=True)
class Operation:
    """``name`` as people write it; ``wire`` is the same for two that differ in the names of path parameters only."""

    name: str
    wire: str
    part: Part
    path: Part
    is_webhook: bool = False

    @property
    def title(self) -> str:
        return f"{self.name} (webhook)" if self.is_webhook else self.name


class Parts:
    """One document, read by parts."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.schemas = Schemas(document)

    def operations(self, base: str) -> dict[str, Operation]:
        """By their wire names; ``base`` is the path that stands before every path."""
        found: dict[str, Operation] = {}
        for section, is_webhook in (("paths", False), ("webhooks", True)):
            for name, item in as_dict(self.document.get(section)).items():
                path = self.followed(item, f"#/{section}/{step(name)}")
                for method in METHODS:
                    if isinstance(path.value.get(method), dict):
                        wire = name if is_webhook else base + re.sub(r"\{[^}]*\}", "{}", name)
                        title = f"{method.upper()} {name}"
                        one = Operation(title, f"{method} {is_webhook} {wire}", path.below(method), path, is_webhook)
                        found.setdefault(one.wire, one)
        return found

    def followed(self, holder: Any, pointer: str) -> Part:
        """What ``holder`` refers to, or itself."""
        for _ in range(_MOST_STEPS):
            if not isinstance(holder, dict) or not isinstance(holder.get("$ref"), str):
                break
            pointer = holder["$ref"]
            holder = self.schemas.target(pointer)
        return Part(pointer, as_dict(holder))

    def parameters(self, operation: Operation) -> dict[str, Part]:
        """By place and name on the wire: those of the path by position, headers whatever their case."""
        found: dict[str, Part] = {}
        positions = re.findall(r"\{([^}]*)\}", operation.name)
        for holder in (operation.path, operation.part):  # what the operation says comes last, and counts
            for number, one in enumerate(as_list(holder.value.get("parameters"))):
                part = self.followed(one, f"{holder.pointer}/parameters/{number}")
                where, name = str(part.value.get("in", "")), str(part.value.get("name", ""))
                if where == "header":
                    name = name.lower()
                if not name or (where == "header" and name in _IGNORED_HEADERS):
                    continue
                if where == "path":
                    name = f"{{{positions.index(name)}}}" if name in positions else name
                found[f"{where}.{name}"] = part
        return found

    def content(self, part: Part) -> dict[str, Part]:
        """Media types without their parameters, in lower case."""
        content = part.below("content")
        found: dict[str, Part] = {}
        for name in content.value:
            found.setdefault(name.partition(";")[0].strip().lower(), content.below(name))
        return found

    def answers(self, operation: Operation) -> dict[str, Part]:
        answers = operation.part.below("responses")
        return {
            str(status).upper() if str(status)[1:].upper() == "XX" else str(status): self.followed(
                answers.value[status], f"{answers.pointer}/{status}"
            )
            for status in answers.value
        }

    def headers(self, answer: Part) -> dict[str, Part]:
        headers = answer.below("headers")
        found = {
            name.lower(): self.followed(one, f"{headers.pointer}/{step(name)}") for name, one in headers.value.items()
        }
        return {name: part for name, part in found.items() if name != "content-type"}


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def covering(status: str, others: dict[str, Part]) -> Iterator[str]:
    """Those of ``others`` that a status is among, or that are among it: ``2XX`` and 200."""
    if status in others:
        yield status
    elif f"{status[:1]}XX" in others:
        yield f"{status[:1]}XX"
    elif status[1:] == "XX":
        yield from (one for one in others if one[:1] == status[:1] and one[1:].isdigit())
