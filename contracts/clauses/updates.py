"""What a write changed and what it left, read off one answer and the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.clauses.sameness import Pair, pairs
from contracts.clauses.silent import silent_updates
from contracts.clauses.story import Story
from contracts.spec.meaning import Effect
from contracts.wire import MISSING, JSONPath


def compared(evidence: Evidence, name: str) -> Iterator[Pair]:
    """What was sent as the top-level member ``name`` beside what the answer shows of it."""
    node = evidence.operation and evidence.resource.node(evidence.operation).child(name)
    if evidence.returned is not None and node:
        sent = evidence.sent[name]
        nothing: object = {} if isinstance(sent, dict) and sent else MISSING
        yield from pairs(sent, evidence.returned.get(name, nothing), (name,), node)


def not_updated(before: Evidence, after: Evidence) -> Iterator[tuple[str, Any, Any]]:
    """``(member, sent, returned)`` of members that a write sent anew and whose answer shows the old value."""
    old, new = before.returned or {}, after.returned or {}
    for name in after.written:
        if name not in after.sent or name in after.passed_over:
            continue
        sent, returned = after.sent[name], new.get(name, MISSING)
        if sent is None or sent in ("", {}) or returned is MISSING:
            continue
        if returned == old.get(name, MISSING) and any(pair.likeness == "different" for pair in compared(after, name)):
            yield name, sent, returned


def is_stale(story: Story) -> Iterator[int]:
    """Numbers of the answers that show the instance as it was before the write they answer."""
    for before, after in story.upserts:
        if any(True for _ in not_updated(before, after)):
            yield after.exchange.number


def not_kept(
    before: Evidence, after: Evidence, uncertain: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Any, Any]]:
    """``(member, old, new)`` of writable members that a write did not send and that changed all the same.

    ``uncertain`` are members that another request sent in between, with no word whether they were written.
    """
    old, new = before.returned or {}, after.returned or {}
    wrong = after.accepted_invalid_members | before.accepted_invalid_members
    for name in after.written:
        if name in uncertain or name in after.sent or name in wrong or _alias_sent(after, name):
            continue
        if (was := old.get(name)) != (now := new.get(name)) and (was or now):
            yield name, was, now


def _alias_sent(evidence: Evidence, name: str) -> bool:
    """Was another name of the same fact sent?"""
    return any(name in group and group & evidence.sent.keys() for group in evidence.resource.aliases)


def changes(history: History, effect: Effect) -> Iterator[tuple[Evidence, Evidence, frozenset[str]]]:
    """Each answer to a write with ``effect`` beside the one before it about the same, and what is uncertain between.

    An update whose answer shows nothing is judged by the read after it.
    """
    for story in history.stories:
        for before, after in story.upserts:
            if after.effect == effect and after.is_judged:
                yield before, after, story.uncertain.get(after.exchange.number, frozenset())
        for before, after in silent_updates(story, history.without) if effect == "update" else ():
            yield before, after, frozenset()


def not_written(after: Evidence) -> Iterator[tuple[JSONPath, Any, Any]]:
    """``(place, sent, returned)`` of what an update sent and the read after it does not show."""
    for name in after.written:
        if name in after.sent and name not in after.passed_over:
            for pair in compared(after, name):
                if pair.likeness == "different":
                    yield pair.path, pair.sent, pair.returned
