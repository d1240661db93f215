"""Delete what the run created, and nothing else: by the ids in its ledger, within what is left of the budget."""

from __future__ import annotations

import time
from urllib.parse import quote

from contracts.exchange import Request
from contracts.target.target import OutOfBudget, Target, customer_id

POLLS = 3
"""Reads of one deleted customer until it is gone: a read soon after a write may lag."""

PATIENCE = 3
"""Customers not found, before any was deleted, after which the target counts as one that has no delete."""


def clean_up(target: Target, path: str) -> tuple[str, ...]:
    """Delete every id of the ledger. Returns the ids, or ``source_id``s without one, that may still be there."""
    unknown: list[str] = []
    last: str | None = None
    try:
        _delete_unanswered(target, path)
        for customer in target.ledger.left:
            status = target.send(_request("DELETE", path, customer)).status or 0
            if status == 404:  # gone already, or there is no delete here at all: one that works will tell
                unknown.append(customer)
            elif 200 <= status < 300:
                target.ledger.deleted(customer)
                last = customer
            if status in (405, 501) or (len(unknown) == PATIENCE and not target.ledger.has_deleted):
                break  # asking again for each would be no kindness
        if target.ledger.has_deleted:
            for customer in unknown:
                target.ledger.deleted(customer)
        if last is not None:
            _await_gone(target, path, last)
    except OutOfBudget:
        pass
    return (*target.ledger.left, *(source for source in target.ledger.unanswered if source))


def _delete_unanswered(target: Target, path: str) -> None:
    """Customers whose id never came back, by the ``source_id`` that only this run can have sent."""
    for source in target.ledger.unanswered:
        if source is None or not source.startswith(target.ledger.prefix):
            continue
        reserve = len(target.ledger.left)
        status = target.send(_request("DELETE", path, source), reserve).status or 0
        if status in (405, 501):
            return
        if 200 <= status < 300:
            target.ledger.gone(source)
        elif status == 404:  # gone, never made, or known by its id alone
            exchange = target.send(_request("GET", path, source), reserve)
            found = customer_id(exchange) if exchange.status == 200 else None
            if found is not None and isinstance(exchange.value, dict) and exchange.value.get("source_id") == source:
                target.ledger.found(found, source)
            elif exchange.status == 404:
                target.ledger.gone(source)


def _await_gone(target: Target, path: str, customer: str) -> None:
    for attempt in range(POLLS):
        if target.left < 1 or target.send(_request("GET", path, customer)).status != 200:
            return
        time.sleep(0.1 * 2**attempt)


def _request(method: str, path: str, name: str) -> Request:
    return Request(f"clean-up-{method.lower()}", method, f"{path}/{quote(name, safe='')}")
