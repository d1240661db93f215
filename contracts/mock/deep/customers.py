"""Reads, updates and deletes that do too little, too much, or to somebody else."""

from __future__ import annotations

from collections.abc import Callable

from contracts.mock.answers import JSON, Problem, customer_body, to_bytes, to_text
from contracts.mock.api import Call
from contracts.mock.deep import deep_group
from contracts.mock.faults.kinds import lets_in
from contracts.mock.faults.tools import (
    drop,
    edit,
    page,
    put,
    reading,
    shifted,
    updating,
    upserting,
    write,
    write_anyway,
)
from contracts.mock.hooks import Body, Hooks
from contracts.mock.store import NO_LOYALTY, NO_REFERRALS, NO_SUMMARY, Customer, new_id, now
from contracts.mock.validation import UPDATABLE
from contracts.mock.wire import Answer

customers = deep_group("customers")

ORDERS = "summary.orders"


def deleting(call: Call) -> bool:
    """Whether the call is a delete."""
    return call.request.method == "DELETE"


def by_source_id(call: Call) -> bool:
    """Whether the path names the customer by its ``source_id``."""
    return call.api.store.by_source(call.request.identifier) is not None


def newest(call: Call) -> Customer:
    """The customer made last."""
    return list(call.api.store.customers.values())[-1]


def named_like(call: Call, like: Callable[[str, str], bool]) -> Customer | None:
    """Somebody whose ``source_id`` is like the name in the path."""
    asked, everybody = call.request.identifier, call.api.store.customers.values()
    return next((one for one in everybody if asked and one.source_id and like(one.source_id, asked)), None)


def nothing_there(call: Call) -> bool:
    """Whether the call is refused since nobody has the name in its path."""
    return call.refused is not None and call.refused.status == 404


