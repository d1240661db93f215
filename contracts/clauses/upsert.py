"""Upsert: a known identifier is the same customer, updated in this very answer, with nothing else lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.clause import (
    SEEN,
    Citation,
    Clause,
    HistoryCheck,
    Judgement,
    Level,
    Observed,
    Vacuous,
    about,
    at,
)
from contracts.clauses.dates import instant
from contracts.clauses.evidence import Evidence, History, Story
from contracts.clauses.updates import not_kept, not_updated
from contracts.wire import MISSING, shown

UPSERT = Citation("spec", "#/paths/~1v1~1customers/post/description")
SOURCE_ID = Citation("spec", "#/components/schemas/Customer/allOf/0/properties/source_id")


def _names(evidence: Evidence) -> str:
    """Which identifiers of a customer that is known already a request names."""
    if not evidence.sent.get("id"):
        return "source_id"
    return "both" if "source_id" in evidence.sent else "id"


def _same_customer(named_by: str) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        for story in history.stories:
            if not story.answers:
                continue
            first = story.answers[0]
            expected = (first.returned or {}).get("id", MISSING)
            for evidence in story.answers[1:]:
                if _names(evidence) != named_by:
                    continue
                answered = (evidence.returned or {}).get("id", MISSING)
                if answered == expected and answered is not MISSING:
                    yield SEEN
                else:
                    yield at(evidence, ("id",), answered, f"{shown(expected)}, the customer that was named")

    return check


def _other_untouched(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        for evidence in story.answers[1:]:
            if _names(evidence) != "both":
                continue
            source = evidence.sent["source_id"]
            other = history.by_source.get(source) if isinstance(source, str) else None
            if other is None or other is story:
                continue
            number = evidence.exchange.number
            before = [e for e in other.answers if e.exchange.number < number]
            after = [e for e in other.answers if e.exchange.number > number]
            if before and after:
                yield from _unchanged(before[-1], after[0], evidence)


def _unchanged(before: Evidence, after: Evidence, between: Evidence) -> Iterator[Judgement]:
    old, new = before.returned or {}, after.returned or {}
    touched = [
        name
        for name, value in between.sent.items()
        if name not in ("id", "source_id", *after.sent) and new.get(name) == value and old.get(name) != value
    ]
    for name in touched:
        yield at(after, (name,), new.get(name), f"{shown(old.get(name))}: the upsert named another customer's id")
    if new.get("id") != old.get("id"):
        yield at(after, ("id",), new.get("id"), f"{shown(old.get('id'))}: the upsert named another customer's id")
    elif not touched:
        yield SEEN


def _updated_now(history: History) -> Iterator[Judgement]:
    for before, after in _upserts(history):
        stale = list(not_updated(before, after))
        for name, sent, returned in stale:
            yield at(after, (name,), returned, f"{shown(sent)}, updated in this very answer")
        if not stale and set(after.sent) - {"id", "source_id"}:
            yield SEEN


def _no_conflict(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        seen_first = False
        for evidence in story.evidence:
            if evidence.is_create and evidence.returned is not None:
                if seen_first:
                    yield SEEN
                seen_first = True
            elif seen_first and is_conflict(evidence):
                yield about(evidence, "status", str(evidence.status), "200: a known customer is updated, no conflict")


def is_conflict(evidence: Evidence) -> bool:
    """Is this the refusal of an upsert because the customer is known, rather than for what it says?"""
    if not (evidence.is_create and evidence.ask in ("valid", "long") and evidence.refused):
        return False
    return evidence.status in (404, 409) or set(evidence.sent) <= {"id", "source_id"}


def _created_fixed(history: History) -> Iterator[Judgement]:
    for before, after in _upserts(history):
        was, now = ((e.returned or {}).get("created_at") for e in (before, after))
        if instant(was) is None or instant(now) is None:
            continue  # for the clause on the form of a date-time
        if instant(was) == instant(now):
            yield SEEN
        else:
            yield at(after, ("created_at",), now, f"{shown(was)}, as before the upsert")
    answered = [e.returned for e in history.evidence if e.returned is not None]
    if answered and not any(returned.get("created_at") for returned in answered):
        yield Vacuous("no answer has a created_at")


def _updated_present(history: History) -> Iterator[Judgement]:
    for _, after in _upserts(history):
        if set(after.sent) <= {"id", "source_id"}:
            continue  # nothing was updated
        if (after.returned or {}).get("updated_at") is None:
            yield at(after, ("updated_at",), (after.returned or {}).get("updated_at", MISSING), "present")
        else:
            yield SEEN


def _updated_order(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None or not evidence.is_create:
        return
    created, updated = (instant(evidence.returned.get(name)) for name in ("created_at", "updated_at"))
    if created is None or updated is None:
        yield Vacuous("no answer shows both created_at and updated_at")
    elif updated >= created:
        yield SEEN
    else:
        required = f"not before created_at, {evidence.returned['created_at']}"
        yield at(evidence, ("updated_at",), evidence.returned["updated_at"], required)


def _unsent_stay(history: History) -> Iterator[Judgement]:
    for before, after in _upserts(history):
        changed = list(not_kept(before, after))
        for name, was, now in changed:
            yield at(after, (name,), MISSING if now is None else now, f"{shown(was)}: it was not sent")
        if not changed:
            yield SEEN


def _two_customers(history: History) -> Iterator[Judgement]:
    owners: dict[str, Story] = {}
    for story in history.stories:
        if story.source_id is None or not story.answers:
            continue
        for evidence in story.answers:
            if evidence.sent.get("id") in history.by_id:
                continue
            answered = (evidence.returned or {}).get("id")
            owner = owners.setdefault(answered, story) if isinstance(answered, str) else story
            if owner is not story:
                required = f"another customer than that of {shown(owner.source_id)}"
                yield at(evidence, ("id",), answered, required)
                break
    if len(owners) > 1:
        yield SEEN


def _metadata(history: History) -> Iterator[Judgement]:
    for before, after in _upserts(history):
        was, sent, now = (
            before.returned or {},
            after.sent.get("metadata"),
            (after.returned or {}).get("metadata"),
        )
        old: Any = was.get("metadata")
        if not (isinstance(sent, dict) and sent and isinstance(old, dict) and isinstance(now, dict)):
            continue
        if kept := [name for name in old if name not in sent]:
            yield Observed("metadata is merged" if kept[0] in now else "metadata is replaced")


def _unknown_id(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        for evidence in story.evidence[:1]:
            if evidence.is_create and "id" in evidence.sent and evidence.ask == "valid":
                yield Observed("an unknown id creates" if evidence.succeeded else "an unknown id is refused")


def _upserts(history: History) -> Iterator[tuple[Evidence, Evidence]]:
    for story in history.stories:
        yield from story.upserts


_STATE = frozenset({"state"})


_ANOTHER = "an answer about another customer also lacks what this one had: clauses on kept fields see it too"


def _clause(
    name: str, title: str, level: Level, check: HistoryCheck, place: Citation = UPSERT, alone: str | None = None
) -> Clause:
    return Clause(f"upsert.{name}", title, level, place, over_history=check, needs=_STATE, alone=alone)


CLAUSES = (
    _clause(
        "same-source-id-same-customer",
        "A known source_id returns the same id",
        Level.MUST,
        _same_customer("source_id"),
        alone=_ANOTHER,
    ),
    _clause(
        "same-id-same-customer", "A known id returns the same id", Level.MUST, _same_customer("id"), alone=_ANOTHER
    ),
    _clause("id-decides", "With id and source_id, id decides", Level.MUST, _same_customer("both"), SOURCE_ID, _ANOTHER),
    _clause(
        "other-customer-untouched",
        "A source_id beside an id leaves its customer untouched",
        Level.MUST,
        _other_untouched,
        SOURCE_ID,
    ),
    _clause("no-conflict", "A known identifier is no conflict", Level.MUST, _no_conflict),
    _clause("updated-in-answer", "The fields sent are updated in the answer", Level.MUST, _updated_now),
    _clause("created-at-fixed", "created_at does not move", Level.MUST, _created_fixed),
    _clause("updated-at-present", "updated_at is present after an upsert", Level.SHOULD, _updated_present),
    Clause(
        "upsert.updated-at-order",
        "updated_at is not before created_at",
        Level.MUST,
        Citation("docs", "Upsert"),
        _updated_order,
        needs=_STATE,
    ),
    _clause("unsent-stay", "Fields not sent stay as they were", Level.SHOULD, _unsent_stay),
    _clause(
        "two-source-ids-two-customers",
        "Two source_ids are two customers",
        Level.MUST,
        _two_customers,
        SOURCE_ID,
    ),
    Clause(
        "upsert.metadata",
        "Whether metadata is merged or replaced",
        Level.OBSERVE,
        Citation("docs", "Upsert"),
        over_history=_metadata,
        needs=_STATE,
        alone="it never fails: the contract is silent",
    ),
    Clause(
        "upsert.unknown-id",
        "Whether an unknown id creates or is refused",
        Level.OBSERVE,
        Citation("docs", "Upsert"),
        over_history=_unknown_id,
        needs=_STATE,
        alone="it never fails: the contract is silent",
    ),
)
