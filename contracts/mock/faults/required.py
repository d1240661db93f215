"""Members that the contract always promises, missing: mostly by "nothing there, so nothing sent"."""

from __future__ import annotations

import re

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import drop, upserting
from contracts.mock.hooks import Body
from contracts.mock.registry import Group

required = Group("required", FAULTS)


@required.customer(caught_by="schema.required-members")
def summary_absent_for_new_customers(body: Body, call: Call) -> Body:
    """A customer just created has no summary yet."""
    return drop(body, "summary") if call.created else body


@required.customer(caught_by="schema.required-members")
def loyalty_absent_without_points(body: Body, call: Call) -> Body:
    """A customer without points has no loyalty."""
    return body if body["loyalty"]["points"] else drop(body, "loyalty")


@required.customer(caught_by="schema.required-members")
def referrals_absent_when_none(body: Body, call: Call) -> Body:
    """A customer whom nobody referred has no referrals."""
    return body if body["referrals"]["total"] else drop(body, "referrals")


@required.customer(caught_by="schema.required-members")
def object_absent(body: Body, call: Call) -> Body:
    """The type of the object is left out."""
    return drop(body, "object")


@required.customer(caught_by="schema.required-members")
def object_named_type(body: Body, call: Call) -> Body:
    """The type of the object is told as type."""
    body["type"] = body.pop("object")
    return body


@required.customer(caught_by="schema.required-members")
def answers_with_the_changed_fields_alone(body: Body, call: Call) -> Body:
    """The answer to an upsert holds the fields sent and nothing else of the customer."""
    if not upserting(call) or call.created:
        return body
    kept = {"id", "source_id", "updated_at", "created_at", "object", *call.payload}
    return {name: value for name, value in body.items() if name in kept}


@required.customer(caught_by="schema.required-members")
def orders_absent_until_the_first_one(body: Body, call: Call) -> Body:
    """The orders are left out of the summary while there are none."""
    return body if body["summary"]["orders"]["total_count"] else drop(body, "summary.orders")


@required.customer(caught_by="schema.required-members")
def redemptions_absent(body: Body, call: Call) -> Body:
    """The redemptions are left out of the summary."""
    return drop(body, "summary.redemptions")


@required.customer(caught_by="schema.required-members")
def redemptions_flattened(body: Body, call: Call) -> Body:
    """The members of redemptions stand in the summary itself."""
    body["summary"].update(body["summary"].pop("redemptions"))
    return body


@required.text(caught_by="schema.required-members")
def zeros_are_left_out(text: str, call: Call) -> str:
    """Members that are zero are left out, as protocol buffers do."""
    return text if call.refused else re.sub(r'"\w+":0(,|(?=\}))', "", text).replace(",}", "}")


@required.customer(caught_by="schema.required-members")
def gift_absent_without_gift_cards(body: Body, call: Call) -> Body:
    """The gift cards are left out while there are none."""
    gift = body["summary"]["redemptions"]["gift"]
    return body if any(gift.values()) else drop(body, "summary.redemptions.gift")


@required.customer(caught_by="schema.required-members")
def loyalty_card_absent(body: Body, call: Call) -> Body:
    """The loyalty card is left out of the redemptions."""
    return drop(body, "summary.redemptions.loyalty_card")


@required.customer(caught_by="schema.required-members")
def points_to_go_absent(body: Body, call: Call) -> Body:
    """The loyalty card does not tell its remaining points."""
    return drop(body, "summary.redemptions.loyalty_card.points_to_go")


@required.customer(caught_by="schema.required-members")
def amount_to_go_absent(body: Body, call: Call) -> Body:
    """The gift cards do not tell what is left on them."""
    return drop(body, "summary.redemptions.gift.amount_to_go")


@required.customer(caught_by="schema.required-members")
def average_amount_absent_without_orders(body: Body, call: Call) -> Body:
    """The average of no orders is left out."""
    orders = body["summary"]["orders"]
    return body if orders["total_count"] else drop(body, "summary.orders.average_amount")


@required.customer(caught_by="schema.required-members")
def last_order_amount_absent_without_orders(body: Body, call: Call) -> Body:
    """The amount of the last order is left out while there is none."""
    orders = body["summary"]["orders"]
    return body if orders["total_count"] else drop(body, "summary.orders.last_order_amount")


@required.customer(caught_by="schema.required-members")
def rollback_counts_absent(body: Body, call: Call) -> Body:
    """The three counts of rollbacks are not implemented."""
    names = ("total_rolled_back", "total_rollback_failed", "total_rollback_succeeded")
    return drop(body, *(f"summary.redemptions.{name}" for name in names))


@required.customer(caught_by="schema.required-members")
def total_failed_absent(body: Body, call: Call) -> Body:
    """The count of failed redemptions is left out."""
    return drop(body, "summary.redemptions.total_failed")


@required.customer(caught_by="schema.required-members")
def referred_customers_absent_when_none(body: Body, call: Call) -> Body:
    """The number of referred customers is left out when it is zero."""
    return body if body["loyalty"]["referred_customers"] else drop(body, "loyalty.referred_customers")


@required.customer(caught_by="schema.required-members")
def loyalty_campaigns_absent_when_empty(body: Body, call: Call) -> Body:
    """An empty set of loyalty campaigns is left out."""
    return body if body["loyalty"]["campaigns"] else drop(body, "loyalty.campaigns")


@required.customer(caught_by="schema.required-members")
def referral_campaigns_absent_when_empty(body: Body, call: Call) -> Body:
    """An empty list of referral campaigns is left out."""
    return body if body["referrals"]["campaigns"] else drop(body, "referrals.campaigns")


@required.customer(caught_by="schema.required-members")
def referral_total_absent(body: Body, call: Call) -> Body:
    """The total of the referrals is left out."""
    return drop(body, "referrals.total")


@required.text(caught_by="schema.required-members")
def members_in_camel_case(text: str, call: Call) -> str:
    """Member names come in camel case, as the server's own language has them."""
    return re.sub(r'"([a-z_]+)":', lambda m: f'"{_camel(m[1])}":', text)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