# fmt: off
customers.customer.rows("money.integer-minor-units",
    ("a-read-has-float-amounts", "What was spent is a float where a customer is read.",
     lambda body, call: edit(body, f"{ORDERS}.total_amount", float) if reading(call) else body),
    ("an-update-answers-float-amounts", "The amount of the last order is a float in the answer to an update.",
     lambda body, call: edit(body, f"{ORDERS}.last_order_amount", float) if updating(call) else body),
)
customers.customer.rows("dates.date",
    ("a-read-shows-a-birthdate-with-a-time", "The birthdate is a date-time where a customer is read.",
     lambda body, call: edit(body, "birthdate", lambda day: f"{day}T00:00:00Z") if reading(call) else body),
)
customers.customer.rows("schema.required-members",
    ("an-update-answers-without-loyalty", "The answer to an update leaves out the loyalty.",
     lambda body, call: drop(body, "loyalty") if updating(call) else body),
)
customers.customer.rows("read.last-write",
    ("a-read-hides-the-metadata", "Metadata is shown by those who write it, and not where a customer is read.",
     lambda body, call: put(body, "metadata", {}) if reading(call) else body),
)
customers.customer.rows("update.changes",
    ("an-update-answers-the-old-customer", "The new values are stored, and the update is answered with the old ones.",
     lambda body, call: customer_body(call.before) if updating(call) and call.before else body),
)
customers.sent.rows("update.changes",
    ("an-update-changes-nothing", "An update is answered, and nothing is written.",
     lambda fields, call: {} if updating(call) else fields),
    ("an-update-changes-texts-alone", "An update writes texts, and neither address nor metadata.",
     lambda fields, call: {n: v for n, v in fields.items() if not updating(call) or not isinstance(v, dict)}),
)
customers.found.rows("update.changes",
    ("an-update-by-source-id-finds-nobody", "Updates know customers by id alone.",
     lambda found, call: None if updating(call) and by_source_id(call) else found),
)
customers.found.rows("delete.gone",
    ("a-delete-by-source-id-finds-nobody", "Deletes know customers by id alone, and answer 404.",
     lambda found, call: None if deleting(call) and by_source_id(call) else found),
)
customers.deleted.rows("delete.gone",
    ("a-delete-does-nothing", "A delete is answered with 204, and nobody is gone.", lambda customer, call: None),
    ("a-delete-removes-the-newest-customer", "A delete removes whoever was made last.",
     lambda customer, call: newest(call)),
)
customers.answer.rows("delete.status-204",
    ("a-delete-answers-200-with-the-customer", "A delete is answered with 200 and the customer that was.",
     lambda answer, call: _told(answer, call) if answer.status == 204 else answer),
    ("a-delete-is-only-accepted", "A delete is answered with 202.",
     lambda answer, call: Answer(202, answer.headers) if answer.status == 204 else answer),
)
customers.answer.rows("read.unknown-404",
    ("a-read-of-nobody-is-an-empty-object", "A read of nobody is answered with 200 and an empty object.",
     lambda answer, call: Answer(200, answer.headers, b"{}") if reading(call) and nothing_there(call) else answer),
)
customers.found.rows("read.unknown-404",
    ("a-read-by-a-beginning-finds-a-customer", "A read takes what it is given for the beginning of a source_id.",
     lambda found, call: found or (named_like(call, str.startswith) if reading(call) else None)),
    ("a-read-in-any-case-finds-a-customer", "Letter case makes no difference where customers are read by source_id.",
     lambda found, call: found or (named_like(call, lambda own, asked: own.lower() == asked.lower())
                                   if reading(call) else None)),
)
customers.answer.rows("update.unknown-404",
    ("an-update-of-nobody-is-400", "An update of nobody is answered with 400, as if its body were wrong.",
     lambda answer, call: Answer(400, answer.headers, answer.body.replace(b":404", b":400"))
     if updating(call) and nothing_there(call) else answer),
)
customers.answer.rows("answer.declared-status",
    ("an-update-answers-201", "An update is answered with 201.",
     lambda answer, call: Answer(201, answer.headers, answer.body) if updating(call) and call.customer else answer),
)
customers.answer.rows("accepts.no-5xx",
    ("a-read-of-an-odd-name-is-500", "A name with a percent sign or a quotation mark breaks the query of a read: 500.",
     lambda answer, call: page(answer, 500, "Error") if reading(call) and set("%'\"") & _name(call) else answer),
    ("an-update-of-nobody-is-500", "The customer of an unknown path is None: 500.",
     lambda answer, call: page(answer, 500, "Error") if updating(call) and nothing_there(call) else answer),
    ("a-second-delete-is-500", "What is deleted twice breaks a constraint: 500.",
     lambda answer, call: page(answer, 500, "Error") if deleting(call) and nothing_there(call) else answer),
)
customers.authorised.rows("auth.no-credentials",
    ("reads-are-not-checked", "Credentials are asked for to write, and not to read a customer.", lets_in(reading)),
    ("updates-are-not-checked", "Credentials are not asked for to update a customer.", lets_in(updating)),
    ("reads-by-source-id-are-not-checked", "Credentials are asked for to read a customer by id, and not by source_id.",
     lets_in(lambda call: reading(call) and by_source_id(call))),
    ("deletes-are-not-checked", "Credentials are not asked for to delete a customer.", lets_in(deleting)),
)
# fmt: on


@customers.install(caught_by="read.last-write")
def a_read_by_source_id_is_stale(hooks: Hooks) -> None:
    """A read by source_id shows the customer as it was before the last write."""

    def remember(customer: Customer, call: Call) -> Customer:
        call.api.memory[customer.id] = call.before
        return customer

    def show(body: Body, call: Call) -> Body:
        before = call.api.memory.get(call.customer.id) if call.customer else None
        return customer_body(before) if before and reading(call) and by_source_id(call) else body

    hooks.written.append(remember)
    hooks.customer.append(show)


