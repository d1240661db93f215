"""Every successful answer: status, media type, one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.clause import SEEN, Citation, Clause, Judgement, Level, about, at
from contracts.clauses.evidence import Evidence

OK = Citation("spec", "#/paths/~1v1~1customers/post/responses/200")


def _status(evidence: Evidence) -> Iterator[Judgement]:
    if not evidence.succeeded:
        return
    if evidence.status == 200:
        yield SEEN
    else:
        yield about(evidence, "status", str(evidence.status), "200, the only success that is declared")


def _media_type(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None or not evidence.succeeded:
        return
    declared = answer.header("Content-Type")
    if declared is not None and declared.partition(";")[0].strip().lower() == "application/json":
        yield SEEN
    else:
        yield about(evidence, "header Content-Type", declared or "absent", "application/json")


def _json_object(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None or not evidence.succeeded:
        return
    if answer.cut:
        yield about(evidence, "body", answer.cut, "a whole body")
        return
    problems = [text for kind, text in answer.reading.problems if kind != "duplicate-name"]
    for text in problems:
        yield about(evidence, "body", text, "one JSON object in UTF-8")
    if problems:
        return
    if not isinstance(evidence.value, dict):
        yield at(evidence, (), evidence.value, "one JSON object, the customer")
    elif (name := _wrapper(evidence.value)) is not None:
        yield at(evidence, (name,), evidence.value[name], "the customer itself, not wrapped in an object")
    else:
        yield SEEN


def _wrapper(value: dict[str, Any]) -> str | None:
    """The member that holds the customer, where ``value`` is not the customer itself."""
    return None if _is_customer(value) else next((name for name in value if _is_customer(value[name])), None)


def _is_customer(value: object) -> bool:
    return isinstance(value, dict) and value.get("object") == "customer" and "summary" in value


def _no_duplicates(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None or not evidence.succeeded:
        return
    twice = [text for kind, text in answer.reading.problems if kind == "duplicate-name"]
    for text in twice:
        yield about(evidence, "body", text, "each member name once")
    if not twice:
        yield SEEN


CLAUSES = (
    Clause("answer.status-200", "A success has status 200", Level.MUST, OK, _status, least="exchange"),
    Clause("answer.media-type", "A success is application/json", Level.MUST, OK, _media_type, least="exchange"),
    Clause(
        "answer.one-json-object",
        "The body is one whole JSON object in UTF-8",
        Level.MUST,
        Citation("RFC 8259", "JSON text and its encoding"),
        _json_object,
        least="body",
    ),
    Clause(
        "answer.unique-names",
        "No member name occurs twice",
        Level.MUST,
        Citation("RFC 8259", "Unique member names"),
        _no_duplicates,
        least="body",
    ),
)
