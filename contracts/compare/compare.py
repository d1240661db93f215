"""Two runs laid beside each other: findings new, gone and still there; answers that differ; the exit code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.compare.difference import Comparison, Difference
from contracts.compare.facts import Side
from contracts.compare.latency import latencies
from contracts.compare.learn import learn
from contracts.compare.pairing import pairs, unpaired
from contracts.record.run import Finding, Run


@dataclass(frozen=True)
class Change:
    """The same difference in ``probes`` answers; ``example`` is the first."""

    example: Difference
    probes: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """``learnt`` are the facts left out since they differ by themselves; ``compared`` counts requests."""

    old: Run
    new: Run
    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    still: tuple[Finding, ...]
    outcomes: tuple[tuple[str, str, str], ...]
    """Clauses whose outcome differs: id, old, new."""
    changes: tuple[Change, ...]
    learnt: frozenset[tuple[str, str]]
    compared: int
    unpaired: tuple[int, int]

    def exit_code(self, exact: bool) -> int:
        """1 on a new MUST finding, or on any difference where ``exact``; 3 where a side could not be judged."""
        if any(finding.level == "MUST" and not finding.waived for finding in self.appeared):
            return 1
        if exact and (self.appeared or self.gone or self.changes or self.outcomes):
            return 1
        return 3 if "inconclusive" in (self.old.footer.verdict, self.new.footer.verdict) else 0


def compare(old: Run, new: Run, same_as_old: Iterable[Run] = ()) -> Result:
    """``same_as_old`` are further runs against the target of ``old``, to learn from."""
    one, other = Side(old), Side(new)
    learnt = learn((one, other), [(one, Side(run)) for run in same_as_old])
    matched = list(pairs(one, other))
    found = list(Comparison(one, other, learnt).differences(matched))
    found += [one for one in latencies(matched) if one.fact not in learnt]
    before, after = _keyed(old), _keyed(new)
    return Result(
        old=old,
        new=new,
        appeared=tuple(after[key] for key in after if key not in before),
        gone=tuple(before[key] for key in before if key not in after),
        still=tuple(after[key] for key in after if key in before),
        outcomes=_outcomes(old, new),
        changes=_grouped(found),
        learnt=learnt,
        compared=len(matched),
        unpaired=unpaired(one, other),
    )


def _keyed(run: Run) -> dict[tuple[str, ...], Finding]:
    found: dict[tuple[str, ...], Finding] = {}
    for finding in run.findings:
        found.setdefault((finding.clause, re.sub(r"\[\d+\]", "[]", finding.where), finding.member), finding)
    return found


def _outcomes(old: Run, new: Run) -> tuple[tuple[str, str, str], ...]:
    before = {outcome.clause: outcome.outcome for outcome in old.outcomes}
    after = {outcome.clause: outcome.outcome for outcome in new.outcomes}
    return tuple(
        (clause, before.get(clause, "absent"), after.get(clause, "absent"))
        for clause in dict.fromkeys((*before, *after))
        if before.get(clause) != after.get(clause)
    )


def _grouped(found: list[Difference]) -> tuple[Change, ...]:
    """One change for each kind and place, however many answers show it."""
    groups: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    for one in found:
        groups[one.fact].append(one)
    return tuple(Change(group[0], tuple(dict.fromkeys(one.probe for one in group))) for group in groups.values())
