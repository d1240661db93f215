"""The whole comparison: each change once, with the operations that it reaches, the customers' operation first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.drift.operation import operation_of
from contracts.drift.readers.openapi import success_of
from contracts.drift.report import Drift, Severity
from contracts.drift.revisions.change import Change
from contracts.drift.revisions.operations import Body, Operations, Told
from contracts.drift.revisions.pairs import Pair, Steps
from contracts.drift.revisions.parts import Operation, Parts, as_dict
from contracts.drift.revisions.security import Signing
from contracts.drift.revisions.servers import Hosts, hosts_of, moved
from contracts.drift.revisions.shift import shift_of
from contracts.errors import DocumentError

_WORST: dict[Severity, int] = {"breaking": 2, "warning": 1, "info": 0}
_MOST_ROUTES = 64
"""Places of one body in which one shared schema is told, for the customers' operation."""


def revisions(old: dict[str, Any], new: dict[str, Any], name: str) -> list[Drift]:
    """Every change of ``new`` from ``old``, each once, in an order for people; lines are not known yet."""
    return Comparison(old, new, name).drifts()


@dataclass
class _Seen:
    """One change, with the path under which each operation meets it."""

    change: Change
    paths: dict[str, str] = field(default_factory=dict)
    is_copied: bool = False
    """Does the new document say in several places what the old one said in one?"""