@customers.install(caught_by="read.last-write")
def a_read_by_source_id_is_kept_for_ever(hooks: Hooks) -> None:
    """What a read by source_id showed first is shown to all reads by it."""

    def show(body: Body, call: Call) -> Body:
        if not reading(call) or not by_source_id(call):
            return body
        kept: Body = call.api.memory.setdefault("shown", {}).setdefault(call.request.identifier, body)
        return kept

    hooks.customer.append(show)


@customers.answer(caught_by="read.unknown-404")
def an_update_of_nobody_is_404_and_makes_a_customer(answer: Answer, call: Call) -> Answer:
    """An update of nobody makes a customer of that source_id, and is answered with 404 all the same."""
    if updating(call) and nothing_there(call):
        call.api.store.create({"source_id": call.request.identifier})
    return answer


@customers.written(caught_by="update.unsent-stay")
def an_update_reaches_everybody_of_that_name(customer: Customer, call: Call) -> Customer:
    """An update is written for all who have the name of its customer."""
    name = call.before.fields.get("name") if call.before else None
    for other in list(call.api.store.customers.values()) if updating(call) and name else ():
        if other is not customer and other.fields.get("name") == name:
            call.api.store.update(other, {one: call.payload[one] for one in UPDATABLE if one in call.payload})
    return customer


@customers.found(caught_by="read.unknown-404")
def a_read_of_nobody_makes_a_customer(found: Customer | None, call: Call) -> Customer | None:
    """A read of nobody makes a customer of that source_id, and shows it."""
    return found or (call.api.store.create({"source_id": call.request.identifier}) if reading(call) else None)


@customers.found(caught_by="update.unknown-404")
def an_update_of_nobody_makes_a_customer(found: Customer | None, call: Call) -> Customer | None:
    """An update of nobody makes a customer of that source_id."""
    return found or (call.api.store.create({"source_id": call.request.identifier}) if updating(call) else None)


@customers.written(caught_by="update.unsent-stay")
def an_update_replaces_the_customer(customer: Customer, call: Call) -> Customer:
    """An update removes what it does not send."""
    if updating(call):
        customer.fields = {n: v for n, v in customer.fields.items() if n == "source_id" or n in call.payload}
    return customer


@customers.written(caught_by="update.unsent-stay")
def an_update_without_metadata_clears_it(customer: Customer, call: Call) -> Customer:
    """An update that sends no metadata leaves none."""
    if updating(call) and "metadata" not in call.payload:
        customer.fields.pop("metadata", None)
    return customer


@customers.written(caught_by="update.keys-fixed")
def an_update_moves_the_source_id(customer: Customer, call: Call) -> Customer:
    """An update gives its customer the source_id of its body."""
    sent = call.payload.get("source_id")
    if updating(call) and isinstance(sent, str):
        call.api.store.delete(customer)
        customer.fields["source_id"] = sent
        call.api.store.add(customer)
    return customer


@customers.written(caught_by="update.keys-fixed")
def an_update_gives_a_new_id(customer: Customer, call: Call) -> Customer:
    """An update deletes the customer and makes it anew, under another id."""
    if updating(call):
        call.api.store.delete(customer)
        customer.id = new_id()
        call.api.store.add(customer)
    return customer


@customers.found(caught_by="update.keys-fixed")
def an_update_follows_the_id_in_its_body(found: Customer | None, call: Call) -> Customer | None:
    """An update changes the customer that its body names, not the one of its path."""
    return (call.api.store.find(call.payload.get("id"), None) or found) if updating(call) else found


@customers.written(caught_by="update.created-at-fixed")
def an_update_moves_created_at(customer: Customer, call: Call) -> Customer:
    """An update makes the customer new."""
    if updating(call):
        customer.created_at = max(now(), shifted(customer.created_at, seconds=1))
    return customer


@customers.written(caught_by="update.activity-kept")
def an_update_resets_activity(customer: Customer, call: Call) -> Customer:
    """An update writes the whole customer, and with it no activity."""
    if updating(call):
        customer.summary, customer.loyalty, customer.referrals = NO_SUMMARY, NO_LOYALTY, NO_REFERRALS
    return customer


