"""How fast an audit is, by what is recorded and how, beside jsonschema's own validator and plain parsing, in one run.

Run: python benchmarks/audit.py [--answers N]. The answers are generated, about 1.4 KB each: customers with orders,
loyalty and referrals; sound ones, and some, half or all of them violating the contract in five ways. A rate is that
of a whole process with its workers, by the clock and by the time that the processors worked for it, which others on the
machine do not change much; memory is that of all of them together, at its peak.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from backports import zstd
from jsonschema import Draft4Validator, FormatChecker

from contracts.spec.document import pinned
from contracts.spec.formats import CHECKERS
from contracts.spec.schema import to_json_schema

SAMPLE = 3000
"""Answers for the slower ones: their rate does not depend on how many there are."""
DISTINCT = 20_000
"""Answers that are generated; a file repeats them."""
OF_HAR = 50
"""HAR files have so many times fewer answers: they are slow."""


def customer(number: int, choose: random.Random) -> dict[str, Any]:
    orders, total = choose.randrange(0, 40), choose.randrange(100, 90_000)
    return {
        "id": f"cust_{number:024d}",
        "source_id": f"shop-{number}",
        "name": f"Customer {number} Example",
        "description": "A customer of the shop.",
        "email": f"customer.{number}@example.com",
        "phone": "+1 555 0100",
        "birthdate": moment(choose)[:10],
        "address": {
            "city": "Springfield",
            "state": "NY",
            "line_1": f"{number} Example Street",
            "line_2": "",
            "country": "United States",
            "postal_code": "01234",
        },
        "summary": {
            "redemptions": {
                "total_redeemed": orders,
                "total_failed": 0,
                "total_succeeded": orders,
                "total_rolled_back": 0,
                "total_rollback_failed": 0,
                "total_rollback_succeeded": 0,
                "gift": {"redeemed_amount": choose.randrange(10_000), "amount_to_go": 0},
                "loyalty_card": {"redeemed_points": 0, "points_to_go": choose.randrange(1000)},
            },
            "orders": {
                "total_amount": orders * total,
                "total_count": orders,
                "average_amount": total if orders else 0,
                "last_order_amount": total if orders else 0,
                **({"last_order_date": moment(choose)} if orders else {}),
            },
        },
        "loyalty": {
            "points": orders,
            "referred_customers": 0,
            "campaigns": {"Gold": {"points": orders, "loyalty_tier": f"ltr_{number:020d}", "referred_customers": 0}},
        },
        "referrals": {"total": 1, "campaigns": [referral(number, choose)] if orders % 3 == 0 else []},
        "metadata": {"lang": "en", "visits": orders, "vip": True},
        "system_metadata": {},
        "created_at": moment(choose),
        "updated_at": moment(choose),
        "assets": {
            "cockpit_url": f"https://preferences.example.com/cust_{number:024d}",
            "cockpit_preference_center_url": f"https://preferences.example.com/cust_{number:024d}",
        },
        "object": "customer",
    }


def referral(number: int, choose: random.Random) -> dict[str, Any]:
    return {
        "campaign_id": f"camp_{number:020d}",
        "referrer_id": f"cust_{number:020d}",
        "related_object_id": f"r_{number}",
        "related_object_type": "redemption",
        "date": moment(choose),
    }


def moment(choose: random.Random) -> str:
    month, day = choose.randrange(1, 13), choose.randrange(1, 29)
    hour, minute, second = choose.randrange(24), choose.randrange(60), choose.randrange(60)
    year, thousandths = choose.randrange(2010, 2026), choose.randrange(1000)
    return f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}Z"


def violating(body: dict[str, Any], way: int) -> dict[str, Any]:
    """``body``, broken in one of five ways."""
    orders = body["summary"]["orders"]
    cents = {**orders, "total_amount": orders["total_amount"] + 0.5}
    ways: list[dict[str, Any]] = [
        {**body, "email": None},
        {**body, "summary": {**body["summary"], "orders": cents}},
        {**body, "created_at": body["created_at"].replace("T", " ")[:-1]},
        {name: value for name, value in body.items() if name != "loyalty"},
        {**body, "object": "client"},
    ]
    return ways[way % 5]


KINDS = {"clean": 0.0, "2 % violating": 0.02, "50 % violating": 0.5, "100 % violating": 1.0, "100 % email: null": 1.0}


def answers_of(kind: str) -> list[bytes]:
    choose = random.Random(7)  # noqa: S311 - the same answers each time
    lines = []
    for number in range(DISTINCT):
        body = customer(number, choose)
        if choose.random() < KINDS[kind]:
            body = violating(body, 0 if "null" in kind else number)
        lines.append(json.dumps(body, separators=(",", ":")).encode())
    return lines


def ndjson(
    path: Path, lines: list[bytes], times: int, opened: Callable[[Path], Any] = lambda path: path.open("wb")
) -> int:
    data = b"\n".join(lines) + b"\n"
    with opened(path) as file:
        for _ in range(times):
            file.write(data)
    return times * len(lines)


def parquet(path: Path, lines: list[bytes], times: int) -> int:
    schema = pa.schema([("body", pa.string())])
    table = pa.table({"body": pa.array([line.decode() for line in lines])}, schema)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for _ in range(times):
            writer.write_table(table)
    return times * len(lines)


def har(path: Path, lines: list[bytes], times: int) -> int:
    """Each answer to a request that sent what came back, or nothing of it."""
    wanted = max(times * len(lines) // OF_HAR, 1)
    content = {"mimeType": "application/json"}
    url = "https://api.example.com/v1/customers"
    with path.open("w") as file:
        file.write('{"log": {"entries": [')
        for number in range(wanted):
            line = lines[number % len(lines)].decode()
            posted = {**content, "text": json.dumps({"source_id": f"shop-{number % len(lines)}"})}
            request = {"method": "POST", "url": url, "headers": [], "postData": posted}
            response = {"status": 200, "headers": [], "content": {**content, "text": line}}
            file.write(("," if number else "") + json.dumps({"request": request, "response": response}))
        file.write("]}}")
    return wanted


FORMATS: dict[str, Callable[[Path, list[bytes], int], int]] = {
    "NDJSON": ndjson,
    "gzip": lambda path, lines, times: ndjson(path, lines, times, lambda p: gzip.GzipFile(p, "wb", 6)),
    "zstd": lambda path, lines, times: ndjson(path, lines, times, lambda p: zstd.ZstdFile(p, "w")),
    "Parquet": parquet,
    "HAR": har,
}


def audited(path: Path, workers: int) -> tuple[float, float, float]:
    """Seconds by the clock and of the cores, and MiB of all processes at the peak, of an audit as a whole process."""
    command = [sys.executable, "-m", "contracts", "audit", str(path), "--json", "--workers", str(workers)]
    peak, start, before = 0, time.perf_counter(), worked()
    with psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                family = [process, *process.children(recursive=True)]
                peak = max(peak, sum(one.memory_full_info().uss for one in family))
            time.sleep(0.1)
        if process.returncode not in (0, 1):
            raise SystemExit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - start, worked() - before, peak / 2**20


def worked() -> float:
    """Seconds that cores worked for the processes that this one started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rate(lines: list[bytes], work: Callable[[bytes], object]) -> float:
    """Answers a second of a core: the best of three, in this process alone."""
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        for line in lines:
            work(line)
        best = max(best, len(lines) / (time.process_time() - start))
    return best


