"""From judgements to outcomes, from outcomes to one verdict and one exit code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contracts.clauses.clause import Citation, Clause, Level, Observed, Seen, Vacuous, judge
from contracts.clauses.clause import Finding as Breach
from contracts.clauses.evidence import History
from contracts.curl import curl
from contracts.run import ClauseOutcome, Finding, VerdictWord, folded

EXIT = {"conformant": 0, "partial": 0, "violated": 1, "inconclusive": 3}
MOST_FINDINGS = 20
"""Findings of one clause that are kept: the next hundred would say the same."""


@dataclass(frozen=True)
class Verdict:
    """``reason`` is one line: what decided, or what could not be judged."""

    word: VerdictWord
    reason: str

    @property
    def exit_code(self) -> int:
        return EXIT[self.word]


def outcome(
    clause: Clause,
    history: History,
    without: Iterable[str],
    target: str,
    why_unreached: str,
    by_bearer: bool = False,
) -> tuple[ClauseOutcome, tuple[Finding, ...]]:
    """Judge one clause. A clause that raises is an error: our own bug, never a pass."""
    made = ClauseOutcome(clause.id, clause.title, clause.level, str(clause.citation), "pass")
    if lacking := sorted(clause.needs & set(without)):
        return replace(made, outcome="unsupported", reason=f"the target is declared without {', '.join(lacking)}"), ()
    try:
        judgements = list(judge(clause, history))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it must not pass for a verdict
        return replace(made, outcome="error", reason=" ".join(f"{type(error).__name__}: {error}".split())), ()
    breaches = _distinct([judgement for judgement in judgements if isinstance(judgement, Breach)])
    observations = tuple(dict.fromkeys(j.text for j in judgements if isinstance(j, Observed)))
    made = replace(made, observations=observations[:MOST_FINDINGS])
    if breaches:
        failed: dict[Level, ClauseOutcome] = {
            Level.MUST: replace(made, outcome="fail"),
            Level.SHOULD: replace(made, outcome="warn"),
            Level.OBSERVE: replace(made, outcome="observed"),
        }
        findings = tuple(_finding(clause, breach, history, target, by_bearer) for breach in breaches)
        return replace(failed[clause.level], findings=len(findings)), findings
    if observations and clause.level is Level.OBSERVE:
        return replace(made, outcome="observed"), ()
    if any(isinstance(judgement, Seen | Observed) for judgement in judgements):
        return made, ()
    if vacuous := [j.reason for j in judgements if isinstance(j, Vacuous)]:
        return replace(made, vacuous=True, reason=vacuous[0]), ()
    return replace(made, outcome="blocked", reason=why_unreached), ()


def shortened(
    outcomes: Iterable[ClauseOutcome], findings: Sequence[Finding]
) -> tuple[tuple[ClauseOutcome, ...], tuple[Finding, ...]]:
    """Of each clause as many findings as are kept, those that no waiver covers first."""
    made: list[ClauseOutcome] = []
    kept: list[Finding] = []
    for one in outcomes:
        own = sorted((f for f in findings if f.clause == one.clause), key=lambda f: f.waived is not None)
        kept += own[:MOST_FINDINGS]
        made.append(replace(one, findings=len(own[:MOST_FINDINGS])))
    return tuple(made), tuple(kept)


def _distinct(breaches: list[Breach]) -> list[Breach]:
    """One finding for each place and kind of deviation: an answer repeated thirty times is one finding."""
    found: dict[tuple[str, str], Breach] = {}
    for breach in breaches:
        found.setdefault((re.sub(r"\[\d+\]", "[]", breach.where), breach.required), breach)
    return list(found.values())


def _finding(clause: Clause, breach: Breach, history: History, target: str, by_bearer: bool) -> Finding:
    exchange = next(e.exchange for e in history.evidence if e.exchange.number == breach.exchange)
    authority: Citation = breach.citation or clause.citation
    return Finding(
        clause=clause.id,
        level=clause.level,
        exchange=breach.exchange,
        where=breach.where,
        observed=breach.observed,
        required=breach.required,
        authority=str(authority),
        curl=curl(exchange.request, target, by_bearer),
    )


def verdict(outcomes: Iterable[ClauseOutcome], strict: bool, declared: Iterable[str] = ()) -> Verdict:
    """One word for a run. MUST decides; SHOULD only where ``strict``; what was not judged is never green.

    ``declared`` are clauses that the user chose to judge alone: the others are not judged, as declared.
    """
    made = list(outcomes)
    must = [one for one in made if one.level == Level.MUST]
    failed = [one for one in made if one.outcome == "fail" or (strict and one.outcome == "warn")]
    if failed:
        return Verdict("violated", f"{_names(failed, made)} not kept")
    if errors := [one for one in made if one.outcome == "error"]:
        return Verdict("inconclusive", f"an error of contracts itself in {_names(errors, made)}: {errors[0].reason}")
    if blocked := [one for one in must if one.outcome == "blocked"]:
        return Verdict("inconclusive", f"could not be judged: {_names(blocked, must)}")
    if not any(one.outcome in ("pass", "warn") and one.level != Level.OBSERVE for one in made):
        return Verdict("inconclusive", "no clause was judged")
    unsupported = [one for one in must if one.outcome == "unsupported"]
    if unsupported:
        return Verdict("partial", f"not judged, as declared: {_names(unsupported, must)}")
    if chosen := list(declared):
        return Verdict("partial", f"only {', '.join(chosen)} was judged, as asked for")
    return Verdict("conformant", "every clause that must hold was judged and holds")


def _names(some: Iterable[ClauseOutcome], of: Iterable[ClauseOutcome]) -> str:
    return ", ".join(folded((one.clause for one in some), of))
