"""What differs between two answers to the same request, fact by fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.compare.facts import Side
from contracts.compare.pairing import Pair
from contracts.compare.values import form_of, renamed, type_of
from contracts.wire import MISSING, shown

Kind = Literal[
    "answer", "status", "header came", "header went", "header", "body", "member came", "member went",
    "type", "null", "format", "value", "identity", "key order", "latency",
]  # fmt: skip
PATIENCE = 15 * 60
"""Seconds after a run's start within which all its date-times are told: one that is further off is another."""
_LONG = 60


@dataclass(frozen=True)
class Difference:
    """``where`` is ``status``, ``header Name`` or a JSON path; ``probe`` names the request."""

    kind: Kind
    where: str
    old: str
    new: str
    probe: str

    @property
    def fact(self) -> tuple[str, str]:
        """What is learnt, where it differs by itself: the kind, and the place whatever the index."""
        return self.kind, re.sub(r"\[\d+\]", "[]", self.where)


@dataclass
class Comparison:
    """Lays the answers of two runs beside each other. ``learnt`` are facts that differ by themselves."""

    old: Side
    new: Side
    learnt: frozenset[tuple[str, str]] = frozenset()
    _names: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))

    def differences(self, pairs: Iterable[Pair]) -> Iterator[Difference]:
        for pair in pairs:
            for one in self._of(pair):
                if one.fact not in self.learnt:
                    yield one

    def _of(self, pair: Pair) -> Iterator[Difference]:
        old, new = pair.old, pair.new
        if (old.failure is None) != (new.failure is None):
            yield Difference("answer", "answer", old.failure or "whole", new.failure or "whole", pair.name)
        if old.status is None or new.status is None:
            return
        if old.status != new.status:
            yield Difference("status", "status", str(old.status), str(new.status), pair.name)
            if old.status // 100 != new.status // 100:
                return  # all the rest of the answer is another, which says nothing more
        yield from self._headers(pair)
        if old.problems != new.problems:
            before, after = (", ".join(facts.problems) or "sound JSON" for facts in (old, new))
            yield Difference("body", "body", before, after, pair.name)
        if old.text is not None and new.text is not None:
            for one in self._values("body", old.text, new.text, pair):
                yield Difference("body", "body", one.old, one.new, pair.name)
        if old.text is None and new.text is None:
            yield from self._members(pair)

    def _headers(self, pair: Pair) -> Iterator[Difference]:
        old, new = pair.old.headers, pair.new.headers
        for name in sorted(old.keys() | new.keys()):
            where = f"header {name}"
            if name not in new:
                yield Difference("header went", where, shown(old[name], _LONG), "absent", pair.name)
            elif name not in old:
                yield Difference("header came", where, "absent", shown(new[name], _LONG), pair.name)
            elif old[name] != new[name]:
                for one in self._values(where, old[name], new[name], pair):
                    yield Difference("header", where, one.old, one.new, pair.name) if one.kind == "value" else one

    def _members(self, pair: Pair) -> Iterator[Difference]:
        old, new = pair.old.members, pair.new.members
        for path in [*old, *(path for path in new if path not in old)]:
            above = _above(path)
            if type_of(old.get(above, MISSING)) != type_of(new.get(above, MISSING)):
                continue  # what holds it came, went or became another thing, which says it already
            one, other = old.get(path, MISSING), new.get(path, MISSING)
            if other is MISSING:
                yield Difference("member went", path, shown(one, _LONG), "absent", pair.name)
            elif one is MISSING:
                yield Difference("member came", path, "absent", shown(other, _LONG), pair.name)
            else:
                yield from self._values(path, one, other, pair)
        for path, names in pair.old.orders.items():
            others = pair.new.orders.get(path, ())
            mine = [name for name in names if name in others]
            theirs = [name for name in others if name in names]
            if mine != theirs:
                yield Difference("key order", path, ", ".join(mine)[:200], ", ".join(theirs)[:200], pair.name)

    def _values(self, where: str, old: Any, new: Any, pair: Pair) -> Iterator[Difference]:
        kinds = type_of(old), type_of(new)
        if kinds[0] != kinds[1]:
            kind: Kind = "null" if "null" in kinds else "type"
            before, after = (_typed(name, value) for name, value in zip(kinds, (old, new), strict=True))
            yield Difference(kind, where, before, after, pair.name)
        elif isinstance(old, dict | list):
            return
        elif old != new:
            moments = self.old.clock.is_moment(old), self.new.clock.is_moment(new)
            if any(moments) and form_of(old) != form_of(new):
                yield Difference("format", where, form_of(old), form_of(new), pair.name)
            elif all(moments):
                if abs(self.old.clock.offset(old) - self.new.clock.offset(new)) > PATIENCE:
                    yield Difference("value", where, shown(old, _LONG), shown(new, _LONG), pair.name)
            elif (names := self._own_names(old, new)) is None:
                yield Difference("value", where, shown(old, _LONG), shown(new, _LONG), pair.name)
            elif not all(self._is_same_name(*both) for both in names):
                yield Difference("identity", where, shown(old, _LONG), shown(new, _LONG), pair.name)

    def _own_names(self, old: Any, new: Any) -> list[tuple[str, str]] | None:
        """Names that each run's server made up for itself: alike in form, and unknown to the other run."""
        names = renamed(old, new) if isinstance(old, str) and isinstance(new, str) else None
        known = self.old.tokens & self.new.tokens
        return None if names is None or any(known.intersection(both) for both in names) else names

    def _is_same_name(self, old: str, new: str) -> bool:
        """Does the one stand for the other wherever it occurs?"""
        forth, back = self._names
        return forth.setdefault(old, new) == new and back.setdefault(new, old) == old


def _typed(name: str, value: Any) -> str:
    return name if name in ("null", "object", "array") else f"{name} {shown(value, _LONG)}"


def _above(path: str) -> str:
    cut = max(path.rfind("."), path.rfind("["))
    return path[:cut] if cut > 0 else ""
