"""What an upsert changed and what it left, read off one answer and the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.evidence import Evidence, Story
from contracts.clauses.sameness import pairs
from contracts.wire import MISSING


def not_updated(before: Evidence, after: Evidence) -> Iterator[tuple[str, Any, Any]]:
    """``(field, sent, returned)`` of members that an upsert sent anew and whose answer shows the old value."""
    old, new = before.returned or {}, after.returned or {}
    wrong = {violation.path[0] for violation in after.sent_violations if violation.path}
    wrong |= after.odd_fields
    for name in after.contract.writable:
        if name in ("id", "source_id") or name not in after.sent or name in wrong:
            continue
        sent, returned = after.declared(name), new.get(name, MISSING)
        if sent is None or sent in ("", {}) or returned is MISSING:
            continue
        if returned == old.get(name, MISSING) and _differs(sent, returned, name):
            yield name, sent, returned


def is_stale(story: Story) -> Iterator[int]:
    """Numbers of the answers that show the customer as it was before the upsert they answer."""
    for before, after in story.upserts:
        if any(True for _ in not_updated(before, after)):
            yield after.exchange.number


def not_kept(before: Evidence, after: Evidence) -> Iterator[tuple[str, Any, Any]]:
    """``(field, old, new)`` of writable members that an upsert did not send and that changed all the same."""
    old, new = before.returned or {}, after.returned or {}
    for name in after.contract.writable:
        if name in after.sent or name in ("id", "source_id") or name in after.spoilt | before.spoilt:
            continue
        if name in ("birthdate", "birthday") and {"birthdate", "birthday"} & set(after.sent):
            continue  # two names of one fact
        if (was := old.get(name)) != (now := new.get(name)) and (was or now):
            yield name, was, now


def _differs(sent: Any, returned: Any, name: str) -> bool:
    return any(pair.likeness == "different" for pair in pairs(sent, returned, (name,)))
