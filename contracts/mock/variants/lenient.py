"""Liberal, sparing or strict where a server SHOULD be otherwise, or where the contract does not say."""

from __future__ import annotations

from contracts.mock.answers import Problem
from contracts.mock.api import TOO_MANY, Call, invalid
from contracts.mock.faults.tools import leaves, upserting
from contracts.mock.hooks import Body
from contracts.mock.store import Customer
from contracts.mock.validation import ADDRESS, WRITABLE, mistakes
from contracts.mock.variants import variants
from contracts.mock.wire import Answer


@variants.written(should=True)
def unsent_fields_are_cleared(customer: Customer, call: Call) -> Customer:
    """An upsert replaces the customer: what it does not send is gone."""
    kept = {name: value for name, value in call.payload.items() if name in WRITABLE and value is not None}
    if upserting(call) and set(kept) - {"id", "source_id"}:
        customer.fields = {**kept, "source_id": customer.source_id}
        if customer.source_id is None:
            del customer.fields["source_id"]
        customer.fields.pop("id", None)
    return customer


@variants.problem(should=True)
def long_texts_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Columns have 255 characters, and what does not fit is refused."""
    found: list[str] = []
    leaves(call.payload, lambda leaf: found.extend([leaf] if isinstance(leaf, str) and len(leaf) > 255 else []))
    return problem or (invalid("too_long", "a text is too long") if found else None)


@variants.payload(should=True)
def wrong_types_are_passed_over(payload: Body, call: Call) -> Body:
    """A liberal server: what is of the wrong type is taken for not sent."""
    return {name: value for name, value in payload.items() if not any(mistakes({name: value}))}


@variants.payload(should=True)
def wrong_types_are_texts(payload: Body, call: Call) -> Body:
    """A liberal server: numbers and booleans become texts."""
    texts = ("source_id", "name", "description", "email", "phone")
    return {n: str(v) if n in texts and isinstance(v, int | float) else v for n, v in payload.items()}


@variants.problem(should=True)
def wrong_types_are_kept(problem: Problem | None, call: Call) -> Problem | None:
    """A liberal server: what was sent is kept, whatever it is, and given back."""
    keeps = problem is not None and problem.key == "invalid_payload" and call.payload
    right = isinstance(call.payload.get("source_id", ""), str) and isinstance(call.payload.get("id", ""), str)
    address = call.payload.get("address")
    shown = address is None or (isinstance(address, dict) and set(address) <= set(ADDRESS))
    return None if keeps and right and shown and isinstance(call.payload.get("metadata", {}), dict) else problem


@variants.answer(should=True)
def errors_without_a_body(answer: Answer, call: Call) -> Answer:
    """A status says it all."""
    if answer.status >= 400 and answer.status != TOO_MANY.status:
        answer.body = b""
        answer.drop_header("Content-Type")
    return answer


@variants.problem()
def unknown_members_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A member that nobody declared is taken for a slip of the pen."""
    unknown = set(call.payload) - set(WRITABLE)
    return problem or (invalid("unknown_member", "a member is not known") if unknown else None)


@variants.customer()
def nulls_in_metadata_are_left_out(body: Body, call: Call) -> Body:
    """A null is no value, and not kept."""
    return {**body, "metadata": _without_nulls(body["metadata"])}


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_nulls(below) for name, below in value.items() if below is not None}
    return [_without_nulls(below) for below in value] if isinstance(value, list) else value
