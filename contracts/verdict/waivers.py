"""Known violations, each with its reason, in a file that is reviewed. A waived clause still runs.

[[waiver]]
clause = "money.average"
path = "$.summary.orders.average_amount"     # any place, without it
reason = "rounded upwards until release 8"
link = "ISSUE-17"
until = 2027-01-31
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from contracts.clauses.evidence import member_text
from contracts.config.toml import read_entries
from contracts.errors import UsageError
from contracts.record.run import ClauseOutcome, Finding

KEYS = {"clause": str, "path": str, "reason": str, "link": str, "until": date}
_STEP = re.compile(r'\.([^.\[\]]+)|\[\d+\]|\[("(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")\]')
_PLACE = re.compile(rf"[^$]*\$(?:{_STEP.pattern})*")


@dataclass(frozen=True)
class Waiver:
    """``until`` is the last day on which it holds; None for no end."""

    clause: str
    reason: str
    path: str = ""
    link: str = ""
    until: date | None = None

    def covers(self, finding: Finding) -> bool:
        return finding.clause == self.clause and self.path in ("", *_paths(finding))

    def expired(self, today: date) -> bool:
        return self.until is not None and today > self.until


def _paths(finding: Finding) -> tuple[str, str, str]:
    """What a waiver may call the place: as it is; for any item of its lists; the declared member that holds it, since
    the next run draws other keys below that."""
    where = finding.where
    if not _PLACE.fullmatch(where):
        return where, where, where
    root, _, below = where.partition("$")
    found = list(_STEP.finditer(below))
    names = [json.loads(step[2], strict=False) if step[2] else step[1] for step in found]
    texts = [step[0] if step[1] or step[2] else "[]" for step in found]
    depth = _depth([0 if name is None else name for name in names], finding.member)
    return where, f"{root}${''.join(texts)}", f"{root}${''.join(texts[:depth])}"


def _depth(steps: Sequence[str | int], member: str) -> int:
    """How many of ``steps`` lead to ``member``, which begins at the root or at an item of a list; else all of them."""
    starts = [0, *(number for number, step in enumerate(steps, 1) if isinstance(step, int))]
    for end in range(1, len(steps) + 1):
        if any(member_text(tuple(steps[start:end])) == member for start in starts if start < end):
            return end
    return len(steps)


def read_waivers(path: Path, clauses: Iterable[str]) -> tuple[Waiver, ...]:
    """The waivers in ``path``. Raises UsageError that names file and key."""
    entries = read_entries(path, "waiver", KEYS, ("clause", "reason"))
    known = set(clauses)
    for number, entry in enumerate(entries, 1):
        if entry["clause"] not in known:
            where = f"{path}: waiver {number}"
            raise UsageError(f"{where}: there is no clause {entry['clause']!r}; `contracts clauses` lists them")
    return tuple(Waiver(**entry) for entry in entries)


def apply(
    waivers: Sequence[Waiver], outcomes: Sequence[ClauseOutcome], findings: Sequence[Finding], today: date
) -> tuple[tuple[ClauseOutcome, ...], tuple[Finding, ...], tuple[str, ...]]:
    """Outcomes and findings with what is waived marked, and a line for each waiver that is stale or expired.

    A clause all of whose findings are waived no longer fails: it is observed, with the reason. Where a waived clause
    passes, its waiver is stale, and that fails the gate: it would hide the next violation.
    """
    live = [waiver for waiver in waivers if not waiver.expired(today)]
    marked = tuple(_marked(finding, live) for finding in findings)
    problems = [f"the waiver of {w.clause} expired on {w.until}: {w.reason}" for w in waivers if w.expired(today)]
    judged = {one.clause for one in outcomes if one.outcome in ("pass", "fail", "warn", "observed")}
    for waiver in live:
        if waiver.clause in judged and not any(waiver.covers(finding) for finding in findings):
            at = f" at {waiver.path}" if waiver.path else ""
            problems.append(f"the waiver of {waiver.clause}{at} is stale: it passes again; take the waiver out")
    return tuple(_outcome(one, marked) for one in outcomes), marked, tuple(problems)


def _marked(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    waiver = next((one for one in waivers if one.covers(finding)), None)
    return finding if waiver is None else replace(finding, waived=waiver.reason)


def _outcome(outcome: ClauseOutcome, findings: Sequence[Finding]) -> ClauseOutcome:
    own = [finding for finding in findings if finding.clause == outcome.clause]
    if outcome.outcome not in ("fail", "warn") or not own or any(finding.waived is None for finding in own):
        return outcome
    return replace(outcome, outcome="observed", reason=f"waived: {own[0].waived}")


def written(findings: Sequence[Finding], old: Sequence[Waiver], today: date) -> str:
    """A waiver file for what is broken now: waivers that still cover something stay as they are."""
    kept = [w for w in old if any(w.covers(f) for f in findings) and not w.expired(today)]
    broken = [f for f in findings if f.level == "MUST" and not any(w.covers(f) for w in kept)]
    new = dict.fromkeys(Waiver(f.clause, "TO DO: say why", _paths(f)[-1]) for f in broken)
    return "\n".join(_entry(one) for one in (*kept, *new))


def _entry(waiver: Waiver) -> str:
    lines = ["[[waiver]]", f"clause = {_text(waiver.clause)}"]
    lines += [f"{key} = {_text(value)}" for key in ("path", "reason", "link") if (value := getattr(waiver, key))]
    lines += [f"until = {waiver.until.isoformat()}"] if waiver.until else []
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(char: str) -> str:
    return f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}"
