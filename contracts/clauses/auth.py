"""Credentials: without the right ones a request gets 401."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from contracts.clauses.clause import SEEN, Citation, Clause, HistoryCheck, Judgement, Level, Vacuous, about
from contracts.clauses.history import History
from contracts.record.ways import NONE, form_of, is_right, ways
from contracts.spec.security import Security

REQUESTS = Citation("docs", "Requests")
_WHAT = {
    "without": "without {}",
    "wrong": "with a wrong {}",
    "wrong-user": "with a wrong user for {}",
    "case": "with {} in another letter case",
    "cut": "with all of {} but its last character",
    "longer": "with {} and one more character",
    "swapped": "with {} and the other key in each other's place",
    "beside": "with a token for {} that nobody signed, beside other wrong credentials",
    "empty": "with an empty {}",
    "foreign": "with a token for {} that is no such token",
    "unsigned": "with a token for {} that nobody signed",
}
Role = Literal["name", "secret", "bearer"]
"""What a scheme's value is: it says who asks, proves it, or does both as a bearer token."""
Concerns = Callable[[str, Role], bool]
"""Is a way of this form, of a scheme with this role, what a clause judges?"""


def _roles(security: Security) -> dict[str, Role]:
    """The role of each scheme. Of several keys that go together the last one proves who the others say."""
    found: dict[str, Role] = {}
    for alternative in security:
        for place, scheme in enumerate(alternative):
            role: Role = "secret" if place == len(alternative) - 1 else "name"
            found.setdefault(scheme.name, "bearer" if scheme.kind == "bearer" else role)
    return found


def _refuses(what: str, concerns: Concerns) -> HistoryCheck:
    def check(history: History) -> Iterator[Judgement]:
        security = history.resource.security
        roles = _roles(security)
        if not any(security) or () in security:
            yield Vacuous("the document asks for no credentials")
            return
        wanted = [way for way in ways(security, roles, ()) if not is_right(way) and _is_of(way, roles, concerns)]
        if not wanted:
            yield Vacuous(f"the document asks for no credentials that could be {what}")
        for way in wanted:
            if reason := history.unavailable_credentials.get(way):
                yield Vacuous(reason)
        for evidence in history.evidence:
            whose = evidence.exchange.request.credentials
            operation = evidence.operation
            if whose not in wanted or not evidence.status or evidence.status >= 500:
                continue
            if operation is None or not evidence.is_judged or not operation.security or () in operation.security:
                continue  # nobody need have any
            if evidence.status == 401:
                yield SEEN
            else:
                required = f"401 to a request {_said(whose)}"
                yield about(evidence, "status", str(evidence.status), required, Citation("spec", operation.pointer))

    return check


def _is_of(way: str, roles: dict[str, Role], concerns: Concerns) -> bool:
    form, scheme = form_of(way)
    return concerns(form, roles.get(scheme, "secret"))


def _said(way: str) -> str:
    form, scheme = form_of(way)
    return "without any credentials" if way == NONE else _WHAT.get(form, "with a wrong {}").format(scheme)


def _clause(name: str, title: str, what: str, concerns: Concerns) -> Clause:
    return Clause(
        f"auth.{name}",
        title,
        Level.MUST,
        REQUESTS,
        over_history=_refuses(what, concerns),
        needs=frozenset({"auth"}),
    )


CLAUSES = (
    _clause("no-credentials", "No credentials: 401", "left out", lambda form, role: form == NONE),
    _clause(
        "half-credentials",
        "An id without its token, or a token without its id: 401",
        "sent by half",
        lambda form, role: form in ("without", "empty"),
    ),
    _clause(
        "wrong-id",
        "A wrong id: 401",
        "sent for a wrong id",
        lambda form, role: form == "wrong-user" or (role == "name" and form in ("wrong", "cut", "longer")),
    ),
    _clause(
        "wrong-token",
        "A wrong token: 401",
        "a wrong token",
        lambda form, role: role == "secret" and form in ("wrong", "cut", "longer", "swapped"),
    ),
    _clause(
        "token-case", "The token in another letter case: 401", "of another case", lambda form, role: form == "case"
    ),
    _clause(
        "wrong-bearer",
        "A wrong or foreign bearer token: 401",
        "a wrong bearer token",
        lambda form, role: role == "bearer" and form in ("wrong", "cut", "longer", "foreign", "unsigned", "beside"),
    ),
)
