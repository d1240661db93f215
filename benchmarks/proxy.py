"""What a proxy adds to a call, and what it finds in the same traffic, beside others.

Run: python benchmarks/proxy.py [--calls N]. Others take part where their commands are on the PATH: ``mitmdump``
(PyPI: mitmproxy), ``prism`` (npm: @stoplight/prism-cli), ``redocly`` (npm: @redocly/cli). The traffic is a small app's
checks (``tests/proxy/shop``), which all succeed, against the embedded server with one fault at a time.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.mock.server import MockServer, running
from contracts.spec.document import load_document

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "spec" / "customers.yaml"
CHECKS = [sys.executable, str(ROOT / "tests" / "proxy" / "shop" / "checks.py")]
FAULTS = {
    "a-total-is-a-text": "a type",
    "average-amount-is-a-float": "a type: 0.0 for an integer",
    "a-list-has-times-without-a-zone": "a format",
    "a-list-has-null-for-unset-texts": "null",
    "an-update-answers-without-loyalty": "a required member",
    "source-id-makes-a-second-customer": "an upsert that makes two",
    "an-update-moves-created-at": "a moment that moves",
    "a-read-hides-the-metadata": "a read that does not show the write",
    "a-deleted-customer-can-be-read": "a read after the deletion",
    "a-list-has-one-too-many": "a list longer than its limit",
    "reads-are-not-checked": "an answer to whoever asks",
}
"""With what each breaks: first what a schema says of one answer, then what only exchanges together show."""


@dataclass(frozen=True)
class Proxy:
    """``finding`` is how a line looks in which it says what is broken; empty for one that judges nothing."""

    name: str
    arguments: tuple[str, ...]
    finding: str = ""


PROXIES = (
    Proxy(
        "contracts proxy",
        (sys.executable, "-m", "contracts", "proxy", "--target", "{target}", "--port", "{port}"),
        r"^MUST (\S+)",
    ),
    Proxy("mitmproxy", ("mitmdump", "-q", "--mode", "reverse:{target}", "-p", "{port}")),
    Proxy("Prism", ("prism", "proxy", "{plain}", "{target}", "-p", "{port}"), r"Violation: (response\S* .*)"),
    Proxy(
        "Redocly",
        (
            *("redocly", "proxy", "--target", "{target}", "--port", "{port}", "--har", "{folder}/traffic.har"),
            *("--api", "{plain}", "--match-mode", "basepath", "--format", "csv"),
        ),
        r"(?:error|warning),[\w-]+,[\w-]+,((?:\"(?:[^\"]|\"\")*\"|[^,]*),\w+),",
    ),
)


def without_bare_nulls(schema: Any) -> Any:
    """For others, one of which compiles no schema that has ``nullable`` beside ``allOf``, without a type."""
    if isinstance(schema, list):
        return [without_bare_nulls(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    is_bare = "allOf" in schema and "type" not in schema
    return {name: without_bare_nulls(one) for name, one in schema.items() if not (is_bare and name == "nullable")}


def installed() -> list[Proxy]:
    return [one for one in PROXIES if shutil.which(one.arguments[0])]


@contextmanager
def started(proxy: Proxy, target: str, told: Path, wait: float = 60.0) -> Iterator[int]:
    """Its port, for the length of the block; what it prints is in ``told`` once it has ended."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    plain = told.parent / "plain.json"
    plain.write_text(json.dumps(without_bare_nulls(load_document(SPEC))))
    known = {"target": target, "port": port, "folder": told.parent, "plain": plain}
    arguments = [part.format(**known) for part in proxy.arguments]
    with told.open("wb") as file:
        process = subprocess.Popen(arguments, stdout=file, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + wait
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > until:
                        raise SystemExit(f"{proxy.name} did not start: {told.read_text()[:500]}") from None
                    time.sleep(0.1)
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def latencies(ports: list[int], headers: dict[str, str], calls: int) -> list[list[float]]:
    """Milliseconds of each call to each port in turn, so that whatever else the machine does is shared by all."""
    connections = [http.client.HTTPConnection("127.0.0.1", port) for port in ports]
    took: list[list[float]] = [[] for _ in ports]
    for number in range(calls + 50):
        body = f'{{"source_id": "bench-{number % 10}", "name": "Ann"}}'
        for connection, those in zip(connections, took, strict=True):
            began = time.perf_counter()
            connection.request("POST", "/v1/customers", body, headers)
            connection.getresponse().read()
            those.append((time.perf_counter() - began) * 1000)
    return [those[50:] for those in took]


def added(calls: int, folder: Path) -> None:
    with running() as server:
        headers = {"Content-Type": "application/json", "X-App-Id": server.app_id, "X-App-Token": server.app_token}
        straight = int(server.url.rpartition(":")[2])
        print(f"{calls} calls, each beside one that goes straight to the server\n")
        print("| ms | straight: median | p99 | added: median | p99 |\n|---|--:|--:|--:|--:|")
        for proxy in installed():
            with started(proxy, server.url, folder / "told") as port:
                took = latencies([straight, port], headers, calls)
            (median, p99), (longer, p99_of_it) = (
                (statistics.median(t), statistics.quantiles(t, n=100)[98]) for t in took
            )
            told = f"{median:.2f} | {p99:.2f} | {longer - median:.2f} | {p99_of_it - p99:.2f}"
            print(f"| {proxy.name} | {told} |", flush=True)


def found(proxy: Proxy, server: MockServer, folder: Path) -> set[str]:
    """What it says of the app's checks, whatever stands for ids and times in it."""
    told = folder / "told"
    with started(proxy, server.url, told) as port:
        environment = {"SHOP_API": f"http://127.0.0.1:{port}", "SHOP_ID": server.app_id, "SHOP_TOKEN": server.app_token}
        subprocess.run(CHECKS, env={**os.environ, **environment}, check=True)
    lines = re.findall(proxy.finding, told.read_text(), re.MULTILINE) if proxy.finding else []
    return {re.sub(r"\bcust_\w+|\d+", "…", re.sub(r"\x1b\[\d+m", "", line)) for line in lines}


def judged(folder: Path) -> None:
    proxies = installed()
    with running() as server:
        clean = {proxy.name: found(proxy, server, folder) for proxy in proxies}
    print(f"\n| what is broken | {' | '.join(proxy.name for proxy in proxies)} |\n|---|{':-:|' * len(proxies)}")
    said = " | ".join(str(len(clean[proxy.name])) for proxy in proxies)
    print(f"| nothing: what is said all the same | {said} |", flush=True)
    for fault, what in FAULTS.items():
        marks = []
        for proxy in proxies:
            with running([fault]) as server:
                marks.append("✓" if found(proxy, server, folder) - clean[proxy.name] else "–")
        print(f"| {what} (`{fault}`) | {' | '.join(marks)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder:
        added(calls, Path(folder))
        judged(Path(folder))


if __name__ == "__main__":
    main()
