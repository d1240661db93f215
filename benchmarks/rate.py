"""Requests a second of the gate beside Schemathesis' command, on one server in one run; then growth with the budget.

Run: python benchmarks/rate.py [--budgets N,N,…]. The whole process counts: start-up, judging, clean-up and report.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import version

from peers import UNTUNED, counted
from spent import Spent, spent

from contracts.mock.server import MockServer
from contracts.spec.document import pinned_path

GATE = "contracts gate"
PEER = "schemathesis run"


def gate(server: MockServer, budget: int) -> list[str]:
    known = [part for name in server.known_customers for part in ("--known-customer", name)]
    command = [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--seed", "1", *known]
    return [*command, "--budget", str(budget)]


def schemathesis(server: MockServer, examples: int) -> list[str]:
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(pinned_path()), "--url", server.url, "--seed", "1"]
    command += ["-H", f"X-App-Id: {server.app_id}", "-H", f"X-App-Token: {server.app_token}", "--no-color"]
    return [*command, "--exclude-checks", UNTUNED, "--max-examples", str(examples)]


def shoot(tool: str, amount: int) -> tuple[int, Spent]:
    """The requests of one run, and what it cost."""
    with counted("", "") as (server, calls):
        command = gate(server, amount) if tool == GATE else schemathesis(server, amount)
        secrets = {"VOUCHERIFY_APP_ID": server.app_id, "VOUCHERIFY_APP_TOKEN": server.app_token}
        secrets["VOUCHERIFY_OAUTH_TOKEN"] = server.oauth_token
        run = spent(command, secrets)
        if run.code > 1:
            raise SystemExit(f"{tool} ended with {run.code}: {' '.join(command)}")
        return calls(), run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budgets", default="60,500,2000,5000,20000", help="budgets of the gate, by commas")
    parser.add_argument("--examples", type=int, default=1000, help="Schemathesis' --max-examples")
    arguments = parser.parse_args()
    names = ", ".join(f"{name} {version(name)}" for name in ("voucherify-contracts", "schemathesis"))
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, {names}, Python {sys.version.split()[0]}, {os.cpu_count()} cores\n\n")
    write("| | requests | seconds | CPU seconds | requests/s | peak MB |\n|---|---|---|---|---|---|\n")
    rates: dict[str, float] = {}
    rows = [(PEER, arguments.examples), *((GATE, int(one)) for one in arguments.budgets.split(","))]
    for tool, amount in rows:
        requests, run = shoot(tool, amount)
        rate = requests / run.seconds
        name = f"{tool} --budget {amount}" if tool == GATE else f"{tool} --max-examples {amount}"
        rates[name] = rate
        figures = f"{requests:,} | {run.seconds:.1f} | {run.cpu:.1f} | {rate:.0f} | {run.memory}"
        write(f"| {name} | {figures} |\n")
        sys.stdout.flush()
    peer = next(rate for name, rate in rates.items() if name.startswith(PEER))
    told = ", ".join(f"{name.rpartition(' ')[2]}: {rate / peer:.1f} x" for name, rate in rates.items() if GATE in name)
    write(f"\nrate of the gate, in Schemathesis' rates, by budget: {told}\n")


if __name__ == "__main__":
    main()
