"""Delete what the run created, and nothing else: by the keys in its ledger, within what is left of the budget."""

from __future__ import annotations

from contextlib import suppress

from contracts.client.identity import as_name
from contracts.client.session import OutOfBudget, Session
from contracts.record.exchange import Request

POLLS = 3
"""Reads of one that was deleted until it is gone: a read soon after a write may lag."""

PATIENCE = 3
"""Deletes that find nothing, before any did, after which the target counts as one that has no delete."""
_GONE = (404, 410)


def clean_up(session: Session) -> tuple[str, ...]:
    """Delete all of the ledger. Returns the keys, or names sent without an answer, that may still be there.

    Where nothing can be deleted, nothing is sent.
    """
    ledger = session.ledger
    if ledger.identity.deletes is not None:
        session.reconnect()
        _delete_all(session)
    return (*ledger.left, *(name for name in ledger.unanswered if name))


def _delete_all(session: Session) -> None:
    ledger = session.ledger
    unknown: list[str] = []
    last: str | None = None
    with suppress(OutOfBudget):  # what is left then is for those that are there for certain
        _delete_unanswered(session)
    with suppress(OutOfBudget):
        for target in ledger.left:
            status = _delete(session, target, 0)
            if status in _GONE:  # gone already, or there is no delete here at all: one that works will tell
                unknown.append(target)
            elif 200 <= status < 300:
                ledger.deleted(target)
                last = target
            if status in (405, 501) or (len(unknown) == PATIENCE and not ledger.has_deleted):
                break  # asking again for each would be no kindness
        if ledger.has_deleted:
            for target in unknown:
                ledger.deleted(target)
        if last is not None:
            _await_gone(session, last)


def _delete_unanswered(session: Session) -> None:
    """What no answer told of, by the names that only this run can have sent."""
    ledger = session.ledger
    for name in ledger.unanswered if ledger.identity.takes_client else ():
        if name is None or not ledger.is_certain(name):
            continue
        reserve = len(ledger.left)
        status = _delete(session, name, reserve)
        if status in (405, 501):
            return
        if 200 <= status < 300:
            ledger.gone(name)
        elif status in _GONE:  # gone, never made, or known by the server's key alone
            _look_for(session, name, reserve)


def _look_for(session: Session, name: str, reserve: int) -> None:
    ledger, path = session.ledger, session.ledger.identity.read_path(name)
    if path is None:
        return
    exchange = session.send(_request("GET", path), reserve)
    found = ledger.identity.target(exchange) if exchange.status == 200 else None
    if found is not None and as_name(ledger.identity.shown_name(exchange)) == name:
        ledger.found(found, name)
    elif exchange.status in _GONE:
        ledger.gone(name)


def _await_gone(session: Session, target: str) -> None:
    path = session.ledger.identity.read_path(target)
    for attempt in range(POLLS if path is not None else 0):
        if session.left < 1 or session.send(_request("GET", path or ""), 0).status != 200:
            return
        session.wait(0.1 * 2**attempt)


def _delete(session: Session, name: str, reserve: int) -> int:
    """The status of the answer; 0 for none."""
    path = session.ledger.identity.delete_path(name)
    return 0 if path is None else session.send(_request("DELETE", path), reserve).status or 0


def _request(method: str, path: str) -> Request:
    return Request(f"clean-up-{method.lower()}", method, path, role="clean-up")
