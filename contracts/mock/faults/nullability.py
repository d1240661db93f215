"""``null`` where the contract has none: what "not set" looks like when nobody asked the schema."""

from __future__ import annotations

from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import edits, puts
from contracts.mock.faults.tools import TEXT_FIELDS, has_orders, put
from contracts.mock.registry import Group
from contracts.mock.validation import ADDRESS

nullability = Group("nullability", FAULTS)

# fmt: off
nullability.customer.rows("schema.nulls",
    ("unset-texts-are-null", "Name, description, e-mail and phone are null when they are not set.",
     lambda body, call: {**dict.fromkeys(TEXT_FIELDS), **body}),
    ("unset-birthdate-is-null", "A birthdate that nobody told is null.",
     lambda body, call: {"birthdate": None, **body}),
    ("unset-source-id-is-null", "A customer without a source_id has null for it.",
     lambda body, call: {"source_id": None, **body}),
    ("unset-address-parts-are-null", "Parts of an address that were not sent are null.",
     edits("address", lambda address: address and {**dict.fromkeys(ADDRESS), **address})),
    ("empty-metadata-is-null", "Empty metadata is null.", edits("metadata", lambda metadata: metadata or None)),
    ("updated-at-is-null-until-updated", "A customer never updated has null for the time of it.",
     lambda body, call: put(body, "updated_at", None) if call.created else body),
    ("last-order-date-is-null-without-orders", "The date of no last order is null.",
     lambda body, call: body if has_orders(body) else put(body, "summary.orders.last_order_date", None)),
    ("average-amount-is-null-without-orders", "The average of no orders is null.",
     lambda body, call: body if has_orders(body) else put(body, "summary.orders.average_amount", None)),
    ("last-order-amount-is-null-without-orders", "The amount of no last order is null.",
     lambda body, call: body if has_orders(body) else put(body, "summary.orders.last_order_amount", None)),
    ("orders-are-null-without-orders", "The summary of no orders is null.",
     lambda body, call: body if has_orders(body) else put(body, "summary.orders", None)),
    ("gift-is-null-without-gift-cards", "The summary of no gift cards is null.",
     edits("summary.redemptions.gift", lambda gift: gift if any(gift.values()) else None)),
    ("amount-to-go-is-null-when-zero", "Nothing left on gift cards is null.",
     edits("summary.redemptions.gift.amount_to_go", lambda cents: cents or None)),
    ("loyalty-campaigns-are-null-when-empty", "No loyalty campaigns are null.",
     edits("loyalty.campaigns", lambda campaigns: campaigns or None)),
    ("referral-campaigns-are-null-when-empty", "No referral campaigns are null.",
     edits("referrals.campaigns", lambda campaigns: campaigns or None)),
    ("system-metadata-is-null", "System metadata is null.", puts("system_metadata", None)),
    ("assets-are-null", "The removed cockpit leaves null behind.", puts("assets", None)),
    ("created-at-is-null", "The time of creation is set by the database, and null in the answer.",
     lambda body, call: put(body, "created_at", None) if call.created else body),
    ("object-is-null", "The type of the object is null.", puts("object", None)),
)
# fmt: on
