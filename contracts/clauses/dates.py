"""Dates and times: their form, and that a customer's creation is dated when it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.clauses.clause import SEEN, Citation, Clause, ExchangeCheck, Judgement, Level, Vacuous, at
from contracts.clauses.evidence import Evidence, History
from contracts.spec.formats import is_date_time
from contracts.spec.members import found
from contracts.wire import http_date

BASE = "#/components/schemas/CustomerWithSummaryLoyaltyReferrals/allOf/0/properties"
SLACK = timedelta(minutes=5)
_FORMS = {
    "date-time": "an RFC 3339 date-time with zone, of a time that exists",
    "date": "a day that exists, as YYYY-MM-DD",
}


def _format(name: str) -> ExchangeCheck:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        if evidence.returned is None:
            return
        wrong = {v.path for v in evidence.violations if v.keyword == "format" and v.required == f"format {name}"}
        for member in evidence.contract.answer_members:
            if member.schema.get("format") != name:
                continue
            for path, value in found(evidence.returned, member.path):
                if path in wrong:
                    yield at(evidence, path, value, _FORMS[name], Citation("spec", member.pointer))
                elif isinstance(value, str):
                    yield SEEN

    return check


def instant(text: object) -> datetime | None:
    """The instant that an RFC 3339 date-time names, None where ``text`` is none."""
    if not isinstance(text, str) or not is_date_time(text):
        return None
    upper = text.upper().replace(":60", ":59")
    try:
        return datetime.fromisoformat(upper)
    except ValueError:
        return None  # the year 0000


def _created_now(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        if (evidence := story.creation) is None or evidence.returned is None or evidence.exchange.answer is None:
            continue
        created = instant(evidence.returned.get("created_at"))
        if created is None:
            yield Vacuous("an answer to a create has no created_at to judge")
            continue
        clock = http_date(evidence.exchange.answer.header("Date"))
        if clock is None:
            yield Vacuous("the server sends no Date header to hold created_at against")
        elif abs(created - clock) <= SLACK:
            yield SEEN
        else:
            required = f"within five minutes of the server's own Date, {clock.isoformat()}"
            yield at(evidence, ("created_at",), evidence.returned["created_at"], required)


CLAUSES = (
    Clause(
        "dates.date-time",
        "Every date-time is RFC 3339",
        Level.MUST,
        Citation("RFC 3339", "Internet date-time format"),
        _format("date-time"),
        least="body",
    ),
    Clause(
        "dates.date",
        "Every date is a real day as YYYY-MM-DD",
        Level.MUST,
        Citation("RFC 3339", "Full date"),
        _format("date"),
        least="body",
    ),
    Clause(
        "dates.created-now",
        "created_at is when the customer was created",
        Level.MUST,
        Citation("spec", f"{BASE}/created_at"),
        over_history=_created_now,
        needs=frozenset({"state"}),
    ),
)
