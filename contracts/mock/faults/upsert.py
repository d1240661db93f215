"""Upserts that find the wrong customer, change too little, or change too much."""

from __future__ import annotations

from collections.abc import Callable

from contracts.mock.answers import Problem, customer_body
from contracts.mock.api import NO_CUSTOMER, Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import drop, shifted, upserting
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.store import Customer, new_id, now
from contracts.mock.validation import WRITABLE
from contracts.mock.wire import Answer

upsert = Group("upsert", FAULTS)

CONFLICT = Problem(409, "duplicate_resource_key", "Duplicate resource key", "The customer exists already.")


@upsert.found(caught_by="upsert.same-source-id-same-customer")
def source_id_makes_a_second_customer(found: Customer | None, call: Call) -> Customer | None:
    """Each upsert by source_id creates, whoever has that source_id already."""
    return found if "id" in call.payload or not upserting(call) else None


@upsert.found(caught_by="upsert.same-id-same-customer")
def id_is_ignored(found: Customer | None, call: Call) -> Customer | None:
    """The id of a request is ignored, and a customer created or found by source_id alone."""
    return call.api.store.by_source(call.payload.get("source_id")) if upserting(call) else found


@upsert.found(caught_by="upsert.id-decides")
def source_id_decides_over_id(found: Customer | None, call: Call) -> Customer | None:
    """Where both are sent, the source_id decides."""
    return call.api.store.by_source(call.payload.get("source_id")) or found


@upsert.found(caught_by="upsert.id-decides")
def id_with_a_new_source_id_creates(found: Customer | None, call: Call) -> Customer | None:
    """A known id beside a source_id that is not the customer's creates another customer."""
    sent = call.payload.get("source_id")
    return None if found and sent is not None and sent != found.source_id else found


@upsert.problem(caught_by="upsert.no-conflict")
def known_source_id_is_a_conflict(problem: Problem | None, call: Call) -> Problem | None:
    """A known source_id is refused with 409."""
    return CONFLICT if call.api.store.by_source(call.payload.get("source_id")) else problem


@upsert.problem(caught_by="upsert.no-conflict")
def known_id_is_a_conflict(problem: Problem | None, call: Call) -> Problem | None:
    """A known id is refused with 409."""
    return CONFLICT if call.api.store.find(call.payload.get("id"), None) else problem


@upsert.problem(caught_by="upsert.no-conflict")
def known_id_is_not_found(problem: Problem | None, call: Call) -> Problem | None:
    """An upsert looks for its id among the source_ids, and finds nobody."""
    return NO_CUSTOMER if call.payload.get("id") else problem


@upsert.problem(caught_by="upsert.no-conflict")
def id_beside_a_foreign_source_id_is_a_conflict(problem: Problem | None, call: Call) -> Problem | None:
    """An id beside the source_id of another customer is refused with 409."""
    one = call.api.store.find(call.payload.get("id"), None)
    other = call.api.store.by_source(call.payload.get("source_id"))
    return CONFLICT if one and other and one is not other else problem


@upsert.customer(caught_by="upsert.updated-in-answer")
def upsert_answers_the_old_customer(body: Body, call: Call) -> Body:
    """The new values are stored, and the old ones answered."""
    return customer_body(call.before) if upserting(call) and call.before else body


@upsert.sent(caught_by="upsert.updated-in-answer")
def upsert_changes_nothing(fields: Body, call: Call) -> Body:
    """A known customer is returned, and what was sent is dropped."""
    known = call.api.store.find(fields.get("id"), fields.get("source_id"))
    return {name: fields[name] for name in ("id", "source_id") if name in fields} if known else fields


@upsert.sent(caught_by="upsert.updated-in-answer")
def upsert_changes_metadata_alone(fields: Body, call: Call) -> Body:
    """Of a known customer only metadata can be changed."""
    known = call.api.store.find(fields.get("id"), fields.get("source_id"))
    kept = ("id", "source_id", "metadata")
    return {name: value for name, value in fields.items() if not known or name in kept}


@upsert.sent(caught_by="upsert.updated-in-answer")
def upsert_keeps_the_old_address(fields: Body, call: Call) -> Body:
    """The address of a known customer does not change."""
    known = call.api.store.find(fields.get("id"), fields.get("source_id"))
    return drop(dict(fields), "address") if known and known.fields.get("address") else fields


@upsert.sent(caught_by="upsert.updated-in-answer")
def first_value_wins(fields: Body, call: Call) -> Body:
    """An upsert fills in what is not set yet, and changes nothing that is."""
    known = call.api.store.find(fields.get("id"), fields.get("source_id"))
    kept = known.fields if known else {}
    return {n: v for n, v in fields.items() if n in ("id", "source_id", "metadata") or not kept.get(n)}


@upsert.sent(caught_by="echo.strings")
def descriptions_add_up(fields: Body, call: Call) -> Body:
    """A description is appended to the one before."""
    known = call.api.store.find(fields.get("id"), fields.get("source_id"))
    before = known.fields.get("description") if known else None
    return {**fields, "description": before + fields["description"]} if _both(before, fields) else fields


@upsert.written(caught_by="upsert.created-at-fixed")
def created_at_moves_on_upsert(customer: Customer, call: Call) -> Customer:
    """An upsert makes the customer new."""
    if call.before:
        customer.created_at = now() if now() > call.before.created_at else shifted(now(), seconds=1)
    return customer


