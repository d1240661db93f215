"""Requests without the right credentials. Each says something of its own, to be recognised if it is written.

Some name a customer that exists, some one that does not yet: servers check the one and forget the other.
"""

from __future__ import annotations

from contracts.exchange import Credentials
from contracts.plan.probe import Probe, Source

NEEDS = frozenset({"auth"})
KNOWN, NEW = "Ada@shop +", "ada@shop +"


def _probe(credentials: Credentials, customer: str) -> Probe:
    says = f"written by a request with credentials {credentials}"
    body = {"source_id": Source(customer), "description": says}
    return Probe(f"auth-{credentials}", body, credentials=credentials, needs=NEEDS)


PROBES = (
    _probe("none", NEW),
    _probe("wrong-token", KNOWN),
    _probe("token-only", KNOWN),
    _probe("wrong-id", KNOWN),
    _probe("wrong-bearer", KNOWN),
    _probe("token-case", KNOWN),
    _probe("id-only", KNOWN),
    _probe("foreign-bearer", KNOWN),
    _probe("token-part", KNOWN),
    _probe("unsigned-bearer", KNOWN),
    _probe("empty-token", KNOWN),
    _probe("bearer-case", KNOWN),
)
