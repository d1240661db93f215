"""Deep faults caught against budget: what comes later, seldom or at once, or in the other operations. And all variants.

Run: python benchmarks/deep.py [--budgets 60,300,1000] [--every N] [--group WORD] [--seeds N] [--rows FILE]
[--minutes M] [--plot FILE]. Each gate is a row of FILE as it ends, so that a run that was stopped goes on where it was.
The table of docs/deep.md is printed of all rows that are there, and how many seeds were right where there are several.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts import __version__
from contracts.matrix import Row, is_right, rows
from contracts.mock.registry import all_variants, deep_faults, deep_variants

VARIANTS = {**deep_variants(), **all_variants()}
RECORDS = {**deep_faults(), **VARIANTS}
PIECE = 6
"""Gates between two looks at the clock."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budgets", default="60,300,1000")
    parser.add_argument("--every", type=int, default=1, help="take each Nth fault and variant only")
    parser.add_argument("--group", default="", help="take faults and variants of this group only: races, variants …")
    parser.add_argument("--seeds", type=int, default=1, help="gates of each, with the seeds 0, 1, 2 …")
    parser.add_argument("--rows", type=Path, default=Path("deep.ndjson"), help="where rows are kept")
    parser.add_argument("--minutes", type=float, default=24 * 60, help="begin nothing new after so many")
    parser.add_argument("--plot", metavar="FILE")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    ends = time.monotonic() + 60 * arguments.minutes
    names = [*list(VARIANTS)[:: arguments.every], *list(deep_faults())[:: arguments.every]]
    names = [name for name in names if arguments.group in ("", RECORDS[name].group.removeprefix("deep-"))]
    for budget in map(int, arguments.budgets.split(",")):
        for seed in range(arguments.seeds):
            _measure(names, budget, seed, arguments.rows, arguments.workers, ends)
    every = _read(arguments.rows)
    made = [row for row in every if row["seed"] == 0]
    _print(made)
    _print_seeds(every)
    if arguments.plot:
        _plot(made, arguments.plot)


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def _measure(names: list[str], budget: int, seed: int, path: Path, workers: int, ends: float) -> None:
    """Make the rows of ``budget`` and ``seed`` that are not there yet."""
    done = {row["name"] for row in _read(path) if (row["budget"], row["seed"]) == (budget, seed)}
    left = [name for name in names if name not in done]
    while left and time.monotonic() < ends:
        piece, left = left[:PIECE], left[PIECE:]
        with path.open("a", encoding="utf-8") as file:

            def note(row: Row, file: Any = file) -> None:
                file.write(json.dumps(_plain(row, budget, seed)) + "\n")
                file.flush()

            faults = [name for name in piece if name in deep_faults()]
            variants = [name for name in piece if name in VARIANTS]
            list(rows(faults, variants, budget, workers, note, seed))


def _plain(row: Row, budget: int, seed: int) -> dict[str, Any]:
    record = RECORDS[row.name]
    return {
        "name": row.name,
        "budget": budget,
        "seed": seed,
        "group": record.group,
        "right": is_right(row, record),
        "found": row.caught or record.caught_by in row.warned,
        "first": row.first,
        "requests": row.requests,
        "left_over": row.left_over,
    }


def _print(made: list[dict[str, Any]]) -> None:
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, voucherify-contracts {__version__}, Python {sys.version.split()[0]}, ")
    write(f"{os.cpu_count()} cores\n\n")
    groups = list(dict.fromkeys(fault.group for fault in deep_faults().values()))
    write(
        f"| budget | faults | caught by their clause | caught at all | {' | '.join(groups)} | variants not passed |\n"
    )
    write("|---" * (len(groups) + 5) + "|\n")
    for budget in sorted({row["budget"] for row in made}):
        some = [row for row in made if row["budget"] == budget]
        faults = [row for row in some if row["name"] in deep_faults()]
        variants = [row for row in some if row["name"] in VARIANTS]
        right, of = Counter(r["group"] for r in faults if r["right"]), Counter(r["group"] for r in faults)
        by_group = " | ".join(f"{right[group]} of {of[group]}" for group in groups)
        caught = f"{sum(right.values())} ({_share(sum(right.values()), len(faults))})"
        alarms = f"{sum(not row['right'] for row in variants)} of {len(variants)}"
        found = sum(row["found"] for row in faults)
        write(f"| {budget} | {len(faults)} | {caught} | {found} | {by_group} | {alarms} |\n")
    for budget in sorted({row["budget"] for row in made}):
        missed = [row["name"] for row in made if row["budget"] == budget and not row["right"]]
        write(f"\nnot as it should be at {budget}: {', '.join(missed) or 'none'}\n")
        left = [f"{row['name']} {row['left_over']}" for row in made if row["budget"] == budget and row["left_over"]]
        write(f"customers left at {budget}: {', '.join(left) or 'none'}\n")


def _print_seeds(every: list[dict[str, Any]]) -> None:
    """How many seeds of each fault or variant, where there are several, were as they should be."""
    tried = Counter((row["name"], row["budget"]) for row in every)
    right = Counter((row["name"], row["budget"]) for row in every if row["right"])
    for (name, budget), seeds in tried.items():
        if seeds > 1:
            sys.stdout.write(f"{name} at {budget}: {right[name, budget]} of {seeds} seeds\n")


def _share(part: int, of: int) -> str:
    return f"{100 * part / max(1, of):.0f} %"


def _plot(made: list[dict[str, Any]], path: str) -> None:
    from matplotlib import pyplot

    budgets = sorted({row["budget"] for row in made})
    points = []
    for budget in budgets:
        faults = [row for row in made if row["budget"] == budget and row["name"] in deep_faults()]
        points.append((budget, 100 * sum(row["right"] for row in faults) / max(1, len(faults))))
    figure, axes = pyplot.subplots(figsize=(6.4, 3.6))
    axes.plot([budget for budget, _ in points], [share for _, share in points], marker="o", color="#2563eb")
    axes.set_xscale("log")
    axes.set_xticks(budgets, [str(budget) for budget in budgets])
    axes.set_xlabel("budget, requests with clean-up")
    axes.set_ylabel("deep faults caught by their clause, %")
    axes.set_ylim(0, 105)
    for budget, share in points:
        axes.annotate(f"{share:.0f}", (budget, share), textcoords="offset points", xytext=(0, 6), ha="center")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    main()
