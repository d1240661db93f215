"""Does a value satisfy a schema, and where does it not?

``jsonschema`` is the authority and explains. ``jsonschema-rs`` may acquit first: what it accepts is not looked at
again, what it refuses is judged by the authority. A property-based test holds the two to one verdict.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from contracts.errors import DocumentError
from contracts.spec.formats import CHECKERS, unproven
from contracts.spec.schema import NULL
from contracts.wire import MISSING, JSONPath


@dataclass(frozen=True)
class Violation:
    """``keyword`` is the JSON Schema keyword broken at ``path``; ``required`` says what it asks for."""

    path: JSONPath
    keyword: str
    required: str
    observed: Any


MANY = 200
"""Items of an array that the authority is asked about first: a body may have a hundred thousand, all wrong alike."""


class FormatsDoNotAssert(RuntimeError):
    """A validator lets a known-bad value pass: no verdict of it could be believed."""


def is_integer(_checker: object, value: object) -> bool:
    """A JSON number without fraction or exponent, as OpenAPI 3.0's data types have it; never a boolean."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_number(_checker: object, value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


_FORMATS = jsonschema.FormatChecker(formats=())
for _name, _check in CHECKERS.items():
    _FORMATS.checks(_name)(_check)


class Judge:
    """Judges values by one schema: draft 4 for OpenAPI 3.0, draft 2020-12 for 3.1, integers strict in both."""

    def __init__(self, schema: dict[str, Any], *, draft4: bool) -> None:
        """Raises DocumentError for a schema that is none."""
        self.schema = schema
        authority = jsonschema.Draft4Validator if draft4 else jsonschema.Draft202012Validator
        checker = authority.TYPE_CHECKER.redefine_many({"integer": is_integer, "number": _is_number})
        self._fast = None
        text = json.dumps(schema, default=str)
        self._may_be_cut = "minItems" not in text and "contains" not in text.lower()
        try:
            authority.check_schema(schema)
            if draft4:  # newer drafts take 100.0 for an integer: there nobody but the authority may acquit
                self._fast = jsonschema_rs.Draft4Validator(schema, formats=dict(CHECKERS), validate_formats=True)
        except (jsonschema.SchemaError, jsonschema_rs.ValidationError, ValueError, RecursionError) as error:
            raise DocumentError(f"a schema of the document is not valid JSON Schema{_told(error)}") from None
        self._authority = extend(authority, type_checker=checker)(  # type: ignore[no-untyped-call]
            schema, format_checker=_FORMATS
        )

    def acquits(self, value: Any) -> bool:
        """True where the fast validator finds nothing; False means: ask the authority."""
        if self._fast is None:
            return False
        try:
            return self._fast.is_valid(value)
        except (ValueError, TypeError, OverflowError):  # a lone surrogate, a Decimal: not its business
            return False

    def convicts(self, value: Any) -> tuple[Violation, ...]:
        """What the authority finds, in the order of the schema, each place and keyword once.

        Of long arrays the first ``MANY`` items are asked about, and the others where these are right.
        """
        begun = _begun(value) if self._may_be_cut else value
        return self._found(begun) or (self._found(value) if begun != value else ())

    def _found(self, value: Any) -> tuple[Violation, ...]:
        found: dict[tuple[JSONPath, str, str], Violation] = {}
        for error in self._authority.iter_errors(value):
            for violation in _violations(error):
                found.setdefault((violation.path, violation.keyword, violation.required), violation)
        return tuple(found.values())

    def violations(self, value: Any) -> tuple[Violation, ...]:
        return () if self.acquits(value) else self.convicts(value)

    def allows(self, value: Any) -> bool:
        return not self.violations(value)


def _told(error: Exception) -> str:
    """Where in the schema, and why; of a long reason its begin and its end."""
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in getattr(error, "absolute_path", ())]
    reason = str(getattr(error, "message", error)).splitlines()[0]
    short = reason if len(reason) <= 160 else f"{reason[:60]} … {reason[-90:]}"
    return (f" at {''.join('/' + step for step in steps)}" if steps else "") + f": {short}"


def _begun(value: Any) -> Any:
    """``value`` with no more than the first ``MANY`` items of each array."""
    if isinstance(value, dict):
        return {name: _begun(below) for name, below in value.items()}
    if isinstance(value, list):
        return [_begun(below) for below in value[:MANY]]
    return value


def _violations(error: ValidationError) -> Iterator[Violation]:
    path: JSONPath = tuple(error.absolute_path)
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        for name in wanted:
            if name not in instance:
                yield Violation((*path, name), "required", "present", MISSING)
    elif error.validator == "anyOf" and NULL in wanted and error.context:
        # nullable without a type became anyOf: what is wrong is wrong by the other branch
        for inner in error.context:
            if inner.schema != NULL:
                yield from _violations(inner)
    elif error.validator in ("anyOf", "oneOf") and error.context:
        nearest = best_match(error.context)
        yield Violation(
            path, str(error.validator), f"one of the alternatives ({nearest.message[:120]})", error.instance
        )
    elif error.validator == "type":
        names = wanted if isinstance(wanted, list) else [wanted]
        yield Violation(path, "type", " or ".join(names), error.instance)
    elif error.validator == "enum":
        yield Violation(path, "enum", " or ".join(map(repr, wanted)), error.instance)
    else:
        yield Violation(path, str(error.validator), f"{error.validator} {wanted}", error.instance)


def prove_formats() -> None:
    """Show on known-bad values that both validators assert each format. Raises FormatsDoNotAssert if not."""
    judges = {name: Judge({"type": "string", "format": name}, draft4=True) for name in CHECKERS}
    lines = [
        *unproven(lambda name, value: judges[name].acquits(value)),
        *unproven(lambda name, value: not judges[name].convicts(value)),
    ]
    if lines:
        raise FormatsDoNotAssert("; ".join(lines))