class Comparison:
    """``before`` and ``after`` are the operations of both by their wire names; ``name`` is the new document's."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any], name: str) -> None:
        self.old, self.new, self.name = Parts(old), Parts(new), name
        self.hosts = (hosts_of(old, "#"), hosts_of(new, "#"))
        self.operations = Operations(self.old, self.new)
        self.signing = Signing(self.old, self.new)
        self.before = self.old.operations(self.hosts[0].base)
        self.after = self.new.operations(self.hosts[1].base)
        self.shift = shift_of(self.before, self.after)
        if self.shift is not None:
            self.before = {self.shift.moved(wire, one): one for wire, one in self.before.items()}
        self.customers = _customers(old, self.before)
        self.seen: dict[tuple[str, ...], _Seen] = {}

    @property
    def title_of_customers(self) -> str:
        """How the customers' operation is called; empty where a document has none."""
        found = self.after.get(self.customers) or self.before.get(self.customers)
        return found.title if found else ""

    def drifts(self) -> list[Drift]:
        found = {wire: list(self._compared(wire)) for wire in self.before if wire in self.after}
        self.operations.pairs.finish()
        changed = _with_changes(found)
        own = list(self._of_customers(found.get(self.customers, []), changed))
        for wire, told in found.items():
            self._meet(self.after[wire], told, changed, is_customers=wire == self.customers)
        shared, others = self._of_all(own)
        return [*own, *self._gone(), *shared, *others, *self._around(), *self._more()]

    def _compared(self, wire: str) -> Iterator[Told | Body]:
        old, new = self.before[wire], self.after[wire]
        yield from self.operations.compare(old, new)
        for change in self.signing.operation(old, new):
            yield Told("security", change)
        if any("servers" in holder.value for one in (old, new) for holder in (one.part, one.path)):
            hosts = [_hosts(one, whole) for one, whole in zip((old, new), self.hosts, strict=True)]
            for change in moved(*hosts):
                yield Told("servers", change)

    def _of_customers(self, told: list[Told | Body], changed: set[int]) -> Iterator[Drift]:
        """The bodies of that operation by their paths on the wire, wherever these are declared."""
        for one in told:
            if isinstance(one, Body) and (prefix := self._prefix(one)) is not None:
                for path, change in _routes(one.pair, changed):
                    title = self.after[self.customers].title
                    text = prefix + _text(path) if path else f"{title} {one.place}"
                    yield self._drift(text, change, (title,))

    def _prefix(self, body: Body) -> str | None:
        """What stands before the paths of a body of the customers' operation; None for its other bodies."""
        if not body.is_json:
            return None
        if body.place.startswith("requestBody "):
            return "request."
        return "" if body.status == _status(self.old.document) else None

    def _meet(self, new: Operation, told: list[Told | Body], changed: set[int], *, is_customers: bool) -> None:
        for one in told:
            place = f"{new.title} {one.place}".strip()
            if isinstance(one, Told):
                self._see(one.change, new, place)
            elif not (is_customers and self._prefix(one) is not None):
                for path, change in _first_routes(one.pair, changed):
                    self._see(change, new, f"{place} {_text(path)}".strip())

    def _see(self, change: Change, operation: Operation, path: str) -> None:
        key = (change.kind, change.contract, change.says) if change.kind == "security" else change.identity
        seen = self.seen.setdefault(key, _Seen(change))
        if _WORST[change.severity] > _WORST[seen.change.severity]:
            seen.change = change
        seen.paths.setdefault(operation.title, path)

    def _of_all(self, own: list[Drift]) -> tuple[list[Drift], list[Drift]]:
        """What several operations share, then what one has; not what is told of the customers' operation already."""
        mine = {(d.pointer, d.kind, d.contract, d.says): d for d in own}
        shared: list[Drift] = []
        alone: list[Drift] = []
        for seen in _merged(self.seen.values()):
            change = seen.change
            twin = mine.get((change.new, change.kind, change.contract, change.says))
            if twin is not None and _WORST[twin.severity] >= _WORST[change.severity]:
                twin.operations.extend(title for title in seen.paths if title not in twin.operations)
            elif len(seen.paths) > 1:
                group, path = _shared(seen)
                shared.append(self._drift(path, change, tuple(seen.paths), group))
            else:
                alone.append(self._drift(*next((path, change, (title,)) for title, path in seen.paths.items())))
        return sorted(shared, key=lambda drift: -len(drift.operations)), alone

    def _gone(self) -> Iterator[Drift]:
        for wire, operation in self.before.items():
            if wire not in self.after:
                place = "#/webhooks" if operation.is_webhook else "#/paths"
                if operation.path.pointer in _pointers(self.after):
                    place = operation.path.pointer
                change = Change((), "missing", "breaking", "declared", "absent", "clients call it", "", place)
                yield self._drift(operation.title, change, (operation.title,), "removed")

    def _more(self) -> Iterator[Drift]:
        for wire, operation in self.after.items():
            if wire not in self.before:
                reason = "a new operation breaks nobody"
                change = Change((), "extra", "info", "absent", "declared", reason, "", operation.part.pointer)
                yield self._drift(operation.title, change, (operation.title,), "new")

    def _around(self) -> Iterator[Drift]:
        for change in moved(*self.hosts):
            yield self._drift("servers", change, (), "servers")
        if self.shift is not None:
            yield self._drift("servers", self.shift.change, (), "servers")
        used = {
            meaning for one in self.before.values() for way in self.signing.ways(self.old, one)[0] for meaning in way
        }
        for path, change in self.signing.schemes(used):
            yield self._drift(path, change, (), "security")

    def _drift(self, path: str, change: Change, operations: tuple[str, ...], group: str = "") -> Drift:
        return Drift(
            self.name, path, change.kind, change.severity, change.contract, change.says, 0, change.reason,
            pointer=change.new, operations=list(operations), group=group,
        )  # fmt: skip


def _customers(document: dict[str, Any], operations: dict[str, Operation]) -> str:
    """The wire name of the customers' operation; empty where the document has none."""
    try:
        path, _ = operation_of(document)
    except DocumentError:
        return ""
    return next((wire for wire, one in operations.items() if one.name == f"POST {path}"), "")


def _status(document: dict[str, Any]) -> str:
    try:
        return success_of(document)[1]
    except DocumentError:
        return ""


def _hosts(operation: Operation, whole: Hosts) -> Hosts:
    for holder in (operation.part, operation.path):
        if as_dict(holder.value).get("servers"):
            return hosts_of(holder.value, holder.pointer)
    return whole


def _pointers(operations: dict[str, Operation]) -> set[str]:
    return {one.path.pointer for one in operations.values()}


