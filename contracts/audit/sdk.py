"""Bodies that an SDK has read and printed again: camel case, ``{}`` printed as ``[]``, dates as epochs.

They say nothing against the server, so they are put back into the wire's form, told as such, and judged by the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.spec.contract import Contract
from contracts.spec.members import Pattern

CAMEL = "member names in camel case"
EMPTY = "an empty object printed as []"
EPOCH = "dates as epochs"
_MILLISECONDS = 100_000_000_000
"""From here on (the year 5138 in seconds) an epoch is in milliseconds."""
_EARLIEST = 100_000_000
"""No customer was created before 1973: a smaller number is no time at all."""


class Restorer:
    """For one contract: what stands at which place of an answer."""

    def __init__(self, contract: Contract) -> None:
        self.below: dict[Pattern, set[str]] = {}
        self.formats: dict[Pattern, str] = {}
        self.objects: set[Pattern] = set()
        for member in contract.answer_members:
            for length in range(len(member.path)):
                self.below.setdefault(member.path[:length], set()).add(member.path[length])
            if member.schema.get("type") == "object":
                self.objects.add(member.path)
            if member.schema.get("format") in ("date", "date-time"):
                self.formats[member.path] = member.schema["format"]
        self.objects |= {path for path, names in self.below.items() if "[]" not in names}

    def restored(self, body: Any) -> tuple[Any, frozenset[str]]:
        """``body`` in the wire's form, and by what one saw that an SDK had printed it."""
        marks: set[str] = set()
        return self._value(body, (), marks), frozenset(marks)

    def _value(self, value: Any, path: Pattern, marks: set[str]) -> Any:
        if isinstance(value, dict) and path in self.below:
            return dict(self._members(value, path, marks))
        if isinstance(value, list):
            if not value and path in self.objects:
                marks.add(EMPTY)
                return {}
            return [self._value(one, (*path, "[]"), marks) for one in value]
        if path in self.formats and type(value) in (int, float):
            return self._date(value, self.formats[path], marks)
        return value

    def _members(self, value: Mapping[str, Any], path: Pattern, marks: set[str]) -> Iterator[tuple[str, Any]]:
        declared = self.below[path]
        for name, inner in value.items():
            wire = name
            if "*" not in declared and name not in declared:
                snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
                snake = re.sub(r"(?<=[a-z])(?=[0-9])", "_", snake) if snake not in declared else snake
                if snake in declared and snake not in value:
                    wire = snake
                    marks.add(CAMEL)
            step = "*" if "*" in declared else wire
            yield wire, self._value(inner, (*path, step), marks)

    def _date(self, number: float, form: str, marks: set[str]) -> Any:
        if form == "date-time" and number < _EARLIEST:
            return number
        try:
            when = datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS else number, UTC)
        except (ValueError, OverflowError, OSError):
            return number
        marks.add(EPOCH)
        if form == "date":
            return when.date().isoformat()
        return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
