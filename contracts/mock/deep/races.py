"""Wrong in company alone: what a request reads as it comes in is no longer so when it writes, milliseconds later.

The server answers each call in one go. So these faults look at what they need when the call arrives, wait as a
database would make them wait, and go by what they saw. Nobody else about, nothing has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.mock.answers import Problem
from contracts.mock.api import Call
from contracts.mock.auth import is_authorised
from contracts.mock.deep import deep_group
from contracts.mock.faults.tools import CRASH, listing, page, reading, updating, upserting
from contracts.mock.hooks import Body, Hook, Hooks
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.store import Customer, merge
from contracts.mock.validation import UPDATABLE
from contracts.mock.wire import Answer

races = deep_group("races")

PAUSE = 0.005
"""Seconds between a read and a write: long against the arrival of requests that are sent at once."""

CONFLICT = Problem(500, "duplicate_key", "Internal server error", "A unique index was violated.")

Condition = Callable[[Call], object]


def writing(call: Call) -> bool:
    """Whether the call is an upsert or an update."""
    return upserting(call) or updating(call)


def payload_of(call: Call) -> Body:
    """The JSON object that a call brings, as it arrives."""
    try:
        payload = read_json(call.request.body)
    except UnreadableError:
        return {}
    return payload if isinstance(payload, dict) else {}


def target(call: Call) -> Customer | None:
    """Whom a call is about, as it arrives."""
    sent = payload_of(call) if upserting(call) else {}
    key = (sent.get("id"), sent.get("source_id")) if upserting(call) else (call.request.identifier,) * 2
    return call.api.store.find(*key)


def sees(hooks: Hooks, when: Condition, look: Callable[[Call], Any], pause: float = PAUSE) -> None:
    """Note what ``look`` sees as a call arrives, and pause."""

    def arrive(wait: float, call: Call) -> float:
        if not when(call):
            return wait
        call.notes["seen"] = look(call)
        return wait + pause

    hooks.arrived.append(arrive)


def company(hooks: Hooks, when: Condition) -> Callable[[Call], list[Call]]:
    """Pause each call of a kind, and tell which others of that kind were being served at any time of its own."""

    def arrive(wait: float, call: Call) -> float:
        if not when(call):
            return wait
        inside = call.api.memory.setdefault("inside", [])
        call.notes["met"] = list(inside)
        for other in inside:
            other.notes["met"].append(call)
        inside.append(call)
        return wait + PAUSE

    def leave(answer: Answer, call: Call) -> Answer:
        inside = call.api.memory.get("inside", [])
        if call in inside:
            inside.remove(call)
        return answer

    def met(call: Call) -> list[Call]:
        others: list[Call] = call.notes.get("met", [])
        return others

    hooks.arrived.append(arrive)
    hooks.answer.append(leave)
    return met


def written_whole(when: Condition) -> Callable[[Hooks], None]:
    """The customer that a writer saw is written back, with what it sends merged in."""

    def write_back(customer: Customer, call: Call) -> Customer:
        seen = call.notes.get("seen")
        if seen and seen.id == customer.id:
            fields = dict(seen.fields)
            merge(fields, {name: call.payload[name] for name in UPDATABLE if name in call.payload})
            customer.fields = fields
        return customer

    def install(hooks: Hooks) -> None:
        sees(hooks, when, lambda call: (found := target(call)) and found.copy())
        hooks.written.append(write_back)

    return install


def shared_answer(when: Condition) -> Hook[Answer]:
    """One buffer holds the answers of a kind until they are sent: a later one overwrites an earlier one."""

    def share(answer: Answer, call: Call) -> Answer:
        if not call.customer or not when(call):
            return answer
        shared: Answer = call.api.memory.setdefault("buffer", answer)
        shared.status, shared.headers, shared.body, shared.delay = answer.status, answer.headers, answer.body, PAUSE
        return shared

    return share


# Two customers


@races.install(caught_by="at-once.one-for-one-key")
def creates_at_once_make_two_customers(hooks: Hooks) -> None:
    """A source_id is looked up, and its customer made a moment later, whoever has made it meanwhile."""
    sees(hooks, upserting, target)
    hooks.found.append(lambda found, call: None if upserting(call) and call.notes.get("seen", found) is None else found)


@races.install(caught_by="at-once.one-for-one-key")
def creates_at_once_answer_ids_of_their_own(hooks: Hooks) -> None:
    """Of two creates at once one is stored, and each is answered with another id."""
    sees(hooks, upserting, target)

    def renamed(body: Body, call: Call) -> Body:
        late = upserting(call) and call.before is not None and call.notes.get("seen", call.before) is None
        return {**body, "id": f"{body['id'][:-1]}0"} if late else body

    hooks.customer.append(renamed)


@races.install(caught_by="accepts.no-5xx")
def creates_at_once_violate_an_index(hooks: Hooks) -> None:
    """The second of two creates at once runs into the unique index: 500."""
    sees(hooks, upserting, target)

    def crash(problem: Problem | None, call: Call) -> Problem | None:
        late = upserting(call) and "seen" in call.notes and call.notes["seen"] is None and target(call) is not None
        return CONFLICT if late else problem

    hooks.problem.append(crash)


# Lost writes


@races.install(caught_by="at-once.all-kept")
def upserts_at_once_lose_a_write(hooks: Hooks) -> None:
    """An upsert reads the customer, merges, and writes the whole customer back."""
    written_whole(upserting)(hooks)


@races.install(caught_by="at-once.all-kept")
def updates_at_once_lose_a_write(hooks: Hooks) -> None:
    """An update reads the customer, merges, and writes the whole customer back."""
    written_whole(updating)(hooks)


@races.install(caught_by="at-once.all-kept")
def metadata_at_once_loses_a_key(hooks: Hooks) -> None:
    """Metadata is one column: it is read, merged, and written back as a whole."""
    sees(hooks, writing, lambda call: (found := target(call)) and dict(found.fields.get("metadata", {})))

    def write_back(customer: Customer, call: Call) -> Customer:
        seen, sent = call.notes.get("seen"), call.payload.get("metadata")
        if call.before and seen is not None and isinstance(sent, dict):
            customer.fields["metadata"] = {**seen, **sent}
        return customer

    hooks.written.append(write_back)


@races.install(caught_by="at-once.all-kept")
def the_second_of_two_writers_is_ignored(hooks: Hooks) -> None:
    """A writer who comes while another one writes to the customer is told of success, and nothing is stored."""
    met = company(hooks, writing)

    def ignored(fields: Body, call: Call) -> Body:
        first = [other for other in met(call) if other.notes.get("done")]
        call.notes["done"] = True
        call.notes["ignored"] = any(target(other) is target(call) for other in first)
        kept = ("id", "source_id") if call.notes["ignored"] else fields
        return {name: fields[name] for name in kept if name in fields}

    def told(body: Body, call: Call) -> Body:
        if not call.notes.get("ignored"):
            return body
        sent = {name: call.payload[name] for name in UPDATABLE if call.payload.get(name) is not None}
        return {**body, **sent, "metadata": {**body["metadata"], **sent.get("metadata", {})}} if sent else body

    hooks.sent.append(ignored)
    hooks.customer.append(told)


@races.install(caught_by="delete.gone")
def a_write_beside_a_delete_brings_the_customer_back(hooks: Hooks) -> None:
    """A writer who saw the customer writes it back, though it has been deleted meanwhile."""
    sees(hooks, writing, target, pause=2 * PAUSE)
    sees(hooks, lambda call: call.request.method == "DELETE", target)

    def bring_back(found: Customer | None, call: Call) -> Customer | None:
        seen = call.notes.get("seen") if writing(call) else None
        if found is None and seen is not None:
            return call.api.store.add(seen)
        return found

    hooks.found.append(bring_back)


# Answers of others


@races.answer(caught_by="at-once.own-answer")
def answers_at_once_are_swapped(answer: Answer, call: Call) -> Answer:
    """One buffer holds the answer to whoever writes, and a later answer overwrites an earlier one."""
    return shared_answer(writing)(answer, call)


@races.answer(caught_by="at-once.own-answer")
def reads_at_once_are_swapped(answer: Answer, call: Call) -> Answer:
    """One buffer holds the customer that is read, and a later read overwrites an earlier one."""
    return shared_answer(reading)(answer, call)


@races.install(caught_by="at-once.own-answer")
def the_metadata_of_another_request_is_taken(hooks: Hooks) -> None:
    """The metadata of the request that came in last is kept in a global, and written for whoever writes next."""

    def remember(call: Call) -> None:
        sent = payload_of(call).get("metadata")
        if isinstance(sent, dict):
            call.api.memory["metadata"] = sent

    def take(fields: Body, call: Call) -> Body:
        return {**fields, "metadata": call.api.memory["metadata"]} if fields.get("metadata") else fields

    sees(hooks, lambda call: writing(call) and is_authorised(call.request, call.api.keys), remember)
    hooks.sent.append(take)


@races.install(caught_by="at-once.own-answer")
def the_newest_id_is_answered(hooks: Hooks) -> None:
    """A create is answered with the id that was made last, asked of the database a moment later."""
    met = company(hooks, upserting)

    def newest(body: Body, call: Call) -> Body:
        made = [other.customer for other in met(call) if other.customer and other.before is None]
        return {**body, "id": made[-1].id} if call.created and upserting(call) and made else body

    hooks.customer.append(newest)


# Trouble in company


@races.install(caught_by="accepts.no-5xx")
def two_writers_are_a_deadlock(hooks: Hooks) -> None:
    """Two writers to one customer wait for each other, and one is told so: 500."""
    met = company(hooks, writing)

    def crash(problem: Problem | None, call: Call) -> Problem | None:
        mine = target(call)
        return CRASH if mine and any(target(other) is mine for other in met(call)) else problem

    hooks.problem.append(crash)


@races.install(caught_by="accepts.no-5xx")
def four_at_once_are_too_many(hooks: Hooks) -> None:
    """The pool has three connections, and none is waited for: 500."""
    met = company(hooks, lambda call: True)

    def crash(answer: Answer, call: Call) -> Answer:
        return page(answer, 500, "Internal Server Error") if len(met(call)) >= 3 else answer

    hooks.answer.append(crash)


@races.install(caught_by="accepts.no-5xx")
def a_list_beside_a_write_is_500(hooks: Hooks) -> None:
    """A list walks over the customers while they change: 500."""
    met = company(hooks, lambda call: writing(call) or listing(call))

    def crash(answer: Answer, call: Call) -> Answer:
        beside = listing(call) and any(writing(other) for other in met(call))
        return page(answer, 500, "Internal Server Error") if beside else answer

    hooks.answer.append(crash)


@races.install(caught_by="auth.no-credentials")
def a_stranger_beside_a_caller_is_let_in(hooks: Hooks) -> None:
    """Who calls is kept in a global: a stranger who comes while a caller is served is taken for that caller."""
    met = company(hooks, lambda call: True)

    def let_in(allowed: bool, call: Call) -> bool:
        return allowed or any(is_authorised(other.request, call.api.keys) for other in met(call))

    hooks.authorised.append(let_in)
