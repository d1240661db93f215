"""Servers that keep the contract in their own way where a deep run looks: a replica, an index, a lock, no list."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from contracts.mock.answers import JSON, Problem, error_body, to_bytes, to_text
from contracts.mock.api import TOO_MANY, WRONG_METHOD, Call
from contracts.mock.deep import VARIANTS
from contracts.mock.deep.lists import asks
from contracts.mock.deep.races import company, target, writing
from contracts.mock.deep.values import own_texts
from contracts.mock.faults.kinds import refuses_if
from contracts.mock.faults.tools import drop, listing, put, reading, texts, updating, upserting
from contracts.mock.hooks import Body, Hook, Hooks
from contracts.mock.listing import matching
from contracts.mock.registry import Group
from contracts.mock.store import Customer
from contracts.mock.wire import Answer

variants = Group("deep-variants", VARIANTS, deep=True)

LAG = 0.3
"""Seconds that a copy of the customers may be old."""

TURN = 0.002
"""Seconds for which a writer has the lock."""

BUSY = Problem(409, "resource_locked", "Conflict", "Somebody else is writing to this customer.")


def refused(problem: Problem) -> Answer:
    """An answer that refuses, in the place of any other."""
    return Answer(problem.status, [("Content-Type", JSON)], to_bytes(to_text(error_body(problem))))


def without(operation: Callable[[Call], bool]) -> Hook[Answer | None]:
    """An operation that the server does not have: 405."""
    return lambda answer, call: refused(WRONG_METHOD) if operation(call) else answer


class Copy:
    """A copy of all customers, made anew where it is too old."""

    def __init__(self, is_old: Callable[[], bool]) -> None:
        self._is_old = is_old
        self._customers: dict[str, Customer] | None = None

    def customers(self, call: Call) -> dict[str, Customer]:
        """The customers as they were when the copy was made."""
        is_old = self._is_old()
        if self._customers is None or is_old:
            self._customers = {name: one.copy() for name, one in call.api.store.customers.items()}
        return self._customers


def after(seconds: float) -> Callable[[], bool]:
    """Whether some seconds have passed since it last said so."""
    ends = 0.0

    def passed() -> bool:
        nonlocal ends
        if time.monotonic() < ends:
            return False
        ends = time.monotonic() + seconds
        return True

    return passed


def each(number: int) -> Callable[[], bool]:
    """Whether it is asked for the third time, the sixth, and so on, where the number is three."""
    asked = 0

    def due() -> bool:
        nonlocal asked
        asked += 1
        return asked % number == 0

    return due


def listed_from(copy: Copy) -> Hook[list[Customer]]:
    """Lists are made from a copy."""
    return lambda found, call: matching(copy.customers(call).values(), call.query)


# fmt: off
variants.instead.rows("", ("no-list", "Customers cannot be listed: 405.", without(listing)), without="list")
variants.instead.rows("",
    ("no-update", "Customers cannot be updated by their path: 405.", without(updating)), without="update")
variants.instead.rows("",
    ("no-read", "Customers cannot be read one by one: 405.", without(reading)), without="read")
variants.instead.rows("",
    ("no-list-and-no-update", "Customers can be upserted, read and deleted, and no more: 405.",
     without(lambda call: listing(call) or updating(call))), without="list update")
variants.listing.rows("",
    ("no-word-of-more", "A list does not say whether there is more.", lambda body, call: drop(body, "has_more")),
    ("totals-count-everybody", "The total of a list counts all customers, whatever the filters.",
     lambda body, call: put(body, "total", len(call.api.store.customers))),
)
variants.error.rows("",
    ("errors-name-the-resource", "An error names the kind of the resource, and the resource.",
     lambda body, call: {**body, "resource_type": "customer", "resource_id": call.request.identifier}),
)
variants.answer.rows("",
    ("answers-overtake-each-other", "An answer takes up to ten milliseconds, now more and now less.",
     lambda answer, call: replace(answer, delay=random.uniform(0, 0.01))),  # noqa: S311 - no secret is made of it
)
variants.sent.rows("",
    ("tabs-become-spaces", "Each tab becomes a space: control characters are left open.",
     own_texts(lambda text: text.replace("\t", " "))),
    ("carriage-returns-are-dropped", "Newlines of Windows become plain ones: control characters are left open.",
     own_texts(lambda text: text.replace("\r", ""))),
)
variants.problem.rows("",
    ("texts-with-a-tab-are-refused", "A text with a tab is refused: control characters are left open.",
     refuses_if(lambda call: any("\t" in text for text in texts(call.payload)), "One line only.")),
)
variants.request.rows("",
    ("wrong-limits-are-ten", "A limit that is none is taken for ten.", asks("limit", "limit=10")),
    ("wrong-orders-are-none", "An order that is none is ignored.", asks("order", "")),
    should=True,
)
# fmt: on


# What was written shows later


@variants.install(without="immediate")
def lists_come_from_an_index(hooks: Hooks) -> None:
    """Lists are made from an index that is up to three tenths of a second old."""
    hooks.matching.append(listed_from(Copy(after(LAG))))


@variants.install(without="immediate")
def each_third_list_is_fresh(hooks: Hooks) -> None:
    """Lists are made from an index that each third list brings up to date."""
    hooks.matching.append(listed_from(Copy(each(3))))


@variants.install(without="immediate")
def reads_come_from_a_replica(hooks: Hooks) -> None:
    """Reads and lists are made from a replica that is up to three tenths of a second old."""
    copy = Copy(after(LAG))

    def read(found: Customer | None, call: Call) -> Customer | None:
        if not reading(call):
            return found
        name, customers = call.request.identifier, copy.customers(call)
        return customers.get(name) or next((one for one in customers.values() if one.source_id == name), None)

    hooks.found.append(read)
    hooks.matching.append(listed_from(copy))


# In company


@variants.arrived()
def writers_wait_for_a_lock(wait: float, call: Call) -> float:
    """One writer at a time has the lock, and the others wait for their turn."""
    if not writing(call):
        return wait
    arrived = time.monotonic()
    ends = max(arrived, call.api.memory.get("ends", 0.0)) + TURN
    call.api.memory["ends"] = ends
    waited: float = ends - arrived
    return wait + waited


@variants.install()
def writers_to_one_customer_conflict(hooks: Hooks) -> None:
    """A writer who comes while another one writes to the same customer is refused with 409."""
    met = company(hooks, writing)

    def conflict(problem: Problem | None, call: Call) -> Problem | None:
        mine = target(call)
        busy = mine and any(target(other) is mine for other in met(call) if not other.refused)
        return problem or (BUSY if busy else None)

    hooks.problem.append(conflict)


@variants.install()
def four_at_once_are_asked_to_come_again(hooks: Hooks) -> None:
    """Who comes while three others are served is told to come again at once: 429."""
    met = company(hooks, lambda call: True)

    def come_again(answer: Answer | None, call: Call) -> Answer | None:
        if len([other for other in met(call) if not other.refused]) < 3:
            return answer
        call.refused = TOO_MANY
        again = refused(TOO_MANY)
        again.set_header("Retry-After", "0")
        return again

    hooks.instead.append(come_again)


# Where the contract is silent


@variants.written()
def addresses_are_merged(customer: Customer, call: Call) -> Customer:
    """The parts of an address that are not sent stay."""
    sent, before = call.payload.get("address"), call.before.fields.get("address") if call.before else None
    if isinstance(sent, dict) and before:
        customer.fields["address"] = {**before, **sent}
    return customer


@variants.written()
def updates_replace_metadata(customer: Customer, call: Call) -> Customer:
    """Metadata is merged by an upsert, and replaced by an update."""
    if updating(call) and "metadata" in call.payload:
        customer.fields["metadata"] = call.payload["metadata"] or {}
    return customer


@variants.written()
def a_free_source_id_beside_an_id_is_stored(customer: Customer, call: Call) -> Customer:
    """A source_id that nobody has is given to the customer of the id beside it who has none."""
    sent = call.payload.get("source_id")
    free = isinstance(sent, str) and call.api.store.by_source(sent) is None
    if upserting(call) and call.before and customer.source_id is None and free:
        customer.fields["source_id"] = sent
        call.api.store.add(customer)
    return customer


@variants.install()
def equal_seconds_are_listed_by_id(hooks: Hooks) -> None:
    """Times are kept in whole seconds, and a list puts customers of one second in the order of their ids."""

    def whole(body: Body, call: Call) -> Body:
        return {**body, **{name: f"{body[name][:19]}Z" for name in ("created_at", "updated_at")}}

    def by_id(found: list[Customer], call: Call) -> list[Customer]:
        name = call.query.order.lstrip("-")
        if name == "source_id":
            return found
        down = call.query.order.startswith("-")
        return sorted(found, key=lambda one: (getattr(one, name)[:19], one.id), reverse=down)

    hooks.customer.append(whole)
    hooks.matching.append(by_id)
