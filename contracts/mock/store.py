"""The customers in memory, and what an upsert does to them."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

_LETTERS = string.ascii_letters + string.digits

NO_SUMMARY: dict[str, Any] = {
    "redemptions": {
        "total_redeemed": 0,
        "total_failed": 0,
        "total_succeeded": 0,
        "total_rolled_back": 0,
        "total_rollback_failed": 0,
        "total_rollback_succeeded": 0,
        "gift": {"redeemed_amount": 0, "amount_to_go": 0},
        "loyalty_card": {"redeemed_points": 0, "points_to_go": 0},
    },
    "orders": {"total_amount": 0, "total_count": 0, "average_amount": 0, "last_order_amount": 0},
}
NO_LOYALTY: dict[str, Any] = {"points": 0, "referred_customers": 0, "campaigns": {}}
NO_REFERRALS: dict[str, Any] = {"total": 0, "campaigns": []}


def now() -> str:
    """The time in RFC 3339, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """An identifier of the shape that the published examples have."""
    return "cust_" + "".join(secrets.choice(_LETTERS) for _ in range(24))


@dataclass
class Customer:
    """One customer: ``fields`` is what callers wrote, the rest is the server's own."""

    id: str
    fields: dict[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=lambda: NO_SUMMARY)
    loyalty: Mapping[str, Any] = field(default_factory=lambda: NO_LOYALTY)
    referrals: Mapping[str, Any] = field(default_factory=lambda: NO_REFERRALS)
    created_at: str = field(default_factory=now)
    updated_at: str = ""

    def __post_init__(self) -> None:
        self.updated_at = self.updated_at or self.created_at

    @property
    def source_id(self) -> str | None:
        """The caller's own identifier of this customer."""
        return self.fields.get("source_id")

    def copy(self) -> Customer:
        """As it is now: JSON values are never changed in place, so one level is enough."""
        return replace(self, fields=dict(self.fields))


class Store:
    """All customers, found by either identifier."""

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}
        self._by_source: dict[str, str] = {}

    def add(self, customer: Customer) -> Customer:
        """Keep a customer."""
        self.customers[customer.id] = customer
        if customer.source_id is not None:
            self._by_source[customer.source_id] = customer.id
        return customer

    def find(self, identifier: object, source_id: object) -> Customer | None:
        """Whom an upsert is about: ``id`` decides, and an ``id`` that nobody has is no ``id``."""
        if isinstance(identifier, str) and identifier in self.customers:
            return self.customers[identifier]
        return self.by_source(source_id)

    def by_source(self, source_id: object) -> Customer | None:
        """The customer with this ``source_id``, to the letter."""
        return self.customers.get(self._by_source.get(source_id, "")) if isinstance(source_id, str) else None

    def create(self, fields: Mapping[str, Any]) -> Customer:
        """A new customer under an ``id`` of its own, whatever ``id`` was sent."""
        customer = Customer(new_id())
        merge(customer.fields, fields)
        return self.add(customer)

    def update(self, customer: Customer, fields: Mapping[str, Any]) -> Customer:
        """Write the fields that were sent, and nothing else; ``source_id`` stays the customer's own."""
        merge(customer.fields, {name: value for name, value in fields.items() if name != "source_id"})
        customer.updated_at = max(now(), customer.created_at)
        return customer

    def delete(self, customer: Customer) -> None:
        """Forget a customer."""
        del self.customers[customer.id]
        if self._by_source.get(customer.source_id or "") == customer.id:
            del self._by_source[customer.source_id or ""]


def merge(fields: dict[str, Any], sent: Mapping[str, Any]) -> None:
    """Write ``sent`` into ``fields``: metadata is merged by key, ``null`` clears, the rest is replaced."""
    for name, value in sent.items():
        if name == "id":
            continue
        if value is None and name != "address":
            fields.pop(name, None)
        elif name == "metadata" and isinstance(value, dict):
            fields[name] = {**fields.get(name, {}), **value}
        else:
            fields[name] = value
