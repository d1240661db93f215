"""Upsert: a known identifier is the same customer, updated in this very answer, with nothing else lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.clauses.clause import (
    SEEN,
    Citation,
    Clause,
    Finding,
    HistoryCheck,
    Judgement,
    Level,
    Observed,
    Vacuous,
    about,
    at,
)
from contracts.clauses.evidence import Evidence, strings
from contracts.clauses.history import History
from contracts.clauses.sameness import instant
from contracts.clauses.story import Story
from contracts.clauses.updates import changes, not_kept, not_updated
from contracts.spec.edge_values import key_text
from contracts.spec.meaning import Effect
from contracts.wire import MISSING, shown

UPSERT = Citation("docs", "Upsert")
_NO_ID = "the overlay names no key of the server's"


def _named_by(history: History, evidence: Evidence) -> str:
    """Which keys of an instance that is known already a request names: the server's, the client's, or both."""
    server = history.resource.server_key
    names = [key for key, _ in history.names(evidence)]
    if not names or names[0] != server:
        return "client"
    return "both" if any(key in evidence.sent for key in history.resource.client_keys) else "server"


def _same_instance(named_by: str) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        key = history.resource.server_key
        if key is None or not (named_by == "server" or history.resource.client_keys):
            yield Vacuous(_NO_ID)
            return
        if named_by != "client" and (reason := _never_named(history, alone=named_by == "server")):
            yield Vacuous(reason)
        for story in history.stories:
            overwritten = _overwritten(story) if len(story.answers) > 1 else None
            for evidence in story.answers[1:]:
                if evidence.effect != "upsert" or _named_by(history, evidence) != named_by:
                    continue
                if evidence.exchange.number in story.in_company:
                    continue  # for the clauses on requests at once
                expected = (story.answers[0].returned or {}).get(key, MISSING)
                answered = (evidence.returned or {}).get(key, MISSING)
                if answered == expected and answered is not MISSING:
                    yield SEEN
                elif overwritten is not None and overwritten.exchange.number < evidence.exchange.number:
                    yield _blamed(story, overwritten, evidence)
                else:
                    yield at(evidence, (key,), answered, f"{shown(expected)}, the one that was named")
        if named_by == "both":
            yield from _second_ones(history)

    return check


def _never_named(history: History, *, alone: bool) -> str | None:
    """Why no write can name one by the server's key (``alone``: by no other beside it), if none can."""
    resource = history.resource
    if resource.server_key not in resource.writable:
        return f"no request takes {resource.server_key}, the server's key"
    needed = [name for name in resource.client_keys if alone and name in resource.write_body.required]
    return f"every request has to have {needed[0]}" if needed else None


def _overwritten(story: Story) -> Evidence | None:
    """The first answer that shows another value of the client's key by which the instance was named."""
    if story.name is None or story.name[0] not in story.answers[0].resource.client_keys:
        return None
    key, text = story.name
    for evidence in story.answers:
        value = (evidence.returned or {}).get(key)
        if value is not None and key_text(value) != text and key not in evidence.passed_over:
            return evidence
    return None


def _blamed(story: Story, cause: Evidence, later: Evidence) -> Finding:
    key, text = story.name or ("", "")
    required = f"{shown(text)}, by which #{later.exchange.number} no longer finds it"
    return replace(at(cause, (key,), (cause.returned or {}).get(key), required), steps=(later.exchange.number,))


def _second_ones(history: History) -> Iterator[Judgement]:
    """A free key beside the one that decides makes no second instance, which would show what was sent then."""
    for beside, _, later in history.kept_ignored:
        said = {text for name in beside.written for text in strings(beside.sent.get(name)) if len(text) > _CHANCE}
        again = said - set(strings(later.sent))
        found = next((text for text in strings(later.returned) if text in again), None)
        number = beside.exchange.number
        if found is not None:
            finding = at(later, (), found, f"nothing of #{number}: its key beside the one that decides has no effect")
            yield replace(finding, steps=(number,))


_CHANCE = 5


def _other_untouched(history: History) -> Iterator[Judgement]:
    if history.resource.server_key is None or not history.resource.client_keys:
        yield Vacuous(_NO_ID)
    elif reason := _never_named(history, alone=False):
        yield Vacuous(reason)
    for story in history.stories:
        for evidence in story.answers[1:]:
            if evidence.effect != "upsert" or _named_by(history, evidence) != "both":
                continue
            for key in history.resource.client_keys:
                other = history.named_by(key, evidence.sent.get(key))
                if other is None or other is story:
                    continue
                before, after = other.around(evidence)
                if before and after:
                    yield from _unchanged(before, after, evidence)