@customers.problem(caught_by="refuses.writes-nothing")
def a_refused_update_is_written(problem: Problem | None, call: Call) -> Problem | None:
    """An update is written field by field, until one is refused."""
    if problem and updating(call):
        write(call, {name: value for name, value in call.payload.items() if name in UPDATABLE})
    return problem


@customers.authorised(caught_by="auth.writes-nothing")
def a_strangers_update_is_written(allowed: bool, call: Call) -> bool:
    """An update is written before its caller is refused."""
    if not allowed and updating(call):
        write_anyway(call)
    return allowed


@customers.authorised(caught_by="auth.writes-nothing")
def a_strangers_delete_is_done(allowed: bool, call: Call) -> bool:
    """A customer is deleted before the caller is refused."""
    found = call.api.store.find(call.request.identifier, call.request.identifier)
    if not allowed and deleting(call) and found:
        call.api.store.delete(found)
    return allowed


@customers.install(caught_by="delete.twice-404")
def a_second_delete_is_204(hooks: Hooks) -> None:
    """A delete of a customer who is deleted already is answered with 204."""
    _answer_204(hooks, when=lambda was_there: was_there)


@customers.install(caught_by="delete.unknown-404")
def a_delete_of_nobody_is_204(hooks: Hooks) -> None:
    """A delete of a customer who never was is answered with 204."""
    _answer_204(hooks, when=lambda was_there: not was_there)


@customers.install(caught_by="delete.gone")
def a_deleted_customer_can_be_read(hooks: Hooks) -> None:
    """A deleted customer is no longer found by source_id, and still read by id from a cache."""

    def remember(customer: Customer | None, call: Call) -> Customer | None:
        if customer:
            call.api.memory[customer.id] = customer
        return customer

    def show(found: Customer | None, call: Call) -> Customer | None:
        return found or (call.api.memory.get(call.request.identifier) if reading(call) else None)

    hooks.deleted.append(remember)
    hooks.found.append(show)


@customers.install(should=True, caught_by="delete.key-free-again")
def a_delete_only_hides_the_customer(hooks: Hooks) -> None:
    """A deleted customer is hidden with its fields removed, and shows again where its source_id is used again."""

    def hide(customer: Customer | None, call: Call) -> Customer | None:
        if customer:
            customer.fields = {"source_id": customer.source_id} if customer.source_id is not None else {}
            call.api.memory.setdefault("hidden", set()).add(customer.id)
        return None

    def find(found: Customer | None, call: Call) -> Customer | None:
        hidden = call.api.memory.get("hidden", set())
        if found and upserting(call):
            hidden.discard(found.id)
        return None if found and found.id in hidden else found

    def skip(found: list[Customer], call: Call) -> list[Customer]:
        return [customer for customer in found if customer.id not in call.api.memory.get("hidden", set())]

    hooks.deleted.append(hide)
    hooks.found.append(find)
    hooks.matching.append(skip)


def _answer_204(hooks: Hooks, when: Callable[[bool], bool]) -> None:
    """Answer 204 to a delete of nobody, by whether that was a customer before."""

    def remember(customer: Customer | None, call: Call) -> Customer | None:
        if customer:
            call.api.memory.setdefault("deleted", set()).update((customer.id, customer.source_id))
        return customer

    def answered(answer: Answer, call: Call) -> Answer:
        was_there = call.request.identifier in call.api.memory.get("deleted", ())
        return _empty(answer) if deleting(call) and nothing_there(call) and when(was_there) else answer

    hooks.deleted.append(remember)
    hooks.answer.append(answered)


def _told(answer: Answer, call: Call) -> Answer:
    told = call.before and to_bytes(to_text(customer_body(call.before)))
    return Answer(200, [*answer.headers, ("Content-Type", JSON)], told or b"")


def _empty(answer: Answer) -> Answer:
    answer.drop_header("Content-Type")
    return Answer(204, answer.headers)


def _name(call: Call) -> set[str]:
    return set(call.request.identifier)
