"""What is found in the middle of a run, so that the plan can make it smaller."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from contracts.clauses.clause import Clause, Level
from contracts.clauses.history import history
from contracts.record.exchange import Exchange
from contracts.record.run import Finding
from contracts.spec.resource import Resource
from contracts.verdict.causes import OF_THE_WHOLE
from contracts.verdict.verdict import outcome


def found(
    exchanges: Sequence[Exchange],
    resource: Resource,
    clauses: Sequence[Clause],
    without: Collection[str] = (),
    known: Collection[str] = (),
    unavailable: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """One finding a cause, of what must hold; of the rest, requests that failed as a whole."""
    judged = [exchange for exchange in exchanges if exchange.is_judged]
    evidence = history(judged, resource, frozenset(known), unavailable, without)
    return tuple(
        finding
        for clause in clauses
        if clause.level is not Level.OBSERVE and clause.concerns(resource)
        for finding in outcome(clause, evidence, without, "", "")[1]
        if finding.level == Level.MUST or (finding.level == Level.SHOULD and finding.where in OF_THE_WHOLE)
    )
