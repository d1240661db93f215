"""What a request for a list asks for: its page, its order, its filters, and which of its parameters are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from contracts.clauses.evidence import Evidence
from contracts.spec.flat import types_of
from contracts.spec.formats import CHECKERS
from contracts.spec.members import Pattern
from contracts.spec.operation import Parameter

_BOUND = re.compile(r"(.+)\[(before|after)\]\Z")
_INTEGER = re.compile(r"-?[0-9]+\Z", re.ASCII)


@dataclass(frozen=True)
class Query:
    """``limit`` is the most items, None for no limit that is known. ``rest`` are filters and all else, in order."""

    limit: int | None
    page: int
    order: str | None
    rest: tuple[tuple[str, str], ...]

    @property
    def all_but_page(self) -> tuple[object, ...]:
        return self.limit, self.order, self.rest


@dataclass(frozen=True)
class Filter:
    """``member`` is equal to ``value``; or, by a moment, before or after it."""

    member: Pattern
    value: str
    how: str = "equal"


def query_of(evidence: Evidence) -> Query:
    """The parameters by what the overlay says of them, defaults included."""
    limit, page, order = _default(evidence, "limit"), 1, None
    rest: list[tuple[str, str]] = []
    for name, value in evidence.query:
        part = _page_part(evidence, name)
        if part == "limit" and _INTEGER.match(value):
            limit = int(value)
        elif part == "number" and _INTEGER.match(value):
            page = int(value)
        elif part == "order":
            order = value
        else:
            rest.append((name, value))
    return Query(limit, page, order, tuple(rest))


def filters_of(evidence: Evidence) -> Iterator[Filter]:
    """What its filters ask for, as far as the overlay or the parameter's own name tells."""
    for name, value in evidence.query:
        parameter = evidence.operation.parameter(name) if evidence.operation else None
        if parameter is None:
            continue
        if parameter.meaning.filters:
            yield Filter(tuple(parameter.meaning.filters.split(".")), value)
        elif bound := _BOUND.match(name):
            yield Filter((bound[1],), value, bound[2])


def wrong_parameters(evidence: Evidence) -> tuple[tuple[str, str, str], ...]:
    """``(name, value, what is declared)`` of parameters that the document does not allow."""
    return tuple(
        (name, value, what)
        for name, value in evidence.query
        if (parameter := evidence.operation.parameter(name) if evidence.operation else None) is not None
        and (what := _wrong(parameter, value)) is not None
    )


def _wrong(parameter: Parameter, value: str) -> str | None:
    """What the schema of a parameter asks for, where ``value`` is not that; only what is wrong beyond doubt."""
    schema = parameter.schema
    alternatives = [part for word in ("anyOf", "oneOf") for part in schema.get(word) or () if isinstance(part, dict)]
    if alternatives:
        wrong = [_wrong(replace(parameter, schema=part), value) for part in alternatives]
        return None if None in wrong else " or ".join(dict.fromkeys(text for text in wrong if text))
    types = types_of(schema)
    enum = schema.get("enum")
    if isinstance(enum, list) and value not in map(_text, enum):
        return " or ".join(map(_text, enum))
    if types == ("integer",):
        return _wrong_integer(schema, value)
    if types == ("boolean",):
        return None if value in ("true", "false") else "true or false"
    name = str(schema.get("format", ""))
    if types == ("string",) and name in CHECKERS and not CHECKERS[name](value):
        return f"a {name}"
    return None


def _wrong_integer(schema: dict[str, Any], value: str) -> str | None:
    if not _INTEGER.match(value):
        return "an integer"
    number = int(value)
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(least, int | float) and number < least:
        return f"at least {least}"
    return f"at most {most}" if isinstance(most, int | float) and number > most else None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _page_part(evidence: Evidence, name: str) -> str | None:
    parameter = evidence.operation.parameter(name) if evidence.operation else None
    return parameter.meaning.page if parameter else None


def _default(evidence: Evidence, part: str) -> int | None:
    parameters = evidence.operation.parameters if evidence.operation else ()
    found = next((one.schema.get("default") for one in parameters if one.meaning.page == part), None)
    return found if isinstance(found, int) else None
