"""Wrong types, cents above all: what an ORM, a decimal column or a loosely typed language makes of them."""

from __future__ import annotations

import json
import re

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import MONEY, edit, put
from contracts.mock.hooks import Body
from contracts.mock.registry import Group

types = Group("types", FAULTS)

ORDERS = "summary.orders"
REDEMPTIONS = "summary.redemptions"


@types.customer(caught_by="money.integer-minor-units")
def average_amount_is_a_float(body: Body, call: Call) -> Body:
    """The average comes out of a division and so has a fraction: 0.0."""
    return edit(body, f"{ORDERS}.average_amount", float)


@types.customer(caught_by="money.integer-minor-units")
def total_amount_is_a_float(body: Body, call: Call) -> Body:
    """The total is a double: 0.0."""
    return edit(body, f"{ORDERS}.total_amount", float)


@types.text(caught_by="money.integer-minor-units")
def amounts_have_two_decimals(text: str, call: Call) -> str:
    """Every amount is written with two decimals, as a decimal column has it: 0.00."""
    return re.sub(rf'"({"|".join(MONEY)})":(\d+)', r'"\1":\2.00', text)


@types.text(caught_by="money.integer-minor-units")
def amounts_in_exponent_form(text: str, call: Call) -> str:
    """Amounts of orders are written in scientific notation: 0E0."""
    return re.sub(r'"(total_amount|average_amount|last_order_amount)":(\d+)', r'"\1":\2E0', text)


@types.customer(caught_by="money.integer-minor-units")
def cents_are_strings(body: Body, call: Call) -> Body:
    """Amounts of orders are strings, as big decimals often are."""
    for name in ("total_amount", "average_amount", "last_order_amount"):
        edit(body, f"{ORDERS}.{name}", str)
    return body


@types.customer(caught_by="money.integer-minor-units")
def redeemed_amount_is_a_formatted_price(body: Body, call: Call) -> Body:
    """The redeemed gift amount is formatted for people: $0.00."""
    return edit(body, f"{REDEMPTIONS}.gift.redeemed_amount", lambda cents: f"${cents / 100:.2f}")


@types.customer(caught_by="money.integer-minor-units")
def amount_to_go_is_a_string(body: Body, call: Call) -> Body:
    """What is left on gift cards is a string."""
    return edit(body, f"{REDEMPTIONS}.gift.amount_to_go", str)


@types.customer(caught_by="money.integer-minor-units")
def last_order_amount_is_false_without_orders(body: Body, call: Call) -> Body:
    """No last order is told as false."""
    return edit(body, f"{ORDERS}.last_order_amount", lambda cents: cents or False)


@types.customer(caught_by="money.integer-minor-units")
def total_amount_is_an_object(body: Body, call: Call) -> Body:
    """The total is an amount with a currency."""
    return edit(body, f"{ORDERS}.total_amount", lambda cents: {"amount": cents, "currency": "USD"})


@types.customer(caught_by="schema.types")
def loyalty_points_are_a_float(body: Body, call: Call) -> Body:
    """Loyalty points have a fraction: 0.0."""
    return edit(body, "loyalty.points", float)


@types.customer(caught_by="schema.types")
def redemption_counts_are_strings(body: Body, call: Call) -> Body:
    """Counts of redemptions are strings, as a 64-bit integer of some databases is."""
    for name in ("total_redeemed", "total_failed", "total_succeeded"):
        edit(body, f"{REDEMPTIONS}.{name}", str)
    return body


@types.customer(caught_by="schema.types")
def total_failed_is_a_boolean(body: Body, call: Call) -> Body:
    """The count of failed redemptions only tells whether there were any."""
    return edit(body, f"{REDEMPTIONS}.total_failed", bool)


@types.customer(caught_by="schema.types")
def redeemed_points_are_a_float(body: Body, call: Call) -> Body:
    """Redeemed points have a fraction: 0.0."""
    return edit(body, f"{REDEMPTIONS}.loyalty_card.redeemed_points", float)


