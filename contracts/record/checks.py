"""Does a record add up? One that was edited is no evidence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from contracts.record.messages import EXIT_CODES

if TYPE_CHECKING:
    from contracts.record.run import Run


def wrong_count(run: Run) -> str | None:
    """What does not add up in ``run``, None where all does."""
    footer, by_clause = run.footer, Counter(finding.clause for finding in run.findings)
    outcomes = dict(Counter(outcome.outcome for outcome in run.outcomes))
    counted: tuple[tuple[str, object, object], ...] = (
        ("requests", footer.requests, len(run.exchanges)),
        ("findings", footer.findings, len(run.findings)),
        ("clauses", footer.clauses, len(run.outcomes)),
        ("outcomes", footer.outcomes, outcomes),
        ("exit code", footer.exit_code, EXIT_CODES[footer.verdict]),
    )
    for what, said, found in counted:
        if said != found:
            return f"the footer says {said} {what}, the record holds {found}"
    for outcome in run.outcomes:
        if outcome.findings != by_clause.pop(outcome.clause, 0):
            return f"the clause {outcome.clause} says {outcome.findings} findings, the record holds another number"
    if by_clause:
        return f"a finding is of the clause {next(iter(by_clause))}, which the record does not hold"
    if any(exchange.number != number for number, exchange in enumerate(run.exchanges, 1)):
        return "its exchanges are not numbered from 1 in their order"
    for finding in run.findings:
        named = {finding.exchange, *finding.steps, *(place.exchange for place in finding.places)}
        if lost := [number for number in named if not 1 <= number <= len(run.exchanges)]:
            return f"a finding points at exchange {min(lost)}, which the record does not hold"
    waived = {finding.clause for finding in run.findings if finding.waived}
    broken = [o.clause for o in run.outcomes if o.outcome == "fail" and o.clause not in waived]
    if broken and footer.verdict != "violated":
        return f"the footer says {footer.verdict}, but {broken[0]} is not kept"
    return None
