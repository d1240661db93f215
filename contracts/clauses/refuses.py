"""What is no customer is refused, and what was refused was not written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from contracts.clauses.clause import (
    SEEN,
    Citation,
    Clause,
    ExchangeCheck,
    HistoryCheck,
    Judgement,
    Level,
    about,
    at,
)
from contracts.clauses.dates import instant
from contracts.clauses.evidence import Ask, Evidence, History, Story, strings
from contracts.clauses.updates import not_kept
from contracts.wire import MISSING, path_text, shown

BODY = Citation("spec", "#/paths/~1v1~1customers/post/requestBody")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_MARKER = 8
_OLD = timedelta(minutes=5)
"""Beyond that, a time is no disagreement of clocks: it is one that an upsert has left as it was."""


def _refused(ask: Ask, what: str) -> ExchangeCheck:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        if evidence.ask != ask or not evidence.is_create or not evidence.status or evidence.status >= 500:
            return
        if evidence.refused:
            yield SEEN
        else:
            yield about(evidence, "status", str(evidence.status), f"a 4xx: {what}")

    return check


def _wrong_field(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.ask != "invalid" or not evidence.is_create or not evidence.status or evidence.status >= 500:
        return
    for violation in evidence.sent_violations:
        if violation.observed is None:
            continue  # a null may be taken for nothing at all
        if evidence.refused:
            yield SEEN
        else:
            where = f"request {path_text(violation.path)}"
            required = f"a 4xx: {shown(violation.observed)} is not {violation.required}"
            yield about(evidence, where, str(evidence.status), required)


def _unwritten(of_strangers: bool) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        known: set[str] = set()
        refused: dict[str, Evidence] = {}
        for evidence in history.evidence:
            stranger = not evidence.exchange.request.is_authorised
            if not evidence.is_operation:
                continue
            if evidence.refused and stranger == of_strangers:
                for text in _texts(evidence):
                    if text not in known:
                        refused[text] = evidence
            elif evidence.returned is not None and evidence.is_create:
                sent = set(strings(evidence.sent))
                known |= sent
                refused = {text: e for text, e in refused.items() if text not in sent}
                written = [text for text in strings(evidence.returned) if text in refused and text not in sent]
                for text in dict.fromkeys(written):
                    number = refused[text].exchange.number
                    yield at(
                        evidence,
                        _path_of(evidence.returned, text),
                        text,
                        f"nothing of what was refused (#{number})",
                    )
                if refused and not written and _reads_back(evidence, refused):
                    yield SEEN
        yield from _made_by_refused(history, of_strangers)
        yield from _changed_by_refused(history, of_strangers)

    return check


def _changed_by_refused(history: History, of_strangers: bool) -> Iterator[Judgement]:
    """A field is another than before, and nobody sent it in between but requests that were refused.

    Where fields that no such request sent change as well, upserts themselves are to blame: another clause's business.
    """
    found: list[tuple[Evidence, Evidence, str, Any, Any]] = []
    for story in history.stories:
        for before, after in story.upserts:
            between = [
                e for e in history.evidence if before.exchange.number < e.exchange.number < after.exchange.number
            ]
            about = [e for e in between if history.named(e.sent) is story]
            accepted = {name for e in about if e.succeeded for name in e.sent}
            for name, old, new in not_kept(before, after):
                senders = [e for e in about if e.refused and name in e.sent]
                if not senders and name not in accepted:
                    return
                if senders and name not in accepted:
                    cause = next((e for e in senders if e.sent[name] == new), senders[-1])
                    found.append((after, cause, name, old, new))
    for after, cause, name, old, new in found:
        if (not cause.exchange.request.is_authorised) == of_strangers:
            required = f"{shown(old)}: only #{cause.exchange.number} sent another, and was refused"
            yield at(after, (name,), new, required)


def _made_by_refused(history: History, of_strangers: bool) -> Iterator[Judgement]:
    """A customer made before another one that this run made earlier was made by a request that was refused.

    By more than the server's own clocks disagree, which its other answers show.
    """
    margin = _disagreement(history)
    creations = [(c, made) for s in history.stories if (c := s.creation) and (made := _created_at(c))]
    for story in history.stories:
        if (creation := story.creation) is None or (created := _created_at(creation)) is None:
            continue
        later = [c.exchange.number for c, made in creations if made > created + margin]
        until = min((number for number in later if number < creation.exchange.number), default=0)
        refused = [e for e in history.evidence if e.exchange.number < until and e.refused and _names(e, story)]
        if refused and refused[-1].exchange.request.is_authorised != of_strangers:
            required = f"not before #{until}: so it was made by #{refused[-1].exchange.number}, which was refused"
            yield at(creation, ("created_at",), (creation.returned or {}).get("created_at"), required)


def _disagreement(history: History) -> timedelta:
    """How far the times of answers go back, twice over: nodes of a server have clocks of their own.

    Creations that a refused request named are left out: these are under suspicion.
    """
    named = {text for e in history.evidence if e.refused for text in _quoted(e)}
    first = {c.exchange.number: s for s in history.stories if (c := s.creation)}
    latest: datetime | None = None
    most = timedelta()
    for evidence in history.evidence:
        story = first.get(evidence.exchange.number)
        if evidence.returned is None or (story is not None and story.source_id in named):
            continue
        moment = instant(evidence.returned.get("created_at" if story else "updated_at"))
        if moment is not None and latest is not None and latest - moment < _OLD:
            most = max(most, latest - moment)
        latest = max(latest, moment) if latest and moment else latest or moment
    return 2 * most


def _created_at(evidence: Evidence) -> datetime | None:
    return instant((evidence.returned or {}).get("created_at"))


def _names(evidence: Evidence, story: Story) -> bool:
    return story.source_id is not None and story.source_id in _quoted(evidence)


def _reads_back(evidence: Evidence, refused: dict[str, Evidence]) -> bool:
    """Is this answer about a customer that a refused request named?"""
    names = {
        value for e in refused.values() for key in ("id", "source_id") if isinstance(value := e.sent.get(key), str)
    }
    return any(evidence.sent.get(key) == name for name in names for key in ("id", "source_id"))


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
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.json-extensions",
        "NaN and bytes that are not UTF-8 are refused",
        Level.SHOULD,
        Citation("RFC 8259", "Parsers may accept extensions"),
        _refused("extension", "the body is JSON to lenient parsers only"),
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.no-object",
        "A body that is no object is refused",
        Level.MUST,
        BODY,
        _refused("no-object", "the body is no object"),
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.wrong-media-type",
        "A wrong Content-Type is refused",
        Level.MUST,
        BODY,
        _refused("wrong-media-type", "only application/json is declared"),
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.wrong-type-or-format",
        "A value of the wrong type or format is refused",
        Level.SHOULD,
        Citation("spec", "#/components/schemas/CustomersCreateRequestBody"),
        _wrong_field,
        needs=_VALIDATION,
        least="exchange",
    ),
    Clause(
        "refuses.writes-nothing",
        "What was refused was not written",
        Level.MUST,
        Citation("docs", "Requests"),
        over_history=_unwritten(of_strangers=False),
        needs=frozenset({"validation", "state"}),
    ),
    Clause(
        "auth.writes-nothing",
        "Without the right credentials nothing is written",
        Level.MUST,
        Citation("docs", "Requests"),
        over_history=_unwritten(of_strangers=True),
        needs=frozenset({"auth", "state"}),
    ),
)
