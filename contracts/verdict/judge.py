"""From a trace to outcomes, findings and one verdict. Pure: a live run and its record, read again, are judged alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from contracts.clauses.clause import Clause, Level
from contracts.clauses.history import History, history
from contracts.clauses.traffic import traffic_history
from contracts.plan.coverage import coverage, unreached
from contracts.record.exchange import Exchange
from contracts.record.run import ClauseOutcome, Coverage, Finding, Header
from contracts.record.trace import Trace
from contracts.spec.resource import Resource
from contracts.spec.security import named
from contracts.verdict.missing_capabilities import suggestions
from contracts.verdict.traffic import UNSEEN, of_traffic, verdict_of_traffic
from contracts.verdict.verdict import Verdict, outcome, shortened, verdict
from contracts.verdict.waivers import Waiver, apply

STOPPED = "the run did not end: "
"""Begins the note of a run that found a breach before it was stopped."""
UNREACHED = "no request of the run reached it within the budget"


@dataclass(frozen=True)
class Judgement:
    """``notes`` say what else the user is to know: what seems missing, why the run did not end."""

    outcomes: tuple[ClauseOutcome, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage
    verdict: Verdict
    notes: tuple[str, ...]


def judge(
    trace: Trace,
    resource: Resource,
    clauses: Sequence[Clause],
    header: Header,
    waivers: Sequence[Waiver] = (),
    today: date | None = None,
) -> Judgement:
    """What ``clauses`` say of ``trace``, as ``header`` says that the run was made. ``today`` ends waivers."""
    deletes = any(one.effect == "delete" and one.level != "OBSERVE" for one in resource.operations)
    exchanges = [e for e in trace.exchanges if e.is_judged or (deletes and e.left_out is None)]
    known, unavailable = frozenset(header.known_customers), trace.unavailable_credentials
    if header.traffic:
        clauses = of_traffic(clauses)
        evidence: History = traffic_history(trace.exchanges, resource, known, header.without)
    else:
        evidence = history(exchanges, resource, known, unavailable, header.without)
    why = trace.stopped or (UNSEEN if header.traffic else UNREACHED)
    ways = header.ways
    made = [
        outcome(clause, evidence, header.without, header.target, why, ways)
        for clause in clauses
        if clause.concerns(resource)
    ]
    found = tuple(finding for _, findings in made for finding in findings)
    outcomes, findings, problems = apply(waivers, [one for one, _ in made], found, today or date.min)
    outcomes, findings = shortened(outcomes, findings)
    covered = coverage([e for e in exchanges if e.is_judged], resource)
    if header.traffic:
        covered = msgspec.structs.replace(covered, notes=())  # what a larger budget would send: nobody planned this
        decided = verdict_of_traffic(outcomes, evidence, trace.exchanges, header.strict)
    else:
        decided = verdict(outcomes, header.strict, header.clauses, unreached(covered))
    notes = list(suggestions(evidence, trace.exchanges, frozenset(header.without)))
    if problems and not trace.stopped:
        told = f"{decided.reason}; " if decided.word == "violated" else ""
        decided = Verdict("violated", told + "; ".join(problems))
    if decided.word in ("conformant", "partial") and (lacking := _lacking_credentials(header, resource)):
        decided = Verdict("inconclusive", lacking)
    if trace.stopped and decided.word != "violated":
        decided = Verdict("inconclusive", trace.stopped)
    elif trace.stopped:
        notes.append(f"{STOPPED}{trace.stopped}")
    return Judgement(outcomes, findings, covered, decided, tuple(notes))


def _lacking_credentials(header: Header, resource: Resource) -> str:
    """What is to be done where the run had only a part of what the document asks for together; empty where it had all.

    A server that takes the part was not seen to ask for the rest.
    """
    own = header.own_credentials
    whole = [named(one) for one in resource.security if set(own) < set(one)]
    if "auth" in header.without or not own or not whole or own in resource.security:
        return ""
    wanted = ", or ".join(whole)
    return f"the document asks for {wanted}; the run had {header.credentials} only: set the rest, or say --without auth"


def outcomes(
    exchanges: Sequence[Exchange], resource: Resource, clauses: Sequence[Clause], without: Collection[str] = ()
) -> dict[str, ClauseOutcome]:
    """What ``exchanges`` by themselves say of the clauses that must hold, by their ids."""
    evidence = history(exchanges, resource, without=without)
    wanted = (clause for clause in clauses if clause.level is Level.MUST and clause.concerns(resource))
    return {clause.id: outcome(clause, evidence, without, "", UNREACHED)[0] for clause in wanted}


def broken(
    exchanges: Sequence[Exchange], resource: Resource, clauses: Sequence[Clause], without: Collection[str] = ()
) -> frozenset[str]:
    """The ids of the clauses that must hold and that ``exchanges``, by themselves, do not keep."""
    made = outcomes(exchanges, resource, clauses, without)
    return frozenset(name for name, one in made.items() if one.outcome == "fail")
