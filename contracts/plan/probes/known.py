"""Customers that were there before the run and have activity: only their ``source_id`` is ever sent.

Each is read before it is upserted, so that an upsert that resets activity has something to be held against.
"""

from __future__ import annotations

from contracts.plan.probe import Known, Probe

ACTIVITY = frozenset({"activity"})


def probes(count: int) -> tuple[Probe, ...]:
    """Each known customer read and then upserted; the first once more, since some resets come after the answer."""
    pairs = (
        probe
        for n in range(count)
        for probe in (
            Probe(f"known-{n}-before", method="GET", reads=Known(n), needs=ACTIVITY | {"state"}),
            Probe(f"known-{n}", {"source_id": Known(n)}, needs=ACTIVITY),
        )
    )
    bearer = Probe("known-0-by-bearer", {"source_id": Known(0)}, credentials="run-bearer", needs=ACTIVITY)
    again = (
        Probe(f"known-{n}-again", {"source_id": Known(n)}, needs=ACTIVITY, instead_of=None if n else bearer.id)
        for n in range(count)
    )
    return (*pairs, *([bearer] if count else []), *again)
