"""What the request schema forbids is refused, and what was refused was not written."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts.clauses.clause import (
    SEEN,
    WRITING,
    Citation,
    Clause,
    ExchangeCheck,
    HistoryCheck,
    Judgement,
    Level,
    Vacuous,
    about,
    at,
)
from contracts.clauses.evidence import Evidence, RequestKind, member_text, strings
from contracts.clauses.history import History
from contracts.clauses.sameness import instant
from contracts.clauses.story import Story
from contracts.clauses.updates import not_kept
from contracts.spec.edge_values import key_text
from contracts.wire import MISSING, path_text, shown

REQUESTS = Citation("docs", "Requests")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_MARKER = 8
_BY_PATH = ("read", "update", "delete")
_OLD = timedelta(minutes=5)
"""Beyond that, a time is no disagreement of clocks: it is one that an upsert has left as it was."""


def _refused(ask: RequestKind, what: str) -> ExchangeCheck:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        if evidence.request_kind != ask or not evidence.is_ours or not evidence.status or evidence.status >= 500:
            return
        if evidence.refused:
            yield SEEN
        else:
            body = evidence.operation and evidence.operation.request
            citation = Citation("spec", body.pointer) if body else None
            yield about(evidence, "status", str(evidence.status), f"a 4xx: {what}", citation)

    return check


def _wrong_field(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.request_kind != "invalid" or not evidence.is_ours or not evidence.status or evidence.status >= 500:
        return
    for violation in evidence.sent_violations:
        if violation.observed is None:
            continue  # a null may be taken for nothing at all
        if evidence.refused:
            yield SEEN
        else:
            where = f"request {path_text(violation.path)}"
            required = f"a 4xx: {shown(violation.observed)} is not {violation.required}"
            body = evidence.operation and evidence.operation.request
            citation = Citation("spec", body.declared_at(violation.path)) if body else None
            yield about(evidence, where, str(evidence.status), required, citation, member_text(violation.path))


def _unwritten(unauthenticated: bool) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        known: set[str] = set()
        refused: dict[str, Evidence] = {}
        named: set[tuple[str, str]] = set()
        if history.resource.write.effect != "upsert":
            yield Vacuous("a create that is refused names nothing that could be looked at again")
        for evidence in history.evidence:
            stranger = not evidence.exchange.request.is_authorised
            if not evidence.is_judged:
                continue
            if evidence.refused and stranger == unauthenticated:
                fresh = [text for text in _texts(evidence) if text not in known]
                refused.update(dict.fromkeys(fresh, evidence))
                named |= set(_keys(evidence)) if fresh else set()
            elif evidence.returned is not None and evidence.is_ours:
                sent = set(strings(evidence.sent))
                known |= sent
                for text in sent:
                    refused.pop(text, None)
                written = [text for text in strings(evidence.returned) if text in refused] if refused else []
                for text in dict.fromkeys(written):
                    number = refused[text].exchange.number
                    required = f"nothing of what was refused (#{number})"
                    yield replace(at(evidence, _path_of(evidence.returned, text), text, required), steps=(number,))
                if refused and not written and named & set(_keys(evidence)):
                    yield SEEN
        yield from _made_by_refused(history, unauthenticated)
        yield from _changed_by_refused(history, unauthenticated)
        if unauthenticated:
            yield from _deleted_by_refused(history)

    return check


def _keys(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The texts by which it names its instance."""
    sent = evidence.sent
    named = ((key, key_text(sent.get(key))) for key in evidence.resource.keys)
    yield from ((key, text) for key, text in named if text is not None)
    yield from evidence.parameters.items()


def _changed_by_refused(history: History, unauthenticated: bool) -> Iterator[Judgement]:
    """A field is another than before, and nobody sent it in between but requests that were refused.

    Where fields that no such request sent change as well, upserts themselves are to blame: another clause's business.
    """
    found: list[tuple[Evidence, Evidence, str, Any, Any]] = []
    for story in history.stories:
        for before, after, between in _with_between(story):
            accepted = {name for e in between if e.succeeded for name in e.sent}
            if not {before.exchange.number, after.exchange.number}.isdisjoint(story.in_company):
                continue
            for name, old, new in not_kept(before, after, story.uncertain.get(after.exchange.number, frozenset())):
                senders = [e for e in between if e.refused and name in e.sent]
                if not senders and name not in accepted:
                    return
                if senders and name not in accepted:
                    cause = next((e for e in senders if e.sent[name] == new), senders[-1])
                    found.append((after, cause, name, old, new))
    for after, cause, name, old, new in found:
        if (not cause.exchange.request.is_authorised) == unauthenticated:
            number = cause.exchange.number
            required = f"{shown(old)}: only #{number} sent another, and was refused"
            yield replace(at(after, (name,), new, required), steps=(number,))


def _deleted_by_refused(history: History) -> Iterator[Judgement]:
    """One is gone, and the only request that asked for that was refused."""
    for story in history.stories if "immediate" not in history.without else ():
        cause: Evidence | None = None
        for evidence in story.evidence:
            if evidence.effect == "delete" and evidence.refused and not evidence.exchange.request.is_authorised:
                cause = cause or evidence
            elif evidence.may_write and not evidence.refused:
                cause = None
            elif evidence.effect == "read" and evidence.is_ours and evidence.status == 404 and cause is not None:
                is_sure = story.is_named_by(evidence) and not story.unsure_before(evidence)
                if is_sure and story.is_there_at(evidence) and story.was_made_before(evidence):
                    number = cause.exchange.number
                    required = f"a success: only #{number} asked for its deletion, and was refused"
                    yield replace(about(evidence, "status", "404", required), steps=(number,))
                    break


