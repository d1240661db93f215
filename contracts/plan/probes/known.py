"""Customers that were there before the run and have activity: only their ``source_id`` is ever sent.

The first is read before it is upserted, so that an upsert that resets activity has something to be held against.
"""

from __future__ import annotations

from contracts.plan.probe import Known, Probe

ACTIVITY = frozenset({"activity"})


def first(count: int) -> tuple[Probe, ...]:
    """What comes right after the smoke: every known customer once, the first also before."""
    if not count:
        return ()
    before = Probe("known-0-before", method="GET", reads=Known(0), needs=ACTIVITY | {"state"})
    return (before, *(Probe(f"known-{n}", {"source_id": Known(n)}, needs=ACTIVITY) for n in range(count)))


def probes(count: int) -> tuple[Probe, ...]:
    """What is worth a request when everything else was sent: each known customer once more."""
    return tuple(Probe(f"known-{n}-again", {"source_id": Known(n)}, needs=ACTIVITY) for n in range(count))
