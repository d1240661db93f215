"""The same recording through local processes and through Dask with two workers, one of which is killed.

Run: python benchmarks/cluster.py [--gigabytes 2]. Both have to print the same bytes of JSON. Half of the answers
violate the contract, in five ways; the file is in a temporary folder. It needs ``audit-dask``.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from audit import answers_of, ndjson

HOST = "127.0.0.1"


@contextmanager
def started(module: str, *arguments: str, until: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A process of Dask's, and the line of its log that says that it is there. It logs to a file: no pipe is full."""
    with tempfile.NamedTemporaryFile() as log:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            while not (match := re.search(f".*{until}.*", Path(log.name).read_text())):
                if process.poll() is not None:
                    raise SystemExit(f"{module} did not start")
                time.sleep(0.1)
            yield process, match[0]
        finally:
            process.kill()
            process.wait()


def audit(path: Path, *engine: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "contracts", "audit", str(path), "--json", *engine]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def printed(process: subprocess.Popen[bytes]) -> bytes:
    out, _ = process.communicate()
    if process.returncode != 1:
        raise SystemExit(f"the audit ended with {process.returncode}, not with 1")
    return out


def told(who: str, began: float, out: bytes) -> None:
    seconds = time.perf_counter() - began
    print(f"{who}: {seconds:.0f} s, {len(out):,} bytes of JSON, {hashlib.sha256(out).hexdigest()[:16]}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gigabytes", type=float, default=2)
    options.add_argument("--killed-after", type=float, default=0.4, help="Of the time that local processes took.")
    given = options.parse_args()
    lines = answers_of("50 % violating")
    times = max(round(given.gigabytes * 1e9 / sum(len(line) + 1 for line in lines)), 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "traffic.ndjson"
        number = ndjson(path, lines, times)
        size = path.stat().st_size / 1e9
        print(f"{size:.2f} GB, {number:,} answers, half violating; {datetime.now(UTC).date()}, ", end="")
        print(f"distributed {version('distributed')}", flush=True)
        began = time.perf_counter()
        local = printed(audit(path, "--workers", "2"))
        took = time.perf_counter() - began
        told("two local processes", began, local)
        with started("dask_scheduler", "--port", "0", "--host", HOST, until="Scheduler at") as (_, line):
            tcp = re.findall(r"tcp://\S+:\d+", line)[0]
            worker = (tcp, "--no-nanny", "--nthreads", "1")
            with (
                started("dask_worker", *worker, until="Registered to") as (first, _),
                started("dask_worker", *worker, until="Registered to"),
            ):
                began = time.perf_counter()
                running = audit(path, "--engine", tcp.replace("tcp://", "dask://"))
                time.sleep(given.killed_after * took)
                if running.poll() is not None:
                    raise SystemExit("the audit was done before a worker could be killed; give more --gigabytes")
                first.kill()
                dask = printed(running)
                told("two Dask workers, one killed", began, dask)
    if dask != local:
        raise SystemExit("they differ")
    print("byte-identical")


if __name__ == "__main__":
    main()
