"""How much faster requests at once are on a slow target, and how short a shrunk sequence is.

Run: python benchmarks/at_once.py [--milliseconds 30] [--budget 1000]. Prints the tables of docs/deep.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from datetime import UTC, datetime

from contracts import __version__
from contracts.client.credentials import customers_credentials
from contracts.client.ledger import Ledger
from contracts.client.session import Session
from contracts.matrix import DEEP_WORKERS, PREFIX, gate_on_mock
from contracts.mock import server as mock
from contracts.mock.api import Api, Call
from contracts.mock.registry import deep_faults
from contracts.mock.wire import Request as Received
from contracts.plan.at_once import rounds
from contracts.plan.scene import Scene
from contracts.plan.sequences import Sequence, played
from contracts.record.exchange import AtOnce
from contracts.runner.sending import carried_out
from contracts.spec.loading import load_resource

ROUNDS = 6
SHORTEST = {
    "the-third-write-loses-the-description": 3,
    "each-fifth-write-is-lost": 5,
    "created-at-moves-on-the-fourth-write": 4,
    "a-customer-is-forgotten-after-five-more": 7,
    "the-same-body-again-is-a-repetition": 3,
    "a-refused-body-is-written-with-the-next": 2,
    "a-strangers-body-is-written-with-the-next": 2,
    "an-upsert-by-id-loses-the-source-id": 3,
    "an-update-goes-to-the-last-upsert-by-id": 4,
    "an-upsert-by-id-reaches-the-newest-customer-too": 4,
    "a-delete-takes-everybody-with-the-email": 4,
    "ids-are-used-again": 3,
    "a-customer-made-again-cannot-be-read": 4,
}
"""The fewest requests that show each fault to somebody who knows it, counted by hand. The faults of a SHOULD, and the
one that shows about customers who were there before, are left out: no sequence is made smaller for these."""


def overlap(milliseconds: int, workers: int) -> tuple[float, float, int]:
    """Seconds for the moments of a few rounds one by one and at once, on a server that takes so long for an answer."""
    receive = Api.receive

    def late(api: Api, request: Received) -> Call:
        call = receive(api, request)
        call.wait += milliseconds / 1000
        return call

    Api.receive = late  # type: ignore[method-assign, assignment]
    taken = {True: 0.0, False: 0.0}
    calls = 0
    try:
        with mock.running() as server:
            resource = load_resource("customers")
            credentials = customers_credentials(server.app_id, server.app_token, server.oauth_token)
            session = Session(server.url, credentials, 100_000, Ledger(PREFIX))
            session.judge(resource)
            scene = Scene(resource, PREFIX, 0)
            programs = rounds(scene, workers)
            for sequence in (next(programs) for _ in range(ROUNDS)):
                for at_once in (True, False):
                    seconds, sent = _moments(scene, session, sequence, at_once=at_once)
                    taken[at_once] += seconds
                    calls += sent if at_once else 0
            session.close()
    finally:
        Api.receive = receive  # type: ignore[method-assign]
    return taken[False], taken[True], calls


def _moments(scene: Scene, session: Session, sequence: Sequence, *, at_once: bool) -> tuple[float, int]:
    """Seconds and requests of those steps that may overlap."""
    seconds, sent = 0.0, 0
    play = played(scene, sequence)
    wanted = next(play, None)
    while wanted is not None:
        start = time.monotonic()
        if isinstance(wanted, AtOnce) and not at_once:
            answer = tuple(session.send(one) for one in wanted.requests)
        else:
            answer = carried_out(wanted, session)  # type: ignore[assignment]
        if isinstance(wanted, AtOnce):
            seconds += time.monotonic() - start
            sent += len(wanted.requests)
        try:
            wanted = play.send(answer)
        except StopIteration:
            break
    return seconds, sent


def shrunk(fault: str, budget: int) -> int | None:
    """Steps of the shortest sequence that a run found; None where none showed it."""
    run, _ = gate_on_mock(fault, budget=budget, spec="customers", at_once=DEEP_WORKERS)
    return min((len(line.steps) for line in run.sequences), default=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--milliseconds", type=int, default=30)
    parser.add_argument("--budget", type=int, default=1000)
    arguments = parser.parse_args()
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, voucherify-contracts {__version__}, Python {sys.version.split()[0]}, ")
    write(f"{os.cpu_count()} cores\n\n| workers | requests | s one by one | s at once | times as fast |\n")
    write("|---|---|---|---|---|\n")
    for workers in (2, 4, 8):
        serial, together, calls = overlap(arguments.milliseconds, workers)
        write(f"| {workers} | {calls} | {serial:.2f} | {together:.2f} | {serial / together:.1f} |\n")
    write("\n| fault | shortest known | shrunk |\n|---|---|---|\n")
    longer: list[int] = []
    for fault, steps in SHORTEST.items():
        found = shrunk(fault, arguments.budget)
        longer.append(99 if found is None else found - steps)
        write(f"| {fault} | {steps} | {found or 'none found'} |\n")
        sys.stdout.flush()
    near = sum(more <= 2 for more in longer)
    write(f"\nat most two steps longer: {near} of {len(longer)}; median {statistics.median(longer)} steps longer\n")
    assert set(SHORTEST) <= set(deep_faults())  # noqa: S101 - a fault that was renamed is no measurement


if __name__ == "__main__":
    main()
