"""Every successful answer: required members, types, nulls, enums, formats, limits; what is not declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from contracts.clauses.clause import SEEN, SHOWING, Citation, Clause, Finding, Judgement, Level, Observed, Vacuous, at
from contracts.clauses.evidence import Evidence
from contracts.spec.formats import LOOSE, is_surely_no
from contracts.spec.judge import Violation
from contracts.spec.members import Pattern, found, matches
from contracts.spec.operation import Body
from contracts.wire import MISSING, JSONPath, path_text

ANSWERS = Citation("docs", "Every successful answer")
LIMITS = frozenset(
    [
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
        *("pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    ]
)
_ENUMS = frozenset({"enum", "const"})
_FOR_OTHERS = _ENUMS | LIMITS | {"required", "format"}


def id_of_another_form(prefix: str) -> str:
    """What is observed of a key that does not begin as the overlay says."""
    return f"an id that does not begin with {prefix}"


def forbidden_if_strict(path: JSONPath) -> str:
    """What is observed of a null that the lenient reading allows."""
    return f"{path_text(path)} is null, which a strict reading of the document forbids"


def is_money(evidence: Evidence, path: JSONPath) -> bool:
    return evidence.answer is not None and any(matches(path, pattern) for pattern in evidence.answer.money)


def _finding(evidence: Evidence, violation: Violation) -> Finding:
    declared = Citation("spec", evidence.declared_at(violation.path))
    return at(evidence, violation.path, violation.observed, violation.required, declared)


def _is_null(violation: Violation) -> bool:
    return violation.observed is None and violation.keyword != "required"


def _breaks(
    wanted: Callable[[Evidence, Violation], bool], has_any: Callable[[Body], bool] = lambda body: True
) -> Callable[[Evidence], Iterator[Judgement]]:
    """The violations that ``wanted`` names; vacuous where a body declares nothing of the kind."""

    def check(evidence: Evidence) -> Iterator[Judgement]:
        if evidence.shown is MISSING or evidence.answer is None:
            return
        wrong = [violation for violation in evidence.violations if wanted(evidence, violation)]
        for violation in wrong:
            yield _finding(evidence, violation)
        if not has_any(evidence.answer):
            yield Vacuous("the document declares nothing of the kind")
        elif not wrong:
            yield SEEN

    return check


def _says(*keywords: str) -> Callable[[Body], bool]:
    return lambda body: any(member.flat.keys() & set(keywords) for member in body.members)


_required = _breaks(lambda _, v: v.keyword == "required")
_enums = _breaks(lambda _, v: v.keyword in _ENUMS and not _is_null(v), _says(*_ENUMS))
_limits = _breaks(lambda e, v: v.keyword in LIMITS and not _is_null(v), _says(*LIMITS))
_types = _breaks(lambda e, v: v.keyword not in _FOR_OTHERS and not _is_null(v) and not is_money(e, v.path))
_no_nulls = _breaks(lambda _, v: _is_null(v))


def _nulls(evidence: Evidence) -> Iterator[Judgement]:
    yield from _no_nulls(evidence)
    if evidence.shown is MISSING or evidence.answer is None or evidence.resource.nulls != "lenient":
        return
    for pattern in evidence.answer.ambiguous_nulls:
        for path, value in found(evidence.shown, pattern):
            if value is None:
                yield Observed(forbidden_if_strict(path))


def _formats(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.shown is MISSING or evidence.answer is None:
        return
    declared = [member for member in evidence.answer.members if member.flat.get("format") in LOOSE]
    for member in declared:
        name = str(member.flat["format"])
        for path, value in found(evidence.shown, member.path):
            if evidence.is_forgiven(path):
                continue  # it was sent so
            if isinstance(value, str) and is_surely_no(name, value):
                yield at(evidence, path, value, f"format {name}", Citation("spec", member.pointer))
            elif isinstance(value, str):
                yield SEEN
    if not declared:
        yield Vacuous("the document declares nothing of the kind")


_TOLD = 100
"""Members of one answer that are told as undeclared; a body may have a hundred thousand."""


def _unknown(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.shown is MISSING or evidence.answer is None:
        return
    for path in islice(undeclared(evidence.answer, evidence.shown), _TOLD):
        yield Observed(f"{path_text(path)} is not declared")
    yield SEEN


def undeclared(body: Body, value: Any) -> Iterator[JSONPath]:
    """The place of every member of ``value`` that ``body`` does not declare."""
    below: dict[Pattern, set[str]] = body.steps
    waiting: list[tuple[JSONPath, Pattern, Any]] = [((), (), value)]
    while waiting:
        path, pattern, part = waiting.pop()
        steps = below.get(pattern, set())
        if isinstance(part, list):
            waiting += [((*path, index), (*pattern, "[]"), one) for index, one in enumerate(part)]
        elif isinstance(part, dict) and steps:
            for name, one in part.items():
                step = name if name in steps else "*" if "*" in steps else None
                if step is None:
                    yield (*path, name)
                else:
                    waiting.append(((*path, name), (*pattern, step), one))


def _id_prefix(evidence: Evidence) -> Iterator[Judgement]:
    prefixed = [(path, said.prefix) for path, said in evidence.resource.meanings.items() if said.prefix]
    if evidence.shown is MISSING:
        return
    for path, prefix in prefixed:
        for _, value in found(evidence.returned, path):
            if isinstance(value, str) and value.startswith(prefix or ""):
                yield SEEN
            else:
                yield Observed(id_of_another_form(prefix or ""))


def _clause(name: str, title: str, check: Any, level: Level = Level.MUST, why_not_unique: str | None = None) -> Clause:
    return Clause(
        f"schema.{name}", title, level, ANSWERS, check, least="body", effects=SHOWING, why_not_unique=why_not_unique
    )


_NOT_PINNED = "the pinned document declares nothing of the kind: a resource of another document has the fault"

CLAUSES = (
    _clause("required-members", "Every required member is present", _required),
    _clause("types", "Every declared member has its declared type", _types),
    _clause("nulls", "Null stands only where nullable", _nulls),
    _clause("enums", "A member with an enum has one of its values", _enums),
    _clause("formats", "A member with a format has it", _formats, Level.SHOULD, _NOT_PINNED),
    _clause("limits", "A member keeps the limits that the document sets", _limits, why_not_unique=_NOT_PINNED),
    _clause(
        "unknown-members",
        "Which members are not declared",
        _unknown,
        Level.OBSERVE,
        "it never fails: clients are to ignore members they do not know",
    ),
    _clause(
        "id-prefix",
        "Whether an id begins as it usually does",
        _id_prefix,
        Level.OBSERVE,
        "it never fails: the format of ids may change",
    ),
)
