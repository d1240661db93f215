"""Sequences drawn at random, so that after each kind of step each other kind comes once, about the same instance and
about another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.plan.draw import EDGE, PLAIN
from contracts.plan.instances import NEAR, PAIRS
from contracts.plan.kinds.words import word
from contracts.plan.queries import pages, query, whole, wrong
from contracts.plan.scene import Scene
from contracts.plan.sequences import EFFECTS, Sequence, Step, operation_of
from contracts.record.ways import is_right
from contracts.wire import MISSING

_WEIGHTS = {
    "write": 18,
    "again": 7,
    "touch": 9,
    "new": 24,
    "read": 14,
    "update": 16,
    "delete": 10,
    "list": 7,
    "refused": 8,
    "nobody": 5,
}
"""How often a step of each kind is drawn, where the document declares what it takes."""
_NEEDS = {"read": "read", "update": "update", "delete": "delete", "list": "list", "nobody": "read"}
_MANY = 7
"""Instances of a sequence that asks whether one is forgotten after several more."""
_CANDIDATES = 10
_SHARED = 0.3
"""How often a write takes the values of another instance."""
_EDGY = 0.75
_NAMED = 0.2
"""How often the body of an update names keys of another instance, which have no effect there."""
_ODD_NAMES = ("{}'s", '"{}"', "{}%", "{};--", "{} {}", "{}é", "{}+{}", "{}&{}", "({})", "{}_{}")
"""Names of nobody that a careless query or route breaks on."""


def drawn(scene: Scene) -> Sequence:
    """A sequence by chance: how long, about how many, which steps, which values."""
    walk = _Walk(scene)
    walk.begin()
    for _ in range(scene.chance.randint(4, 11) if walk.most < _MANY else 2):
        walk.go()
    steps = [*walk.steps, *looks(scene, walk.held), *farewell(scene, walk.held)]
    return Sequence(tuple(walk.nearness), tuple(steps))


class _Walk:
    """``held`` says of each instance what writes about it have sent, None where it is deleted."""

    def __init__(self, scene: Scene) -> None:
        chance = scene.chance
        self.scene = scene
        self.chance = chance
        self.most = chance.choices((1, 2, 3, _MANY), (2, 6, 4, 1))[0]
        self.ends = [*chance.choice(PAIRS), *(chance.choice(tuple(NEAR)) for _ in range(_MANY))]
        self.nearness: list[str] = []
        self.held: list[dict[str, Any] | None] = []
        self.steps: list[Step] = []
        self.kinds = {kind: weight for kind, weight in _WEIGHTS.items() if _has(scene, kind)}
        self.last = ("", "", -1)

    def begin(self) -> None:
        """The first instances; in a long row of them all."""
        for _ in range(self.most if self.most == _MANY else 1):
            self._take("new", len(self.held), "client")

    def go(self) -> None:
        """One step more: of a few drawn, the one that follows the last one as seldom as any."""
        found = [one for _ in range(_CANDIDATES) if (one := self._candidate()) is not None]
        if found:
            self._take(*min(found, key=self._seen))

    def _candidate(self) -> tuple[str, int, str] | None:
        kind = self.chance.choices(list(self.kinds), list(self.kinds.values()))[0]
        if kind == "new":
            return (kind, len(self.held), "client") if len(self.held) < self.most else None
        who = self.chance.randrange(len(self.held))
        is_gone = self.held[who] is None
        ways = ["client", "server"] if self.scene.resource.client_keys else ["server"]
        if is_gone:
            ways = [way for way in (*ways, "former") if way != "server"]
        by = self.chance.choice(ways)
        if kind in ("write", "again", "touch", "refused") and by == "former":
            by = "client"
        if kind == "touch" and is_gone:
            return None
        return kind, who, by

    def _seen(self, candidate: tuple[str, int, str]) -> tuple[int, float]:
        return self.scene.moves[self._move(candidate)], self.chance.random()

    def _move(self, candidate: tuple[str, int, str]) -> tuple[str, ...]:
        kind, who, by = candidate
        return (*self.last[:2], "same" if who == self.last[2] else "another", kind, by)

    def _take(self, kind: str, who: int, by: str) -> None:
        made = self._steps(kind, who, by)
        if made:
            self.scene.moves[self._move((kind, who, by))] += 1
            self.last = (kind, by, who)
            self.steps += made

    def _steps(self, kind: str, who: int, by: str) -> list[Step]:
        scene = self.scene
        if kind == "new":
            self.nearness.append(self.ends[len(self.held)])
            self.held.append({})
            return [self._write(who, "client")]
        if kind == "write":
            return [self._write(who, by)]
        if kind == "touch":
            return [Step("write", who, by)]
        if kind == "again":
            earlier = [step for step in self.steps if step.effect == "write" and step.who == who and step.members]
            return [self._noted(self.chance.choice(earlier))] if earlier else []
        if kind == "update":
            step = _update(scene, who, self.held[who] or {}, by)
            if step is not None and len(self.held) > 1 and self.chance.random() < _NAMED:
                step = replace(step, other=(who + 1) % len(self.held))
            return [] if step is None else [self._noted(step)]
        if kind == "delete":
            self.held[who] = None
            return [Step("delete", who, by)]
        if kind == "list":
            return _lists(scene, who, self.held)
        if kind == "refused":
            step = _refused(scene, who, by)
            return [] if step is None else [step]
        return [_nobody(scene, who)] if kind == "nobody" else [Step("read", who, by)]

    def _noted(self, step: Step) -> Step:
        before = self.held[step.who]
        if before is not None or step.effect == "write":
            self.held[step.who] = {**(before or {}), **step.members}
        return step

    def _write(self, who: int, by: str) -> Step:
        scene, chance, before = self.scene, self.chance, self.held[who] or {}
        fields = list(scene.fields)
        chance.shuffle(fields)
        some = fields[: chance.randint(1, len(fields))] if fields else []
        members = {one.path[0]: value(scene, one, before) for one in some}
        if (others := [one for number, one in enumerate(self.held) if one and number != who]) and (
            chance.random() < _SHARED
        ):
            members |= chance.choice(others)
        members = allowed(scene, {name: one for name, one in members.items() if one is not MISSING})
        known = [number for number, one in enumerate(self.held) if one and number != who]
        can_mix = by == "server" and known and scene.resource.server_key in scene.resource.writable
        if can_mix and self.held[who] is not None and chance.random() < 0.25:
            return self._noted(Step("write", who, "both", members, other=chance.choice(known)))
        return self._noted(Step("write", who, by, members))


def _has(scene: Scene, kind: str) -> bool:
    if kind == "refused":
        return "validation" not in scene.without
    if kind in ("write", "again", "touch"):
        return scene.is_upsert
    return kind == "new" or operation_of(scene, _NEEDS[kind]) is not None


def value(scene: Scene, one: Any, before: dict[str, Any]) -> Any:
    """A value for a field, another one than is held; an edge value more often than not."""
    standings = EDGE if scene.chance.random() < _EDGY else PLAIN
    return scene.drawer.value(one, standings, before.get(one.path[0], MISSING))


def rich(scene: Scene, count: int) -> dict[str, Any]:
    """Values for up to ``count`` members beside the required ones, those with the most still to show first."""
    ranked = sorted(scene.fields, key=lambda one: (-scene.drawer.worth(one, EDGE), scene.chance.random()))
    made = {one.path[0]: value(scene, one, {}) for one in ranked[:count]}
    return allowed(scene, scene.required() | {name: one for name, one in made.items() if one is not MISSING})


def allowed(scene: Scene, members: dict[str, Any]) -> dict[str, Any]:
    """``members`` without those that the schema of the write refuses."""
    keys = scene.first.keys
    for violation in scene.resource.write_body.judge.violations({**keys, **scene.required(), **members}):
        if violation.path:
            members.pop(str(violation.path[0]), None)
    return scene.fitted(keys, members)


def _update(scene: Scene, who: int, held: dict[str, Any], by: str) -> Step | None:
    operation = scene.resource.operation("update")
    if operation is None or operation.request is None:
        return None
    names = operation.request.names
    fields = [one for one in scene.fields if one.path[0] in names]
    if not fields:
        return None
    some = scene.chance.sample(fields, scene.chance.randint(1, len(fields)))
    members = {one.path[0]: value(scene, one, held) for one in some}
    members = {name: one for name, one in members.items() if one is not MISSING}
    members = scene.fitted_update(operation, members)
    return Step("update", who, by, members) if operation.request.judge.allows(members) else None


def _lists(scene: Scene, who: int, held: list[dict[str, Any] | None]) -> list[Step]:
    """One list, or its pages one after another."""
    some = {name: one for each in held if each for name, one in each.items()}
    texts = [query(scene, some)]
    if scene.chance.random() < 0.35:
        texts = list(pages(scene, scene.chance.randint(2, 4), order=scene.chance.random() < 0.5))
    if scene.chance.random() < 0.1 and (refused := list(wrong(scene))):
        texts = [scene.chance.choice(refused)]
    return [Step("list", who, query=text) for text in texts]


def _refused(scene: Scene, who: int, by: str) -> Step | None:
    """A request that is to be refused: without the right credentials, or with one wrong value."""
    chance = scene.chance
    wrong_ways = [way for way in scene.ways if not is_right(way)]
    if wrong_ways and "auth" not in scene.without and chance.random() < 0.4:
        others = [effect for effect in EFFECTS if operation_of(scene, effect) is not None]
        effect = chance.choice(("refused", "refused", *others))
        members = scene.telling(2) if effect in ("refused", "update") else {}
        return Step(effect, who, by, members, credentials=chance.choice(wrong_ways))
    fields = [one for one in scene.fields if any(kind.standing == "wrong" for kind in one.wrong)]
    if not fields:
        return None
    one = chance.choice(fields)
    kind = chance.choice([kind for kind in one.wrong if kind.standing == "wrong"])
    effect = "update" if operation_of(scene, "update") is not None and chance.random() < 0.3 else "refused"
    return Step(effect, who, by, scene.telling(2) | {one.path[0]: kind.draw(chance)})


def _nobody(scene: Scene, who: int) -> Step:
    """A read, update or delete of a name that nobody has."""
    chance = scene.chance
    effects = [effect for effect in ("read", "update", "delete") if operation_of(scene, effect) is not None]
    one = scene.instances.token + word(chance, 6)
    name = chance.choice(_ODD_NAMES).format(one, word(chance)) if _is_text(scene) else str(chance.randint(10**8, 10**9))
    return Step(chance.choice(effects), who, name=name)


def _is_text(scene: Scene) -> bool:
    return not isinstance(scene.first.server, int)


def looks(scene: Scene, held: list[dict[str, Any] | None]) -> list[Step]:
    """At the end each instance is looked at, by every way there is."""
    steps: list[Step] = []
    has_keys = bool(scene.resource.client_keys)
    for who, one in enumerate(held):
        if operation_of(scene, "read") is not None:
            last = "server" if one is not None else "former"
            steps += [Step("read", who, by) for by in ("client", last) if has_keys or by == last]
        if one is not None and scene.is_upsert and has_keys:
            steps.append(Step("write", who, "client"))
    if operation_of(scene, "list") is not None and scene.chance.random() < 0.3:
        steps.append(Step("list", 0, query=whole(scene), patient=True))
    return steps


def farewell(scene: Scene, held: list[dict[str, Any] | None]) -> list[Step]:
    """Each is deleted, where that can be; when half of them are gone the others are looked at once more."""
    if operation_of(scene, "delete") is None:
        return []
    living = [who for who, one in enumerate(held) if one is not None]
    scene.chance.shuffle(living)
    ways = ("client", "server") if scene.resource.client_keys else ("server",)
    deletions = [Step("delete", who, scene.chance.choice(ways)) for who in living]
    half = len(living) // 2
    can_read = operation_of(scene, "read") is not None
    between = [Step("read", who, "server") for who in living[half:]] if half and can_read else []
    return [*deletions[:half], *between, *deletions[half:]]
