"""All paths of a document moved below another: ``/customers`` became ``/v1/customers``, and so did every other path.

Without this, each operation is one that was removed and one that is new, and nothing of them is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.drift.revisions.change import Change
from contracts.drift.revisions.parts import Operation


@dataclass(frozen=True)
class Shift:
    """``old`` stood before every path, and ``new`` does now."""

    old: str
    new: str

    def moved(self, wire: str, operation: Operation) -> str:
        """The wire name in the newer document of an operation of the older one."""
        if operation.is_webhook:
            return wire
        head, path = _split(wire)
        return f"{head}{self.new}{path.removeprefix(self.old)}"

    @property
    def change(self) -> Change:
        said = [f"paths below {before or '/'}" for before in (self.old, self.new)]
        reason = "clients call every path where it was"
        return Change((), "missing", "breaking", said[0], said[1], reason, "#/paths", "#/paths")


def shift_of(before: Mapping[str, Operation], after: Mapping[str, Operation]) -> Shift | None:
    """What most paths have before them in one document only; None where any path is where it was."""
    old = {wire: one for wire, one in before.items() if not one.is_webhook}
    new = {wire: one for wire, one in after.items() if not one.is_webhook}
    if not old or not new or any(wire in new for wire in old):
        return None
    found: Counter[Shift] = Counter()
    heads = {path.split("/")[1] for wire in (*old, *new) if (path := _split(wire)[1])}
    for head in heads:
        for shift in (Shift("", f"/{head}"), Shift(f"/{head}", "")):
            found[shift] = sum(shift.moved(wire, one) in new for wire, one in old.items())
    best = max(found, key=lambda shift: (found[shift], shift.new, shift.old), default=None)
    return best if best is not None and 2 * found[best] > min(len(old), len(new)) else None


def _split(wire: str) -> tuple[str, str]:
    """Method and kind, then the path."""
    at = wire.find("/")
    return (wire[:at], wire[at:]) if at >= 0 else (wire, "")
