"""Send the request of a finding again: does it still hold?

A finding may need what came before it, a customer created and upserted. So every earlier exchange of the record that
named the same customers is sent again first, in its order, with the ids that the server gives now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, unquote

from contracts.clauses.clause import Clause
from contracts.clauses.history import history
from contracts.client.identity import Identity, as_name
from contracts.client.session import OutOfBudget, Session, Stopped
from contracts.errors import UsageError
from contracts.record.exchange import Exchange, Request, json_body
from contracts.record.run import Finding, Run
from contracts.record.ways import is_another
from contracts.runner.cleanup import clean_up
from contracts.runner.smoke import wrong_set_up
from contracts.spec.resource import Resource
from contracts.verdict.verdict import outcome

Holds = Literal["holds", "gone", "cannot tell"]
NEVER_SENT = ("nobody answers at that address", "no connection within the time-out")
"""Failures of a call of which nothing can have reached the target."""
LEAST_TELLING = 8
"""Characters of a key of the server's from which it stands nowhere by chance."""
EXIT: Mapping[Holds, int] = {"holds": 1, "gone": 0, "cannot tell": 3}


@dataclass(frozen=True)
class Replayed:
    """``exchange`` is the new one. ``before`` counts what had to be sent first; ``left_behind`` are ids not deleted."""

    holds: Holds
    reason: str
    exchange: Exchange | None = None
    before: int = 0
    left_behind: tuple[str, ...] = ()
    nameless: int = 0
    """Creates whose answers gave no id that can be read, so that nobody can delete what they made."""


def chosen(run: Run, name: str) -> tuple[int, Finding]:
    """The finding that ``name`` means: its number from 1, or the first of a clause. Raises UsageError."""
    if name.isdecimal() and 1 <= int(name) <= len(run.findings):
        return int(name), run.findings[int(name) - 1]
    for number, finding in enumerate(run.findings, 1):
        if finding.clause == name:
            return number, finding
    known = ", ".join(dict.fromkeys(f"{n} {finding.clause}" for n, finding in enumerate(run.findings[:8], 1)))
    raise UsageError(f"there is no finding {name!r} in this run; it has {known or 'none'}")


def needed(run: Run, exchange: Exchange, resource: Resource) -> list[Exchange]:
    """``exchange`` and those before it that named the same things, directly or through another."""
    before = _until(run, exchange)
    told = {other.number: names_in(other, resource) for other in before}
    names, size = names_in(exchange, resource), -1
    while len(names) != size:
        size = len(names)
        for other in before:
            if told[other.number] & names:
                names |= told[other.number]
    return [other for other in before if other.number == exchange.number or told[other.number] & names]


def replay(
    run: Run, finding: Finding, clause: Clause, resource: Resource, target: Session, tell: Callable[[str], None]
) -> Replayed:
    """Send what the finding needs, judge it by the clause alone, delete what was created.

    A clause over the whole history may have needed more than the finding's own customers: where it seems gone,
    all that the run had sent until then is sent again before that is believed.
    """
    exchange = run.exchange(finding.exchange)
    if exchange is None:
        raise UsageError(f"the run record holds no exchange {finding.exchange}, to which the finding points")
    target.judge(resource)
    wanted, whole = needed(run, exchange, resource), _until(run, exchange)
    try:
        done = _once(run, finding, clause, resource, target, wanted, tell)
        if done.holds == "gone" and clause.over_history is not None and len(whole) > len(wanted):
            tell("… not so; once more with everything that came before it")
            done = _once(run, finding, clause, resource, target, whole, tell)
    finally:
        target.ledger.close(keep=False)
        target.close()
    return done


def _once(
    run: Run,
    finding: Finding,
    clause: Clause,
    resource: Resource,
    target: Session,
    wanted: list[Exchange],
    tell: Callable[[str], None],
) -> Replayed:
    sent: list[Exchange] = []
    try:
        reason = _send(wanted, target, sent, tell)
    except (OutOfBudget, Stopped) as error:
        reason = str(error)
    finally:
        _forget_unsent(target, sent, resource)
        left = clean_up(target)
    last, before = (sent[-1] if sent else None), max(0, len(sent) - 1)
    identity = target.ledger.identity
    made_any = (e for e in sent if identity.writes(e.request) and resource.write.accepts_status(e.status or 0))
    nameless = sum(identity.target(e) is None for e in made_any)
    if reason is not None:
        return Replayed("cannot tell", reason, last, before, left, nameless)
    without = run.header.without
    evidence = history(sent, resource, frozenset(run.header.known_customers), without=without)
    made, found = outcome(clause, evidence, without, target.url, "its request was not judged")
    if same := [one for one in found if _place(one) == _place(finding)]:
        return Replayed("holds", f"{same[0].where}: {same[0].observed}", last, before, left, nameless)
    if made.outcome in ("blocked", "error", "unsupported") or made.vacuous:
        return Replayed("cannot tell", made.reason or "the answer gave nothing to judge", last, before, left, nameless)
    elsewhere = f"; but the clause is not kept at {found[0].where}" if found else ""
    return Replayed("gone", f"the clause holds at {finding.where}{elsewhere}", last, before, left, nameless)


