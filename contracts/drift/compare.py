"""A document against the contract, aspect by aspect, with direction.

For an answer, looser hurts: what was promised is no longer. For a request, tighter does: what was allowed is refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from contracts.drift.field import NOT_STATED, Damage, Document, Field, Path, Place, path_text
from contracts.drift.report import Drift, Kind, Severity, as_json

Direction = Literal["answer", "request"]
_MOMENTS = ("date", "date-time")


def compare(contract: Document, document: Document, direction: Direction = "answer", prefix: str = "") -> list[Drift]:
    """Every drift of ``document``, in the order of the contract, then what only the document has."""
    return list(_Comparison(contract, document, direction, prefix).drifts())


class _Comparison:
    def __init__(self, contract: Document, document: Document, direction: Direction, prefix: str) -> None:
        self.contract = contract
        self.document = document
        self.is_answer = direction == "answer"
        self.prefix = prefix
        spelt = (
            self.contract.fields[path].format
            for path, one in document.fields.items()
            if path in contract.fields and one.format in _MOMENTS
        )
        self.moments = document.moments | {one for one in spelt if one in _MOMENTS}
        """Formats for which the document has types: where it spells a string, it says that the value has none."""

    def drifts(self) -> Iterator[Drift]:
        lost_rows: dict[int, Path] = {}
        for number, damage in enumerate(self.document.damaged):
            if (path := self._eaten(damage, set(lost_rows.values()))) is not None:
                lost_rows[number] = path
        eaten = set(lost_rows.values())
        missing = [path for path in self._missing() if path not in eaten]
        extra = [path for path in self.document.fields if path not in self.contract.fields and self._is_top(path)]
        for path, wanted in self.contract.fields.items():
            if path in self.document.fields:
                yield from self._aspects(wanted, self.document.fields[path])
            elif path in missing:
                yield self._missing_drift(wanted, extra)
        for path in extra:
            yield self._extra_drift(path, missing)
        for number, damage in enumerate(self.document.damaged):
            lost = lost_rows.get(number, (*damage.near, damage.name or "?"))
            reason = "a row that cannot be read is no statement: not missing, not added"
            yield Drift(
                damage.source or self.document.name,
                self.prefix + path_text(lost),
                "damaged",
                "warning",
                "",
                damage.text,
                damage.line,
                reason,
                self.document.name,
            )

    def _is_top(self, path: Path) -> bool:
        """Is it the topmost of what only the document has, below something that the contract has as well?"""
        if any(known[: len(path)] == path for known in self.contract.fields):
            return False  # the values of a map, or the items of an array
        above = path[:-1]
        if any(
            known[: len(above)] == above and known[len(above) :][:1] in (("*",), ("[]",))
            for known in self.contract.fields
        ):
            return False  # a map takes any name, and an array that became an object is told as that
        return (
            not above
            or above in self.contract.fields
            or any(known[: len(above)] == above for known in self.contract.fields)
        )

    def _missing(self) -> list[Path]:
        """Fields of the contract in an object whose fields the document lists."""
        return [
            path
            for path in self.contract.fields
            if path not in self.document.fields and path[:-1] in self.document.complete
        ]

    def _eaten(self, damage: Damage, others: set[Path]) -> Path | None:
        """Which field a damaged row was; without a name, the missing one that follows the row before it."""
        if damage.name:
            return (*damage.near, damage.name)
        lost = [path for path in self._missing() if path[:-1] == damage.near and path not in others]
        order = [path for path in self.contract.fields if path[:-1] == damage.near]
        start = order.index((*damage.near, damage.before)) if (*damage.near, damage.before) in order else -1
        words = damage.text.lower()
        named = [path for path in lost if path[-1].replace("_", " ") in words or path[-1] in words]
        after = [path for path in lost if order.index(path) > start]
        return next(iter([*named, *after, *lost]), None)

    def _missing_drift(self, wanted: Field, extra: list[Path]) -> Drift:
        near = _nearest(wanted.path, extra)
        if near is not None:
            reason = f"spelt {near[-1]} there: whoever reads that name finds nothing"
            return self._drift(wanted, None, "missing", "breaking", "declared", f"absent ({near[-1]}?)", reason)
        severity: Severity = "breaking" if wanted.required is True and self.is_answer else "warning"
        return self._drift(
            wanted, None, "missing", severity, "declared", "absent", "the document does not know the field"
        )

    def _extra_drift(self, path: Path, missing: list[Path]) -> Drift:
        found = self.document.fields[path]
        near = _nearest(path, missing)
        severity: Severity = (
            "breaking" if near is not None or (found.required is True and not self.is_answer) else "info"
        )
        reason = f"misspelt for {near[-1]}" if near else "the contract does not know the field"
        return self._drift(found, found, "extra", severity, "absent", found.spelling or "declared", reason)

    def _aspects(self, wanted: Field, found: Field) -> Iterator[Drift]:
        yield from self._type(wanted, found)
        yield from self._format(wanted, found)
        yield from self._flag(wanted, found, "nullability")
        yield from self._flag(wanted, found, "required")
        yield from self._enum(wanted, found)
        if NOT_STATED not in (wanted.default, found.default) and _plain(wanted.default) != _plain(found.default):
            reason = "another value is taken where none is given"
            yield self._drift(
                wanted, found, "default", "warning", _value(wanted.default), _value(found.default), reason
            )
        if found.deprecated is True and wanted.deprecated is False:
            yield self._drift(
                wanted, found, "deprecation", "warning", "in use", "deprecated", "only the document says so"
            )
        elif found.deprecated is False and wanted.deprecated is True:
            yield self._drift(
                wanted, found, "deprecation", "info", "deprecated", "in use", "the document no longer says so"
            )

    def _type(self, wanted: Field, found: Field) -> Iterator[Drift]:
        if NOT_STATED in (wanted.types, found.types):
            return
        says = found.spelling or " or ".join(sorted(found.types))
        asked = " or ".join(sorted(wanted.types))
        if found.spelling == "Object" and wanted.types == frozenset({"object"}):
            yield self._drift(wanted, found, "type", "warning", asked, says, "Object may be anything, a text as well")
        elif wanted.types == {"integer"} and found.types == {"number"}:
            yield self._typed(wanted, found, asked, says, widened=True)
        elif wanted.types == {"number"} and found.types == {"integer"}:
            yield self._typed(wanted, found, asked, says, widened=False)
        elif found.types == wanted.types or (found.types == {"integer", "number"} and wanted.types <= found.types):
            if found.bits == 32 and not wanted.bits:
                yield self._drift(
                    wanted, found, "type", "warning", f"{asked}, unbounded", says, "32 bits end at 2147483647"
                )
        elif found.types > wanted.types:
            yield self._typed(wanted, found, asked, says, widened=True)
        elif found.types < wanted.types:
            yield self._typed(wanted, found, asked, says, widened=False)
        else:
            yield self._drift(wanted, found, "type", "breaking", asked, says, "another type altogether")

    def _typed(self, wanted: Field, found: Field, asked: str, says: str, *, widened: bool) -> Drift:
        hurts = widened == self.is_answer
        reason = ("wider" if widened else "narrower") + " than the contract"
        return self._drift(wanted, found, "type", "breaking" if hurts else "warning", asked, says, reason)

    def _format(self, wanted: Field, found: Field) -> Iterator[Drift]:
        is_text = found.types == {"string"} and self.document.kind.startswith("generated")
        if found.format is NOT_STATED and is_text and wanted.format in self.moments:
            found = replace(found, format=None)  # the language has a type for it, and another was written
        if NOT_STATED in (wanted.format, found.format) or wanted.format == found.format:
            return
        if {wanted.format, found.format} <= {None, "int32", "int64"}:
            return  # the width of an integer is told with its type
        if wanted.format not in _MOMENTS and found.format not in _MOMENTS:
            if self.document.kind == "OpenAPI":
                reason = "another format"
                yield self._drift(wanted, found, "format", "warning", _said(wanted.format), _said(found.format), reason)
            return
        if found.format is None and self.document.kind != "OpenAPI" and wanted.format not in self.moments:
            return  # a plain string: such a page cannot say more
        says = found.spelling if self.document.kind != "OpenAPI" else _said(found.format)
        if wanted.format == "date" and found.format == "date-time":
            reason = "a type with a time prints one, and the day may move with the zone"
        elif wanted.format == "date-time" and found.format == "date":
            reason = "the time is lost"
        else:
            reason = "the form is promised by one of the two only"
        severity: Severity = "breaking" if found.format or self.is_answer else "warning"
        yield self._drift(wanted, found, "format", severity, _said(wanted.format), says, reason)

    def _flag(self, wanted: Field, found: Field, kind: Literal["nullability", "required"]) -> Iterator[Drift]:
        asked, says = (getattr(one, "nullable" if kind == "nullability" else kind) for one in (wanted, found))
        if NOT_STATED in (asked, says) or asked == says:
            return
        words = {"nullability": ("nullable", "not null"), "required": ("required", "optional")}[kind]
        looser = says if kind == "nullability" else not says
        severity: Severity = "breaking" if looser == self.is_answer else "warning"
        reason = (
            "looser" if looser else "tighter"
        ) + f" than the contract, in {'an answer' if self.is_answer else 'a request'}"
        yield self._drift(wanted, found, kind, severity, words[not asked], words[not says], reason)

    def _enum(self, wanted: Field, found: Field) -> Iterator[Drift]:
        if NOT_STATED in (wanted.enum, found.enum) or wanted.enum == found.enum:
            return
        asked, says = ({str(v) for v in (one.enum or ())} for one in (wanted, found))
        if asked == says:
            return
        if self.document.kind != "OpenAPI" and not wanted.enum:
            reason = "the contract does not limit the values"
            yield self._drift(wanted, found, "enum", "warning", "any", ", ".join(sorted(says)), reason)
            return
        looser, tighter = _loosened(asked, says), _loosened(says, asked)
        severity: Severity = "breaking" if (looser if self.is_answer else tighter) else "warning"
        reason = (
            "any value goes" if not says else "a value was added" if says - asked and asked else "values are limited"
        )
        yield self._drift(wanted, found, "enum", severity, _listed(asked), _listed(says), reason)

    def _drift(
        self, wanted: Field, found: Field | None, kind: Kind, severity: Severity, asked: str, says: str, reason: str
    ) -> Drift:
        path = self.prefix + path_text(wanted.path)
        place = found or self.document.complete.get(wanted.path[:-1], Place(0))
        source = place.source or self.document.name
        return Drift(source, path, kind, severity, asked, says, place.line, reason, self.document.name)


def _nearest(path: Path, others: list[Path]) -> Path | None:
    names = {other[-1]: other for other in others if other[:-1] == path[:-1]}
    near = difflib.get_close_matches(path[-1], names, 1, 0.8)
    return names[near[0]] if near else None


def _loosened(old: set[str], new: set[str]) -> bool:
    """Does ``new`` allow what ``old`` did not? The empty set stands for any value."""
    return bool(old) and (not new or bool(new - old))


def _plain(value: object) -> str:
    return str(value).lower().replace("_", "") if value is not None else ""


def _value(value: object) -> str:
    return "none" if value is None else as_json(value)


def _said(value: object) -> str:
    return str(value) if value else "no format"


def _listed(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "any"
