"""What the request schema allows is accepted, and nothing whatsoever makes the server fail."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.clauses.clause import SEEN, Citation, Clause, Judgement, Level, Observed, about
from contracts.clauses.evidence import History
from contracts.clauses.upsert import is_conflict
from contracts.wire import shown

REQUEST = Citation("spec", "#/components/schemas/CustomersCreateRequestBody")


def _allowed(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        if not (evidence.is_create and evidence.ask == "valid" and evidence.status) or evidence.status >= 500:
            continue
        if evidence.succeeded:
            yield SEEN
        elif evidence.exchange.number not in history.shrunk and not _is_for_others(history, evidence.exchange.number):
            required = f"accepted: the request schema allows {shown(evidence.sent)}"
            yield about(evidence, "status", str(evidence.status), required)


def _is_for_others(history: History, number: int) -> bool:
    """Is the refusal one of a known customer, or of an id that nobody knows?"""
    for story in history.stories:
        for evidence in story.evidence:
            if evidence.exchange.number == number:
                known = any(e.exchange.number < number for e in story.answers)
                return is_conflict(evidence) if known else "id" in evidence.sent
    return False


def _long(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        if not (evidence.is_create and evidence.ask == "long"):
            continue
        if evidence.succeeded:
            yield SEEN
        elif evidence.refused and evidence.exchange.number not in history.shrunk:
            yield about(evidence, "status", str(evidence.status), "accepted: the document sets no limit on length")


def _odd(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        if not (evidence.is_create and evidence.ask == "odd") or not (evidence.succeeded or evidence.refused):
            continue
        for _, odd in evidence.oddities:
            yield Observed(f"{odd}: {'accepted' if evidence.succeeded else 'refused'}")


def _no_5xx(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        exchange = evidence.exchange
        if exchange.answer is not None and evidence.status < 500:
            yield SEEN
        elif exchange.number in history.shrunk:
            continue
        elif exchange.answer is not None:
            yield about(evidence, "status", str(evidence.status), "no 5xx to any request whatsoever")
        else:
            yield about(evidence, "answer", exchange.failure or "none", "an answer, as to the other requests")


CLAUSES = (
    Clause(
        "accepts.allowed",
        "A request that the request schema allows is accepted",
        Level.MUST,
        REQUEST,
        over_history=_allowed,
    ),
    Clause(
        "accepts.long-strings",
        "A string longer than 255 characters is accepted",
        Level.SHOULD,
        REQUEST,
        over_history=_long,
    ),
    Clause(
        "accepts.odd-values",
        "Which values odd for their meaning are accepted",
        Level.OBSERVE,
        Citation("docs", "Requests"),
        over_history=_odd,
        alone="it never fails: a server may refuse what is odd for its meaning",
    ),
    Clause(
        "accepts.no-5xx",
        "No request whatsoever gets a 5xx",
        Level.MUST,
        Citation("docs", "Requests"),
        over_history=_no_5xx,
        least="exchange",
    ),
)
