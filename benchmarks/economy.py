"""Faults caught against budget: does each request earn its place?

Run: python benchmarks/economy.py [--plot docs/img/economy.svg]. Prints the table of docs/economy.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from contracts import __version__
from contracts.matrix import is_right, rows
from contracts.mock.registry import all_faults, all_variants

BUDGETS = (10, 25, 40, 60, 100, 200)


def measured(budget: int) -> tuple[int, int, int, float]:
    """Faults of a MUST caught, all such faults, false alarms among the conforming variants, seconds."""
    faults = {name: fault for name, fault in all_faults().items() if not fault.should}
    variants = all_variants()
    start = time.monotonic()
    made = list(rows(list(faults), list(variants), budget))
    caught = sum(row.caught for row in made if row.fault)
    alarms = sum(row.caught for row in made if row.variant)
    if budget == 60 and (wrong := [row.name for row in made if row.fault and not is_right(row, faults[row.fault])]):
        sys.stdout.write(f"not caught by their own clause at 60: {', '.join(wrong)}\n")
    return caught, len(faults), alarms, time.monotonic() - start


def plot(points: list[tuple[int, float]], path: str) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.6))
    axes.plot([budget for budget, _ in points], [share for _, share in points], marker="o", color="#2563eb")
    axes.set_xlabel("budget, requests with clean-up")
    axes.set_ylabel("faults caught, %")
    axes.set_ylim(0, 105)
    axes.axvline(60, color="#9ca3af", linestyle=":", label="default budget")
    for budget, share in points:
        axes.annotate(f"{share:.0f}", (budget, share), textcoords="offset points", xytext=(0, 6), ha="center")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", metavar="FILE")
    arguments = parser.parse_args()
    sys.stdout.write(
        f"{datetime.now(UTC):%Y-%m-%d}, voucherify-contracts {__version__}, Python {sys.version.split()[0]}\n"
    )
    sys.stdout.write(
        "\n| budget | faults caught | of | share | false alarms | seconds for all |\n|---|---|---|---|---|---|\n"
    )
    points: list[tuple[int, float]] = []
    for budget in BUDGETS:
        caught, faults, alarms, seconds = measured(budget)
        points.append((budget, 100 * caught / faults))
        share = f"{points[-1][1]:.1f} %"
        sys.stdout.write(f"| {budget} | {caught} | {faults} | {share} | {alarms} | {seconds:.0f} |\n")
        sys.stdout.flush()
    if arguments.plot:
        plot(points, arguments.plot)


if __name__ == "__main__":
    main()