@types.customer(caught_by="schema.types")
def referral_total_is_a_string(body: Body, call: Call) -> Body:
    """The total of the referrals is a string."""
    return edit(body, "referrals.total", str)


@types.customer(caught_by="schema.types")
def referred_customers_is_a_list(body: Body, call: Call) -> Body:
    """Referred customers are listed, not counted."""
    return edit(body, "loyalty.referred_customers", lambda count: [f"cust_{n}" for n in range(count)])


@types.customer(caught_by="schema.types")
def empty_loyalty_campaigns_are_a_list(body: Body, call: Call) -> Body:
    """An empty set of loyalty campaigns is an empty list, as PHP makes it."""
    return edit(body, "loyalty.campaigns", lambda campaigns: campaigns or [])


@types.customer(caught_by="schema.types")
def empty_referral_campaigns_are_an_object(body: Body, call: Call) -> Body:
    """An empty list of referral campaigns is an empty object."""
    return edit(body, "referrals.campaigns", lambda campaigns: campaigns or {})


@types.customer(caught_by="schema.types")
def empty_metadata_is_a_list(body: Body, call: Call) -> Body:
    """Empty metadata is an empty list, as PHP makes it."""
    return edit(body, "metadata", lambda metadata: metadata or [])


@types.customer(caught_by="schema.types")
def metadata_is_a_json_string(body: Body, call: Call) -> Body:
    """Metadata comes as the text that is stored in its column."""
    return edit(body, "metadata", json.dumps)


@types.customer(caught_by="schema.types")
def metadata_is_a_list_of_pairs(body: Body, call: Call) -> Body:
    """Metadata comes as a list of keys and values."""
    return edit(body, "metadata", lambda data: [{"key": key, "value": value} for key, value in data.items()])


@types.customer(caught_by="schema.types")
def summary_is_a_json_string(body: Body, call: Call) -> Body:
    """The summary is encoded twice."""
    return edit(body, "summary", json.dumps)


@types.customer(caught_by="schema.types")
def gift_is_a_list(body: Body, call: Call) -> Body:
    """Gift cards come as a list of one."""
    return edit(body, f"{REDEMPTIONS}.gift", lambda gift: [gift])


@types.customer(caught_by="schema.types")
def address_is_one_line(body: Body, call: Call) -> Body:
    """The address comes as one line of text."""
    return edit(body, "address", lambda address: address and ", ".join(map(str, address.values())))


@types.customer(caught_by="schema.types")
def postal_code_is_a_number(body: Body, call: Call) -> Body:
    """A postal code of digits alone is a number."""
    return edit(body, "address.postal_code", lambda code: int(code) if _digits(code) else code)


@types.customer(caught_by="schema.types")
def id_is_a_number(body: Body, call: Call) -> Body:
    """The identifier is the number of a row."""
    return put(body, "id", sum(map(ord, body["id"])))


@types.customer(caught_by="schema.object-is-customer")
def object_is_capitalised(body: Body, call: Call) -> Body:
    """The type of the object is the name of a class: Customer."""
    return put(body, "object", "Customer")


@types.customer(caught_by="schema.object-is-customer")
def object_says_list(body: Body, call: Call) -> Body:
    """The type of the object is that of a search result: list."""
    return put(body, "object", "list")


@types.customer(caught_by="schema.types")
def assets_is_a_list(body: Body, call: Call) -> Body:
    """Assets come as a list of addresses."""
    return edit(body, "assets", lambda assets: list(assets.values()))


@types.customer(caught_by="schema.types")
def cockpit_url_is_false(body: Body, call: Call) -> Body:
    """The cockpit, which was removed, has false for an address."""
    return put(body, "assets.cockpit_url", False)


@types.customer(caught_by="schema.types")
def system_metadata_is_a_list(body: Body, call: Call) -> Body:
    """Empty system metadata is an empty list."""
    return put(body, "system_metadata", [])


def _digits(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 20
