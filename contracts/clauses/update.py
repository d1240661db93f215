"""Updating by the path: what is sent changes, all else stays, and the path decides who it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.clauses.activity import kept_by
from contracts.clauses.clause import SEEN, Clause, HistoryCheck, Judgement, Level, Vacuous, about, at
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.clauses.reads import WHOLE, not_found
from contracts.clauses.story import Story
from contracts.clauses.updates import changes, not_kept, not_updated, not_written
from contracts.clauses.upsert import created_fixed
from contracts.spec.edge_values import key_text
from contracts.spec.operation import Operation
from contracts.wire import MISSING, JSONPath, shown

_STAYS = re.compile(r"unchanged|\bstays?\b|\bremains?\b|not (?:provided|sent|given)|everything else", re.IGNORECASE)


def _silent(history: History) -> Iterator[Judgement]:
    """Where the document declares no body for the answer to an update, it shows nothing to be held against it."""
    update = history.resource.operation("update")
    if update is not None and update.answer is None:
        yield Vacuous("the answer to an update has no body: only a read shows what it did")


def _changes(history: History) -> Iterator[Judgement]:
    yield from _silent(history)
    for before, after, _ in changes(history, "update"):
        wrong: list[tuple[JSONPath, Any, Any]]
        if after.caused_by is None:  # what comes back altered is for the clauses on what was sent
            wrong = [((name,), sent, returned) for name, sent, returned in not_updated(before, after)]
        else:
            wrong = list(not_written(after))
        for path, sent, returned in wrong:
            yield at(after, path, returned, f"{shown(sent)}, as it was sent")
        if not wrong and after.sent:
            yield SEEN
    for story in history.stories:
        for evidence in story.evidence:
            if evidence.effect == "update" and evidence.is_judged and evidence.is_ours and evidence.status == 404:
                yield from _not_found(history, story, evidence)


def _not_found(history: History, story: Story, evidence: Evidence) -> Iterator[Judgement]:
    """A 404 to an update of one that is there, and of nobody else: a key in its body may be what is not found."""
    if set(evidence.sent) & set(history.resource.keys):
        return
    if story.is_there_at(evidence) and story.was_made_before(evidence) and story.is_named_by(evidence):
        made = story.answers[0].exchange.number
        required = f"a success: #{made} made it"
        yield replace(about(evidence, "status", "404", required), steps=(made,))


def _is_partial(operation: Operation | None) -> bool:
    """Does the method, or the document's own words, say that what is not sent stays? (RFC 5789 of PATCH.)"""
    if operation is None:
        return False
    said = (operation.description, operation.request.schema.get("description", "") if operation.request else "")
    return operation.method == "PATCH" or any(_STAYS.search(str(text)) for text in said)


def _unsent_stay(history: History) -> Iterator[Judgement]:
    if not _is_partial(history.resource.operation("update")):
        yield Vacuous("the document does not say that an update leaves what it does not name")
        return
    yield from _silent(history)
    for before, after, uncertain in changes(history, "update"):
        changed = list(not_kept(before, after, uncertain))
        for name, was, now in changed:
            yield at(after, (name,), MISSING if now is None else now, f"{shown(was)}: it was not sent")
        if not changed:
            yield SEEN


def _keys_fixed(history: History) -> Iterator[Judgement]:
    yield from _silent(history)
    for before, after, _ in changes(history, "update"):
        for key in history.resource.keys:
            was, now = (before.returned or {}).get(key), (after.returned or {}).get(key)
            if key_text(was) is None:
                continue
            if was == now:
                yield SEEN
            else:
                yield at(after, (key,), now, f"{shown(was)}: the path decides who, and keys do not change")


def _unknown(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        if evidence.effect == "update" and evidence.is_judged and history.is_nobody(evidence):
            yield from not_found(evidence)


def _clause(name: str, title: str, check: HistoryCheck) -> Clause:
    return Clause(
        f"update.{name}",
        title,
        Level.MUST,
        WHOLE,
        over_history=check,
        needs=frozenset({"state", "update"}),
        effects=frozenset({"update"}),
        needs_meaning=True,
    )


CLAUSES = (
    _clause("changes", "An update changes what it sends", _changes),
    _clause("unsent-stay", "An update leaves what it does not send", _unsent_stay),
    _clause("keys-fixed", "An update changes no key", _keys_fixed),
    _clause("created-at-fixed", "An update leaves what is set on creation", lambda h: created_fixed(h, "update")),
    kept_by("update.activity-kept", "No update resets what is kept", "update", "The whole resource"),
    _clause("unknown-404", "An update of nobody: 404", _unknown),
)
