"""Values for fields: of the kinds not yet sent first, and of any kind once all were.

Several fragments travel in one text and many entries in one free-form object; of all other kinds a value is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from contracts.plan.fields import TWICE, Field
from contracts.plan.kinds import text
from contracts.plan.kinds.kind import Kind, Standing
from contracts.spec.flat import types_of
from contracts.wire import MISSING

PLAIN: frozenset[Standing] = frozenset({"required"})
EDGE: frozenset[Standing] = frozenset({"required", "valid"})
SOFT: frozenset[Standing] = frozenset({"normalised"})
ODD: frozenset[Standing] = frozenset({"odd"})

_WORTH: dict[Standing, float] = {"required": 20.0, "valid": 4.0, "normalised": 2.0, "odd": 1.0, "wrong": 1.0}
_FRAGMENTS = 12
_ENTRIES = 14
_AGAIN = 0.3
"""What a rare kind is still worth that another member of the same body has."""
_LATER = 0.9
"""What a whole value of one kind is worth beside one of the kind that stands before it."""
_REUSED = 3
_OTHERS = 12
_THIN = frozenset({"null", "no members", "one member"})
"""Of two values for an object one shows its members."""
_SHAPES = ("some members", "some members", "some members", "one member", "all members")
"""What an object shows once every shape of it was sent."""
_LONGEST = 250
_TRIALS = 8
Goal = tuple[str, str]
"""A member's dotted path and the name of a kind."""


