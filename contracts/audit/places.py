"""Places in bodies that ``shapes`` decoded: what stands there, and where values are that their schema refuses."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from contracts.audit.shapes import Shape
from contracts.spec.members import Pattern


@dataclass(frozen=True)
class Place:
    """One member of every body. ``steps`` are attributes, ``[]`` and ``*``."""

    pattern: Pattern
    steps: tuple[str, ...]
    shape: Shape

    def values(self, bodies: list[Any]) -> list[Any]:
        """What stands there in each of ``bodies``, ``UNSET`` for nothing; for a place without ``[]`` and ``*``."""
        try:
            return list(map(attrgetter(".".join(self.steps)), bodies))
        except AttributeError:
            return [_at(body, self.steps) for body in bodies]

    def classes(self, bodies: list[Any]) -> list[Hashable] | None:
        """What is wrong there in each of ``bodies``; None where nothing is in any of them."""
        if "[]" in self.steps or "*" in self.steps:
            found = [self._of_items(body) for body in bodies]
        else:
            column = self.values(bodies)
            if self.shape.usual.issuperset(map(type, column)):
                return None
            found = list(map(self.shape.class_of, column))
        return found if any(found) else None

    def _of_items(self, body: Any) -> Hashable:
        """What is wrong with items, whichever they are: a finding says of an item only that it is one."""
        class_of = self.shape.class_of
        found = [wrong for _, value in items(body, self.steps) if (wrong := class_of(value))]
        return tuple(sorted(found, key=repr)) or None

    def nulls(self, bodies: list[Any]) -> list[Hashable] | None:
        """Where null stands there in each of ``bodies``; None where it does in none."""
        if "[]" in self.steps or "*" in self.steps:
            found: list[Hashable] = [
                tuple(at for at, value in items(body, self.steps) if value is None) for body in bodies
            ]
        else:
            found = [value is None for value in self.values(bodies)]
        return found if any(found) else None

    def is_in(self, bodies: list[Any]) -> bool:
        """Is there anything in one of ``bodies``, be it null?"""
        return any(value is not UNSET for body in bodies for _, value in items(body, self.steps))

    def number_in(self, bodies: list[Any]) -> int:
        """Of how many of ``bodies`` is there anything?"""
        return sum(any(value is not UNSET for _, value in items(body, self.steps)) for body in bodies)

    def remove_nulls(self, body: Any) -> None:
        """Where null stands, let nothing stand."""
        for _, above in items(body, self.steps[:-1]):
            if isinstance(above, Struct) and getattr(above, self.steps[-1]) is None:
                setattr(above, self.steps[-1], UNSET)


def place_of(root: Shape, pattern: Pattern) -> Place | None:
    """The place of ``pattern``; None where the shape has no such place."""
    steps: list[str] = []
    here: Shape | None = root
    for name in pattern:
        if here is None:
            return None
        if here.step == name:
            steps.append(name)
            here = here.below
        elif name in here.fields:
            attribute, here = here.fields[name]
            steps.append(attribute)
        else:
            return None
    return None if here is None else Place(pattern, tuple(steps), here)


def items(value: Any, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """All that stands at ``steps`` in a decoded ``value``, each with the items that lead there."""
    for number, step in enumerate(steps):
        rest = steps[number + 1 :]
        if step == "[]" and isinstance(value, list):
            for index, below in enumerate(value):
                yield from (((index, *where), leaf) for where, leaf in items(below, rest))
            return
        if step == "*" and isinstance(value, dict):
            for name, below in value.items():
                yield from (((name, *where), leaf) for where, leaf in items(below, rest))
            return
        if not isinstance(value, Struct):
            return
        value = getattr(value, step)
    yield (), value


def _at(value: Any, steps: tuple[str, ...]) -> Any:
    return next((leaf for _, leaf in items(value, steps)), UNSET)


def refused(root: Shape, value: Any, path: Pattern = ()) -> Iterator[Pattern]:
    """The places of a parsed ``value`` whose own value ``root`` cannot be decoded from, however the rest is."""
    if root.fields and isinstance(value, dict):
        for name, (_, part) in root.fields.items():
            if name in value:
                yield from refused(part, value[name], (*path, name))
            elif part.is_required:
                yield (*path, name)
    elif root.below is not None and isinstance(value, list if root.step == "[]" else dict):
        step = root.step or "[]"
        for below in value.values() if isinstance(value, dict) else value:
            yield from refused(root.below, below, (*path, step))
    elif root.is_free:
        if not root.is_extra and not isinstance(value, dict):
            yield path
    elif path:
        try:
            msgspec.convert(value, root.type, strict=True)
        except (msgspec.ValidationError, RecursionError, OverflowError):
            yield path
