"""Dates and times: their form, and that what the server dates at a creation is dated when it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from contracts.clauses.clause import (
    SEEN,
    SHOWING,
    Citation,
    Clause,
    ExchangeCheck,
    Judgement,
    Level,
    Vacuous,
    at,
)
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.clauses.sameness import instant
from contracts.spec.members import found
from contracts.wire import MISSING, http_date

SLACK = timedelta(minutes=5)
_FORMS = {
    "date-time": "an RFC 3339 date-time with zone, of a time that exists",
    "date": "a day that exists, as YYYY-MM-DD",
}


def _format(name: str) -> ExchangeCheck:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        if evidence.shown is MISSING or evidence.answer is None:
            return
        wrong = {v.path for v in evidence.violations if v.keyword == "format" and v.required == f"format {name}"}
        declared = [member for member in evidence.answer.members if member.flat.get("format") == name]
        for member in declared:
            for path, value in found(evidence.shown, member.path):
                if path in wrong:
                    yield at(evidence, path, value, _FORMS[name], Citation("spec", member.pointer))
                elif isinstance(value, str):
                    yield SEEN
        if not declared:
            yield Vacuous(f"the document declares no {name}")

    return check


def _created_now(history: History) -> Iterator[Judgement]:
    members = history.resource.set_on_create
    if not members:
        yield Vacuous("no member is said to be set on creation")
    for story in history.stories:
        if (evidence := story.creation) is None or evidence.exchange.answer is None or not evidence.is_judged:
            continue
        for name in members:
            value = (evidence.returned or {}).get(name)
            created = instant(value)
            clock = http_date(evidence.exchange.answer.header("Date"))
            if created is None:
                yield Vacuous(f"an answer to a create has no {name} to judge")
            elif clock is None:
                yield Vacuous(f"the server sends no Date header to hold {name} against")
            elif abs(created - clock) <= SLACK:
                yield SEEN
            else:
                required = f"within five minutes of the server's own Date, {clock.isoformat()}"
                yield at(evidence, (name,), value, required)


CLAUSES = (
    Clause(
        "dates.date-time",
        "Every date-time is RFC 3339",
        Level.MUST,
        Citation("RFC 3339", "Internet date-time format"),
        _format("date-time"),
        least="body",
        effects=SHOWING,
    ),
    Clause(
        "dates.date",
        "Every date is a real day as YYYY-MM-DD",
        Level.MUST,
        Citation("RFC 3339", "Full date"),
        _format("date"),
        least="body",
        effects=SHOWING,
    ),
    Clause(
        "dates.created-now",
        "What is dated at a creation is dated when it happened",
        Level.MUST,
        Citation("docs", "Every successful answer"),
        over_history=_created_now,
        needs=frozenset({"state"}),
        effects=frozenset({"create", "upsert"}),
    ),
)
