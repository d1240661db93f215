"""The bodies that go out: a customer, or what was wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from contracts.mock.store import Customer
from contracts.mock.validation import ADDRESS

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Problem:
    """Why a request is refused. Never holds what was sent: a header or body may carry a secret."""

    status: int
    key: str
    message: str
    details: str


def customer_body(customer: Customer) -> dict[str, Any]:
    """The answer about one customer. A copy all the way down: whoever gets it may change it."""
    written: dict[str, Any] = {k: v for k, v in customer.fields.items() if k not in ("address", "metadata")}
    address = customer.fields.get("address", ...)
    if address is not ...:
        written["address"] = address and {p: address[p] for p in ADDRESS if address.get(p) is not None}
    preferences = f"https://preferences.example.com/{customer.id}"
    return {
        "id": customer.id,
        **written,
        "summary": copied(customer.summary),
        "loyalty": copied(customer.loyalty),
        "referrals": copied(customer.referrals),
        "metadata": copied(customer.fields.get("metadata", {})),
        "system_metadata": {},
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "assets": {"cockpit_url": preferences, "cockpit_preference_center_url": preferences},
        "object": "customer",
    }


def list_body(customers: list[dict[str, Any]], total: int, has_more: bool) -> dict[str, Any]:
    """The answer to a list: one page of customers, and how many there are on all pages."""
    return {
        "object": "list",
        "data_ref": "customers",
        "customers": customers,
        "total": total,
        "has_more": has_more,
    }


def error_body(problem: Problem) -> dict[str, Any]:
    """The answer to a request that is refused."""
    return {
        "code": problem.status,
        "key": problem.key,
        "message": problem.message,
        "details": problem.details,
        "request_id": f"v-{uuid4().hex}",
    }


def to_text(body: Mapping[str, Any]) -> str:
    """Compact JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def to_bytes(text: str) -> bytes:
    """UTF-8; a lone surrogate, which JSON can hold and UTF-8 cannot, goes out as JSON's own escape."""
    return text.encode("utf-8", "backslashreplace")


def copied(value: Any) -> Any:
    """A JSON value, copied."""
    if isinstance(value, Mapping):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value
