"""The gate beside its peers, on the same broken servers, in one run.

Run: python benchmarks/peers.py [--every N] [--variants-every N] [--deep]. With --deep: the deep faults, by the document
of the whole resource, and Schemathesis with all of its phases, the stateful one included, in forty seconds a server.
The peers are Schemathesis' own command, tuned as far as it goes while a conforming server passes, and a test as one
writes it by hand: post the example, validate the answer with jsonschema.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import jsonschema
import requests

from contracts.mock.registry import all_faults, all_variants, deep_faults, deep_variants
from contracts.mock.server import MockServer, running
from contracts.spec.document import pinned, pinned_path
from contracts.spec.schema import to_json_schema

# status_code_conformance fails on every 4xx, since the document declares 200 alone; negative_data_rejection on a
# liberal server; allow_header_conformance and unsupported_method on one that serves more than the document says. With
# any other check that the command has, the conforming servers pass.
UNTUNED = "status_code_conformance,negative_data_rejection,allow_header_conformance,unsupported_method"

SECONDS = 40
"""For one server, in a deep run of Schemathesis: fuzzing and sequences share what the other phases leave."""


@dataclass(frozen=True)
class Shot:
    """One tool against one server: did it fail, after how many requests and seconds, leaving how many customers?"""

    failed: bool
    requests: int
    seconds: float
    left_over: int


def deep_gate(server: MockServer) -> int:
    return gate(server, "--spec", "customers", "--budget", "1000", "--at-once", "8")


def deep_schemathesis(server: MockServer) -> int:
    phases = ("--phases", "examples,coverage,fuzzing,stateful")
    return schemathesis(server, pinned_path("customers"), *phases, "--max-time", str(SECONDS))


def gate(server: MockServer, *more: str) -> int:
    known = [part for name in server.known_customers for part in ("--known-customer", name)]
    secrets = {"VOUCHERIFY_APP_ID": server.app_id, "VOUCHERIFY_APP_TOKEN": server.app_token}
    secrets["VOUCHERIFY_OAUTH_TOKEN"] = server.oauth_token
    command = [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--seed", "1", *known, *more]
    return subprocess.run(command, env={**os.environ, **secrets}, capture_output=True, check=False).returncode


def schemathesis(server: MockServer, document: Path | None = None, *more: str) -> int:
    command = [
        "schemathesis",
        "run",
        str(document or pinned_path()),
        *more,
        "--url",
        server.url,
        "--seed",
        "1",
        "--no-color",
    ]
    command += ["-H", f"X-App-Id: {server.app_id}", "-H", f"X-App-Token: {server.app_token}"]
    command += ["--exclude-checks", UNTUNED]
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def by_hand(server: MockServer) -> int:
    document = pinned()
    post = document["paths"]["/v1/customers"]["post"]
    answer = post["responses"]["200"]["content"]["application/json"]["schema"]
    example = post["requestBody"]["content"]["application/json"]["examples"]["Example"]["value"]
    headers = {"X-App-Id": server.app_id, "X-App-Token": server.app_token}
    schema = to_json_schema(document, answer, "lenient", "answer")
    try:
        got = requests.post(f"{server.url}/v1/customers", json=example, headers=headers, timeout=10)
        got.raise_for_status()
        jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(got.json())
    except (requests.RequestException, ValueError, jsonschema.ValidationError):
        return 1
    return 0


TOOLS: dict[str, Callable[[MockServer], int]] = {
    "contracts gate": gate,
    "schemathesis run": schemathesis,
    "by hand": by_hand,
}
DEEP: dict[str, Callable[[MockServer], int]] = {"contracts gate": deep_gate, "schemathesis run": deep_schemathesis}


@contextmanager
def counted(fault: str, variant: str) -> Iterator[tuple[MockServer, Callable[[], int]]]:
    """A server, and how many calls it has counted."""
    with running([fault] if fault else [], variant=variant or None) as server:

        def calls() -> int:
            headers = {"X-App-Id": server.app_id, "X-App-Token": server.app_token, "Authorization": ""}
            got = requests.get(f"{server.url}/v1/customers/nobody", headers=headers, timeout=10)
            left = got.headers.get("X-Rate-Limit-Remaining", "")
            return 100_000 - int(left) - 1 if left.isdigit() else 0

        yield server, calls


def shoot(tool: str, fault: str, variant: str, deep: bool) -> Shot:
    with counted(fault, variant) as (server, calls):
        before = len(server.customers())
        start = time.monotonic()
        code = (DEEP if deep else TOOLS)[tool](server)
        seconds = time.monotonic() - start
        return Shot(code == 1, calls(), seconds, len(server.customers()) - before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take each Nth fault and variant only")
    parser.add_argument("--variants-every", type=int, help="take each Nth variant only; as --every by default")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--deep", action="store_true", help="the deep faults and variants, by the whole resource")
    arguments = parser.parse_args()
    every, deep = arguments.every, arguments.deep
    tools, broken_ones, right_ones = (
        (DEEP, deep_faults(), deep_variants()) if deep else (TOOLS, all_faults(), all_variants())
    )
    faults = [name for name, fault in broken_ones.items() if not fault.should][::every]
    conforming = [
        name for name, v in right_ones.items() if not v.should and not (deep and v.without) and name != "oauth-only"
    ]
    variants = ["", *conforming[:: arguments.variants_every or every]]
    names = ", ".join(f"{name} {version(name)}" for name in ("voucherify-contracts", "schemathesis", "jsonschema"))
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, {names}, Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    write(f"{len(faults)} faults that break a MUST, {len(variants)} conforming servers\n\n")
    write("| | faults caught | false alarms | requests, median | seconds, median | customers left, median |\n")
    write("|---|---|---|---|---|---|\n")
    record: dict[str, list[str]] = {}
    with ProcessPoolExecutor(arguments.workers) as pool:
        for tool in tools:
            broken = list(pool.map(shoot, [tool] * len(faults), faults, [""] * len(faults), [deep] * len(faults)))
            right = list(
                pool.map(shoot, [tool] * len(variants), [""] * len(variants), variants, [deep] * len(variants))
            )
            caught = sum(shot.failed for shot in broken)
            figures = [
                f"{caught} ({100 * caught / len(faults):.0f} %)",
                str(sum(shot.failed for shot in right)),
                f"{statistics.median(shot.requests for shot in right):.0f}",
                f"{statistics.median(shot.seconds for shot in right):.2f}",
                f"{statistics.median(shot.left_over for shot in right):.0f}",
            ]
            write(f"| {tool} | {' | '.join(figures)} |\n")
            sys.stdout.flush()
            record[tool] = [name for name, shot in zip(faults, broken, strict=True) if not shot.failed]
    write(f"\nnot caught: {json.dumps({tool: missed[:12] for tool, missed in record.items()}, indent=1)}\n")


if __name__ == "__main__":
    main()
