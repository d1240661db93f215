"""Which capabilities a target seems not to have: suggested from the evidence, never assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from contracts.clauses.history import History
from contracts.clauses.sameness import instant
from contracts.record.exchange import Exchange
from contracts.wire import http_date

JUST_NOW = timedelta(minutes=1)
ENOUGH = 3
"""Answers below which nothing is suggested: fewer may be a fault."""


def suggestions(history: History, exchanges: Sequence[Exchange], without: frozenset[str]) -> Iterator[str]:
    """One sentence a capability that the user has not declared missing. ``exchanges`` with the clean-up's."""
    seen: dict[str, Callable[[], str | None]] = {
        "state": lambda: _canned(history),
        "auth": lambda: _open_to_all(history),
        "validation": lambda: _accepts_all(history),
        "delete": lambda: _keeps_all(exchanges),
    }
    for capability, look in seen.items():
        if capability not in without and (what := look()) is not None:
            yield f"{what}? then use --without {capability}"
    for name in _not_known(history):
        yield f"the known customer {name!r} was created by this run and is left at the target: is the name right?"


def _not_known(history: History) -> Iterator[str]:
    """Customers called known whom the first upsert made, by the target's own clock."""
    for story in history.stories:
        first = next(iter(story.answers), None)
        if first is None or story.label not in history.known or first.exchange.answer is None:
            continue
        moments = [instant((first.returned or {}).get(name)) for name in history.resource.set_on_create]
        created = next(iter(moments), None)
        served = http_date(first.exchange.answer.header("Date"))
        if created and served and abs(served - created) < JUST_NOW:
            yield str(story.label)


def _canned(history: History) -> str | None:
    key = next(iter(history.resource.client_keys), None)
    told = [e for e in history.evidence if e.writes and e.returned is not None and key is not None and key in e.sent]
    if len({str(e.sent[key]) for e in told if key}) < ENOUGH:
        return None
    if len({e.exchange.answer.body for e in told if e.exchange.answer is not None}) == 1:
        return "answers look canned, the same whatever is sent: a stateless mock"
    answered = [(e.sent[key], e.returned[key]) for e in told if key and e.returned and key in e.returned]
    if len(answered) >= ENOUGH and not any(sent == shown for sent, shown in answered):
        return "answers look made up, none has the key that was sent: a stateless mock"
    return None


def _open_to_all(history: History) -> str | None:
    strangers = [e for e in history.evidence if e.is_judged and not e.is_ours]
    if len(strangers) < ENOUGH or not all(e.succeeded for e in strangers):
        return None
    return "requests are carried out whatever their credentials: a mock that checks none"


def _accepts_all(history: History) -> str | None:
    asked = [e for e in history.evidence if e.writes and e.request_kind in ("invalid", "malformed", "no-object")]
    if len(asked) < ENOUGH or not all(e.succeeded for e in asked):
        return None
    return "whatever is sent is accepted: a mock that validates nothing"


def _keeps_all(exchanges: Sequence[Exchange]) -> str | None:
    deletes = [e.status for e in exchanges if e.request.method == "DELETE" and e.status is not None]
    if not deletes or not all(status in (405, 501) for status in deletes):
        return None
    return "the target does not delete"
