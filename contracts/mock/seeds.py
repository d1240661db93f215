"""Customers with activity: orders, gift cards, loyalty and referrals that a fresh customer never shows."""

from __future__ import annotations

from typing import Any

from contracts.mock.store import NO_LOYALTY, NO_REFERRALS, NO_SUMMARY, Customer

KNOWN_CUSTOMERS: tuple[str, ...] = ("known-everything", "known-one-order", "known-loyalty", "known-referred")
"""Their ``source_id``s. The first one has everything."""


def known_customers() -> list[Customer]:
    """New copies of them, in the order of ``KNOWN_CUSTOMERS``."""
    return [_everything(), _one_order(), _loyalty(), _referred()]


def _everything() -> Customer:
    return _customer(
        0,
        fields={
            "name": "Ada Everything",
            "description": "Has ordered, redeemed, referred, and was referred.",
            "email": "ada.everything@example.com",
            "phone": "+1 555 0100",
            "birthdate": "1988-02-29",
            "address": {
                "city": "Springfield",
                "state": "NY",
                "line_1": "1 Example Street",
                "line_2": "Flat 2",
                "country": "United States",
                "postal_code": "01234",
            },
            "metadata": {
                "lang": "en",
                "vip": True,
                "visits": 12,
                "tags": ["a", "b"],
                "prefs": {"sms": False},
            },
        },
        summary={
            "redemptions": {
                "total_redeemed": 9,
                "total_failed": 2,
                "total_succeeded": 7,
                "total_rolled_back": 3,
                "total_rollback_failed": 1,
                "total_rollback_succeeded": 2,
                "gift": {"redeemed_amount": 12550, "amount_to_go": 7450},
                "loyalty_card": {"redeemed_points": 320, "points_to_go": 680},
            },
            "orders": {
                "total_amount": 99990,
                "total_count": 6,
                "average_amount": 16665,
                "last_order_amount": 4999,
                "last_order_date": "2024-03-31T23:30:15.125Z",
            },
        },
        loyalty={
            "points": 680,
            "referred_customers": 5,
            "campaigns": {
                "Gold Club": {
                    "points": 500,
                    "loyalty_tier": "ltr_UJ5Q54Q0OvEhua87Qfv2Ki5x",
                    "referred_customers": 3,
                },
                "Café & Friends": {
                    "points": 180,
                    "loyalty_tier": "ltr_7mXbPq0sVd3LzKcR1tYw9NgH",
                    "referred_customers": 2,
                },
            },
        },
        referrals={"total": 2, "campaigns": [_referral(1), _referral(2)]},
        created_at="2023-01-15T08:05:09.042Z",
        updated_at="2024-04-01T06:00:00.000Z",
    )


def _one_order() -> Customer:
    orders = {
        "total_amount": 2001,
        "total_count": 1,
        "average_amount": 2001,
        "last_order_amount": 2001,
        "last_order_date": "2024-02-29T00:00:00.000Z",
    }
    return _customer(1, fields={"name": "Olu One"}, summary={**NO_SUMMARY, "orders": orders})


def _loyalty() -> Customer:
    redemptions = {**NO_SUMMARY["redemptions"], "loyalty_card": {"redeemed_points": 10, "points_to_go": 90}}
    loyalty = {
        "points": 90,
        "referred_customers": 0,
        "campaigns": {
            "Silver Club": {
                "points": 90,
                "loyalty_tier": "ltr_c2WnQe8uJf5HsTbV4xZk6MpA",
                "referred_customers": 0,
            }
        },
    }
    return _customer(
        2,
        fields={"name": "Lin Loyal", "metadata": {"lang": "fr"}},
        summary={**NO_SUMMARY, "redemptions": redemptions},
        loyalty=loyalty,
    )


def _referred() -> Customer:
    return _customer(3, fields={"name": "Rui Referred"}, referrals={"total": 1, "campaigns": [_referral(3)]})


def _referral(number: int) -> dict[str, Any]:
    return {
        "campaign_id": f"camp_rRsfatlwN7unSeUIJDCYeda{number}",
        "referrer_id": f"cust_sehkNIi8Uq2qQuRqSr7xn4Z{number}",
        "related_object_id": f"r_0b9d4cc4aa164dd07{number}",
        "related_object_type": "redemption",
        "date": f"2023-0{number}-28T10:19:39.196Z",
    }


def _customer(
    number: int,
    fields: dict[str, Any],
    summary: dict[str, Any] = NO_SUMMARY,
    loyalty: dict[str, Any] = NO_LOYALTY,
    referrals: dict[str, Any] = NO_REFERRALS,
    created_at: str = "2022-08-30T06:32:07.380Z",
    updated_at: str = "2022-08-31T06:32:07.380Z",
) -> Customer:
    return Customer(
        id=f"cust_Known0Customer0With0Act{number}",
        fields={"source_id": KNOWN_CUSTOMERS[number], **fields},
        summary=summary,
        loyalty=loyalty,
        referrals=referrals,
        created_at=created_at,
        updated_at=updated_at,
    )
