"""What is said of traffic that nobody planned: what it broke, or that it broke nothing as far as it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.clauses.clause import Clause
from contracts.clauses.history import History
from contracts.clauses.traffic import JUDGED
from contracts.record.exchange import Exchange
from contracts.record.run import ClauseOutcome, folded
from contracts.verdict.verdict import Verdict, verdict

UNSEEN = "nothing in the traffic to judge it by"


def of_traffic(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses that can judge by what traffic happens to hold."""
    return tuple(one for one in clauses if one.least != "run" or one.id in JUDGED)


def left_out(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Why exchanges are not judged, each with how many."""
    counted = Counter(one.left_out for one in exchanges if one.left_out is not None)
    return tuple(f"{number} × {reason}" for reason, number in counted.items())


def verdict_of_traffic(
    outcomes: Sequence[ClauseOutcome], history: History, exchanges: Sequence[Exchange], strict: bool
) -> Verdict:
    """Violated, or partial: no traffic shows that all is kept. Inconclusive only where there was nothing to judge."""
    if not history.evidence:
        why = "; ".join(left_out(exchanges)) or "no request came"
        where = history.resource.write.path
        return Verdict("inconclusive", f"nothing to judge, no answered request for {where}: {why}")
    seen = [one for one in outcomes if one.outcome != "blocked"]
    decided = verdict(seen, strict)
    if decided.word in ("violated", "inconclusive"):
        return decided
    must = [one for one in outcomes if one.level == "MUST"]
    judged = [one for one in must if one.outcome == "pass" and not one.vacuous]
    unseen = [one.clause for one in must if one.outcome == "blocked"]
    told = f"; not seen: {', '.join(folded(unseen, must))}" if unseen else ""
    return Verdict("partial", f"nothing broken in the traffic, by {len(judged)} of {len(must)} clauses{told}")
