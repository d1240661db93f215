"""What the request schema allows is accepted, and nothing whatsoever makes the server fail."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.clauses.clause import SEEN, WRITING, Citation, Clause, Judgement, Level, Observed, about
from contracts.clauses.evidence import Evidence, member_text
from contracts.clauses.history import History
from contracts.clauses.queries import wrong_parameters
from contracts.clauses.upsert import is_conflict
from contracts.record.exchange import Exchange
from contracts.wire import shown

REQUESTS = Citation("docs", "Requests")


def _asked(history: History, kind: str) -> Iterator[Evidence]:
    return (e for e in history.evidence if e.is_judged and e.writes and e.request_kind == kind)


def _allowed(history: History) -> Iterator[Judgement]:
    for evidence in _asked(history, "valid"):
        if not evidence.status or evidence.status >= 500:
            continue
        if evidence.succeeded:
            yield SEEN
        elif evidence.exchange.number not in history.versions.shrunk and not _is_for_others(history, evidence):
            required = f"accepted: the request schema allows {shown(evidence.sent)}"
            yield about(evidence, "status", str(evidence.status), required, _declared(evidence), evidence.suspect)
    for evidence in history.evidence:
        if evidence.effect != "list" or not evidence.is_judged or not evidence.is_ours or wrong_parameters(evidence):
            continue
        if evidence.succeeded:
            yield SEEN
        elif evidence.refused:
            yield about(evidence, "status", str(evidence.status), "accepted: the document allows every parameter")


def _declared(evidence: Evidence) -> Citation | None:
    body = evidence.operation and evidence.operation.request
    return Citation("spec", body.pointer) if body else None


def _is_for_others(history: History, evidence: Evidence) -> bool:
    """Is it the refusal of a known key, or of an id that nobody knows? Other clauses judge those."""
    story = history.story_of(evidence)
    if evidence.status == 409 and evidence.exchange.number in history.in_company:
        return True
    if evidence.effect == "update":
        return story is None or not story.is_there_at(evidence) or evidence.status in (404, 409)
    if story is not None and story.was_made_before(evidence):
        return is_conflict(evidence) if evidence.effect == "upsert" else evidence.status == 409
    names = list(history.names(evidence))
    return story is None if not names else names[0][0] == history.resource.server_key


def _long(history: History) -> Iterator[Judgement]:
    for evidence in _asked(history, "long"):
        if evidence.succeeded:
            yield SEEN
        elif evidence.refused and evidence.exchange.number not in history.versions.shrunk:
            required = "accepted: the document sets no limit on length"
            yield about(evidence, "status", str(evidence.status), required, member=evidence.suspect)


def _odd(history: History) -> Iterator[Judgement]:
    for evidence in _asked(history, "odd"):
        if evidence.succeeded or evidence.refused:
            for _, odd in evidence.edges:
                yield Observed(f"{odd}: {'accepted' if evidence.succeeded else 'refused'}")
    for evidence in _asked(history, "invalid"):
        for violation in evidence.sent_violations if evidence.succeeded or evidence.refused else ():
            if violation.observed is None and len(violation.path) == 1 and violation.keyword != "required":
                yield Observed(f"null for {member_text(violation.path)}: {_made_of_null(evidence, violation.path[0])}")


def _made_of_null(evidence: Evidence, name: str | int) -> str:
    if evidence.refused:
        return "refused"
    left = (evidence.returned or {}).get(str(name))
    return "accepted, and cleared" if left is None else "accepted, and ignored"


def _is_gone(exchange: Exchange) -> bool:
    """Did the target go away after all had been asked? That breaks nothing."""
    return exchange.answer is None and exchange.request.role == "clean-up"


def _no_5xx(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        exchange = evidence.exchange
        if exchange.answer is not None and evidence.status < 500:
            yield SEEN
        elif exchange.number in history.versions.shrunk or _is_gone(exchange):
            continue
        elif exchange.answer is not None:
            required = "no 5xx to any request whatsoever"
            yield about(evidence, "status", str(evidence.status), required, member=evidence.suspect)
        else:
            required = "an answer, as to the other requests"
            yield about(evidence, "answer", exchange.failure or "none", required, member=evidence.suspect)


CLAUSES = (
    Clause(
        "accepts.allowed",
        "A request that the request schema allows is accepted",
        Level.MUST,
        REQUESTS,
        over_history=_allowed,
        effects=WRITING | {"list"},
    ),
    Clause(
        "accepts.long-strings",
        "A string longer than 255 characters is accepted",
        Level.SHOULD,
        REQUESTS,
        over_history=_long,
        effects=WRITING,
    ),
    Clause(
        "accepts.odd-values",
        "Which values odd for their meaning are accepted",
        Level.OBSERVE,
        REQUESTS,
        over_history=_odd,
        effects=WRITING,
        why_not_unique="it never fails: a server may refuse what is odd for its meaning",
    ),
    Clause(
        "accepts.no-5xx",
        "No request whatsoever gets a 5xx",
        Level.MUST,
        REQUESTS,
        over_history=_no_5xx,
        least="exchange",
    ),
)
