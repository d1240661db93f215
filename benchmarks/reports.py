"""What reports cost of a body that is made to be slow: seconds by shape and size, and how they grow.

Run: tox -e reports, or python benchmarks/reports.py [--most 2097152]. A body of twice the size may cost twice as much.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from msgspec.structs import replace

from contracts.client.redaction import Mask
from contracts.record.curl import curl
from contracts.record.exchange import Answer, Exchange, Request
from contracts.record.run import ClauseOutcome, Finding, Footer, Header, Run, count_outcomes
from contracts.report import REPORTS
from contracts.report.body import lines

JSON = (("Content-Type", "application/json"),)
SHAPES: dict[str, tuple[Callable[[int], bytes], str]] = {
    "nested arrays": (lambda n: b"[" * n, "$[0][0][0]"),
    "nested objects": (lambda n: b'{"a":' * (n // 5), "$.a.a.a"),
    "members": (lambda n: b"{" + b",".join(b'"m%07d":1' % i for i in range(n // 12)) + b"}", "$.m0030000"),
    "a list": (lambda n: b"[" + b'{"x":1},' * (n // 8) + b'{"deep":1}]', "$[40000].x"),
    "one string": (lambda n: b'{"a":"' + b"y" * n + b'","b":1}', "$.b"),
    "colons": (lambda n: b"{" + b":" * n, "$.a"),
    "strings without commas": (lambda n: b"[" + b'"a"' * (n // 3), "$[1]"),
    "escapes": (lambda n: b'{"a":"' + b"\\u0041" * (n // 6) + b'","b":1}', "$.b"),
    "quotes that do not end": (lambda n: b'{"a":"' + b"\\" * n, "$.a"),
}
ESCAPES = {
    "\\u0041": b"\\u0041",
    "&amp;": b"&amp;",
    "&#x41;": b"&#x41;",
    "%41": b"%41",
    "%2541": b"%2541",
    "\\N": b"\\N",
    "%zz": b"%zz",
    "plain": b"A",
    "a near miss": b"q9Zx/7Rt+Lk2/Vw",
}
SECRETS = {
    "VOUCHERIFY_APP_TOKEN": "q9Zx/7Rt+Lk2/Vw==-0123456789abcdef",
    "VOUCHERIFY_APP_ID": "8a4b0d1e-7c5f-4f3a-9a60-1f2e3d4c5b6a",
    "VOUCHERIFY_OAUTH_TOKEN": "b2F1dGgtdG9rZW4tb2YtYS1zYW5kYm94",
}

MASK = Mask(SECRETS)


def timed(call: Callable[[], object]) -> float:
    """Seconds of processor time of one call: others are at work on the machine, too."""
    began = time.process_time()
    call()
    return time.process_time() - began


def run_of(bodies: list[bytes], where: str) -> Run:
    """A run of one exchange and twenty findings a body."""
    request = Request("smoke", "POST", "/v1/customers", JSON, b'{"name":"Ada"}')
    exchanges = tuple(Exchange(n, request, Answer(200, JSON, body, 0.01)) for n, body in enumerate(bodies, 1))
    line = curl(request, "http://127.0.0.1:1")
    findings = tuple(
        Finding(f"schema.c{n % 20}", "MUST", n % len(bodies) + 1, where, "1", f"{n}", "spec #/x", line)
        for n in range(20 * len(bodies))
    )
    clauses = tuple(
        ClauseOutcome(f"schema.c{n}", f"c{n}", "MUST", "spec #/x", "fail", findings=len(bodies)) for n in range(20)
    )
    header = Header(
        "http://127.0.0.1:1", "2026-01-02T03:04:05.006+00:00", 1, 60, "contracts-00000000-", "lenient", False
    )
    header = replace(header, spec="spec/openapi.yaml", tool="voucherify-contracts 0.1.0")
    counts = count_outcomes(clauses)
    footer = Footer("violated", 1, "not kept", len(bodies), len(findings), len(clauses), counts, (), (), 1.0)
    return Run(header, exchanges, clauses, findings, footer)


def row(name: str, sizes: list[int], seconds: list[float]) -> None:
    shown = "".join(f"{1000 * one:>10.1f}" for one in seconds)
    growth = seconds[-1] / max(seconds[0], 1e-4)
    sys.stdout.write(f"{name:<28}{shown}{growth:>9.1f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=2 * 1024 * 1024, help="Bytes of the longest body.")
    parser.add_argument("--bodies", type=int, default=60, help="Different bodies in the run whose reports are written.")
    given = parser.parse_args()
    sizes = [given.most // 8, given.most // 4, given.most // 2, given.most]
    head = "".join(f"{f'{size // 1024} KiB':>10}" for size in sizes)
    sys.stdout.write(f"{'milliseconds':<28}{head}   growth (8 would be linear)\n\none finding\n")
    for name, (make, where) in SHAPES.items():
        row(name, sizes, [min(_one_finding(make(size) + b" " * n, where) for n in range(3)) for size in sizes])
    sys.stdout.write(f"\nevery report of {given.bodies} such bodies and {20 * given.bodies} findings\n")
    for name, (make, where) in SHAPES.items():
        row(name, sizes, [_reports(make(size), given.bodies, where) for size in sizes])
    sys.stdout.write("\nmasking\n")
    for name, part in ESCAPES.items():
        row(name, sizes, [_masking(part * (size // len(part))) for size in sizes])


def _one_finding(body: bytes, where: str) -> float:
    return timed(lambda: lines(body, where))


def _reports(body: bytes, bodies: int, where: str) -> float:
    run = run_of([body + b" " * n for n in range(bodies)], where)
    return timed(lambda: [render(run) for render in REPORTS.values()])


def _masking(body: bytes) -> float:
    return timed(lambda: MASK.data(body))


if __name__ == "__main__":
    main()