def _forget_unsent(target: Session, sent: Iterable[Exchange], resource: Resource) -> None:
    """Nobody can have made what never left this machine."""
    told = [(one.failure not in NEVER_SENT, names_in(one, resource)) for one in sent]
    reached = {name for was_sent, names in told if was_sent for name in names}
    for source in target.ledger.unanswered:
        if source is not None and source not in reached and any(source in names for _, names in told):
            target.ledger.gone(source)


def _until(run: Run, exchange: Exchange) -> list[Exchange]:
    """``exchange``, and what the run sent before it and judged by: what it left out it has sent again, or given up."""
    before = [e for e in run.exchanges if e.number < exchange.number and e.is_judged and e.status != 429]
    return [*before, exchange]


def _send(wanted: Sequence[Exchange], target: Session, sent: list[Exchange], tell: Callable[[str], None]) -> str | None:
    """Why it cannot be told, where the target cannot be judged; None where all was sent."""
    ids: dict[str, str | int] = {}
    identity = target.ledger.identity
    for old in wanted:
        if not target.credentials.can_make(old.request.credentials):
            if old is not wanted[-1] and (is_another(old.request.credentials) or old.status in (401, 403)):
                continue  # it is not this that is to be seen, and nothing else hangs on it
            return f"the credentials of the environment allow no {old.request.credentials}, which the request needs"
        new = target.send(with_ids(old.request, ids, identity), 0)
        sent.append(new)
        was = f"{old.request.method} {old.request.path}   {old.request.label}"
        tell(f"{was}: {new.status or new.failure}, was {old.status}")
        if new.answer is None and old.answer is not None:
            return f"no answer: {new.failure}"
        accepted = old.status is not None and 200 <= old.status < 300
        if old.request.is_authorised and accepted and (wrong := wrong_set_up(new, target.credentials)):
            return wrong
        before, now = _told(old, identity), _told(new, identity)
        if before is not None and now is not None:
            ids.setdefault(str(before), now)
    return None


def _told(exchange: Exchange, identity: Identity) -> str | int | None:
    """The server's key that an answer tells; where the client gives all keys, nothing is told."""
    if identity.server is None or identity.target(exchange) is None:
        return None
    key: str | int = exchange.value[identity.server]
    return key


def with_ids(request: Request, ids: Mapping[str, str | int], identity: Identity) -> Request:
    """The very request, but for the keys of the server's, which has given others this time, in ``ids`` by the old."""
    steps = {quote(old, safe=""): quote(str(new), safe="") for old, new in ids.items()}
    path = re.sub(r"(?<=/)[^/?]+", lambda step: steps.get(step[0], step[0]), request.path)
    return replace(request, path=path, body=_body_with(request, ids, identity), shrinks=None, role="probe")


def _body_with(request: Request, ids: Mapping[str, str | int], identity: Identity) -> bytes | None:
    """Its bytes with the keys that stand nowhere by chance put in; others only where the body names the thing."""
    telling = {old.encode(): str(new).encode() for old, new in ids.items() if len(old) >= LEAST_TELLING}
    named = request.sent.value[identity.server] if identity.names_server(request) else None
    new = ids.get(as_name(named) or "")
    if new is None or (type(new) is type(named) and str(named).encode() in telling):
        return None if request.body is None else _put(telling, request.body)
    members = (
        json_body(name) + b":" + (json_body(new) if name == identity.server else _put(telling, json_body(below)))
        for name, below in request.sent.value.items()
    )
    return b"{" + b",".join(members) + b"}"


def _put(new: Mapping[bytes, bytes], data: bytes) -> bytes:
    """``data`` with each key of ``new`` replaced, in one pass: what is new may be the old one of another."""
    longest_first = sorted(new, key=len, reverse=True)
    return re.sub(b"|".join(map(re.escape, longest_first)), lambda old: new[old[0]], data) if new else data


def names_in(exchange: Exchange, resource: Resource) -> set[str]:
    """Every key of the thing that the exchange is about: sent, answered, or in the path."""
    request = exchange.request
    values = [
        body[key]
        for body in (request.sent.value, exchange.value)
        if isinstance(body, dict)
        for key in resource.keys
        if key in body
    ]
    found = resource.operation_of(request.method, request.path)
    if found is not None:
        values += found[1].values()
    elif resource.item_path is not None:
        values.append(unquote(request.path.partition("?")[0].rpartition("/")[2]))
    return {name for value in values if (name := as_name(value)) is not None}


def _place(finding: Finding) -> str:
    return re.sub(r"\[\d+\]", "[]", finding.where)