class Drawer:
    """Draws by ``chance``, and remembers which goals are still open. A goal that is parked is not drawn.

    ``updates``: will values be written over others? Then null is kept for that.
    """

    def __init__(self, fields: Iterable[Field], chance: Random, *, updates: bool = False) -> None:
        self.chance = chance
        self.updates = updates
        self.fields = tuple(fields)
        self.open: dict[Goal, Standing] = {
            (field.name, kind.name): kind.standing
            for top in self.fields
            for field in top.below()
            for kind in field.kinds
        }
        every = (field for top in self.fields for field in top.below())
        self._rank: dict[Goal, float] = {
            (field.name, kind.name): _LATER**place for field in every for place, kind in enumerate(field.kinds)
        }
        self.parked: set[Goal] = set()
        self._seen: set[str] = set()
        self._was_thin: set[str] = set()
        self._absent: Counter[str] = Counter()
        """How often a part of an object was not there where others were."""
        self._drawn: set[str] = set()
        """Rare kinds that members of the body now being drawn have had, so that others have other ones."""

    def needed(self) -> int:
        """How many more values some field needs until each of its required kinds was sent, but for what is parked."""
        count: dict[str, int] = {}
        for goal, standing in self.open.items():
            if standing == "required" and goal not in self.parked:
                member = goal[0]
                count[member] = count.get(member, 0) + 1
        whole = {field.name for top in self.fields for field in top.below() if any(k.is_fragment for k in field.kinds)}
        return max((number if member not in whole else 1 for member, number in count.items()), default=0)

    def worth(self, field: Field, standings: frozenset[Standing]) -> float:
        """What a value for ``field`` may still show."""
        return sum(
            self._worth(below, kind)
            for below in field.below()
            for kind in below.kinds
            if kind.standing in standings and (below.name, kind.name) in self.open
        )

    def value(self, field: Field, standings: frozenset[Standing], before: Any = MISSING) -> Any:
        """A value for ``field``, another one than ``before`` where that can be; MISSING where it has no such kind."""
        for _ in range(6):
            value = self._value(field, standings, before)
            if value is MISSING or value != before:
                break
        return value

    def whole(self, field: Field, standings: frozenset[Standing], before: Any = MISSING) -> Any:
        """A value for ``field`` with all members of its objects."""
        if not field.fields:
            return self.value(field, standings, before)
        drawn = {one.path[-1]: self.whole(one, standings) for one in field.fields}
        return {name: value for name, value in drawn.items() if value is not MISSING}

    def reached(self, body: Any) -> list[Goal]:
        """The goals that ``body`` reaches, which are open no more."""
        self._drawn.clear()
        found = [goal for goal in goals_in(self.fields, body) if goal in self.open or goal in self.parked]
        for goal in found:
            self.open.pop(goal, None)
            self._seen.add(goal[1])
        return found

    def park(self, goals: Iterable[Goal]) -> None:
        """Leave ``goals`` alone: they travelled in a request that failed."""
        self.parked.update(goals)

    def _value(self, field: Field, standings: frozenset[Standing], before: Any) -> Any:
        kinds = [k for k in field.kinds if k.standing in standings and (field.name, k.name) not in self.parked]
        if not kinds:
            return MISSING
        if self.updates and before in (MISSING, None) and "[]" not in field.path:
            kinds = [kind for kind in kinds if kind.name != "null"] or kinds  # it shows most where there is a value
        if field.fields:
            return self._object(field, kinds, standings, before)
        if field.item is not None:
            return self._array(field, field.item, kinds, standings)
        fragments = [kind for kind in kinds if kind.is_fragment]
        wholes = [kind for kind in kinds if not kind.is_fragment]
        if fragments and "object" in _types(field):
            return self._entries(field, fragments, wholes, before)
        return self._scalar(field, fragments, wholes)

    def _scalar(self, field: Field, fragments: list[Kind], wholes: list[Kind]) -> Any:
        best = self._best(field, wholes)
        if best is not None and best.standing == "required" and (field.name, best.name) in self.open:
            return self._fitting(field, best, wholes)
        some = self._sample(field, fragments, _FRAGMENTS)
        together = sum(self._worth(field, kind) for kind in some)
        if some and (best is None or together > self._worth(field, best)):
            most = field.flat.get("maxLength", _LONGEST)
            made, held = text.joined(self.chance, some, most)
            if held and _has_room(field, made):
                return made
        return MISSING if best is None else self._fitting(field, best, wholes)

    def _fitting(self, field: Field, best: Kind, others: list[Kind]) -> Any:
        """A value of kind ``best`` that the schema's lengths allow; of the first other kind where none is drawn."""
        for kind in (best, *others):
            for _ in range(_TRIALS):
                value = kind.draw(self.chance)
                if not isinstance(value, str) or _has_room(field, value):
                    self._drawn.add(kind.name)
                    return value
        return MISSING

    def _entries(self, field: Field, fragments: list[Kind], wholes: list[Kind], before: Any) -> Any:
        best = self._best(field, wholes)
        some = self._sample(field, fragments, _ENTRIES)
        if best is not None and self._worth(field, best) > sum(self._worth(field, kind) for kind in some):
            return best.draw(self.chance)
        made: dict[str, Any] = {}
        for kind in some:
            made |= kind.draw(self.chance)
        if isinstance(before, dict) and before and isinstance(field.flat.get("additionalProperties", {}), bool | dict):
            known = self.chance.sample(sorted(before), min(_REUSED, len(before)))
            known += [key for key in sorted(before) if isinstance(before[key], list)][:1]
            made |= {key: self._other(fragments, before[key]) for key in known}
        return made

    def _other(self, fragments: list[Kind], was: Any) -> Any:
        """Another value for an entry: for an array mostly another array, which nobody may put behind the first."""
        drawn = [next(iter(self.chance.choice(fragments).draw(self.chance).values())) for _ in range(_OTHERS)]
        arrays = [one for one in drawn if isinstance(one, list)] if isinstance(was, list) else []
        return arrays[0] if arrays else drawn[0]

    def _object(self, field: Field, kinds: list[Kind], standings: frozenset[Standing], before: Any) -> Any:
        kind = self._of_object(field, kinds)
        if kind is None or kind.name == "null":
            return None if kind is not None else MISSING
        if kind.name == "no members":
            return {}
        below = list(field.fields)
        if kind.name == "some members":
            below = self._some(below)
        if kind.name == "one member":
            below = [self.chance.choice(below)]
        was = before if isinstance(before, dict) else {}
        drawn = {one.path[-1]: self.value(one, standings | PLAIN, was.get(one.path[-1], MISSING)) for one in below}
        return {name: value for name, value in drawn.items() if value is not MISSING}

    def _of_object(self, field: Field, kinds: list[Kind]) -> Kind | None:
        """The best kind; after one that shows few members or none, some members, and now and then all."""
        best = self._best(field, kinds)
        is_open = best is not None and (field.name, best.name) in self.open
        if is_open and best is not None and (best.name not in _THIN or field.name not in self._was_thin):
            if best.name in _THIN:
                self._was_thin.add(field.name)
            return best
        self._was_thin.discard(field.name)
        is_needed = any(self.worth(part, PLAIN) for part in field.fields)
        shape = "all members" if is_needed else self.chance.choice(_SHAPES)
        return next((one for one in kinds if one.name == shape), best)

    def _some(self, fields: list[Field]) -> list[Field]:
        """About half of ``fields``, those first that were left out before, all that must be there, in order."""
        optional = [one for one in fields if not one.is_required]
        ranked = sorted(optional, key=lambda one: (-self._absent[one.name], self.chance.random()))
        is_needed = len(optional) == len(fields) or bool(optional and self.worth(optional[0], PLAIN))
        kept = {one.path for one in ranked[: len(optional) // 2 or int(is_needed)]}
        self._absent.update(one.name for one in optional if one.path not in kept)
        self._absent.subtract(one.name for one in optional if one.path in kept)
        return [one for one in fields if one.is_required or one.path in kept]

    def _array(self, field: Field, item: Field, kinds: list[Kind], standings: frozenset[Standing]) -> Any:
        kind = self._best(field, kinds)
        if kind is None or kind.name == "null":
            return None if kind is not None else MISSING
        is_twice = kind.name == TWICE
        wanted = kind.draw(self.chance) - is_twice
        items: list[Any] = []
        for _ in range(wanted * 4):
            if len(items) == wanted:
                break
            one = self._value(item, standings | PLAIN, MISSING)
            if one is not MISSING and not (field.flat.get("uniqueItems") and one in items):
                items.append(one)
                self.reached_within(item, one)
        items += items[:1] if is_twice else []
        return items if len(items) >= field.flat.get("minItems", 0) else MISSING

    def reached_within(self, field: Field, value: Any) -> None:
        """Close the goals of ``field`` itself that ``value`` reaches, while a larger value is being drawn."""
        for kind in field.kinds:
            if kind.fits(value):
                self.open.pop((field.name, kind.name), None)

    def _best(self, field: Field, kinds: list[Kind]) -> Kind | None:
        if not kinds:
            return None
        is_open = [kind for kind in kinds if (field.name, kind.name) in self.open]
        if not is_open:
            return self.chance.choice(kinds)
        required = [kind for kind in is_open if kind.standing == "required"]
        return max(required or is_open, key=lambda kind: self._worth(field, kind))

    def _sample(self, field: Field, kinds: list[Kind], most: int) -> list[Kind]:
        ranked = sorted(kinds, key=lambda kind: (-self._worth(field, kind), self.chance.random()))
        return ranked[:most]

    def _worth(self, field: Field, kind: Kind) -> float:
        """A goal that is open is worth its standing, more where no member has had a value of that kind; of the kinds
        that are whole values the first ones are worth most."""
        if (field.name, kind.name) not in self.open:
            return 0.0
        worth = _WORTH[kind.standing] * kind.weight
        if kind.weight < 1:
            worth *= _AGAIN if kind.name in self._drawn else 1.0
        if kind.is_fragment:
            return worth * (1.0 if kind.name in self._seen else 2.0)
        return worth * (1.0 if kind.name in self._seen else 1.1) * self._rank[field.name, kind.name]


def goals_in(fields: Iterable[Field], body: Any) -> Iterator[Goal]:
    """The goals that ``body`` reaches, by what its values are, whoever drew them."""
    for top in fields:
        for field in top.below():
            for value in field.value_of(body):
                for kind in field.kinds:
                    if kind.fits(value):
                        yield field.name, kind.name


def _has_room(field: Field, made: str) -> bool:
    most = field.flat.get("maxLength")
    return len(made) >= field.flat.get("minLength", 0) and (most is None or len(made) <= most)


def _types(field: Field) -> tuple[str, ...]:
    """The JSON types of a field; one of any type is sent as an object of the user's own."""
    return types_of(field.flat) or ("object",)
