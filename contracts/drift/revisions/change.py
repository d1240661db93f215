"""One change between two revisions, before it is known which operations it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.drift.report import Kind, Severity

Direction = Literal["answer", "request"]
"""Who reads: a client reads what an answer holds, the server what a request does."""


@dataclass(frozen=True)
class Change:
    """``path`` are the steps below the schema that was compared; the pointers say where each revision declares it."""

    path: tuple[str, ...]
    kind: Kind
    severity: Severity
    contract: str
    says: str
    reason: str
    old: str
    new: str

    @property
    def identity(self) -> tuple[str, ...]:
        """The same for the same change, whichever way it is reached."""
        return (self.new or self.old, *self.told)

    @property
    def told(self) -> tuple[str, ...]:
        """What it says, wherever it is."""
        return (self.kind, self.contract, self.says, self.path[-1] if self.path else "")


def severity_of(direction: Direction, *, looser: bool, tighter: bool) -> Severity:
    """For an answer, looser hurts: what was promised is no longer. For a request, tighter does."""
    return "breaking" if (looser if direction == "answer" else tighter) else "info"
