"""Every successful answer: a declared status, the media type, one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.clause import ANY, SEEN, SHOWING, Citation, Clause, Judgement, Level, about, at
from contracts.clauses.evidence import Evidence
from contracts.spec.operation import Operation

ANSWERS = Citation("docs", "Every successful answer")


def _status(evidence: Evidence) -> Iterator[Judgement]:
    if not evidence.succeeded or evidence.operation is None:
        return
    if evidence.operation.accepts_status(evidence.status):
        yield SEEN
    else:
        declared = " or ".join(map(str, sorted(evidence.operation.success)))
        citation = Citation("spec", f"{evidence.operation.pointer}/responses")
        yield about(
            evidence, "status", str(evidence.status), f"{declared}, the only success that is declared", citation
        )


def _media_type(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None or evidence.answer is None or not evidence.succeeded:
        return
    declared = answer.header("Content-Type")
    if declared is not None and evidence.answer.declares(declared):
        yield SEEN
    else:
        required = " or ".join(sorted(evidence.answer.media_types))
        yield about(evidence, "header Content-Type", declared or "absent", required)


def _json_object(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None or evidence.answer is None or not evidence.succeeded:
        return
    if answer.cut:
        yield about(evidence, "body", answer.cut, "a whole body")
        return
    problems = [text for kind, text in answer.reading.problems if kind != "duplicate-name"]
    for text in problems:
        yield about(evidence, "body", text, "one JSON object in UTF-8")
    if problems:
        return
    if isinstance(evidence.value, list) and evidence.answer.types == ("array",):
        yield SEEN
    elif not isinstance(evidence.value, dict):
        yield at(evidence, (), evidence.value, "one JSON object, as declared")
    elif evidence.operation and (name := wrapper(evidence.operation, evidence.value)) is not None:
        yield at(evidence, (name,), evidence.value[name], "the object itself, not wrapped in another")
    else:
        yield SEEN


def wrapper(operation: Operation, value: dict[str, Any]) -> str | None:
    """The member that holds what was declared, where ``value`` is not that itself."""
    wanted = operation.answer.required if operation.answer else frozenset()
    declared = operation.answer.names if operation.answer else ()
    if not wanted or wanted <= value.keys():
        return None
    inner = (name for name, below in value.items() if name not in declared and isinstance(below, dict))
    return next((name for name in inner if wanted <= value[name].keys()), None)


def _no_duplicates(evidence: Evidence) -> Iterator[Judgement]:
    answer = evidence.exchange.answer
    if answer is None or evidence.answer is None or not evidence.succeeded:
        return
    twice = [text for kind, text in answer.reading.problems if kind == "duplicate-name"]
    for text in twice:
        yield about(evidence, "body", text, "each member name once")
    if not twice:
        yield SEEN


CLAUSES = (
    Clause(
        "answer.declared-status",
        "A success has a status that the document declares",
        Level.MUST,
        ANSWERS,
        _status,
        least="exchange",
        effects=ANY,
    ),
    Clause(
        "answer.media-type",
        "A success has the media type that the document declares",
        Level.MUST,
        ANSWERS,
        _media_type,
        least="exchange",
        effects=SHOWING,
    ),
    Clause(
        "answer.one-json-object",
        "The body is one whole JSON object in UTF-8",
        Level.MUST,
        Citation("RFC 8259", "JSON text and its encoding"),
        _json_object,
        least="body",
        effects=SHOWING,
    ),
    Clause(
        "answer.unique-names",
        "No member name occurs twice",
        Level.MUST,
        Citation("RFC 8259", "Unique member names"),
        _no_duplicates,
        least="body",
        effects=SHOWING,
    ),
)
