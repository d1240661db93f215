"""What Schemathesis' own command sees without our clauses and with them, on the same broken servers, in one run.

Run: python benchmarks/schemathesis_checks.py [--every N]. Both sides send the same requests: the check sends none.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from contracts.mock.registry import all_faults, all_variants
from contracts.mock.server import running
from contracts.spec.document import pinned_path

UNTUNED = "status_code_conformance,negative_data_rejection,allow_header_conformance,unsupported_method"
"""These fail on conforming servers: on every 4xx, since the document declares 200 alone; on a liberal server; on one
that serves more of the resource than the document says."""
WITHOUT, WITH = "schemathesis run", "with contracts.schemathesis_checks"


@dataclass(frozen=True)
class Shot:
    """Did the command fail, and by one of our clauses; ``code`` beyond 1 is an error of its own."""

    code: int
    by_clause: bool
    seconds: float


def shoot(side: str, fault: str, variant: str) -> Shot:
    with running([fault] if fault else [], variant=variant or None) as server, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(pinned_path()), "--url", server.url]
        command += ["-H", f"X-App-Id: {server.app_id}", "-H", f"X-App-Token: {server.app_token}"]
        command += ["--seed", "1", "--no-color", "--max-failures", "1", "--exclude-checks", UNTUNED]
        hooks = {"SCHEMATHESIS_HOOKS": "contracts.schemathesis_checks"} if side == WITH else {}
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **hooks}, capture_output=True, text=True, check=False
        )
        by_clause = "\n- ST901 " in done.stdout
        return Shot(done.returncode, by_clause, time.monotonic() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take each Nth fault and variant only")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    chosen = {name: fault for name, fault in all_faults().items() if not fault.should}
    faults = list(chosen)[:: arguments.every]
    variants = [name for name, one in all_variants().items() if not one.should and name != "oauth-only"]
    variants = ["", *variants[:: arguments.every]]
    names = ", ".join(f"{name} {version(name)}" for name in ("voucherify-contracts", "schemathesis"))
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, {names}, Python {sys.version.split()[0]}, {os.cpu_count()} cores\n\n")
    shots: dict[str, list[Shot]] = {}
    alarms: dict[str, list[Shot]] = {}
    with ThreadPoolExecutor(arguments.workers) as pool:
        for side in (WITHOUT, WITH):
            shots[side] = list(pool.map(shoot, [side] * len(faults), faults, [""] * len(faults)))
            alarms[side] = list(pool.map(shoot, [side] * len(variants), [""] * len(variants), variants))
    families = Counter(chosen[name].caught_by.partition(".")[0] for name in faults)
    write(f"| caught, of the faults of | {WITHOUT} | {WITH} |\n|---|---|---|\n")
    for family, count in families.items():
        own = [index for index, name in enumerate(faults) if chosen[name].caught_by.startswith(f"{family}.")]
        row = [str(sum(shots[side][index].code == 1 for index in own)) for side in (WITHOUT, WITH)]
        write(f"| `{family}` ({count}) | {' | '.join(row)} |\n")
    total = [sum(shot.code == 1 for shot in shots[side]) for side in (WITHOUT, WITH)]
    share = " | ".join(f"**{caught} ({100 * caught / len(faults):.0f} %)**" for caught in total)
    write(f"| **all** ({len(faults)}) | {share} |\n")
    wrong = " | ".join(str(sum(shot.code == 1 for shot in alarms[side])) for side in (WITHOUT, WITH))
    write(f"| false alarms, of {len(variants)} conforming servers | {wrong} |\n")
    median = " | ".join(f"{statistics.median(shot.seconds for shot in alarms[side]):.1f}" for side in (WITHOUT, WITH))
    write(f"| seconds, median | {median} |\n\n")
    missed = [name for name, shot in zip(faults, shots[WITH], strict=True) if shot.code != 1]
    alarmed = [name for name, shot in zip(variants, alarms[WITH], strict=True) if shot.code == 1]
    ours = [name for name, shot in zip(variants, alarms[WITH], strict=True) if shot.by_clause]
    broken = sum(shot.code > 1 for side in (WITHOUT, WITH) for shot in (*shots[side], *alarms[side]))
    write(f"not caught with our clauses: {', '.join(missed)}\nfalse alarms with them: {', '.join(alarmed) or 'none'}; ")
    write(f"by a clause: {', '.join(ours) or 'none'}\nruns that ended in an error: {broken}\n")


if __name__ == "__main__":
    main()