def _unchanged(before: Evidence, after: Evidence, between: Evidence) -> Iterator[Judgement]:
    old, new, key = before.returned or {}, after.returned or {}, str(after.resource.server_key)
    cause = between.exchange.number
    touched = [
        name
        for name, value in between.sent.items()
        if name not in (*after.resource.keys, *after.sent) and new.get(name) == value and old.get(name) != value
    ]
    for name in (*touched, *([key] if new.get(key) != old.get(key) else [])):
        required = f"{shown(old.get(name))}: #{cause} named another one's {key}"
        yield replace(at(after, (name,), new.get(name), required), steps=(cause,))
    if not touched and new.get(key) == old.get(key):
        yield SEEN


def _updated_now(history: History) -> Iterator[Judgement]:
    for before, after, _ in changes(history, "upsert"):
        stale = list(not_updated(before, after))
        for name, sent, returned in stale:
            yield at(after, (name,), returned, f"{shown(sent)}, updated in this very answer")
        if not stale and set(after.sent) - set(history.resource.keys):
            yield SEEN


def _no_conflict(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        seen_first = False
        for evidence in story.evidence:
            if evidence.writes and evidence.returned is not None:
                if seen_first and evidence.effect == "upsert":
                    yield SEEN
                seen_first = True
            elif seen_first and story.is_there_at(evidence) and evidence.effect == "upsert" and is_conflict(evidence):
                if evidence.exchange.number in history.in_company:
                    continue
                yield about(evidence, "status", str(evidence.status), "a success: a known one is updated, no conflict")


def is_conflict(evidence: Evidence) -> bool:
    """Is this the refusal of an upsert because the instance is known, rather than for what it says?"""
    if not (evidence.writes and evidence.request_kind in ("valid", "long") and evidence.refused):
        return False
    return evidence.status in (404, 409) or set(evidence.sent) <= set(evidence.resource.keys)


def created_fixed(history: History, effect: Effect = "upsert") -> Iterator[Judgement]:
    """What is set on creation is as in the answer before."""
    members = history.resource.set_on_create
    for before, after, _ in changes(history, effect):
        for name in members:
            was, now = ((e.returned or {}).get(name) for e in (before, after))
            if instant(was) is None or instant(now) is None:
                continue  # for the clause on the form of a date-time
            if instant(was) == instant(now):
                yield SEEN
            else:
                finding = at(after, (name,), now, f"{shown(was)}, as before")
                yield replace(finding, steps=(*finding.steps, before.exchange.number))
    answered = [e.returned for e in history.evidence if e.returned is not None and e.writes]
    if not members or (answered and not any(returned.get(name) for returned in answered for name in members)):
        yield Vacuous("no answer has a member that is set on creation")


def _updated_present(history: History) -> Iterator[Judgement]:
    members = history.resource.set_on_write
    if not members:
        yield Vacuous("no member is said to be set on every write")
    for _, after, _ in changes(history, "upsert"):
        if set(after.sent) <= set(history.resource.keys):
            continue  # nothing was updated
        for name in members:
            if (after.returned or {}).get(name) is None:
                yield at(after, (name,), (after.returned or {}).get(name, MISSING), "present")
            else:
                yield SEEN


def _updated_order(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None or not evidence.writes:
        return
    shows = evidence.returned
    on_create, on_write = evidence.resource.set_on_create, evidence.resource.set_on_write
    compared = [(first, then) for first in on_create for then in on_write]
    if not any(instant(shows.get(first)) and instant(shows.get(then)) for first, then in compared):
        yield Vacuous("no answer shows both when it was made and when it was changed")
    for first, then in compared:
        created, updated = instant(shows.get(first)), instant(shows.get(then))
        if created is None or updated is None:
            continue
        if updated >= created:
            yield SEEN
        else:
            yield at(evidence, (then,), shows[then], f"not before {first}, {shows[first]}")


def _unsent_stay(history: History) -> Iterator[Judgement]:
    for before, after, uncertain in changes(history, "upsert"):
        changed = list(not_kept(before, after, uncertain))
        for name, was, now in changed:
            yield at(after, (name,), MISSING if now is None else now, f"{shown(was)}: it was not sent")
        if not changed:
            yield SEEN


def _two_keys(history: History) -> Iterator[Judgement]:
    key = history.resource.server_key
    if key is None or not history.resource.client_keys:
        yield Vacuous(_NO_ID)
        return
    owners: dict[str, Story] = {}
    for story in history.stories:
        if story.name is None or story.name[0] == key:
            continue
        for evidence in story.answers:
            if evidence.effect == "update" or _named_by(history, evidence) != "client":
                continue
            answered = (evidence.returned or {}).get(key)
            owner = owners.setdefault(str(answered), story) if key_text(answered) else story
            if owner is not story:
                required = f"another one than that of {shown(owner.label)}"
                yield replace(at(evidence, (key,), answered, required), steps=(owner.answers[0].exchange.number,))
                break
    if len(owners) > 1:
        yield SEEN


def _merged(history: History) -> Iterator[Judgement]:
    for before, after, _ in changes(history, "upsert"):
        for name in after.written:
            old, sent, new = ((part or {}).get(name) for part in (before.returned, after.sent, after.returned))
            if not (isinstance(sent, dict) and sent and isinstance(old, dict) and isinstance(new, dict)):
                continue
            if kept := [part for part in old if part not in sent and old[part] is not None]:
                yield Observed(f"{name} is {'merged' if kept[0] in new else 'replaced'}")


def _unknown_id(history: History) -> Iterator[Judgement]:
    key = history.resource.server_key
    for story in history.stories:
        for evidence in story.evidence[:1]:
            if evidence.effect != "upsert" or not evidence.is_ours or evidence.request_kind != "valid":
                continue
            if next(history.names(evidence), ("",))[0] == key:
                yield Observed(f"an unknown {key} {'creates' if evidence.succeeded else 'is refused'}")


_UPSERT: frozenset[Effect] = frozenset({"upsert"})
_ANOTHER = "an answer about another one also lacks what this one had: clauses on kept fields see it too"
_SILENT = "it never fails: the contract is silent"


def _clause(
    name: str, title: str, level: Level, over_history: HistoryCheck, why_not_unique: str | None = None
) -> Clause:
    return Clause(
        name,
        title,
        level,
        UPSERT,
        over_history=over_history,
        needs=frozenset({"state"}),
        why_not_unique=why_not_unique,
        effects=_UPSERT,
        needs_meaning=True,
    )


CLAUSES = (
    _clause(
        "upsert.same-source-id-same-customer",
        "A known key of the client's returns the same one",
        Level.MUST,
        _same_instance("client"),
        _ANOTHER,
    ),
    _clause(
        "upsert.same-id-same-customer",
        "A known id returns the same one",
        Level.MUST,
        _same_instance("server"),
        _ANOTHER,
    ),
    _clause("upsert.id-decides", "With both keys, the server's decides", Level.MUST, _same_instance("both"), _ANOTHER),
    _clause(
        "upsert.other-customer-untouched",
        "A key beside the one that decides touches nobody",
        Level.MUST,
        _other_untouched,
    ),
    _clause("upsert.no-conflict", "A known key is no conflict", Level.MUST, _no_conflict),
    _clause("upsert.updated-in-answer", "The fields sent are updated in the answer", Level.MUST, _updated_now),
    _clause("upsert.created-at-fixed", "What is set on creation does not move", Level.MUST, created_fixed),
    _clause("upsert.updated-at-present", "What is set on every write is present", Level.SHOULD, _updated_present),
    Clause(
        "upsert.updated-at-order",
        "What is set on every write is not before the creation",
        Level.MUST,
        UPSERT,
        _updated_order,
        needs=frozenset({"state"}),
        effects=_UPSERT,
        needs_meaning=True,
    ),
    _clause("upsert.unsent-stay", "Fields not sent stay as they were", Level.SHOULD, _unsent_stay),
    _clause("upsert.two-source-ids-two-customers", "Two keys of the client's are two", Level.MUST, _two_keys),
    _clause("upsert.metadata", "Whether objects are merged or replaced", Level.OBSERVE, _merged, _SILENT),
    _clause("upsert.unknown-id", "Whether an unknown id creates or is refused", Level.OBSERVE, _unknown_id, _SILENT),
)