def _with_between(story: Story) -> Iterator[tuple[Evidence, Evidence, list[Evidence]]]:
    """Each answer, the one after it, and what else named the instance in between."""
    before: Evidence | None = None
    between: list[Evidence] = []
    for evidence in story.evidence:
        if evidence.writes and evidence.returned is not None:
            if before is not None:
                yield before, evidence, between
            before, between = evidence, []
        else:
            between.append(evidence)


def _made_by_refused(history: History, unauthenticated: bool) -> Iterator[Judgement]:
    """An instance made before another one that this run made earlier was made by a request that was refused.

    By more than the server's own clocks disagree, which its other answers show.
    """
    member = next(iter(history.resource.set_on_create), None)
    made = sorted(
        ((c, created, story) for story in history.stories if (c := story.creation) and (created := _set_at(c, member))),
        key=lambda one: one[0].exchange.number,
    )
    if not made or member is None:
        return
    margin = _disagreement(history, member)
    refusals: dict[str, list[Evidence]] = {}
    for evidence in history.evidence:
        named = {text for _, text in history.path_names(evidence)} if evidence.effect in _BY_PATH else set()
        for text in named | set(_quoted(evidence)) if evidence.refused else ():
            refusals.setdefault(text, []).append(evidence)
    latest: list[tuple[datetime, int]] = []
    for creation, created, story in made:
        number = creation.exchange.number
        later = bisect_left(latest, (_later(created, margin), number))
        until = latest[later][1] if later < len(latest) else 0
        before = refusals.get(story.label or "", [])
        before = before[: bisect_left(before, until, key=lambda e: e.exchange.number)]
        if before and before[-1].exchange.request.is_authorised != unauthenticated:
            cause = before[-1].exchange.number
            required = f"not before #{until}: so it was made by #{cause}, which was refused"
            shown_there = (creation.returned or {}).get(member)
            yield replace(at(creation, (member,), shown_there, required), steps=(cause, until))
        if not latest or created > latest[-1][0]:
            latest.append((created, number))


def _later(moment: datetime, margin: timedelta) -> datetime:
    """``margin`` after ``moment``, or the last moment that there is."""
    try:
        return moment + margin
    except OverflowError:
        return datetime.max.replace(tzinfo=moment.tzinfo)


def _disagreement(history: History, on_create: str) -> timedelta:
    """How far the times of answers go back, twice over: nodes of a server have clocks of their own.

    Creations that a refused request named are left out: these are under suspicion.
    """
    on_write = next(iter(history.resource.set_on_write), None)
    named = {text for e in history.evidence if e.refused for text in _quoted(e)}
    first = {c.exchange.number: s for s in history.stories if (c := s.creation)}
    latest: datetime | None = None
    most = timedelta()
    for evidence in history.evidence:
        story = first.get(evidence.exchange.number)
        if not evidence.writes or evidence.returned is None or (story is not None and story.label in named):
            continue
        moment = _set_at(evidence, on_create if story else on_write)
        if moment is not None and latest is not None and latest - moment < _OLD:
            most = max(most, latest - moment)
        latest = max(latest, moment) if latest and moment else latest or moment
    return 2 * most


def _set_at(evidence: Evidence, member: str | None) -> datetime | None:
    return None if member is None else instant((evidence.returned or {}).get(member))


def _texts(evidence: Evidence) -> Iterator[str]:
    """Strings of a refused body that are long enough to be recognised, less identifiers; malformed bodies too."""
    yield from (text for text in _quoted(evidence) if len(text) >= _MARKER and " " in text)


def _quoted(evidence: Evidence) -> list[str]:
    """Every string of a body, also where it is no JSON as a whole."""
    sent = evidence.exchange.request.sent.value
    if sent is not MISSING:
        return list(strings(sent))
    found: list[str] = []
    for match in _QUOTED.finditer(evidence.exchange.request.body or b""):
        try:
            found.append(json.loads(match[0]))
        except ValueError:
            continue
    return found


def _path_of(value: object, text: str) -> tuple[str | int, ...]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        if below == text or step == text:
            return (step,)
        if path := _path_of(below, text):
            return (step, *path)
    return ()


_VALIDATION = frozenset({"validation"})

CLAUSES = (
    Clause(
        "refuses.malformed-json",
        "Malformed JSON is refused",
        Level.MUST,
        Citation("RFC 8259", "JSON text and its encoding"),
        _refused("malformed", "the body is not JSON"),
        effects=WRITING,
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.json-extensions",
        "NaN and bytes that are not UTF-8 are refused",
        Level.SHOULD,
        Citation("RFC 8259", "Parsers may accept extensions"),
        _refused("extension", "the body is JSON to lenient parsers only"),
        effects=WRITING,
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.no-object",
        "A body that is no object is refused",
        Level.MUST,
        REQUESTS,
        _refused("no-object", "the body is no object"),
        effects=WRITING,
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.wrong-media-type",
        "A wrong Content-Type is refused",
        Level.MUST,
        REQUESTS,
        _refused("wrong-media-type", "only application/json is declared"),
        effects=WRITING,
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.wrong-type-or-format",
        "A value of the wrong type or format is refused",
        Level.SHOULD,
        REQUESTS,
        _wrong_field,
        effects=WRITING,
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.writes-nothing",
        "What was refused was not written",
        Level.MUST,
        REQUESTS,
        over_history=_unwritten(unauthenticated=False),
        effects=WRITING,
        needs=frozenset({"validation", "state"}),
    ),
    Clause(
        "auth.writes-nothing",
        "Without the right credentials nothing is written",
        Level.MUST,
        REQUESTS,
        over_history=_unwritten(unauthenticated=True),
        effects=WRITING,
        needs=frozenset({"auth", "state"}),
    ),
)
