"""Requests without the right credentials. Each says something of its own, to be recognised if it is written."""

from __future__ import annotations

from contracts.exchange import Credentials
from contracts.plan.probe import Probe, Source

NEEDS = frozenset({"auth"})


def _probe(credentials: Credentials) -> Probe:
    says = f"written by a request with credentials {credentials}"
    body = {"source_id": Source("Ada-2"), "description": says}
    return Probe(f"auth-{credentials}", body, credentials=credentials, needs=NEEDS)


PROBES = (
    _probe("none"),
    _probe("wrong-token"),
    _probe("token-only"),
    _probe("wrong-id"),
    _probe("wrong-bearer"),
    _probe("token-case"),
    _probe("id-only"),
    _probe("foreign-bearer"),
)
