"""One drift: where a document says something else than the contract, how bad that is, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "missing",
    "extra",
    "type",
    "format",
    "nullability",
    "required",
    "enum",
    "default",
    "deprecation",
    "ambiguous",
    "damaged",
    "security",
    "limit",
    "reference",
]
Severity = Literal["breaking", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "warning", "info")


_PRINTED = ("document", "path", "kind", "severity", "contract", "says", "line")


@dataclass(frozen=True)
class Drift:
    """``contract`` and ``says`` are what the two state; ``line`` counts from 1, 0 where there is none."""

    document: str
    path: str
    kind: Kind
    severity: Severity
    contract: str
    says: str
    line: int
    reason: str
    given: str = ""
    """What was asked about, where the line is in another file of it."""
    pointer: str = ""
    """The JSON pointer of the place in an OpenAPI document."""
    operations: list[str] = field(default_factory=list)
    """The operations that a change between two revisions reaches."""
    group: str = ""
    """What several operations share, or ``removed`` and ``new`` for whole operations."""

    def record(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {key: getattr(self, key) for key in _PRINTED}


def as_json(value: Any) -> str:
    """A value as JSON spells it: ``null``, ``true``; words without their quotes, where they cannot be mistaken."""
    if isinstance(value, str) and value not in ("", "null", "true", "false") and not _is_number(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