def _with_changes(found: dict[str, list[Told | Body]]) -> set[int]:
    """Pairs with a change in them or anywhere below: only there is anything to look for."""
    above: dict[int, list[int]] = {}
    changed: list[int] = []
    seen: set[int] = set()
    for told in found.values():
        for body in told:
            if not isinstance(body, Body):
                continue
            waiting = [body.pair]
            while waiting:
                pair = waiting.pop()
                if id(pair) in seen:
                    continue
                seen.add(id(pair))
                if pair.changes:
                    changed.append(id(pair))
                for _, below in pair.below:
                    above.setdefault(id(below), []).append(id(pair))
                    waiting.append(below)
    marked: set[int] = set()
    while changed:
        one = changed.pop()
        if one not in marked:
            marked.add(one)
            changed += above.get(one, [])
    return marked


def _first_routes(pair: Pair, changed: set[int]) -> Iterator[tuple[Steps, Change]]:
    """Every change below the pair, with the shortest path to it."""
    seen: set[int] = set()
    waiting: list[tuple[Steps, Pair]] = [((), pair)]
    while waiting:
        after: list[tuple[Steps, Pair]] = []
        for path, one in waiting:
            if id(one) in changed and id(one) not in seen:
                seen.add(id(one))
                yield from (((*path, *change.path), change) for change in one.changes)
                after += [((*path, *steps), below) for steps, below in one.below]
        waiting = after


def _routes(pair: Pair, changed: set[int]) -> Iterator[tuple[Steps, Change]]:
    """Every change below the pair at every path that leads to it, round no circle; each told once at a path."""
    told: set[tuple[Steps, tuple[str, ...]]] = set()
    visits: dict[int, int] = {}
    waiting: list[tuple[Steps, Pair, tuple[int, ...]]] = [((), pair, ())]
    while waiting:
        path, one, above = waiting.pop()
        if id(one) not in changed or id(one) in above or visits.get(id(one), 0) >= _MOST_ROUTES:
            continue
        visits[id(one)] = visits.get(id(one), 0) + 1
        for change in one.changes:
            at = (*path, *change.path)
            if (at, change.told) not in told:
                told.add((at, change.told))
                yield at, change
        waiting += [((*path, *steps), below, (*above, id(one))) for steps, below in reversed(one.below)]


def _text(path: Steps) -> str:
    return ".".join(path).replace(".[]", "[]")


def _merged(seen: Iterable[_Seen]) -> Iterator[_Seen]:
    """One for what the old document said once: a shared schema that was copied into many has changed once."""
    found: dict[tuple[str, ...], _Seen] = {}
    for one in seen:
        is_shared = one.change.old.startswith("#/components/") and one.change.kind != "security"
        key = (one.change.old, *one.change.told) if is_shared else (str(id(one)),)
        first = found.setdefault(key, one)
        if first is not one:
            if _WORST[one.change.severity] > _WORST[first.change.severity]:
                first.change = one.change
            for title, path in one.paths.items():
                first.paths.setdefault(title, path)
            first.is_copied = True
    yield from found.values()


def _shared(seen: _Seen) -> tuple[str, str]:
    """The component that declares the change, and its path from there."""
    change, path = seen.change, next(iter(seen.paths.values()))
    if change.kind == "security":
        return "security", "security"
    pattern = re.compile(r"#/components/(\w+)/([^/]+)(.*)")
    match = pattern.match(change.old if seen.is_copied else change.new)
    if match is None:
        return path.partition(" parameters.")[0], path
    other = pattern.match(change.old)
    if not change.path and not match[3] and (other is None or other[2] != match[2]):
        return f"{match[1]}.{match[2]}", path  # not the component changed, but what refers to it
    name = match[2].replace("~1", "/").replace("~0", "~")
    steps = _wire_steps(match[3])
    if change.path and (not steps or steps[-1] != change.path[-1]):
        steps = (*steps, *change.path)
    group = f"{match[1]}.{name}"
    return group, f"{group} {_text(steps)}".strip()


def _wire_steps(pointer: str) -> Steps:
    """The steps on the wire of a pointer below a schema."""
    found: list[str] = []
    parts = pointer.split("/")[1:]
    while parts:
        part = parts.pop(0)
        if part == "properties" and parts:
            found.append(parts.pop(0).replace("~1", "/").replace("~0", "~"))
        elif part == "items":
            found.append("[]")
        elif part == "additionalProperties":
            found.append("*")
        elif part in ("allOf", "oneOf", "anyOf") and parts:
            parts.pop(0)
    return tuple(found)
