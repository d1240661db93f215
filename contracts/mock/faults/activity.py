"""Defects that only a customer with orders, gift cards, campaigns or referrals shows."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import MONEY, edit, has_orders, put, upserting
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.store import NO_LOYALTY, NO_REFERRALS, NO_SUMMARY, Customer

activity = Group("activity", FAULTS)

ORDERS = "summary.orders"


@activity.customer(should=True, caught_by="money.average")
def average_amount_is_the_last_one(body: Body, call: Call) -> Body:
    """The average is that of the last two orders, and so neither here nor there."""
    return edit(body, f"{ORDERS}.average_amount", lambda cents: cents * 2 + 7 if cents else 0)


@activity.customer(caught_by="money.integer-minor-units")
def average_amount_is_a_float_with_orders(body: Body, call: Call) -> Body:
    """The average of orders is the float of a division, without orders it is a plain zero."""
    return edit(body, f"{ORDERS}.average_amount", lambda cents: float(cents) if cents else 0)


@activity.customer(caught_by="money.integer-minor-units")
def average_amount_has_a_fraction(body: Body, call: Call) -> Body:
    """The average of orders is not rounded to whole cents."""
    return edit(body, f"{ORDERS}.average_amount", lambda cents: cents + 1 / 3 if cents else 0)


@activity.customer(caught_by="money.integer-minor-units")
def order_amounts_in_dollars(body: Body, call: Call) -> Body:
    """Amounts of orders are in dollars, with the cents as a fraction."""
    for name in ("total_amount", "average_amount", "last_order_amount"):
        edit(body, f"{ORDERS}.{name}", lambda cents: cents / 100 if cents else 0)
    return body


@activity.customer(caught_by="money.integer-minor-units")
def total_amount_is_a_string_with_orders(body: Body, call: Call) -> Body:
    """The sum of orders is a string, as a SUM over decimals comes out of a database driver."""
    return edit(body, f"{ORDERS}.total_amount", lambda cents: str(cents) if cents else 0)


@activity.customer(caught_by="money.integer-minor-units")
def total_amount_has_thousands_separators(body: Body, call: Call) -> Body:
    """Sums of a thousand and more are formatted for people."""
    return edit(body, f"{ORDERS}.total_amount", lambda cents: f"{cents:,}" if cents >= 1000 else cents)


@activity.text(caught_by="money.integer-minor-units")
def large_amounts_in_exponent_form(text: str, call: Call) -> str:
    """Amounts of five digits and more are in scientific notation."""
    return re.sub(rf'"({"|".join(MONEY)})":(\d)(\d{{4,}})(?=[,}}])', _exponent, text)


@activity.customer(caught_by="money.integer-minor-units")
def last_order_amount_is_an_object(body: Body, call: Call) -> Body:
    """The amount of the last order is an amount with a currency."""
    return edit(body, f"{ORDERS}.last_order_amount", lambda c: {"value": c, "currency": "USD"} if c else 0)


@activity.customer(caught_by="schema.nulls")
def last_order_amount_is_null_with_orders(body: Body, call: Call) -> Body:
    """The amount of the last order is not known for orders that were imported."""
    return put(body, f"{ORDERS}.last_order_amount", None) if has_orders(body) else body


@activity.customer(caught_by="schema.types")
def order_count_is_a_float(body: Body, call: Call) -> Body:
    """The number of orders is a float where there are any."""
    return edit(body, f"{ORDERS}.total_count", lambda count: float(count) if count else 0)


@activity.customer(caught_by="money.integer-minor-units")
def gift_balance_in_dollars(body: Body, call: Call) -> Body:
    """The balance of gift cards is a decimal string in dollars."""
    return edit(body, "summary.redemptions.gift.amount_to_go", lambda c: f"{c / 100:.2f}" if c else 0)


@activity.customer(caught_by="money.integer-minor-units")
def redeemed_gift_amount_is_a_float(body: Body, call: Call) -> Body:
    """The redeemed amount is a float where something was redeemed."""
    return edit(body, "summary.redemptions.gift.redeemed_amount", lambda c: float(c) if c else 0)


@activity.customer(caught_by="schema.types")
def redeemed_points_are_a_string(body: Body, call: Call) -> Body:
    """Redeemed points are a string where there are any."""
    return edit(body, "summary.redemptions.loyalty_card.redeemed_points", lambda p: str(p) if p else 0)


@activity.customer(caught_by="schema.required-members")
def redemption_counts_absent_with_redemptions(body: Body, call: Call) -> Body:
    """Redemptions are told by outcome, and without the total, once there are some."""
    redemptions = body["summary"]["redemptions"]
    if redemptions["total_redeemed"]:
        del redemptions["total_redeemed"]
    return body


@activity.customer(caught_by="schema.types")
def last_order_date_is_epoch_milliseconds(body: Body, call: Call) -> Body:
    """The date of the last order is a number of milliseconds."""
    return _last_order_date(body, lambda date: int(datetime.fromisoformat(date).timestamp() * 1000))


@activity.customer(caught_by="dates.date-time")
def last_order_date_has_no_zone(body: Body, call: Call) -> Body:
    """The date of the last order has no zone."""
    return _last_order_date(body, lambda date: date.removesuffix("Z"))


@activity.customer(caught_by="dates.date-time")
def last_order_date_is_a_day(body: Body, call: Call) -> Body:
    """The date of the last order has no time."""
    return _last_order_date(body, lambda date: date[:10])


@activity.customer(caught_by="dates.date-time")
def last_order_date_has_hour_24(body: Body, call: Call) -> Body:
    """Midnight is the hour 24 of the day before."""
    return _last_order_date(body, lambda date: f"{date[:11]}24:00:00.000Z")


@activity.customer(caught_by="dates.date-time")
def last_order_date_on_30_february(body: Body, call: Call) -> Body:
    """Months have thirty days, February too."""
    return _last_order_date(body, lambda date: f"{date[:5]}02-30{date[10:]}")


@activity.customer(caught_by="schema.types")
def campaign_points_are_a_string(body: Body, call: Call) -> Body:
    """Points in a loyalty campaign are a string."""
    return _campaigns(body, lambda campaign: {**campaign, "points": str(campaign["points"])})


@activity.customer(caught_by="schema.types")
def campaign_points_are_a_float(body: Body, call: Call) -> Body:
    """Points in a loyalty campaign are a float."""
    return _campaigns(body, lambda campaign: {**campaign, "points": float(campaign["points"])})


@activity.customer(caught_by="schema.nulls")
def campaign_referred_customers_is_null(body: Body, call: Call) -> Body:
    """A campaign without referrals of its own has null for their number."""
    return _campaigns(body, lambda campaign: {**campaign, "referred_customers": None})


@activity.customer(caught_by="schema.types")
def loyalty_tier_is_an_object(body: Body, call: Call) -> Body:
    """The loyalty tier is expanded to an object."""
    return _campaigns(body, lambda campaign: {**campaign, "loyalty_tier": {"id": campaign["loyalty_tier"]}})


@activity.customer(caught_by="schema.nulls")
def loyalty_tier_is_null(body: Body, call: Call) -> Body:
    """A campaign without tiers has null for the tier."""
    return _campaigns(body, lambda campaign: {**campaign, "loyalty_tier": None})


@activity.customer(caught_by="schema.types")
def loyalty_campaign_is_its_points(body: Body, call: Call) -> Body:
    """Each loyalty campaign is a bare number of points."""
    return _campaigns(body, lambda campaign: campaign["points"])


@activity.customer(caught_by="schema.types")
def loyalty_campaigns_are_a_list(body: Body, call: Call) -> Body:
    """Loyalty campaigns are a list of objects with names."""
    return edit(
        body,
        "loyalty.campaigns",
        lambda campaigns: [{"name": name, **campaign} for name, campaign in campaigns.items()] or {},
    )


@activity.customer(caught_by="schema.types")
def loyalty_points_are_a_float_with_points(body: Body, call: Call) -> Body:
    """Points are a float where there are any."""
    return edit(body, "loyalty.points", lambda points: float(points) if points else 0)


@activity.customer(caught_by="schema.required-members")
def referral_has_no_date(body: Body, call: Call) -> Body:
    """A referral does not tell when it was."""
    return _referrals(body, lambda item: {k: v for k, v in item.items() if k != "date"})


@activity.customer(caught_by="schema.required-members")
def referral_has_no_referrer(body: Body, call: Call) -> Body:
    """A referral does not tell who referred."""
    return _referrals(body, lambda item: {k: v for k, v in item.items() if k != "referrer_id"})


@activity.customer(caught_by="schema.required-members")
def referral_has_no_related_type(body: Body, call: Call) -> Body:
    """A referral does not tell the type of what it is related to."""
    return _referrals(body, lambda item: {k: v for k, v in item.items() if k != "related_object_type"})


@activity.customer(caught_by="dates.date-time")
def referral_date_has_a_space(body: Body, call: Call) -> Body:
    """The date of a referral is written as in SQL."""
    return _referrals(body, lambda item: {**item, "date": item["date"].replace("T", " ")})


@activity.customer(caught_by="schema.types")
def referral_referrer_is_an_object(body: Body, call: Call) -> Body:
    """The referrer is expanded to an object."""
    return _referrals(body, lambda item: {**item, "referrer_id": {"id": item["referrer_id"]}})


@activity.customer(caught_by="schema.nulls")
def referral_related_id_is_null(body: Body, call: Call) -> Body:
    """What a referral is related to was deleted, and leaves null behind."""
    return _referrals(body, lambda item: {**item, "related_object_id": None})


@activity.customer(caught_by="schema.types")
def referrals_are_ids(body: Body, call: Call) -> Body:
    """Each referral is the bare identifier of its campaign."""
    return _referrals(body, lambda item: item["campaign_id"])


@activity.customer(caught_by="schema.types")
def referral_campaigns_are_keyed_by_id(body: Body, call: Call) -> Body:
    """Referral campaigns are an object by their identifiers."""
    return edit(body, "referrals.campaigns", lambda items: {item["campaign_id"]: item for item in items} or [])


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


def _last_order_date(body: Body, change: Any) -> Body:
    return edit(body, f"{ORDERS}.last_order_date", change)


def _campaigns(body: Body, change: Any) -> Body:
    return edit(body, "loyalty.campaigns", lambda campaigns: {name: change(item) for name, item in campaigns.items()})


def _referrals(body: Body, change: Any) -> Body:
    return edit(body, "referrals.campaigns", lambda items: [change(item) for item in items])
