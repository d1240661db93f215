"""An audit's tally for a person and for a program. Computes a verdict from the counts, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from contracts.audit.judge import OF_AN_EXCHANGE
from contracts.audit.tally import Example, Tally, by_number
from contracts.clauses.clause import Level
from contracts.report.body import visible
from contracts.spec.members import Pattern, pattern_text

Word = Literal["conformant", "violated", "inconclusive"]
EXIT: dict[Word, int] = {"conformant": 0, "violated": 1, "inconclusive": 3}

_CLAUSES = {clause.id: clause for clause in OF_AN_EXCHANGE}
_ORDER = {Level.MUST: 0, Level.SHOULD: 1, Level.OBSERVE: 2}
_STYLES = {Level.MUST: "bold red", Level.SHOULD: "bold yellow", Level.OBSERVE: "dim"}
_VERDICTS: dict[Word, str] = {"conformant": "bold green", "violated": "bold red", "inconclusive": "bold yellow"}
_SHOWN = 20
"""Undocumented members and the like shown to a person; ``--json`` has all that were counted."""


def verdict(tally: Tally, *, strict: bool) -> tuple[Word, str]:
    """The verdict and its reason: what is broken, or why nothing can be said."""
    levels = (Level.MUST, Level.SHOULD) if strict else (Level.MUST,)
    broken = sorted({clause for clause, _ in tally.findings if _CLAUSES[clause].level in levels})
    if broken:
        return "violated", f"{', '.join(broken)} not kept"
    if tally.errors:
        clause = min(tally.errors)
        first = tally.first["error", clause]
        where = f"{first.source}:{first.line}: {first.observed}"
        return "inconclusive", f"an error of contracts itself in {', '.join(sorted(tally.errors))}, at {where}"
    if not tally.judged:
        return "inconclusive", "no recorded answer of the operation was found"
    if tally.damaged:
        return "inconclusive", f"{tally.damaged.total():,} lines could not be read"
    return "conformant", "every answer that was recorded is as the contract asks, as far as a recording shows"


@dataclass(frozen=True)
class Group:
    """All findings of one clause at one place."""

    clause: str
    title: str
    level: Level
    authority: str
    path: str
    count: int
    first: Example


@dataclass(frozen=True)
class Outcome:
    """What the audit has to say of one clause: ``findings`` and ``observed`` are numbers of them."""

    clause: str
    title: str
    level: Level
    authority: str
    outcome: Literal["pass", "fail", "warn", "observed", "blocked", "error"]
    findings: int
    observed: int


def findings(tally: Tally) -> list[Group]:
    """What is broken, the worst and the most frequent first."""
    groups = []
    for (clause, path), count in _ordered(tally):
        one = _CLAUSES[clause]
        groups.append(Group(clause, one.title, one.level, str(one.citation), path, count, tally.first[clause, path]))
    return groups


def by_family(tally: Tally) -> dict[str, list[Outcome]]:
    """Each clause that a recording can be judged by; blocked, where nothing recorded had what it judges by."""
    found: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for (clause, _), count in tally.findings.items():
        found[clause] += count
    for (clause, _), count in tally.observed.items():
        seen[clause] += count
    families: dict[str, list[Outcome]] = {}
    for one in OF_AN_EXCHANGE:
        is_reached = tally.exchanges if one.least == "exchange" else tally.judged
        outcome = (
            {Level.MUST: "fail", Level.SHOULD: "warn"}.get(one.level, "observed")
            if found[one.id]
            else "error"
            if tally.errors[one.id]
            else "blocked"
            if not is_reached
            else "observed"
            if seen[one.id] and one.level is Level.OBSERVE
            else "pass"
        )
        made = Outcome(one.id, one.title, one.level, str(one.citation), outcome, found[one.id], seen[one.id])  # type: ignore[arg-type]
        families.setdefault(one.family, []).append(made)
    return families


def counted(tally: Tally) -> list[tuple[str, str]]:
    return [
        ("answers", f"{tally.judged:,}"),
        ("with their request", f"{tally.exchanges:,}"),
        ("findings", f"{tally.findings.total():,}"),
        ("printed by an SDK", f"{tally.reprinted:,}"),
        ("not judged", f"{tally.skipped.total():,}"),
    ]


def never_seen(tally: Tally, members: tuple[Pattern, ...]) -> list[str]:
    """Documented members that no answer had; below a member that was never there only that one is named."""
    missing = [path for path in members if path not in tally.seen]
    return [pattern_text(p) for p in missing if not any(p[:n] in missing for n in range(1, len(p)))]


def record(tally: Tally, members: tuple[Pattern, ...], *, strict: bool) -> dict[str, Any]:
    """For a program."""
    word, reason = verdict(tally, strict=strict)
    return {
        "verdict": word,
        "reason": reason,
        "answers": tally.judged,
        "findings": [
            {
                "clause": one.clause,
                "level": str(one.level),
                "path": one.path,
                "count": one.count,
                "first": _first(one.first),
            }
            for one in findings(tally)
        ],
        "families": {
            family: [
                {"clause": one.clause, "title": one.title, "level": str(one.level), "outcome": one.outcome}
                | {"authority": one.authority, "findings": one.findings, "observed": one.observed}
                for one in outcomes
            ]
            for family, outcomes in by_family(tally).items()
        },
        "observed": [{"clause": c, "what": what, "count": n} for (c, what), n in by_number(tally.observed)],
        "undocumented": [{"path": pattern_text(p), "count": n} for p, n in by_number(tally.undeclared)],
        "never_seen": never_seen(tally, members),
        "printed_by_an_sdk": {"answers": tally.reprinted, "by": dict(by_number(tally.marks))},
        "not_judged": dict(by_number(tally.skipped)),
        "damaged": [
            {"what": what, "count": n, "first": _first(tally.first["damaged", what])}
            for what, n in by_number(tally.damaged)
        ],
        "errors": [
            {"clause": clause, "count": n, "first": _first(tally.first["error", clause])}
            for clause, n in sorted(tally.errors.items())
        ],
    }


def show(console: Console, tally: Tally, members: tuple[Pattern, ...], seconds: float, *, strict: bool) -> None:
    """For a person: findings first, then what was merely seen, last the verdict."""
    for one in findings(tally):
        head = Text(f"{one.level} {one.clause} ", _STYLES[one.level])
        console.print(head.append(f"{one.path}: {one.count:,} of {tally.judged:,}", ""))
        _row(console, "first", f"{one.first.source}:{one.first.line} at {one.first.where}")
        _row(console, "observed", one.first.observed)
        _row(console, "required", one.first.required)
    if tally.findings:
        console.print()
    for line in notes(tally, members):
        console.print(Text(visible(line, 2000), "dim"))
    word, reason = verdict(tally, strict=strict)
    console.print(Text(word, _VERDICTS[word]).append(f": {visible(reason, 2000)}", ""))
    rate = f", {tally.judged / seconds:,.0f} a second" if seconds >= 1 else ""
    console.print(Text(f"{tally.judged:,} answers, {tally.findings.total():,} findings, {seconds:.1f} s{rate}"))


def notes(tally: Tally, members: tuple[Pattern, ...]) -> Iterator[str]:
    """What was merely seen, or not judged."""
    for (clause, what), count in by_number(tally.observed)[:_SHOWN]:
        yield f"observed, {clause}: {what} ({count:,})"
    if tally.undeclared:
        yield f"undocumented: {_listed([f'{pattern_text(p)} ({n:,})' for p, n in by_number(tally.undeclared)])}"
    if tally.judged and (missing := never_seen(tally, members)):
        yield f"documented, never seen: {_listed(missing)}"
    if tally.reprinted:
        marks = ", ".join(f"{mark} ({count:,})" for mark, count in by_number(tally.marks))
        yield f"printed by an SDK, judged as they were on the wire: {tally.reprinted:,} bodies: {marks}"
    for what, count in by_number(tally.skipped)[:_SHOWN]:
        yield f"not judged: {what} ({count:,})"
    for what, count in by_number(tally.damaged):
        first = tally.first["damaged", what]
        yield f"damaged: {what} ({count:,}), the first {first.source}:{first.line}: {first.observed}"
    for clause, count in sorted(tally.errors.items()):
        first = tally.first["error", clause]
        yield f"error of contracts itself: {clause} ({count:,}), at {first.source}:{first.line}: {first.observed}"


def _ordered(tally: Tally) -> list[tuple[tuple[str, str], int]]:
    return sorted(tally.findings.items(), key=lambda item: (_ORDER[_CLAUSES[item[0][0]].level], -item[1], item[0]))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _first(example: Example) -> dict[str, Any]:
    return {
        "source": example.source,
        "line": example.line,
        "where": example.where,
        "observed": example.observed,
        "required": example.required,
    }


def _row(console: Console, name: str, value: str) -> None:
    console.print(Text(f"  {name:<10}", "dim").append(visible(value, 200), ""))
