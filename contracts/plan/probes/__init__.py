"""The probes, one file a part of the contract, and the order in which they are worth their request.

The order is by worth: what each next request can show that none before it could. A small budget takes the
beginning. Three customers carry everything: Ada (small), Ada-2 (everything that can be sent) and ada-2 (odd
values), whose names differ by a suffix and by letter case alone.
"""

from __future__ import annotations

from contracts.plan.probe import Probe
from contracts.plan.probes import auth, known, odd, refused, upsert

SMOKE = upsert.SMOKE


def in_order(known_customers: int) -> tuple[Probe, ...]:
    """Every probe after the smoke, the worthiest first."""
    by_id = {
        probe.id: probe
        for family in (upsert.PROBES, known.probes(known_customers), auth.PROBES, refused.PROBES, odd.PROBES)
        for probe in family
    }
    first = [by_id.pop(name) for name in _ORDER if name in by_id]
    return (*known.first(known_customers), *first, *by_id.values())


_ORDER = (
    "create-in-full",
    "upsert-by-source-id",
    "upsert-by-id",
    "auth-none",
    "auth-wrong-token",
    "create-with-odd-values",
    "refused-truncated-json",
    "upsert-by-both",
    "read-ada",
    "auth-token-only",
    "auth-wrong-id",
    "refused-birthdate-format",
    "refused-array",
    "refused-text-plain",
    "read-ada-2",
    "empty-object",
    "auth-wrong-bearer",
    "empty-strings",
    "auth-token-case",
    "odd-nul",
    "auth-id-only",
    "auth-foreign-bearer",
    "odd-lone-surrogate",
    "upsert-metadata",
    "upsert-birthdate",
    "long-strings",
    "refused-name-type",
    "refused-address-type",
    "refused-metadata-type",
    "upsert-address",
    "null-address-and-normalised",
    "odd-deep",
    "refused-form",
    "refused-null",
    "unknown-id",
    "odd-control",
    "odd-email-and-phone",
    "odd-birthdates",
    "upsert-birthday",
    "upsert-email",
    "refused-birthday-format",
    "refused-source-id-type",
    "refused-email-type",
    "refused-phone-type",
    "refused-city-type",
    "refused-empty-body",
    "read-ada-2-again",
    "refused-id-type",
    "refused-description-type",
    "refused-birthdate-type",
    "odd-unknown-member",
    "odd-empty-id",
    "refused-string",
    "refused-trailing-comma",
    "refused-not-utf-8",
)
