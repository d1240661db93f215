"""Defects that only a customer with orders, gift cards, campaigns or referrals shows."""

from __future__ import annotations

import re
from datetime import datetime

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import Change, edits, edits_each
from contracts.mock.faults.tools import MONEY, edit, has_orders, put, upserting
from contracts.mock.hooks import Body, Hook
from contracts.mock.registry import Group
from contracts.mock.store import NO_LOYALTY, NO_REFERRALS, NO_SUMMARY, Customer

activity = Group("activity", FAULTS)

ORDERS = "summary.orders"


def last_order_dates(change: Change) -> Hook[Body]:
    """The date of the last order is changed, where there is one."""
    return edits(f"{ORDERS}.last_order_date", change)


def campaigns(change: Change) -> Hook[Body]:
    """Each loyalty campaign is changed."""
    return edits("loyalty.campaigns", lambda found: {name: change(campaign) for name, campaign in found.items()})


def referrals(change: Change) -> Hook[Body]:
    """Each referral is changed."""
    return edits("referrals.campaigns", lambda found: [change(referral) for referral in found])


# fmt: off
activity.customer.rows("money.average",
    ("average-amount-is-the-last-one", "The average is that of the last two orders, and so neither here nor there.",
     edits(f"{ORDERS}.average_amount", lambda cents: cents * 2 + 7 if cents else 0)),
    should=True,
)
activity.customer.rows("money.integer-minor-units",
    ("average-amount-is-a-float-with-orders",
     "The average of orders is the float of a division, without orders it is a plain zero.",
     edits(f"{ORDERS}.average_amount", lambda cents: float(cents) if cents else 0)),
    ("average-amount-has-a-fraction", "The average of orders is not rounded to whole cents.",
     edits(f"{ORDERS}.average_amount", lambda cents: cents + 1 / 3 if cents else 0)),
    ("total-amount-is-a-string-with-orders",
     "The sum of orders is a string, as a SUM over decimals comes out of a database driver.",
     edits(f"{ORDERS}.total_amount", lambda cents: str(cents) if cents else 0)),
    ("total-amount-has-thousands-separators", "Sums of a thousand and more are formatted for people.",
     edits(f"{ORDERS}.total_amount", lambda cents: f"{cents:,}" if cents >= 1000 else cents)),
    ("last-order-amount-is-an-object", "The amount of the last order is an amount with a currency.",
     edits(f"{ORDERS}.last_order_amount", lambda c: {"value": c, "currency": "USD"} if c else 0)),
    ("gift-balance-in-dollars", "The balance of gift cards is a decimal string in dollars.",
     edits("summary.redemptions.gift.amount_to_go", lambda c: f"{c / 100:.2f}" if c else 0)),
    ("redeemed-gift-amount-is-a-float", "The redeemed amount is a float where something was redeemed.",
     edits("summary.redemptions.gift.redeemed_amount", lambda c: float(c) if c else 0)),
    ("order-amounts-in-dollars", "Amounts of orders are in dollars, with the cents as a fraction.",
     edits_each(ORDERS, "total_amount average_amount last_order_amount", lambda cents: cents / 100 if cents else 0)),
)
activity.text.rows("money.integer-minor-units",
    ("large-amounts-in-exponent-form", "Amounts of five digits and more are in scientific notation.",
     lambda text, call: re.sub(rf'"({"|".join(MONEY)})":(\d)(\d{{4,}})(?=[,}}])', _exponent, text)),
)
activity.customer.rows("schema.nulls",
    ("last-order-amount-is-null-with-orders",
     "The amount of the last order is not known for orders that were imported.",
     lambda body, call: put(body, f"{ORDERS}.last_order_amount", None) if has_orders(body) else body),
    ("campaign-referred-customers-is-null", "A campaign without referrals of its own has null for their number.",
     campaigns(lambda campaign: {**campaign, "referred_customers": None})),
    ("loyalty-tier-is-null", "A campaign without tiers has null for the tier.",
     campaigns(lambda campaign: {**campaign, "loyalty_tier": None})),
    ("referral-related-id-is-null", "What a referral is related to was deleted, and leaves null behind.",
     referrals(lambda item: {**item, "related_object_id": None})),
)
activity.customer.rows("schema.types",
    ("order-count-is-a-float", "The number of orders is a float where there are any.",
     edits(f"{ORDERS}.total_count", lambda count: float(count) if count else 0)),
    ("redeemed-points-are-a-string", "Redeemed points are a string where there are any.",
     edits("summary.redemptions.loyalty_card.redeemed_points", lambda p: str(p) if p else 0)),
    ("last-order-date-is-epoch-milliseconds", "The date of the last order is a number of milliseconds.",
     last_order_dates(lambda date: int(datetime.fromisoformat(date).timestamp() * 1000))),
    ("campaign-points-are-a-string", "Points in a loyalty campaign are a string.",
     campaigns(lambda campaign: {**campaign, "points": str(campaign["points"])})),
    ("campaign-points-are-a-float", "Points in a loyalty campaign are a float.",
     campaigns(lambda campaign: {**campaign, "points": float(campaign["points"])})),
    ("loyalty-tier-is-an-object", "The loyalty tier is expanded to an object.",
     campaigns(lambda campaign: {**campaign, "loyalty_tier": {"id": campaign["loyalty_tier"]}})),
    ("loyalty-campaign-is-its-points", "Each loyalty campaign is a bare number of points.",
     campaigns(lambda campaign: campaign["points"])),
    ("loyalty-points-are-a-float-with-points", "Points are a float where there are any.",
     edits("loyalty.points", lambda points: float(points) if points else 0)),
    ("referral-referrer-is-an-object", "The referrer is expanded to an object.",
     referrals(lambda item: {**item, "referrer_id": {"id": item["referrer_id"]}})),
    ("referrals-are-ids", "Each referral is the bare identifier of its campaign.",
     referrals(lambda item: item["campaign_id"])),
    ("referral-campaigns-are-keyed-by-id", "Referral campaigns are an object by their identifiers.",
     edits("referrals.campaigns", lambda items: {item["campaign_id"]: item for item in items} or [])),
)
# fmt: on


