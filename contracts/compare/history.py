"""Runs kept in a folder by target and date: each clause over time, when it broke, when it was mended, what is flaky."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from contracts.compare.values import without_prefix
from contracts.errors import DocumentError, UsageError
from contracts.record.exchange import Exchange
from contracts.record.run import Outcome, Run, read
from contracts.report import write_record
from contracts.runner.gate import check_writable

BAD = ("fail", "warn")
RECORD = "run.ndjson"
EMBEDDED = "embedded"
"""The target of runs on the embedded server, which has another port each time."""


@dataclass(frozen=True)
class Turn:
    """A clause broke, or was mended, in the run at ``index``."""

    index: int
    broke: bool


@dataclass(frozen=True)
class Row:
    """One clause over all runs of a target; ``outcomes`` are None where a run did not have it."""

    clause: str
    outcomes: tuple[Outcome | None, ...]
    turns: tuple[Turn, ...]
    flaky: bool


@dataclass(frozen=True)
class Timeline:
    """The runs of one target, oldest first."""

    target: str
    runs: tuple[Run, ...]
    rows: tuple[Row, ...]


def keep(run: Run, folder: Path, target: str) -> Path:
    """Write ``run`` into ``folder`` under its target and date; returns the file. Raises UsageError."""
    check_writable(folder, "--history")
    place = folder / (re.sub(r"[^A-Za-z0-9.-]+", "-", target).strip("-") or "target")
    name = re.sub(r"[^0-9TZ-]+", "-", run.header.started.replace("+00:00", "Z"))
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_record(run, place / f"{name}.ndjson")
    except OSError as error:
        raise UsageError(f"--history {folder}: cannot be written to ({error.strerror}); name another folder") from None
    return place / f"{name}.ndjson"


def timelines(folder: Path, broken: Callable[[str], None] = lambda text: None) -> tuple[Timeline, ...]:
    """Every record below ``folder``, by target; ``broken`` is told of each that cannot be read. UsageError for none."""
    grouped: dict[str, list[Run]] = defaultdict(list)
    is_empty = True
    for path in sorted(folder.rglob("*.ndjson")):
        if path.name.startswith("ledger"):
            continue
        try:
            run = read(path)
        except DocumentError as error:
            broken(str(error))
            is_empty = False
            continue
        own = EMBEDDED if run.header.embedded else run.header.target
        grouped[own if path.name == RECORD or path.parent == folder else path.parent.name].append(run)
    if not grouped and is_empty:
        raise UsageError(f"{folder}: holds no run records; fill it with `contracts gate --history {folder}`")
    return tuple(_timeline(target, runs) for target, runs in sorted(grouped.items()))


def _timeline(target: str, runs: list[Run]) -> Timeline:
    ordered = tuple(sorted(runs, key=lambda run: run.header.started))
    clauses = dict.fromkeys(outcome.clause for run in ordered for outcome in run.outcomes)
    return Timeline(target, ordered, tuple(_row(clause, ordered) for clause in clauses))


def _row(clause: str, runs: Sequence[Run]) -> Row:
    outcomes = tuple(next((o.outcome for o in run.outcomes if o.clause == clause), None) for run in runs)
    turns = tuple(_turns(outcomes))
    return Row(clause, outcomes, turns, len(turns) > 1 and _is_flaky(clause, runs))


def _turns(outcomes: Sequence[Outcome | None]) -> Iterator[Turn]:
    """Between runs that judged the clause: those between that did not judge it say nothing."""
    judged = [
        (index, outcome in BAD) for index, outcome in enumerate(outcomes) if outcome in ("pass", "observed", *BAD)
    ]
    for (_, before), (index, now) in pairwise(judged):
        if before != now:
            yield Turn(index, now)


def _is_flaky(clause: str, runs: Sequence[Run]) -> bool:
    """Did the same request bring a finding, then none, then one again, or the other way round?"""
    requests = {key for run in runs for key in _with_finding(clause, run)}
    for key in requests:
        seen = [key in _with_finding(clause, run) for run in runs if key in _sent(run)]
        if sum(one != other for one, other in pairwise(seen)) > 1:
            return True
    return False


def _with_finding(clause: str, run: Run) -> set[tuple[str, str]]:
    found = (run.exchange(finding.exchange) for finding in run.findings if finding.clause == clause)
    return {_key(exchange, run) for exchange in found if exchange is not None}


def _sent(run: Run) -> set[tuple[str, str]]:
    return {_key(exchange, run) for exchange in run.exchanges}


def _key(exchange: Exchange, run: Run) -> tuple[str, str]:
    """The request, but for the run's prefix; of one that names an id the server gave, its label is enough."""
    request = exchange.request
    body = without_prefix((request.body or b"").decode("utf-8", "backslashreplace"), run.header.prefix)
    return request.label, "" if '"id"' in body or request.method != "POST" else body
