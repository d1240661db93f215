"""``null`` where the contract has none: what "not set" looks like when nobody asked the schema."""

from __future__ import annotations

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import TEXT_FIELDS, edit, has_orders, put
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.validation import ADDRESS

nullability = Group("nullability", FAULTS)


@nullability.customer(caught_by="schema.nulls")
def unset_texts_are_null(body: Body, call: Call) -> Body:
    """Name, description, e-mail and phone are null when they are not set."""
    return {**dict.fromkeys(TEXT_FIELDS), **body}


@nullability.customer(caught_by="schema.nulls")
def unset_birthdate_is_null(body: Body, call: Call) -> Body:
    """A birthdate that nobody told is null."""
    return {"birthdate": None, **body}


@nullability.customer(caught_by="schema.nulls")
def unset_source_id_is_null(body: Body, call: Call) -> Body:
    """A customer without a source_id has null for it."""
    return {"source_id": None, **body}


@nullability.customer(caught_by="schema.nulls")
def unset_address_parts_are_null(body: Body, call: Call) -> Body:
    """Parts of an address that were not sent are null."""
    return edit(body, "address", lambda address: address and {**dict.fromkeys(ADDRESS), **address})


@nullability.customer(caught_by="schema.nulls")
def empty_metadata_is_null(body: Body, call: Call) -> Body:
    """Empty metadata is null."""
    return edit(body, "metadata", lambda metadata: metadata or None)


@nullability.customer(caught_by="schema.nulls")
def updated_at_is_null_until_updated(body: Body, call: Call) -> Body:
    """A customer never updated has null for the time of it."""
    return put(body, "updated_at", None) if call.created else body


@nullability.customer(caught_by="schema.nulls")
def last_order_date_is_null_without_orders(body: Body, call: Call) -> Body:
    """The date of no last order is null."""
    return body if has_orders(body) else put(body, "summary.orders.last_order_date", None)


@nullability.customer(caught_by="schema.nulls")
def average_amount_is_null_without_orders(body: Body, call: Call) -> Body:
    """The average of no orders is null."""
    return body if has_orders(body) else put(body, "summary.orders.average_amount", None)


@nullability.customer(caught_by="schema.nulls")
def last_order_amount_is_null_without_orders(body: Body, call: Call) -> Body:
    """The amount of no last order is null."""
    return body if has_orders(body) else put(body, "summary.orders.last_order_amount", None)


@nullability.customer(caught_by="schema.nulls")
def orders_are_null_without_orders(body: Body, call: Call) -> Body:
    """The summary of no orders is null."""
    return body if has_orders(body) else put(body, "summary.orders", None)


@nullability.customer(caught_by="schema.nulls")
def gift_is_null_without_gift_cards(body: Body, call: Call) -> Body:
    """The summary of no gift cards is null."""
    return edit(body, "summary.redemptions.gift", lambda gift: gift if any(gift.values()) else None)


@nullability.customer(caught_by="schema.nulls")
def amount_to_go_is_null_when_zero(body: Body, call: Call) -> Body:
    """Nothing left on gift cards is null."""
    return edit(body, "summary.redemptions.gift.amount_to_go", lambda cents: cents or None)


@nullability.customer(caught_by="schema.nulls")
def loyalty_campaigns_are_null_when_empty(body: Body, call: Call) -> Body:
    """No loyalty campaigns are null."""
    return edit(body, "loyalty.campaigns", lambda campaigns: campaigns or None)


@nullability.customer(caught_by="schema.nulls")
def referral_campaigns_are_null_when_empty(body: Body, call: Call) -> Body:
    """No referral campaigns are null."""
    return edit(body, "referrals.campaigns", lambda campaigns: campaigns or None)


@nullability.customer(caught_by="schema.nulls")
def system_metadata_is_null(body: Body, call: Call) -> Body:
    """System metadata is null."""
    return put(body, "system_metadata", None)


@nullability.customer(caught_by="schema.nulls")
def assets_are_null(body: Body, call: Call) -> Body:
    """The removed cockpit leaves null behind."""
    return put(body, "assets", None)


@nullability.customer(caught_by="schema.nulls")
def created_at_is_null(body: Body, call: Call) -> Body:
    """The time of creation is set by the database, and null in the answer."""
    return put(body, "created_at", None) if call.created else body


@nullability.customer(caught_by="schema.nulls")
def object_is_null(body: Body, call: Call) -> Body:
    """The type of the object is null."""
    return put(body, "object", None)
