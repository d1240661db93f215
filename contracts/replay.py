"""Send the request of a finding again: does it still hold?

A finding may need what came before it, a customer created and upserted. So every earlier exchange of the record that
named the same customers is sent again first, in its order, with the ids that the server gives now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from contracts.clauses.clause import Clause
from contracts.clauses.evidence import history
from contracts.cleanup import clean_up
from contracts.engine import INTERRUPTED
from contracts.errors import UsageError
from contracts.exchange import Exchange, Request
from contracts.run import Finding, Run
from contracts.smoke import wrong_set_up
from contracts.spec.contract import Contract
from contracts.target.target import OutOfBudget, Target, customer_id
from contracts.verdict import outcome

Holds = Literal["holds", "gone", "cannot tell"]
NEVER_SENT = ("nobody answers at that address", "no connection within the time-out")
"""Failures of a call of which nothing can have reached the target."""
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


def needed(run: Run, exchange: Exchange) -> list[Exchange]:
    """``exchange`` and those before it that named the same customers, directly or through another."""
    before = _until(run, exchange)
    names, size = _customers(exchange), -1
    while len(names) != size:
        size = len(names)
        for other in before:
            if _customers(other) & names:
                names |= _customers(other)
    return [other for other in before if other.number == exchange.number or _customers(other) & names]


def replay(
    run: Run, finding: Finding, clause: Clause, contract: Contract, target: Target, tell: Callable[[str], None]
) -> Replayed:
    """Send what the finding needs, judge it by the clause alone, delete what was created.

    A clause over the whole history may have needed more than the finding's own customers: where it seems gone,
    all that the run had sent until then is sent again before that is believed.
    """
    exchange = run.exchange(finding.exchange)
    if exchange is None:
        raise UsageError(f"the run record holds no exchange {finding.exchange}, to which the finding points")
    wanted, whole = needed(run, exchange), _until(run, exchange)
    try:
        done = _once(run, finding, clause, contract, target, wanted, tell)
        if done.holds == "gone" and clause.over_history is not None and len(whole) > len(wanted):
            tell("… not so; once more with everything that came before it")
            done = _once(run, finding, clause, contract, target, whole, tell)
    finally:
        target.ledger.close(keep=False)
        target.transport.close()
    return done


def _once(
    run: Run,
    finding: Finding,
    clause: Clause,
    contract: Contract,
    target: Target,
    wanted: list[Exchange],
    tell: Callable[[str], None],
) -> Replayed:
    sent: list[Exchange] = []
    try:
        reason = _send(wanted, target, sent, tell)
    except OutOfBudget as error:
        reason = str(error)
    except KeyboardInterrupt:
        reason = INTERRUPTED
    finally:
        _forget_unsent(target, sent)
        left = clean_up(target, contract.path)
    last, before = (sent[-1] if sent else None), max(0, len(sent) - 1)
    nameless = sum(e.request.method == "POST" and e.status == 200 and customer_id(e) is None for e in sent)
    if reason is not None:
        return Replayed("cannot tell", reason, last, before, left, nameless)
    evidence = history(sent, contract, frozenset(run.header.known_customers))
    made, found = outcome(clause, evidence, (), target.url, "its request was not judged")
    if same := [one for one in found if _place(one) == _place(finding)]:
        return Replayed("holds", f"{same[0].where}: {same[0].observed}", last, before, left, nameless)
    if made.outcome in ("blocked", "error") or made.vacuous:
        return Replayed("cannot tell", made.reason or "the answer gave nothing to judge", last, before, left, nameless)
    elsewhere = f"; but the clause is not kept at {found[0].where}" if found else ""
    return Replayed("gone", f"the clause holds at {finding.where}{elsewhere}", last, before, left, nameless)


def _forget_unsent(target: Target, sent: Iterable[Exchange]) -> None:
    """Nobody can have made what never left this machine."""
    reached = {name for one in sent if one.failure not in NEVER_SENT for name in _customers(one)}
    for source in target.ledger.unanswered:
        if source is not None and source not in reached and any(source in _customers(one) for one in sent):
            target.ledger.gone(source)


def _until(run: Run, exchange: Exchange) -> list[Exchange]:
    return [e for e in run.exchanges if e.number <= exchange.number and not e.request.probe.startswith("clean-up-")]


def _send(wanted: Iterable[Exchange], target: Target, sent: list[Exchange], tell: Callable[[str], None]) -> str | None:
    """Why it cannot be told, where the target cannot be judged; None where all was sent."""
    ids: dict[str, str] = {}
    for old in wanted:
        if old.request.credentials == "run-bearer" and not target.credentials.can_make("run-bearer"):
            continue  # another way in, which this environment does not have: nothing else hangs on it
        if not target.credentials.can_make(old.request.credentials):
            return f"the credentials of the environment allow no {old.request.credentials}, which the request needs"
        new = target.send(_with_ids(old.request, ids))
        sent.append(new)
        was = f"{old.request.method} {old.request.path}   {old.request.probe}"
        tell(f"{was}: {new.status or new.failure}, was {old.status}")
        if new.answer is None and old.answer is not None:
            return f"no answer: {new.failure}"
        accepted = old.status is not None and 200 <= old.status < 300
        if old.request.is_authorised and accepted and (wrong := wrong_set_up(new, target.credentials)):
            return wrong
        before, now = customer_id(old), customer_id(new)
        if before is not None and now is not None:
            ids.setdefault(before, now)
    return None


def _with_ids(request: Request, ids: Mapping[str, str]) -> Request:
    """The very request, but for the ids: the server has invented others this time."""
    path, body = request.path, request.body
    for old, new in ids.items():
        path = path.replace(old, new)
        body = None if body is None else body.replace(old.encode(), new.encode())
    return replace(request, path=path, body=body, shrinks=None)


def _customers(exchange: Exchange) -> set[str]:
    """Every name by which the exchange's customer goes: sent, answered, or in the path."""
    names: set[str] = set()
    for value in (exchange.request.sent.value, exchange.value):
        if isinstance(value, dict):
            names |= {value[name] for name in ("id", "source_id") if isinstance(value.get(name), str)}
    if exchange.request.method != "POST":
        names.add(exchange.request.path.rpartition("/")[2])
    return names


def _place(finding: Finding) -> str:
    return re.sub(r"\[\d+\]", "[]", finding.where)
