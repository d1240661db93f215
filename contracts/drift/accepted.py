"""``drift.toml``: drifts that are known and accepted, each with its reason. It is committed, and reviewed.

[[accepted]]
document = "CustomersCreateResponseBody.md"     # how its name ends; any document without it
path = "birthdate"
kind = "format"
reason = "the SDK's next major release mends it"
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from contracts.drift.report import Drift
from contracts.errors import UsageError

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
            and (not self.document or drift.document.endswith(self.document))
        )


def read_accepted(path: Path) -> tuple[Accepted, ...]:
    """What ``path`` accepts. Raises UsageError that names file and key."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: is no TOML: {error}") from None
    if unknown := sorted(set(content) - {"accepted"}):
        raise UsageError(f"{path}: unknown key {unknown[0]!r}; the one there is: accepted")
    entries = content.get("accepted", [])
    if not isinstance(entries, list):
        raise UsageError(f"{path}: accepted is no list of tables; write [[accepted]]")
    return tuple(_entry(path, entry, number) for number, entry in enumerate(entries, 1))


def _entry(path: Path, entry: Any, number: int) -> Accepted:
    known = [one.name for one in fields(Accepted)]
    if not isinstance(entry, dict):
        raise UsageError(f"{path}: accepted entry {number} is no table; write [[accepted]]")
    for key, value in entry.items():
        if key not in known:
            raise UsageError(f"{path}: unknown key {key!r} in accepted entry {number}; there are {', '.join(known)}")
        if not isinstance(value, str):
            raise UsageError(f"{path}: {key} in accepted entry {number} is no text")
    for key in ("path", "reason"):
        if not entry.get(key):
            raise UsageError(f"{path}: accepted entry {number} has no {key}")
    return Accepted(**entry)


def unaccepted(drifts: Sequence[Drift], accepted: Sequence[Accepted]) -> list[Drift]:
    """The breaking drifts that nothing accepts."""
    return [d for d in drifts if d.severity == "breaking" and not any(one.covers(d) for one in accepted)]


def stale(drifts: Sequence[Drift], accepted: Sequence[Accepted]) -> list[Accepted]:
    """What is accepted and no longer there."""
    return [one for one in accepted if not any(one.covers(drift) for drift in drifts)]
