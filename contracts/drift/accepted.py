"""``drift.toml``: drifts that are known and accepted, each with its reason. It is committed, and reviewed.

[[accepted]]
document = "CustomersCreateResponseBody.md"     # how its name ends; any document without it
path = "birthdate"
kind = "format"
reason = "the SDK's next major release fixes it"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from contracts.config.toml import read_entries
from contracts.drift.report import Drift

NAME = "drift.toml"


@dataclass(frozen=True)
class Accepted:
    """One accepted drift; what is empty fits all."""

    path: str
    reason: str
    kind: str = ""
    document: str = ""

    def covers(self, drift: Drift) -> bool:
        return (
            drift.path == self.path
            and self.kind in ("", drift.kind)
            and (not self.document or drift.document.endswith(self.document) or drift.given.endswith(self.document))
        )


def read_accepted(path: Path) -> tuple[Accepted, ...]:
    """What ``path`` accepts. Raises UsageError that names file and key."""
    keys = {one.name: str for one in fields(Accepted)}
    return tuple(Accepted(**entry) for entry in read_entries(path, "accepted", keys, ("path", "reason")))


def unaccepted(drifts: Sequence[Drift], accepted: Sequence[Accepted]) -> list[Drift]:
    """The breaking drifts that nothing accepts."""
    return [d for d in drifts if d.severity == "breaking" and not any(one.covers(d) for one in accepted)]


def stale(drifts: Sequence[Drift], accepted: Sequence[Accepted]) -> list[Accepted]:
    """What is accepted and no longer there."""
    return [one for one in accepted if not any(one.covers(drift) for drift in drifts)]
