"""From judgements to outcomes, from outcomes to one verdict and one exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from contracts.clauses.clause import NO_MEANING, Citation, Clause, Level, Observed, Seen, Vacuous, judge
from contracts.clauses.clause import Finding as Breach
from contracts.clauses.history import History
from contracts.record.curl import curl
from contracts.record.run import EXIT_CODES, ClauseOutcome, Finding, Outcome, Place, VerdictWord, folded
from contracts.record.ways import Way
from contracts.verdict.causes import Cause, causes
from contracts.verdict.isolation import why_not_isolated

MOST_NAMED = 6
"""Members that a verdict names for what was not seen of them."""
MOST_FINDINGS = 20
"""Findings of one clause, and places of one finding, that are kept: the next hundred would say the same."""


@dataclass(frozen=True)
class Verdict:
    """``reason`` is one line: what decided, or what could not be judged."""

    word: VerdictWord
    reason: str

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.word]


def outcome(
    clause: Clause,
    history: History,
    without: Iterable[str],
    target: str,
    why_unreached: str,
    ways: Mapping[str, Way] | None = None,
) -> tuple[ClauseOutcome, tuple[Finding, ...]]:
    """Judge one clause. A clause that raises is an error: our own bug, never a pass. ``ways`` are for curl lines."""
    made = ClauseOutcome(
        clause=clause.id,
        title=clause.title,
        level=clause.level,
        authority=str(clause.citation),
        outcome="pass",
        why=clause.why,
        advice=clause.advice,
    )
    if lacking := sorted(clause.needs & set(without)):
        return replace(made, outcome="unsupported", reason=f"the target is declared without {', '.join(lacking)}"), ()
    try:
        judgements = list(judge(clause, history))
        found = causes([judgement for judgement in judgements if isinstance(judgement, Breach)], history)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it must not pass for a verdict
        return replace(made, outcome="error", reason=whole(" ".join(f"{type(error).__name__}: {error}".split()))), ()
    observations = tuple(dict.fromkeys(j.text for j in judgements if isinstance(j, Observed)))
    made = replace(made, observations=tuple(map(whole, observations[:MOST_FINDINGS])))
    if found:
        findings = tuple(_finding(clause, cause, history, target, ways) for cause in found)
        worst = next(level for level in Level if any(finding.level == level for finding in findings))
        return replace(made, outcome=_FAILED[worst], findings=len(findings)), findings
    if observations and clause.level is Level.OBSERVE:
        return replace(made, outcome="observed"), ()
    if any(isinstance(judgement, Seen | Observed) for judgement in judgements):
        return made, ()
    if vacuous := [j.reason for j in judgements if isinstance(j, Vacuous)]:
        return replace(made, vacuous=True, reason=vacuous[0]), ()
    return replace(made, outcome="blocked", reason=why_unreached), ()


_FAILED: dict[Level, Outcome] = {Level.MUST: "fail", Level.SHOULD: "warn", Level.OBSERVE: "observed"}


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


def _finding(clause: Clause, cause: Cause, history: History, target: str, ways: Mapping[str, Way] | None) -> Finding:
    breach = cause.breaches[0]
    authority: Citation = breach.citation or clause.citation
    operation = history.at(breach.exchange).operation
    cited = history.resource.cites.get(cause.member) or (operation.cite if operation is not None else None)
    return Finding(
        clause=clause.id,
        level=breach.level or clause.level,
        exchange=breach.exchange,
        where=whole(breach.where),
        observed=whole(breach.observed),
        required=whole(breach.required),
        authority=whole(f"{authority}; {cited}" if cited else str(authority)),
        curl=curl(history.exchange(breach.exchange).request, target, ways),
        member=whole(cause.member),
        places=tuple(Place(b.exchange, whole(b.where), whole(b.observed)) for b in cause.breaches[:MOST_FINDINGS]),
        seen=len(cause.breaches),
        steps=breach.steps,
        not_isolated=why_not_isolated(breach, history) if (breach.level or clause.level) is Level.MUST else "",
    )


def whole(text: str) -> str:
    """``text`` with lone surrogates, which no record can hold, as the escapes that they are."""
    return text.encode("utf-8", "backslashreplace").decode()


def verdict(
    outcomes: Iterable[ClauseOutcome], strict: bool, declared: Iterable[str] = (), unreached: Sequence[str] = ()
) -> Verdict:
    """One word for a run. MUST decides; SHOULD only where ``strict``; what was not judged is never green.

    ``declared`` are clauses that the user chose to judge alone: the others are not judged, as declared. ``unreached``
    says of each member what no request showed of it.
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
    if unreached:
        return Verdict(
            "inconclusive", f"not looked at: {_first(unreached)}; a larger --budget or --seconds reaches more"
        )
    judged = ("pass", "warn", "observed")  # what is waived is observed
    if not any(one.outcome in judged and one.level != Level.OBSERVE for one in made):
        return Verdict("inconclusive", "no clause was judged")
    unsupported = [one for one in must if one.outcome == "unsupported"]
    if unsupported:
        return Verdict("partial", f"not judged, as declared: {_names(unsupported, must)}")
    if without_meaning := [one for one in must if one.reason == NO_MEANING]:
        what = _names(without_meaning, must)
        return Verdict(
            "partial",
            f"not judged, since {NO_MEANING}: {what}; `contracts overlay DOCUMENT` writes a first overlay to confirm",
        )
    if chosen := list(declared):
        return Verdict("partial", f"only {', '.join(chosen)} was judged, as asked for")
    return Verdict("conformant", "every clause that must hold was judged and holds")


def _first(lines: Sequence[str]) -> str:
    more = f" and {len(lines) - MOST_NAMED} more" if len(lines) > MOST_NAMED else ""
    return "; ".join(lines[:MOST_NAMED]) + more


def _names(some: Iterable[ClauseOutcome], of: Iterable[ClauseOutcome]) -> str:
    return ", ".join(folded((one.clause for one in some), of))
