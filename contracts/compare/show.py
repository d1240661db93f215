"""A comparison for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import msgspec

from contracts.compare.compare import Change, Result
from contracts.record.run import Finding
from contracts.report.body import visible

_PROBES = 3


def lines(result: Result) -> Iterator[tuple[str, str]]:
    """``(style, text)``, the worst first, last the one line that sums it up."""
    for title, style, findings in (
        ("new", "bold red", result.appeared),
        ("gone", "green", result.gone),
        ("still there", "yellow", result.still),
    ):
        if findings:
            yield style, f"findings {title}: {len(findings)}"
            yield from (("", f"  {line}") for line in map(_finding, findings))
    if result.outcomes:
        yield "bold", f"clauses with another outcome: {len(result.outcomes)}"
        yield from (("", f"  {clause}: {old} → {new}") for clause, old, new in result.outcomes)
    if result.changes:
        yield "bold", f"answers that differ: {len(result.changes)}"
        for change in result.changes:
            yield from (("", f"  {line}") for line in _change(change))
    if result.learnt:
        places = sorted({where for _, where in result.learnt})
        shown = ", ".join(places[:8]) + (f" and {len(places) - 8} more" if len(places) > 8 else "")
        yield "dim", f"differs by itself, left out: {visible(shown, 400)}"
    if any(result.unpaired):
        only = f"{result.unpaired[0]} requests of OLD and {result.unpaired[1]} of NEW"
        yield "dim", f"not compared: {only} have no counterpart"
    for side, run in (("OLD", result.old), ("NEW", result.new)):
        if run.footer.verdict == "inconclusive":
            yield "yellow", f"{side} is inconclusive: {visible(run.footer.reason, 400)}"
    yield "bold", summary(result)


def summary(result: Result) -> str:
    parts = [
        f"{len(result.appeared)} findings new, {len(result.gone)} gone, {len(result.still)} still there",
        f"{len(result.changes)} differences in {result.compared} answers compared",
    ]
    same = not (result.appeared or result.gone or result.changes or result.outcomes)
    return ("no difference: " if same else "") + "; ".join(parts)


def as_json(result: Result, exact: bool) -> str:
    """One document, for machines."""
    made: dict[str, Any] = {
        "old": {"target": result.old.header.target, "verdict": result.old.footer.verdict},
        "new": {"target": result.new.header.target, "verdict": result.new.footer.verdict},
        "findings": {
            "new": msgspec.to_builtins(result.appeared),
            "gone": msgspec.to_builtins(result.gone),
            "still": msgspec.to_builtins(result.still),
        },
        "outcomes": [{"clause": clause, "old": old, "new": new} for clause, old, new in result.outcomes],
        "differences": [{**asdict(one.example), "probes": one.probes} for one in result.changes],
        "learnt": sorted({"kind": kind, "where": where}.items() for kind, where in result.learnt),
        "compared": result.compared,
        "exit_code": result.exit_code(exact),
    }
    made["learnt"] = [dict(items) for items in made["learnt"]]
    return json.dumps(made, indent=2, ensure_ascii=True)


def _finding(finding: Finding) -> str:
    return f"{finding.level} {finding.clause} at {finding.where}: {visible(finding.observed, 200)}"


def _change(change: Change) -> Iterator[str]:
    one = change.example
    more = len(change.probes) - _PROBES
    probes = ", ".join(change.probes[:_PROBES]) + (f" and {more} more" if more > 0 else "")
    yield f"{one.kind}: {visible(one.where, 200)}: {visible(one.old, 200)} → {visible(one.new, 200)}   ({probes})"
