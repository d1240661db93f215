"""The whole command against each row of the hostile network: seconds, processor seconds, and the memory at its peak.

Run: python benchmarks/hostile.py. The numbers of docs/sandbox.md are from here; reports are written, too.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spent import spent

from tests.network.test_network_faults import BEHAVIOURS, ROWS, TIMEOUT, served
from tests.network.test_network_tls import served_with_tls


def gate(url: str, folder: str) -> list[str]:
    """The gate with every report, and a time-out as short as that of the tests."""
    command = [sys.executable, "-m", "contracts", "gate", "--target", url, "--timeout", str(TIMEOUT)]
    return [*command, "--report", folder]


@contextmanager
def target(name: str, folder: str) -> Iterator[str]:
    """The URL of a server that behaves as the row says."""
    if name == "refused":
        yield "http://127.0.0.1:9"
    elif name == "an unknown certificate":
        with served_with_tls(Path(folder), "localhost", "127.0.0.1") as served_there:
            yield served_there[0]
    else:
        with served(BEHAVIOURS[name]) as (url, _):
            yield url


def main() -> None:
    names = sys.argv[1:] or list(ROWS)
    own = {"VOUCHERIFY_APP_ID": "an-app-id-1", "VOUCHERIFY_APP_TOKEN": "a-token-123"}
    sys.stdout.write(f"time-out {TIMEOUT} s\n{'fault':<30}{'exit':>5}{'seconds':>9}{'CPU s':>7}{'MB':>6}\n")
    for name in names:
        with tempfile.TemporaryDirectory() as folder, target(name, folder) as url:
            run = spent(gate(url, folder), own)
        sys.stdout.write(f"{name:<30}{run.code:>5}{run.seconds:>9.1f}{run.cpu:>7.1f}{run.memory:>6}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
