"""Credentials: without the right ones a request gets 401."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.clauses.clause import SEEN, Citation, Clause, HistoryCheck, Judgement, Level, Vacuous, about
from contracts.clauses.evidence import History
from contracts.exchange import Credentials

SECURITY = Citation("spec", "#/paths/~1v1~1customers/post/security")
_WHAT: dict[Credentials, str] = {
    "none": "without any credentials",
    "id-only": "with an id and no token",
    "token-only": "with a token and no id",
    "wrong-id": "with a wrong id",
    "wrong-token": "with a wrong token",
    "token-case": "with the token in another letter case",
    "token-part": "with all of the token but its last character",
    "empty-token": "with an empty token",
    "bearer-case": "with the bearer token in another letter case",
    "unsigned-bearer": "with a bearer token that nobody signed",
    "wrong-bearer": "with a wrong bearer token",
    "foreign-bearer": "with a bearer token that is no such token",
}


def _refuses(*variants: Credentials) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        for variant in variants:
            if reason := history.impossible.get(variant):
                yield Vacuous(reason)
        for evidence in history.evidence:
            whose = evidence.exchange.request.credentials
            if whose not in variants or not evidence.status or evidence.status >= 500:
                continue
            if evidence.status == 401:
                yield SEEN
            else:
                yield about(evidence, "status", str(evidence.status), f"401 to a request {_WHAT[whose]}")

    return check


def _clause(name: str, title: str, *variants: Credentials) -> Clause:
    return Clause(
        f"auth.{name}",
        title,
        Level.MUST,
        SECURITY,
        over_history=_refuses(*variants),
        needs=frozenset({"auth"}),
    )


CLAUSES = (
    _clause("no-credentials", "No credentials: 401", "none"),
    _clause(
        "half-credentials",
        "An id without its token, or a token without its id: 401",
        "id-only",
        "token-only",
        "empty-token",
    ),
    _clause("wrong-id", "A wrong id: 401", "wrong-id"),
    _clause("wrong-token", "A wrong token: 401", "wrong-token", "token-part"),
    _clause("token-case", "The token in another letter case: 401", "token-case", "bearer-case"),
    _clause(
        "wrong-bearer", "A wrong or foreign bearer token: 401", "wrong-bearer", "foreign-bearer", "unsigned-bearer"
    ),
)
