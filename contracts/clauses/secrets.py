"""No answer shows a credential of the run."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.clauses.clause import SEEN, Citation, Clause, Judgement, Level, about
from contracts.clauses.evidence import Evidence


def _not_shown(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.exchange.answer is None:
        return
    for leak in evidence.exchange.leaks:
        yield about(evidence, "answer", leak, "no credential of the run anywhere in an answer")
    if not evidence.exchange.leaks:
        yield SEEN


CLAUSES = (
    Clause(
        "secrets.not-in-answers",
        "No credential of the run appears in an answer",
        Level.MUST,
        Citation("docs", "Every successful answer"),
        _not_shown,
    ),
)
