"""Pairs of schemas, old and new, each compared once however often it is referred to.

A pair has changes of its own, and pairs below it; what a body's change is follows from walking the pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.drift.report import Kind, Severity
from contracts.drift.revisions.change import Change, Direction, severity_of
from contracts.drift.revisions.facts import are_other_types, facts, rare, said_of_types
from contracts.drift.revisions.node import Node, Schemas
from contracts.drift.revisions.unchanged import unchanged

Steps = tuple[str, ...]


@dataclass(eq=False)
class Pair:
    """``changes`` have paths of at most one step; ``below`` are the pairs under each step."""

    direction: Direction
    changes: list[Change] = field(default_factory=list)
    below: list[tuple[Steps, Pair]] = field(default_factory=list)

    def reached(self) -> Iterator[Pair]:
        """This pair and all below it, each once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            pair = waiting.pop()
            if id(pair) not in seen:
                seen.add(id(pair))
                yield pair
                waiting += [one for _, one in pair.below]


class Pairs:
    """Compares schemas of an old document with those of a new one."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        self._unchanged = unchanged(old, new)
        self._made: dict[tuple[Steps, bool, Steps, bool, Direction], Pair] = {}
        self._waiting: list[tuple[Pair, Node, Node]] = []

    def pair(self, old: Node, new: Node, direction: Direction) -> Pair:
        """The pair of the two; it is complete once ``finish`` has run."""
        key = (old.key, old.or_null, new.key, new.or_null, direction)
        if key not in self._made:
            self._made[key] = Pair(direction)
            if not (old.is_unknown or new.is_unknown):
                self._waiting.append((self._made[key], old, new))
        return self._made[key]

    def finish(self) -> None:
        """Compares what waits, and what that leads to: documents may be deeper than calls may nest."""
        while self._waiting:
            self._compare(*self._waiting.pop())

    def _weight(self, pair: Pair) -> tuple[int, int]:
        """How many breaking changes the pair holds, and how many changes."""
        self.finish()
        changes = [change for one in pair.reached() for change in one.changes]
        return sum(change.severity == "breaking" for change in changes), len(changes)

    def _compare(self, pair: Pair, old: Node, new: Node) -> None:
        if old.is_unresolved or new.is_unresolved:  # of what is known of both, the members can be compared
            for name in (name for name in old.properties if name in new.properties):
                pair.below.append(((name,), self.pair(old.properties[name], new.properties[name], pair.direction)))
            return
        if self._is_same(old, new):
            return
        forms = (old.alternatives, new.alternatives)
        if forms[0] and forms[1]:
            pair.changes += facts(old, new, pair.direction)
            self._forms(pair, old, new)
        elif forms[0] or forms[1]:
            self._one_form(pair, old, new)
        else:
            pair.changes += facts(old, new, pair.direction)
            if not are_other_types(old, new):
                self._members(pair, old, new)
                self._values(pair, old, new)
                if old.items is not None and new.items is not None:
                    pair.below.append((("[]",), self.pair(old.items, new.items, pair.direction)))
                else:
                    self._lost(pair, old, new, old.items, new.items, "[]")
                pair.changes += rare(old, new)

    def _is_same(self, old: Node, new: Node) -> bool:
        """Do the two say the same in every word, and lead to what does?"""
        same = old.or_null == new.or_null and list(old.parts.values()) == list(new.parts.values())
        return same and old.references <= self._unchanged

    def _members(self, pair: Pair, old: Node, new: Node) -> None:
        other: Direction = "request" if pair.direction == "answer" else "answer"
        before = {name: node for name, node in old.properties.items() if not node.is_only(other)}
        after = {name: node for name, node in new.properties.items() if not node.is_only(other)}
        for name, node in before.items():
            if name in after:
                self._required(pair, old, new, name)
                pair.below.append(((name,), self.pair(node, after[name], pair.direction)))
            else:
                pair.changes.append(_gone(pair.direction, old, new, name, node))
        for name, node in after.items():
            if name not in before:
                must = name in new.required and pair.direction == "request"
                reason = "a new member that must be sent" if must else "a new member"
                said = said_of_types(node) + (", required" if must else "")
                severity: Severity = "breaking" if must else "info"
                places = (old.pointer, new.place_of_member(name))
                pair.changes.append(Change((name,), "extra", severity, "absent", said, reason, *places))

    def _required(self, pair: Pair, old: Node, new: Node, name: str) -> None:
        must = [name in one.required for one in (old, new)]
        if must[0] == must[1]:
            return
        severity = severity_of(pair.direction, looser=must[0], tighter=must[1])
        if pair.direction == "answer":
            reason = "it may be missing now" if must[0] else "it always comes now"
        else:
            reason = "it need not be sent" if must[0] else "it must be sent now"
        said = ["required" if one else "optional" for one in must]
        places = (old.place_of_member(name), new.place_of_member(name))
        pair.changes.append(Change((name,), "required", severity, said[0], said[1], reason, *places))

    def _values(self, pair: Pair, old: Node, new: Node) -> None:
        """The values of a map, or whether there may be other members at all."""
        before, after = old.additional, new.additional
        if isinstance(before, Node) and isinstance(after, Node):
            pair.below.append((("*",), self.pair(before, after, pair.direction)))
        elif before is False and after is not False:
            severity = severity_of(pair.direction, looser=False, tighter=False)
            change = ("no other member", "other members", "members of other names may be there")
            pair.changes.append(_of_map(old, new, severity, *change))
        elif after is False and before is not False:
            is_map = before is not None or not old.properties
            hurts = pair.direction == "request" or isinstance(before, Node)
            severity = "info" if not hurts else "breaking" if is_map else "warning"
            change = ("other members", "no other member", "members of other names are refused or gone")
            pair.changes.append(_of_map(old, new, severity, *change))
        else:
            self._lost(
                pair,
                old,
                new,
                before if isinstance(before, Node) else None,
                after if isinstance(after, Node) else None,
                "*",
            )

    def _lost(self, pair: Pair, old: Node, new: Node, before: Node | None, after: Node | None, step: str) -> None:
        """Items, or values of a map, that only one of the two describes; the other takes any."""
        if (before is None) == (after is None) or (old.types and new.types and old.types != new.types):
            return
        told = before or after
        if told is None or told.is_unknown or (told.types is None and not told.alternatives):
            return
        severity = severity_of(pair.direction, looser=before is not None, tighter=after is not None)
        said = [said_of_types(one) if one else "any value" for one in (before, after)]
        reason = "what was below it is described no more" if before else "its values are limited"
        keyword = "items" if step == "[]" else "additionalProperties"
        places = (old.place_of(keyword), new.place_of(keyword))
        kind: Kind = "missing" if before else "type"
        pair.changes.append(Change((step,), kind, severity, said[0], said[1], reason, *places))

    def _forms(self, pair: Pair, old: Node, new: Node) -> None:
        left = list(new.alternatives)
        alone: list[Node] = []
        for form in old.alternatives:
            twin = self._twin(form, left, pair.direction)
            if twin is None:
                alone.append(form)
            else:
                left.remove(twin)
                pair.below.append(((), self.pair(form, twin, pair.direction)))
        if len(alone) == len(left) == 1:
            pair.below.append(((), self.pair(alone.pop(), left.pop(), pair.direction)))
        for form in alone:
            severity = severity_of(pair.direction, looser=False, tighter=True)
            reason = "a form comes no more" if pair.direction == "answer" else "a form is taken no more"
            said = (f"one form: {_called(form)}", "absent")
            pair.changes.append(Change((), "type", severity, *said, reason, *_forms_at(old, new)))
        for form in left:
            severity = severity_of(pair.direction, looser=True, tighter=False)
            reason = "a form that clients do not know" if pair.direction == "answer" else "one more form is taken"
            said = ("absent", f"one more form: {_called(form)}")
            pair.changes.append(Change((), "type", severity, *said, reason, *_forms_at(old, new)))

    def _twin(self, form: Node, others: list[Node], direction: Direction) -> Node | None:
        """Which of ``others`` is the same form: by name, by a member that tells forms apart, or by what it says."""
        named = [one for one in others if _called(one) == _called(form) and (form.name or form.said("title"))]
        marks = _marks(form)
        marked = [one for one in others if marks and marks == _marks(one)]
        for candidates in (named, marked):
            if len(candidates) == 1 and not are_other_types(form, candidates[0]):
                return candidates[0]
        same = [one for one in others if self._weight(self.pair(form, one, direction)) == (0, 0)]
        if same:
            return same[0]
        shape = [one for one in others if form.types == one.types and form.properties.keys() == one.properties.keys()]
        return shape[0] if len(shape) == 1 else None

    def _one_form(self, pair: Pair, old: Node, new: Node) -> None:
        """One form against several. All have to fit where each may come; one has to where the client chooses."""
        pairs = [
            self.pair(before, after, pair.direction)
            for before in (old.alternatives or [old])
            for after in (new.alternatives or [new])
        ]
        if bool(new.alternatives) == (pair.direction == "answer"):
            pair.below += [((), one) for one in pairs]
        else:
            pair.below.append(((), min(pairs, key=self._weight)))


def _gone(direction: Direction, old: Node, new: Node, name: str, node: Node) -> Change:
    severity: Severity
    if direction == "answer":
        severity = "breaking" if name in old.required else "warning"
        reason = "clients count on it" if name in old.required else "clients may read it"
    else:
        severity = "breaking" if new.additional is False else "warning"
        reason = (
            "what clients send is refused" if new.additional is False else "what clients send is ignored or refused"
        )
    said = said_of_types(node)
    place = old.place_of_member(name)
    return Change((name,), "missing", severity, said, "absent", reason, place, new.place_of_member(name, place))


def _of_map(old: Node, new: Node, severity: Severity, before: str, after: str, reason: str) -> Change:
    places = (old.place_of("additionalProperties"), new.place_of("additionalProperties"))
    return Change((), "type", severity, before, after, reason, *places)


def _forms_at(old: Node, new: Node) -> tuple[str, str]:
    keywords = ["oneOf" if one.said("oneOf") else "anyOf" for one in (old, new)]
    return old.place_of(keywords[0]), new.place_of(keywords[1])


def _called(form: Node) -> str:
    title = next((str(one) for one in form.said("title")), "")
    return form.name.rpartition("/")[2] or title or said_of_types(form)


def _marks(form: Node) -> frozenset[tuple[str, str]]:
    """Members with one value only, by which a client tells the forms apart."""
    return frozenset(
        (name, str(node.enum[0]))
        for name, node in form.properties.items()
        if node.enum is not None and len(node.enum) == 1
    )
