"""One drift: where a document says something else than the contract, how bad that is, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
]
Severity = Literal["breaking", "warning", "info"]


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

    def record(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        record = asdict(self)
        del record["reason"], record["given"]
        return record
