"""Wrong types, cents above all: what an ORM, a decimal column or a loosely typed language makes of them."""

from __future__ import annotations

import json
import re

from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import edits, edits_each, puts
from contracts.mock.faults.tools import MONEY, put
from contracts.mock.registry import Group

types = Group("types", FAULTS)

ORDERS = "summary.orders"

REDEMPTIONS = "summary.redemptions"

# fmt: off
types.customer.rows("money.integer-minor-units",
    ("average-amount-is-a-float", "The average comes out of a division and so has a fraction: 0.0.",
     edits(f"{ORDERS}.average_amount", float)),
    ("total-amount-is-a-float", "The total is a double: 0.0.", edits(f"{ORDERS}.total_amount", float)),
    ("redeemed-amount-is-a-formatted-price", "The redeemed gift amount is formatted for people: $0.00.",
     edits(f"{REDEMPTIONS}.gift.redeemed_amount", lambda cents: f"${cents / 100:.2f}")),
    ("amount-to-go-is-a-string", "What is left on gift cards is a string.",
     edits(f"{REDEMPTIONS}.gift.amount_to_go", str)),
    ("last-order-amount-is-false-without-orders", "No last order is told as false.",
     edits(f"{ORDERS}.last_order_amount", lambda cents: cents or False)),
    ("total-amount-is-an-object", "The total is an amount with a currency.",
     edits(f"{ORDERS}.total_amount", lambda cents: {"amount": cents, "currency": "USD"})),
    ("cents-are-strings", "Amounts of orders are strings, as big decimals often are.",
     edits_each(ORDERS, "total_amount average_amount last_order_amount", str)),
)
types.text.rows("money.integer-minor-units",
    ("amounts-have-two-decimals", "Every amount is written with two decimals, as a decimal column has it: 0.00.",
     lambda text, call: re.sub(rf'"({"|".join(MONEY)})":(\d+)', r'"\1":\2.00', text)),
    ("amounts-in-exponent-form", "Amounts of orders are written in scientific notation: 0E0.",
     lambda text, call: re.sub(r'"(total_amount|average_amount|last_order_amount)":(\d+)', r'"\1":\2E0', text)),
)
types.customer.rows("schema.types",
    ("loyalty-points-are-a-float", "Loyalty points have a fraction: 0.0.", edits("loyalty.points", float)),
    ("total-failed-is-a-boolean", "The count of failed redemptions only tells whether there were any.",
     edits(f"{REDEMPTIONS}.total_failed", bool)),
    ("redeemed-points-are-a-float", "Redeemed points have a fraction: 0.0.",
     edits(f"{REDEMPTIONS}.loyalty_card.redeemed_points", float)),
    ("referral-total-is-a-string", "The total of the referrals is a string.", edits("referrals.total", str)),
    ("referred-customers-is-a-list", "Referred customers are listed, not counted.",
     edits("loyalty.referred_customers", lambda count: [f"cust_{n}" for n in range(count)])),
    ("empty-loyalty-campaigns-are-a-list", "An empty set of loyalty campaigns is an empty list, as PHP makes it.",
     edits("loyalty.campaigns", lambda campaigns: campaigns or [])),
    ("empty-referral-campaigns-are-an-object", "An empty list of referral campaigns is an empty object.",
     edits("referrals.campaigns", lambda campaigns: campaigns or {})),
    ("empty-metadata-is-a-list", "Empty metadata is an empty list, as PHP makes it.",
     edits("metadata", lambda metadata: metadata or [])),
    ("metadata-is-a-json-string", "Metadata comes as the text that is stored in its column.",
     edits("metadata", json.dumps)),
    ("metadata-is-a-list-of-pairs", "Metadata comes as a list of keys and values.",
     edits("metadata", lambda data: [{"key": key, "value": value} for key, value in data.items()])),
    ("summary-is-a-json-string", "The summary is encoded twice.", edits("summary", json.dumps)),
    ("gift-is-a-list", "Gift cards come as a list of one.", edits(f"{REDEMPTIONS}.gift", lambda gift: [gift])),
    ("address-is-one-line", "The address comes as one line of text.",
     edits("address", lambda address: address and ", ".join(map(str, address.values())))),
    ("postal-code-is-a-number", "A postal code of digits alone is a number.",
     edits("address.postal_code", lambda code: int(code) if _digits(code) else code)),
    ("id-is-a-number", "The identifier is the number of a row.",
     lambda body, call: put(body, "id", sum(map(ord, body["id"])))),
    ("assets-is-a-list", "Assets come as a list of addresses.", edits("assets", lambda assets: list(assets.values()))),
    ("cockpit-url-is-false", "The cockpit, which was removed, has false for an address.",
     puts("assets.cockpit_url", False)),
    ("system-metadata-is-a-list", "Empty system metadata is an empty list.", puts("system_metadata", [])),
    ("redemption-counts-are-strings", "Counts of redemptions are strings, as a 64-bit integer of some databases is.",
     edits_each(REDEMPTIONS, "total_redeemed total_failed total_succeeded", str)),
)
types.customer.rows("schema.enums",
    ("object-is-capitalised", "The type of the object is the name of a class: Customer.", puts("object", "Customer")),
    ("object-says-list", "The type of the object is that of a search result: list.", puts("object", "list")),
)
# fmt: on


def _digits(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 20