@upsert.customer(caught_by="upsert.created-at-fixed")
def created_at_of_an_upsert_loses_its_fraction(body: Body, call: Call) -> Body:
    """The answer to an upsert is read back from a column without fractions of a second."""
    if not call.created:
        body["created_at"] = f"{body['created_at'][:19]}Z"
    return body


@upsert.written(caught_by="upsert.updated-at-order")
def updated_at_before_created_at(customer: Customer, call: Call) -> Customer:
    """The time of an update is local, and five hours before the creation."""
    customer.updated_at = shifted(customer.created_at, hours=-5)
    return customer


@upsert.customer(should=True, caught_by="upsert.updated-at-present")
def updated_at_absent_after_upsert(body: Body, call: Call) -> Body:
    """The time of the update is not told."""
    return drop(body, "updated_at")


@upsert.written(should=True, caught_by="upsert.unsent-stay")
def unsent_fields_are_wiped(customer: Customer, call: Call) -> Customer:
    """An upsert replaces the customer, and what was not sent is gone."""
    kept = ("source_id", *call.payload)
    customer.fields = {name: value for name, value in customer.fields.items() if name in kept}
    return customer


@upsert.written(should=True, caught_by="upsert.unsent-stay")
def unsent_email_and_phone_are_wiped(customer: Customer, call: Call) -> Customer:
    """An upsert without contact data removes them."""
    for name in ("email", "phone"):
        if name not in call.payload:
            customer.fields.pop(name, None)
    return customer


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def source_id_matched_by_prefix(found: Customer | None, call: Call) -> Customer | None:
    """A source_id that begins like a known one is taken for it."""
    sent = call.payload.get("source_id")
    if found or not isinstance(sent, str) or not sent:
        return found
    known = call.api.store.customers.values()
    return next((c for c in known if c.source_id and (_starts(c.source_id, sent))), None)


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def source_id_matched_in_any_case(found: Customer | None, call: Call) -> Customer | None:
    """Letter case makes no difference between source_ids."""
    return found or _like(call, str.lower)


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def source_id_matched_without_punctuation(found: Customer | None, call: Call) -> Customer | None:
    """Only the letters and digits of a source_id tell customers apart."""
    return found or _like(call, lambda text: "".join(char for char in text if char.isalnum()))


@upsert.customer(caught_by="upsert.two-source-ids-two-customers")
def answered_under_the_id_of_a_like_customer(body: Body, call: Call) -> Body:
    """An upsert by source_id takes the id of its answer from a cache whose keys are in lower case."""
    like = None if "id" in call.payload else _like(call, str.lower)
    return {**body, "id": like.id} if like else body


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def same_email_is_the_same_customer(found: Customer | None, call: Call) -> Customer | None:
    """A new source_id with the e-mail of a known customer is taken for that customer."""
    email = call.payload.get("email")
    known = call.api.store.customers.values()
    return found or next((c for c in known if email and c.fields.get("email") == email), None)


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def everybody_is_the_last_customer(found: Customer | None, call: Call) -> Customer | None:
    """An upsert falls on whoever was created last."""
    if not upserting(call):
        return found
    return list(call.api.store.customers.values())[-1]


@upsert.written(caught_by="upsert.same-source-id-same-customer")
def id_changes_on_upsert(customer: Customer, call: Call) -> Customer:
    """Each upsert deletes the customer and creates it anew, under another id."""
    if call.before:
        call.api.store.delete(customer)
        customer.id = new_id()
        call.api.store.add(customer)
    return customer


@upsert.written(caught_by="upsert.other-customer-untouched")
def both_customers_are_updated(customer: Customer, call: Call) -> Customer:
    """Where id and source_id name two customers, both are updated."""
    other = call.api.store.by_source(call.payload.get("source_id"))
    if other and other is not customer:
        call.api.store.update(other, {n: v for n, v in call.payload.items() if n in WRITABLE})
    return customer


@upsert.written(caught_by="upsert.other-customer-untouched")
def id_takes_over_the_source_id(customer: Customer, call: Call) -> Customer:
    """The customer of the id is given the source_id sent, be it another customer's."""
    sent = call.payload.get("source_id")
    other = call.api.store.by_source(sent)
    if other and other is not customer:
        other.fields.pop("source_id")
        customer.fields["source_id"] = sent
        call.api.store.add(customer)
    return customer


@upsert.answer(caught_by="accepts.allowed")
def unchanged_upsert_is_a_304(answer: Answer, call: Call) -> Answer:
    """An upsert that changes nothing is answered with 304 and no body."""
    same = call.before and call.customer and call.before.fields == call.customer.fields
    return Answer(304, answer.headers, sized=False) if same and upserting(call) else answer


@upsert.sent(caught_by="echo.address")
def null_address_keeps_the_old_one(fields: Body, call: Call) -> Body:
    """A null address is taken for none sent, and the old one stays."""
    return {name: value for name, value in fields.items() if name != "address" or value is not None}


def _starts(known: str, sent: str) -> bool:
    return sent.startswith(known) or known.startswith(sent)


def _like(call: Call, key: Callable[[str], str]) -> Customer | None:
    sent = call.payload.get("source_id")
    if not isinstance(sent, str) or not key(sent):
        return None
    known = call.api.store.customers.values()
    return next((c for c in known if c.source_id and key(c.source_id) == key(sent)), None)


def _both(before: object, fields: Body) -> bool:
    return isinstance(before, str) and isinstance(fields.get("description"), str)
