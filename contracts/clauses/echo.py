"""What was sent comes back: to the character, to the day, with its JSON type, in its own field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.clause import (
    SEEN,
    Citation,
    Clause,
    ExchangeCheck,
    HistoryCheck,
    Judgement,
    Least,
    Level,
    Observed,
    at,
)
from contracts.clauses.evidence import Evidence, History, strings
from contracts.clauses.sameness import Pair, pairs
from contracts.clauses.updates import is_stale
from contracts.wire import MISSING, JSONPath, path_text, shown, value_at

_CHANCE = 5
"""Characters of a text up to which two customers may have the same one by chance, or by a server's own default."""

STRINGS = ("name", "description", "email", "phone")
DATES = ("birthdate", "birthday")
BASE = "#/components/schemas/CustomerBase/properties"


def echoed(evidence: Evidence) -> Iterator[Pair]:
    """The declared members that a carried-out request sent, beside what its answer shows of them."""
    returned = evidence.returned
    if returned is None or not evidence.is_create or evidence.ask == "extension":
        return
    passed_over = {violation.path[0] for violation in evidence.sent_violations if violation.path}
    passed_over |= evidence.odd_fields
    if "id" in evidence.sent:
        passed_over.add("source_id")  # where an id is sent, the source_id is ignored
    for name in evidence.contract.writable:
        if name in evidence.sent and name not in passed_over and name != "id":
            sent = evidence.declared(name)
            nothing: object = {} if isinstance(sent, dict) and sent else MISSING
            yield from pairs(sent, returned.get(name, nothing), (name,))


def _same_day(pair: Pair) -> bool:
    return isinstance(pair.returned, str) and isinstance(pair.sent, str) and pair.returned[:10] == pair.sent


def _echo(names: tuple[str, ...]) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        stale = {number for story in history.stories for number in is_stale(story)}
        before = {new.exchange.number: old.returned for story in history.stories for old, new in story.upserts}
        for evidence in history.evidence:
            if evidence.exchange.number in stale:
                continue  # for the clause on answers that show the state before the upsert
            for pair in echoed(evidence):
                if pair.path[0] not in names:
                    continue
                was = value_at(before.get(evidence.exchange.number), pair.path)
                kept = pair.likeness == "unwritten" and was == pair.returned
                wrong = pair.likeness in ("different", "unwritten") and not kept
                if not wrong or (pair.path[0] in DATES and _same_day(pair)):
                    yield SEEN
                else:
                    yield at(evidence, pair.path, pair.returned, f"{shown(pair.sent)}, as it was sent")

    return check


def _others(history: History) -> Iterator[Judgement]:
    """Members that another document declares beside the usual ones."""
    usual = {*STRINGS, *DATES, "id", "source_id", "address", "metadata"}
    others = tuple(name for name in history.contract.writable if name not in usual)
    yield from _echo((*STRINGS, *others))(history)


def _own_field(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        before: dict[str, Any] = {}
        for evidence in story.answers:
            strayed = list(_strayed(evidence, before))
            yield from strayed
            if not strayed and _texts(evidence):
                yield SEEN
            before = evidence.returned or {}
    yield from _of_another(history)


def _of_another(history: History) -> Iterator[Judgement]:
    """What only requests about other customers said does not stand in the answer that shows a new one."""
    for story in history.stories:
        if (made := story.creation) is None or made.returned is None:
            continue
        own = set(strings(made.sent))
        others = {
            text
            for other in history.stories
            for earlier in other.answers
            if other is not story and earlier.exchange.number < made.exchange.number
            for text in strings(earlier.sent)
            if len(text) > _CHANCE and text not in own
        }
        for name in made.contract.writable:
            if name not in ("id", "source_id"):
                for path, text in _placed(made.returned.get(name), (name,)):
                    if text in others:
                        yield at(made, path, text, "nothing of what was sent for another customer")


def _placed(value: Any, path: JSONPath) -> Iterator[tuple[JSONPath, str]]:
    """Every text in ``value``, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _placed(below, (*path, step))


def _texts(evidence: Evidence) -> dict[str, str]:
    """What was sent as text, identifiers apart: long enough not to stand elsewhere by chance."""
    sent = evidence.sent.items()
    return {name: value for name, value in sent if isinstance(value, str) and len(value) > 3 and name != "id"}


def _strayed(evidence: Evidence, before: dict[str, Any]) -> Iterator[Judgement]:
    texts, returned = _texts(evidence), evidence.returned or {}
    for name, value in returned.items():
        if name in evidence.sent or name in (*DATES, "id") or name not in evidence.contract.writable:
            continue
        for origin, text in texts.items():
            if value == text and before.get(name) != text:
                yield at(evidence, (name,), value, f"not what was sent as {origin}")
    address, was = returned.get("address"), before.get("address")
    if isinstance(address, dict) and "address" not in evidence.sent:
        known = was.values() if isinstance(was, dict) else ()
        for part, value in address.items():
            if value in texts.values() and value not in known:
                yield at(evidence, ("address", part), value, "not what was sent in another field")


def _normalised(evidence: Evidence) -> Iterator[Judgement]:
    for pair in echoed(evidence):
        if pair.likeness in ("normalised", "unwritten"):
            yield at(evidence, pair.path, pair.returned, f"{shown(pair.sent)}, as it was sent")
        elif isinstance(pair.sent, str) and pair.sent != pair.sent.strip():
            yield SEEN


def _digits(evidence: Evidence) -> Iterator[Judgement]:
    for pair in echoed(evidence):
        if pair.likeness == "lost-digits":
            yield Observed(f"{path_text(pair.path)}: integers beyond 2^53 lose digits")
        elif isinstance(pair.sent, int) and abs(pair.sent) > 2**53:
            yield Observed("integers beyond 2^53 keep their digits")


ECHO = Citation("docs", "What was sent comes back")
_STATE = frozenset({"state"})


def _clause(name: str, title: str, place: Citation, check: HistoryCheck, least: Least = "exchange") -> Clause:
    return Clause(f"echo.{name}", title, Level.MUST, place, over_history=check, needs=_STATE, least=least)


def _over_exchanges(name: str, title: str, level: Level, check: ExchangeCheck, alone: str | None = None) -> Clause:
    return Clause(f"echo.{name}", title, level, ECHO, check, needs=_STATE, alone=alone, least="exchange")


CLAUSES = (
    _clause("strings", "Echoes every string to the character", Citation("spec", f"{BASE}/name"), _others),
    _clause(
        "source-id",
        "Echoes source_id in its own case",
        Citation("spec", "#/components/schemas/Customer/allOf/0/properties/source_id"),
        _echo(("source_id",)),
    ),
    _clause("birthdate", "Echoes a birthdate to the day", Citation("spec", f"{BASE}/birthdate"), _echo(DATES)),
    _clause(
        "address",
        "Echoes every part of the address",
        Citation("spec", f"{BASE}/address"),
        _echo(("address",)),
    ),
    _clause(
        "metadata",
        "Echoes every metadata value with its JSON type",
        Citation("spec", f"{BASE}/metadata"),
        _echo(("metadata",)),
    ),
    _clause("own-field", "No field lands in another", ECHO, _own_field, least="run"),
    _over_exchanges("not-normalised", "Strings are not normalised", Level.SHOULD, _normalised),
    _over_exchanges(
        "big-integers",
        "Whether integers beyond 2^53 keep their digits",
        Level.OBSERVE,
        _digits,
        alone="it never fails: RFC 8259 promises no more than 2^53",
    ),
)
