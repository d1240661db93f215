"""How fast an audit is, beside jsonschema's own validator and beside plain JSON parsing, in one run.

Run: python benchmarks/audit.py [--answers N]. The answers are generated, about 1.3 KB each, all of one kind: sound
customers with orders, loyalty and referrals. Memory is that of all processes of the audit together, at its peak.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
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
from jsonschema import Draft4Validator, FormatChecker

from contracts.spec.document import pinned
from contracts.spec.formats import CHECKERS
from contracts.spec.schema import to_json_schema

SAMPLE = 3000
"""Answers for the slower ones: their rate does not depend on how many there are."""


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


def generate(path: Path, answers: int) -> None:
    choose = random.Random(7)  # noqa: S311 - the same answers each time
    with path.open("w") as file:
        for number in range(answers):
            file.write(json.dumps(customer(number, choose), separators=(",", ":")) + "\n")


def audited(path: Path) -> list[str]:
    return [sys.executable, "-m", "contracts", "audit", str(path)]


def seconds_of(command: list[str]) -> float:
    """The best of three, as a whole process with all its workers."""
    taken: list[float] = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - start)
    return min(taken)


def memory_of(command: list[str]) -> float:
    """MiB of all its processes together, at the peak: in a run of its own, since looking takes time."""
    peak = 0
    with psutil.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                family = [process, *process.children(recursive=True)]
                peak = max(peak, sum(one.memory_full_info().uss for one in family))
            time.sleep(0.05)
    return peak / 2**20


def rate(lines: list[bytes], work: Callable[[bytes], object]) -> float:
    """Answers a second: the best of three, in this process alone."""
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for line in lines:
            work(line)
        best = max(best, len(lines) / (time.perf_counter() - start))
    return best


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answers", type=int, default=1_000_000)
    answers = options.parse_args().answers
    formats = FormatChecker(formats=())
    for name, check in CHECKERS.items():
        formats.checks(name)(check)
    operation = pinned()["paths"]["/v1/customers"]["post"]
    declared = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft4Validator(to_json_schema(pinned(), declared, "lenient", "answer"), format_checker=formats)
    with tempfile.TemporaryDirectory() as folder:
        some, all_ = Path(folder) / "some.ndjson", Path(folder) / "all.ndjson"
        generate(all_, answers)
        with all_.open("rb") as file:
            lines = [file.readline() for _ in range(max(answers // 10, 1))]
        some.write_bytes(b"".join(lines))
        seconds = seconds_of(audited(all_))
        memory_of_some, memory_of_all = memory_of(audited(some)), memory_of(audited(all_))
        sample = lines[:SAMPLE]
        own = rate(sample, lambda line: validator.is_valid(json.loads(line)))
        library = rate(sample, json.loads)
        fast = rate(sample, msgspec.json.decode)
    size = sum(map(len, lines)) / len(lines)
    cores = os.cpu_count() or 1
    today = datetime.now(UTC).date()
    print(f"{answers:,} answers of {size:,.0f} bytes, {today}, Python {platform.python_version()}, {cores} cores")
    versions = ", ".join(f"{name} {version(name)}" for name in ("voucherify-contracts", "jsonschema", "msgspec"))
    print(versions)
    print()
    print("| | answers a second | beside jsonschema |")
    print("|---|--:|--:|")
    rows = [
        ("jsonschema's validator, one core", own),
        ("**contracts audit**, whole process, all cores", answers / seconds),
        ("parsing alone: json, one core", library),
        ("parsing alone: msgspec, one core", fast),
        (f"parsing alone: msgspec, {cores} cores (the limit)", fast * cores),
    ]
    for name, value in rows:
        print(f"| {name} | {value:,.0f} | {value / own:,.1f} × |")
    print()
    print(f"memory at the peak: {memory_of_some:.0f} MiB for {len(lines):,} answers, {memory_of_all:.0f} MiB for all")


if __name__ == "__main__":
    main()
