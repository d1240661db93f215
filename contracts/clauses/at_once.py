"""Requests at once: any order of those that overlapped may explain their answers, and no other story."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from contracts.clauses.clause import (
    SEEN,
    SHOWING,
    WRITING,
    Citation,
    Clause,
    HistoryCheck,
    Judgement,
    Level,
    Observed,
    Vacuous,
    at,
)
from contracts.clauses.echo import echoed
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.clauses.sameness import pairs
from contracts.clauses.story import Story
from contracts.spec.edge_values import key_text
from contracts.spec.meaning import Effect
from contracts.wire import MISSING, shown, value_at

AT_ONCE = Citation("docs", "At once")
NONE = "nothing was sent at once: a race may be there, and was not provoked"


def _one_for_one_key(history: History) -> Iterator[Judgement]:
    key = history.resource.server_key
    seen = False
    for story in history.stories:
        for group in story.at_once if key else ():
            if any(e.effect == "delete" and not e.refused for e in group):
                continue  # one before the deletion, and another after it
            answered = [e for e in group if e.effect == "upsert" and e.returned is not None and e.is_ours]
            seen = seen or len(answered) > 1
            ids = {str((e.returned or {}).get(str(key))): e for e in answered}
            first = next(iter(ids.values()), None)
            for other in list(ids.values())[1:]:
                causes = tuple(e.exchange.number for e in group)
                value = (other.returned or {}).get(str(key))
                own = (first.returned or {}).get(str(key)) if first else None
                required = f"{shown(own)}, as the others at that time"
                yield replace(at(other, (str(key),), value, required), steps=causes)
            if len(ids) == 1 and len(answered) > 1:
                yield SEEN
            if any(e.status == 409 for e in group):
                yield Observed("in company a write may be refused with 409")
    if not seen:
        yield Vacuous(NONE)


def _all_kept(history: History) -> Iterator[Judgement]:
    seen = False
    merged = _merged(history)
    for story in history.stories:
        for group in story.at_once:
            shows = _next_answer(story, group, by_reads="immediate" not in history.without)
            for evidence in group if shows is not None else ():
                for judgement in _kept(story, group, evidence, shows, merged):
                    seen = True
                    yield judgement
    if not seen:
        yield Vacuous(NONE)


def _merged(history: History) -> frozenset[tuple[str, Any]]:
    """``(member, effect)`` of objects that this server merged whenever one write came after another."""
    seen: dict[tuple[str, Any], set[bool]] = {}
    for story in history.stories:
        for before, after in story.upserts:
            for name in after.written:
                old, sent, new = ((part or {}).get(name) for part in (before.returned, after.sent, after.returned))
                if isinstance(old, dict) and isinstance(sent, dict) and sent and isinstance(new, dict):
                    kept = [part in new for part in old if part not in sent and old[part] is not None]
                    seen.setdefault((name, after.effect), set()).update(kept)
    return frozenset(one for one, kept in seen.items() if kept == {True})


def _next_answer(story: Story, group: list[Evidence], *, by_reads: bool) -> Evidence | None:
    """The first that shows the instance after a group, with no other write about it still under way."""
    last = max(evidence.exchange.ended for evidence in group)
    number = max(evidence.exchange.number for evidence in group)
    start = bisect_right(story.evidence, number, key=lambda e: e.exchange.number)
    for evidence in islice(story.evidence, start, None):
        if evidence.exchange.started < last or (evidence.effect == "read" and not by_reads):
            continue
        if evidence.returned is not None and evidence.exchange.request.is_authorised:
            return None if evidence.exchange.number in story.in_company else evidence
        if evidence.may_write and not evidence.refused:
            return None
    return None


def _kept(
    story: Story, group: list[Evidence], told: Evidence, shows: Evidence | None, merged: frozenset[tuple[str, Any]]
) -> Iterator[Judgement]:
    """What one of a group was told is kept, where no other one of the group sent it, is there afterwards."""
    if shows is None or told.returned is None or not told.writes or told.operation is None or told.sent_violations:
        return
    rivals = story.in_company[told.exchange.number]
    for name in told.resource.writable_by(told.operation):
        node = told.resource.node(told.operation).child(name)
        if name in told.resource.keys or name not in told.sent or name in shows.sent or node is None:
            continue
        if name in told.passed_over or (name in rivals and (name, told.effect) not in merged):
            continue
        sent = told.sent[name]
        if name in rivals:  # each part that it alone sent
            others = [e.sent[name] for e in group if e is not told and isinstance(e.sent.get(name), dict)]
            alone = {part for part in sent if not any(part in other for other in others)} if others else set()
            sent = {part: sent[part] for part in sent if part in alone} if isinstance(sent, dict) else {}
            if not sent:
                continue
        own = list(pairs(sent, told.returned.get(name, MISSING), (name,), node))
        after = list(pairs(sent, (shows.returned or {}).get(name, MISSING), (name,), node))
        lost = [pair for pair in after if pair.likeness == "different"]
        if any(pair.likeness == "different" for pair in own):
            continue  # it was not told so: for the clauses on what comes back
        number = told.exchange.number
        for pair in lost:
            required = f"{shown(pair.sent)}, as #{number} was told while others wrote"
            yield replace(at(shows, pair.path, pair.returned, required), steps=(number,))
        if not lost:
            yield SEEN


def _own_answer(history: History) -> Iterator[Judgement]:
    seen = False
    for evidence in history.evidence:
        if evidence.exchange.number not in history.in_company or evidence.returned is None or not evidence.is_ours:
            continue
        story = history.story_of(evidence)
        if story is None or not evidence.is_judged:
            continue
        yield from _of_another(evidence, history.company_of(evidence))
        for key, named in _names(history, evidence, story):
            seen = True
            value = evidence.returned.get(key)
            if value is None or key_text(value) in named:
                yield SEEN
            else:
                yield at(evidence, (key,), value, f"{shown(sorted(named)[0])}, which the request named")
    if not seen:
        yield Vacuous(NONE)


def _of_another(evidence: Evidence, company: list[Evidence]) -> Iterator[Judgement]:
    """A member whose value is not what was sent but what another request at that time sent."""
    for pair in echoed(evidence):
        if pair.likeness != "different":
            continue
        for other in company:
            if other is not evidence and value_at(other.sent, pair.path) == pair.returned:
                found = at(
                    evidence, pair.path, pair.returned, f"{shown(pair.sent)}, not what #{other.exchange.number} sent"
                )
                yield replace(found, steps=(other.exchange.number,))
                break


def _names(history: History, evidence: Evidence, story: Story) -> Iterator[tuple[str, frozenset[str]]]:
    """``(key, its value)`` as far as the request, or what the run knows of the instance, tells."""
    server = history.resource.server_key
    if evidence.effect in ("create", "upsert"):
        names = list(history.names(evidence))[:1]
        if names and names[0][0] == server and not _has_it(history, evidence, story, names[0][1]):
            names = []
    else:
        names = [(key, text) for key, text in history.path_names(evidence) if _is_of(history, story, key, text)]
    for key, text in names:
        yield key, frozenset({text, text.strip()})
    is_alone = evidence.exchange.number not in story.in_company and evidence.effect != "create"
    if server is not None and story.id is not None and server not in dict(names) and is_alone:
        yield server, frozenset({story.id})


def _has_it(history: History, evidence: Evidence, story: Story, id_: str) -> bool:
    """Was there one with that key of the server's, and is it sure that it was there still? Else it may make another."""
    company = history.company_of(evidence)
    return story.id == id_ and not any(e.effect == "delete" and history.story_of(e) is story for e in company)


def _is_of(history: History, story: Story, key: str, text: str) -> bool:
    return (key == history.resource.server_key and text == story.id) or (key, text) == story.name


def _clause(name: str, title: str, check: HistoryCheck, effects: frozenset[Effect], why: str | None = None) -> Clause:
    return Clause(
        f"at-once.{name}",
        title,
        Level.MUST,
        AT_ONCE,
        over_history=check,
        needs=frozenset({"state"}),
        effects=effects,
        needs_meaning=True,
        why_not_unique=why,
    )


CLAUSES = (
    _clause("one-for-one-key", "Creates at once with one key make one", _one_for_one_key, frozenset({"upsert"})),
    _clause("all-kept", "What writers at once were told is kept", _all_kept, WRITING),
    _clause("own-answer", "In company an answer is about whom its request named", _own_answer, SHOWING),
)