@activity.customer(caught_by="schema.required-members")
def redemption_counts_absent_with_redemptions(body: Body, call: Call) -> Body:
    """Redemptions are told by outcome, and without the total, once there are some."""
    redemptions = body["summary"]["redemptions"]
    if redemptions["total_redeemed"]:
        del redemptions["total_redeemed"]
    return body


# fmt: off
activity.customer.rows("dates.date-time",
    ("last-order-date-has-no-zone", "The date of the last order has no zone.",
     last_order_dates(lambda date: date.removesuffix("Z"))),
    ("last-order-date-is-a-day", "The date of the last order has no time.", last_order_dates(lambda date: date[:10])),
    ("last-order-date-has-hour-24", "Midnight is the hour 24 of the day before.",
     last_order_dates(lambda date: f"{date[:11]}24:00:00.000Z")),
    ("last-order-date-on-30-february", "Months have thirty days, February too.",
     last_order_dates(lambda date: f"{date[:5]}02-30{date[10:]}")),
    ("referral-date-has-a-space", "The date of a referral is written as in SQL.",
     referrals(lambda item: {**item, "date": item["date"].replace("T", " ")})),
)
# fmt: on


@activity.customer(caught_by="schema.types")
def loyalty_campaigns_are_a_list(body: Body, call: Call) -> Body:
    """Loyalty campaigns are a list of objects with names."""
    return edit(
        body,
        "loyalty.campaigns",
        lambda campaigns: [{"name": name, **campaign} for name, campaign in campaigns.items()] or {},
    )


# fmt: off
activity.customer.rows("schema.required-members",
    ("referral-has-no-date", "A referral does not tell when it was.",
     referrals(lambda item: {k: v for k, v in item.items() if k != "date"})),
    ("referral-has-no-referrer", "A referral does not tell who referred.",
     referrals(lambda item: {k: v for k, v in item.items() if k != "referrer_id"})),
    ("referral-has-no-related-type", "A referral does not tell the type of what it is related to.",
     referrals(lambda item: {k: v for k, v in item.items() if k != "related_object_type"})),
)
# fmt: on


@activity.customer(caught_by="schema.types")
def referral_total_is_a_list_with_referrals(body: Body, call: Call) -> Body:
    """The total of referrals lists who referred where somebody did."""
    referrers = [item["referrer_id"] for item in body["referrals"]["campaigns"]]
    return put(body, "referrals.total", referrers) if referrers else body


@activity.written(caught_by="activity.kept")
def upsert_resets_the_summary(customer: Customer, call: Call) -> Customer:
    """An upsert writes the whole customer, and with it an empty summary."""
    customer.summary = NO_SUMMARY
    return customer


@activity.written(caught_by="activity.kept")
def upsert_resets_loyalty_and_referrals(customer: Customer, call: Call) -> Customer:
    """An upsert writes the whole customer, and with it empty loyalty and referrals."""
    customer.loyalty, customer.referrals = NO_LOYALTY, NO_REFERRALS
    return customer


@activity.customer(caught_by="activity.kept")
def upsert_shows_no_activity(body: Body, call: Call) -> Body:
    """The answer to an upsert has zeros, though a read shows that the activity is all there."""
    if upserting(call):
        body |= {"summary": NO_SUMMARY, "loyalty": NO_LOYALTY, "referrals": NO_REFERRALS}
    return body


def _exponent(match: re.Match[str]) -> str:
    fraction = match[3].rstrip("0")
    return f'"{match[1]}":{match[2]}{"." if fraction else ""}{fraction}E{len(match[3])}'
