"""Upserts that find the wrong customer, change too little, or change too much."""

from __future__ import annotations

import unicodedata

from contracts.mock.answers import Problem, customer_body
from contracts.mock.api import NO_CUSTOMER, Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import drops, of_known
from contracts.mock.faults.tools import drop, known, like, matched, only, shifted, upserting
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.store import Customer, new_id, now
from contracts.mock.validation import WRITABLE
from contracts.mock.wire import Answer

upsert = Group("upsert", FAULTS)

_ALWAYS = ("id", "source_id", "metadata")
CONFLICT = Problem(409, "duplicate_resource_key", "Duplicate resource key", "The customer exists already.")

# fmt: off
upsert.found.rows("upsert.same-source-id-same-customer",
    ("source-id-makes-a-second-customer", "Each upsert by source_id creates, whoever has that source_id already.",
     lambda found, call: found if "id" in call.payload or not upserting(call) else None),
)
upsert.found.rows("upsert.same-id-same-customer",
    ("id-is-ignored", "The id of a request is ignored, and a customer created or found by source_id alone.",
     lambda found, call: call.api.store.by_source(call.payload.get("source_id")) if upserting(call) else found),
)
upsert.found.rows("upsert.id-decides",
    ("source-id-decides-over-id", "Where both are sent, the source_id decides.",
     lambda found, call: call.api.store.by_source(call.payload.get("source_id")) or found),
)
# fmt: on


@upsert.found(caught_by="upsert.id-decides")
def id_with_a_new_source_id_creates(found: Customer | None, call: Call) -> Customer | None:
    """A known id beside a source_id that is not the customer's creates another customer."""
    sent = call.payload.get("source_id")
    return None if found and sent is not None and sent != found.source_id else found


# fmt: off
upsert.problem.rows("upsert.no-conflict",
    ("known-source-id-is-a-conflict", "A known source_id is refused with 409.",
     lambda problem, call: CONFLICT if call.api.store.by_source(call.payload.get("source_id")) else problem),
    ("known-id-is-a-conflict", "A known id is refused with 409.",
     lambda problem, call: CONFLICT if call.api.store.find(call.payload.get("id"), None) else problem),
    ("known-id-is-not-found", "An upsert looks for its id among the source_ids, and finds nobody.",
     lambda problem, call: NO_CUSTOMER if call.payload.get("id") else problem),
)
# fmt: on


@upsert.problem(caught_by="upsert.no-conflict")
def id_beside_a_foreign_source_id_is_a_conflict(problem: Problem | None, call: Call) -> Problem | None:
    """An id beside the source_id of another customer is refused with 409."""
    one = call.api.store.find(call.payload.get("id"), None)
    other = call.api.store.by_source(call.payload.get("source_id"))
    return CONFLICT if one and other and one is not other else problem


# fmt: off
upsert.customer.rows("upsert.updated-in-answer",
    ("upsert-answers-the-old-customer", "The new values are stored, and the old ones answered.",
     lambda body, call: customer_body(call.before) if upserting(call) and call.before else body),
)
# fmt: on

# fmt: off
upsert.sent.rows("upsert.updated-in-answer",
    ("upsert-changes-nothing", "A known customer is returned, and what was sent is dropped.",
     of_known(lambda fields, kept: only(fields, "id", "source_id"))),
    ("upsert-changes-metadata-alone", "Of a known customer only metadata can be changed.",
     of_known(lambda fields, kept: only(fields, "id", "source_id", "metadata"))),
    ("upsert-keeps-the-old-address", "The address of a known customer does not change.",
     of_known(lambda fields, kept: drop(dict(fields), "address") if kept.get("address") else fields)),
    ("first-value-wins", "An upsert fills in what is not set yet, and changes nothing that is.",
     of_known(lambda fields, kept: {n: v for n, v in fields.items() if n in _ALWAYS or not kept.get(n)})),
)
# fmt: on


@upsert.sent(caught_by="echo.strings")
def descriptions_add_up(fields: Body, call: Call) -> Body:
    """A description is appended to the one before."""
    found = known(call)
    before = found.fields.get("description") if found else None
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


# fmt: off
upsert.customer.rows("upsert.updated-at-present",
    ("updated-at-absent-after-upsert", "The time of the update is not told.", drops("updated_at")),
    should=True,
)
# fmt: on


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
    return found or matched(call, _starts)


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def the_beginning_of_a_source_id_finds_its_customer(found: Customer | None, call: Call) -> Customer | None:
    """A source_id is looked for with LIKE, and whatever may follow it."""
    return found or matched(call, str.startswith)


# fmt: off
upsert.found.rows("upsert.two-source-ids-two-customers",
    ("source-id-matched-in-any-case", "Letter case makes no difference between source_ids.",
     lambda found, call: found or like(call, str.lower)),
    ("source-id-matched-without-accents", "An accent makes no difference between source_ids, as in many collations.",
     lambda found, call: found or like(call, _without_accents)),
    ("source-id-matched-by-64-characters", "Two source_ids that begin with the same 64 characters are one.",
     lambda found, call: found or like(call, lambda text: text[:64])),
    ("source-id-matched-without-punctuation", "Only the letters and digits of a source_id tell customers apart.",
     lambda found, call: found or like(call, lambda text: "".join(char for char in text if char.isalnum()))),
)
# fmt: on


@upsert.customer(caught_by="upsert.two-source-ids-two-customers")
def answered_under_the_id_of_a_like_customer(body: Body, call: Call) -> Body:
    """An upsert by source_id takes the id of its answer from a cache whose keys are in lower case."""
    other = None if "id" in call.payload else like(call, str.lower)
    return {**body, "id": other.id} if other else body


@upsert.found(caught_by="upsert.two-source-ids-two-customers")
def same_email_is_the_same_customer(found: Customer | None, call: Call) -> Customer | None:
    """A new source_id with the e-mail of a known customer is taken for that customer."""
    email = call.payload.get("email")
    customers = call.api.store.customers.values()
    return found or next((c for c in customers if email and c.fields.get("email") == email), None)


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


# fmt: off
upsert.sent.rows("echo.objects",
    ("null-address-keeps-the-old-one", "A null address is taken for none sent, and the old one stays.",
     lambda fields, call: {name: value for name, value in fields.items() if name != "address" or value is not None}),
)
# fmt: on


def _starts(known: str, sent: str) -> bool:
    return sent.startswith(known) or known.startswith(sent)


def _both(before: object, fields: Body) -> bool:
    return isinstance(before, str) and isinstance(fields.get("description"), str)
