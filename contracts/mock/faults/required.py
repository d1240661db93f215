"""Members that the contract always promises, missing: mostly by "nothing there, so nothing sent"."""

from __future__ import annotations

import re

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import drops
from contracts.mock.faults.tools import drop, has_orders, upserting
from contracts.mock.hooks import Body
from contracts.mock.registry import Group

required = Group("required", FAULTS)

# fmt: off
required.customer.rows("schema.required-members",
    ("summary-absent-for-new-customers", "A customer just created has no summary yet.",
     lambda body, call: drop(body, "summary") if call.created else body),
    ("loyalty-absent-without-points", "A customer without points has no loyalty.",
     lambda body, call: body if body["loyalty"]["points"] else drop(body, "loyalty")),
    ("referrals-absent-when-none", "A customer whom nobody referred has no referrals.",
     lambda body, call: body if body["referrals"]["total"] else drop(body, "referrals")),
    ("object-absent", "The type of the object is left out.", drops("object")),
    ("orders-absent-until-the-first-one", "The orders are left out of the summary while there are none.",
     lambda body, call: body if body["summary"]["orders"]["total_count"] else drop(body, "summary.orders")),
    ("redemptions-absent", "The redemptions are left out of the summary.", drops("summary.redemptions")),
    ("loyalty-card-absent", "The loyalty card is left out of the redemptions.",
     drops("summary.redemptions.loyalty_card")),
    ("points-to-go-absent", "The loyalty card does not tell its remaining points.",
     drops("summary.redemptions.loyalty_card.points_to_go")),
    ("amount-to-go-absent", "The gift cards do not tell what is left on them.",
     drops("summary.redemptions.gift.amount_to_go")),
    ("total-failed-absent", "The count of failed redemptions is left out.", drops("summary.redemptions.total_failed")),
    ("referred-customers-absent-when-none", "The number of referred customers is left out when it is zero.",
     lambda body, call: body if body["loyalty"]["referred_customers"] else drop(body, "loyalty.referred_customers")),
    ("loyalty-campaigns-absent-when-empty", "An empty set of loyalty campaigns is left out.",
     lambda body, call: body if body["loyalty"]["campaigns"] else drop(body, "loyalty.campaigns")),
    ("referral-campaigns-absent-when-empty", "An empty list of referral campaigns is left out.",
     lambda body, call: body if body["referrals"]["campaigns"] else drop(body, "referrals.campaigns")),
    ("referral-total-absent", "The total of the referrals is left out.", drops("referrals.total")),
    ("average-amount-absent-without-orders", "The average of no orders is left out.",
     lambda body, call: body if has_orders(body) else drop(body, "summary.orders.average_amount")),
    ("last-order-amount-absent-without-orders", "The amount of the last order is left out while there is none.",
     lambda body, call: body if has_orders(body) else drop(body, "summary.orders.last_order_amount")),
)
# fmt: on


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
def redemptions_flattened(body: Body, call: Call) -> Body:
    """The members of redemptions stand in the summary itself."""
    body["summary"].update(body["summary"].pop("redemptions"))
    return body


# fmt: off
required.text.rows("schema.required-members",
    ("zeros-are-left-out", "Members that are zero are left out, as protocol buffers do.",
     lambda text, call: text if call.refused else re.sub(r'"\w+":0(,|(?=\}))', "", text).replace(",}", "}")),
    ("members-in-camel-case", "Member names come in camel case, as the server's own language has them.",
     lambda text, call: re.sub(r'"([a-z_]+)":', lambda m: f'"{_camel(m[1])}":', text)),
)
# fmt: on


@required.customer(caught_by="schema.required-members")
def gift_absent_without_gift_cards(body: Body, call: Call) -> Body:
    """The gift cards are left out while there are none."""
    gift = body["summary"]["redemptions"]["gift"]
    return body if any(gift.values()) else drop(body, "summary.redemptions.gift")


@required.customer(caught_by="schema.required-members")
def rollback_counts_absent(body: Body, call: Call) -> Body:
    """The three counts of rollbacks are not implemented."""
    names = ("total_rolled_back", "total_rollback_failed", "total_rollback_succeeded")
    return drop(body, *(f"summary.redemptions.{name}" for name in names))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
