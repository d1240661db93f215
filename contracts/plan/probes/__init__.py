"""The probes, one file a part of the contract, and the order in which they are worth their request.

The order is by worth: what each next request can show that none before it could. A small budget takes the
beginning. Three customers carry everything: Ada@shop (small), Ada@shop + (all that can be sent) and
ada@shop + (odd values), whose names differ by a suffix of punctuation, and by letter case alone; one has a space in it.
"""

from __future__ import annotations

from contracts.plan.probe import Probe
from contracts.plan.probes import auth, known, odd, refused, upsert

SMOKE = upsert.SMOKE


def in_order(known_customers: int) -> tuple[Probe, ...]:
    """Every probe after the smoke, the worthiest first."""
    by_id = {
        probe.id: probe
        for family in (upsert.PROBES, auth.PROBES, refused.PROBES, odd.PROBES, known.probes(known_customers))
        for probe in family
    }
    first = [by_id.pop(name) for name in _ORDER if name in by_id]
    return (*first, *by_id.values())


_ORDER = (
    "known-0-before",
    "known-0",
    "auth-none",
    "create-in-full",
    "refused-birthdate-format",
    "refused-truncated-json",
    "upsert-by-source-id",
    "upsert-by-id",
    "auth-wrong-token",
    "known-1",
    "empty-object",
    "create-with-odd-values",
    "known-2",
    "known-0-by-bearer",
    "known-0-again",
    "upsert-by-both",
    "read-ada",
    "auth-token-only",
    "auth-wrong-id",
    "refused-array",
    "refused-text-plain",
    "known-3",
    "auth-wrong-bearer",
    "upsert-birthdate",
    "odd-characters",
    "empty-strings",
    "auth-token-case",
    "odd-shape",
    "auth-id-only",
    "long-strings",
    "refused-trailing-comma",
    "refused-name-type",
    "odd-meaning",
    "null-address-and-normalised",
    "upsert-address-and-birthday",
    "refused-form",
    "auth-foreign-bearer",
    "auth-unsigned-bearer",
    "auth-token-part",
    "nulls",
    "refused-metadata-type",
    "refused-address-type",
    "refused-postal-code-type",
    "upsert-metadata",
    "refused-null",
    "refused-string",
    "refused-not-utf-8",
    "refused-empty-body",
    "auth-bearer-case",
    "auth-empty-token",
    "refused-trailing-text",
    "refused-source-id-type",
    "unknown-id",
    "refused-single-quotes",
    "refused-birthday-format",
    "refused-phone-type",
    "refused-email-type",
    "refused-birthdate-type",
    "odd-nul",
    "odd-lone-surrogate",
    "odd-control",
    "odd-unknown-member",
    "odd-deep",
    "odd-year-0000",
    "odd-future-birthdate",
    "odd-email",
    "odd-phone",
    "odd-empty-source-id",
    "refused-id-type",
    "refused-description-type",
    "refused-nan",
    "odd-empty-id",
)
