"""Every successful answer: required members, types, nulls, the object's name; what is not declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.clause import SEEN, Citation, Clause, Finding, Judgement, Level, Observed, at
from contracts.clauses.evidence import Evidence
from contracts.spec.contract import Contract
from contracts.spec.judge import Violation
from contracts.spec.members import found, matches
from contracts.wire import JSONPath, path_text

ANSWER = Citation("spec", "#/components/schemas/CustomersCreateResponseBody")
OBJECT = Citation("spec", "#/components/schemas/CustomerWithSummaryLoyaltyReferrals/allOf/0/properties/object")


ID_OF_ANOTHER_FORM = "an id that does not begin with cust_"


def forbidden_if_strict(path: JSONPath) -> str:
    """What is observed of a null that the lenient reading allows."""
    return f"{path_text(path)} is null, which a strict reading of the document forbids"


def is_money(evidence: Evidence, path: JSONPath) -> bool:
    return any(matches(path, pattern) for pattern in evidence.contract.money)


def _finding(evidence: Evidence, violation: Violation) -> Finding:
    declared = Citation("spec", evidence.contract.declared_at(violation.path))
    return at(evidence, violation.path, violation.observed, violation.required, declared)


def _required(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None:
        return
    missing = [violation for violation in evidence.violations if violation.keyword == "required"]
    for violation in missing:
        yield _finding(evidence, violation)
    if not missing:
        yield SEEN


def _types(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None:
        return
    wrong = [
        violation
        for violation in evidence.violations
        if violation.keyword not in ("required", "format", "enum")
        and violation.observed is not None
        and not is_money(evidence, violation.path)
    ]
    for violation in wrong:
        yield _finding(evidence, violation)
    if not wrong:
        yield SEEN


def _nulls(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None:
        return
    wrong = [
        violation for violation in evidence.violations if violation.observed is None and violation.keyword != "required"
    ]
    for violation in wrong:
        yield _finding(evidence, violation)
    for pattern in evidence.contract.ambiguous_nulls if evidence.contract.nulls == "lenient" else ():
        for path, value in found(evidence.returned, pattern):
            if value is None:
                yield Observed(forbidden_if_strict(path))
    if not wrong:
        yield SEEN


def _object(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None:
        return
    wrong = [v for v in evidence.violations if v.keyword == "enum" and v.observed is not None]
    for violation in wrong:
        yield _finding(evidence, violation)
    if not wrong and "object" in evidence.returned:
        yield SEEN


def _unknown(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None:
        return
    for path in undeclared(evidence.contract, evidence.returned):
        yield Observed(f"{path_text(path)} is not declared")
    yield SEEN


def undeclared(contract: Contract, value: Any, path: JSONPath = ()) -> Iterator[JSONPath]:
    """The place of every member of an answer that the document does not declare."""
    patterns = [member.path for member in contract.answer_members]
    if isinstance(value, list):
        for index, below in enumerate(value):
            yield from undeclared(contract, below, (*path, index))
        return
    if not isinstance(value, dict):
        return
    below_here = [p for p in patterns if len(p) > len(path) and matches(path, p[: len(path)])]
    if not below_here:
        return
    is_map = any(p[len(path)] == "*" for p in below_here)
    names = {p[len(path)] for p in below_here}
    for name, below in value.items():
        if is_map or name in names:
            yield from undeclared(contract, below, (*path, name))
        else:
            yield (*path, name)


def _id_prefix(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.returned is None or "id" not in evidence.returned:
        return
    value = evidence.returned["id"]
    if isinstance(value, str) and value.startswith("cust_"):
        yield SEEN
    else:
        yield Observed(ID_OF_ANOTHER_FORM)


CLAUSES = (
    Clause("schema.required-members", "Every required member is present", Level.MUST, ANSWER, _required, least="body"),
    Clause("schema.types", "Every declared member has its declared type", Level.MUST, ANSWER, _types, least="body"),
    Clause("schema.nulls", "Null stands only where nullable", Level.MUST, ANSWER, _nulls, least="body"),
    Clause("schema.object-is-customer", "object is exactly customer", Level.MUST, OBJECT, _object, least="body"),
    Clause(
        "schema.unknown-members",
        "Which members are not declared",
        Level.OBSERVE,
        Citation("docs", "Every successful answer"),
        _unknown,
        alone="it never fails: clients are to ignore members they do not know",
        least="body",
    ),
    Clause(
        "schema.id-prefix",
        "Whether id begins with cust_",
        Level.OBSERVE,
        Citation("docs", "Every successful answer"),
        _id_prefix,
        alone="it never fails: the format of ids may change",
        least="body",
    ),
)