def beside(lines: list[bytes]) -> dict[str, float]:
    formats = FormatChecker(formats=())
    for name, check in CHECKERS.items():
        formats.checks(name)(check)
    operation = pinned()["paths"]["/v1/customers"]["post"]
    declared = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft4Validator(to_json_schema(pinned(), declared, "lenient", "answer"), format_checker=formats)
    return {
        "jsonschema's validator": rate(lines, lambda line: validator.is_valid(json.loads(line))),
        "parsing alone: json": rate(lines, json.loads),
        "parsing alone: msgspec": rate(lines, msgspec.json.decode),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answers", type=int, default=200_000)
    options.add_argument("--formats", nargs="*", default=list(FORMATS), choices=list(FORMATS))
    given = options.parse_args()
    times = max(given.answers // DISTINCT, 1)
    clean = answers_of("clean")
    size = sum(map(len, clean)) / len(clean)
    today = datetime.now(UTC).date()
    print(f"{times * DISTINCT:,} answers of {size:,.0f} bytes, {today}, Python {platform.python_version()}, ", end="")
    print(f"{os.cpu_count()} cores; HAR: {OF_HAR} times fewer")
    names = ("voucherify-contracts", "jsonschema", "msgspec", "pyarrow")
    print(", ".join(f"{name} {version(name)}" for name in names))
    others = beside(clean[:SAMPLE])
    own = others["jsonschema's validator"]
    print("\n| in one process | answers a second of a core | beside jsonschema |\n|---|--:|--:|")
    for name, value in others.items():
        print(f"| {name} | {value:,.0f} | {value / own:,.1f} × |")
    print(
        "\n| `contracts audit` | a second of a core | beside clean | beside jsonschema | by the clock: one core ",
        end="",
    )
    print("| two cores | MiB |\n|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "traffic"
        for form in given.formats:
            first = 0.0
            for kind in KINDS:
                number = FORMATS[form](path, answers_of(kind), times)
                (one, cores, _), (two, _, memory) = audited(path, 1), audited(path, 2)
                first = first or number / cores
                ratios = f"{number / cores / first:.2f} | {number / cores / own:,.1f} ×"
                clock = f"{number / one:,.0f} | {number / two:,.0f}"
                print(f"| {form}, {kind} | {number / cores:,.0f} | {ratios} | {clock} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
