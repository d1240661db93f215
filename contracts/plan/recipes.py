"""Sequences made for what a walk hits upon too seldom: keys and values that are nearly one, moments, many writes.

None knows a member by name: the overlay says which parameters filter by what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from contracts.plan import queries
from contracts.plan.draw import PLAIN
from contracts.plan.instances import GROUPS
from contracts.plan.kinds.words import word
from contracts.plan.scene import Scene
from contracts.plan.sequences import EFFECTS, NEARLY, Sequence, Step, operation_of
from contracts.plan.walks import allowed, farewell, looks, rich, value
from contracts.record.ways import NONE, is_right
from contracts.wire import MISSING

Recipe = Callable[[Scene, int], Sequence | None]
_WRITES = 9
"""Writes to one instance: counters that run out of step do so at small numbers."""
_FAR = 2
"""Filters by a moment long ago or far away in one sequence: the cover has asked for each."""
_RICH = 6
"""Members of a write that is there for its key, and shows values by the way."""


def recipes(scene: Scene) -> Iterator[Sequence]:
    """One sequence of each kind in turn, and without end; each time round with other values."""
    turns: Counter[Recipe] = Counter()
    while True:
        made = 0
        for recipe in _RECIPES:
            sequence = recipe(scene, turns[recipe])
            turns[recipe] += 1
            if sequence is not None:
                made += 1
                yield sequence
        if not made:
            return


def near_keys(scene: Scene, turn: int) -> Sequence | None:
    """Many whose keys are nearly one: each is made, some are looked at, and one of these is changed."""
    if not scene.resource.client_keys or not scene.is_upsert:
        return None
    group = GROUPS[turn % len(GROUPS)]
    steps = [Step("write", who, members=rich(scene, _RICH)) for who in range(len(group))]
    seen = scene.chance.sample(range(len(group)), (len(group) + 1) // 2)
    if operation_of(scene, "read") is not None:
        steps += [Step("read", who) for who in seen]
    steps.append(Step("write", seen[-1], members=scene.telling(1)))
    if operation_of(scene, "read") is not None:
        steps.append(Step("read", seen[-1]))
    deletions = [step for step in farewell(scene, [{}] * len(group)) if step.effect == "delete"]
    return Sequence(group, (*steps, *deletions))


def many_writes(scene: Scene, turn: int) -> Sequence | None:
    """One that is written again and again, each time by another way and with other members; then as at first. What may
    be cleared is cleared."""
    if not scene.is_upsert or not scene.resource.client_keys:
        return None
    held: dict[str, Any] = {}
    steps: list[Step] = []
    fields = list(scene.fields)
    ways = [("write", "client"), ("write", "server")]
    ways += [("update", "client"), ("update", "server")] if operation_of(scene, "update") is not None else []
    for number in range(_WRITES):
        scene.chance.shuffle(fields)
        some = fields[: scene.chance.randint(1, 3)] if number else fields
        members = {one.path[0]: value(scene, one, held) for one in some}
        members = allowed(scene, {name: one for name, one in members.items() if one is not MISSING})
        effect, by = ways[(number + turn) % len(ways)] if number else ways[0]
        steps.append(Step(effect, 0, by, members))
        held |= members
    if cleared := allowed(
        scene, {one.path[0]: None for one in fields if any(kind.name == "null" for kind in one.kinds)}
    ):
        there = scene.plain(one for one in fields if one.path[0] in cleared)
        steps += [Step("write", 0, members=some) for some in (there, cleared, scene.telling(1), {})]
    steps.append(Step("write", 0, members=steps[0].members))
    return Sequence(("",), (*steps, *looks(scene, [held]), *farewell(scene, [held])))


def neighbours(scene: Scene, turn: int) -> Sequence | None:
    """Two with the same values. Each way to write is gone with one of them, and the other one looked at; then that one
    is as before. In the end one is deleted, and the other one stays."""
    if not scene.is_upsert or not scene.resource.client_keys:
        return None
    shared = allowed(scene, scene.plain(scene.fields))
    ways = [("write", "client"), ("write", "server")]
    can_update, can_read = operation_of(scene, "update") is not None, operation_of(scene, "read") is not None
    ways += [("update", "client"), ("update", "server")] if can_update else []
    start = turn % len(ways)
    steps = [Step("write", 0, members=shared), Step("write", 1, members=shared)]
    for number, (effect, by) in enumerate((*ways[start:], *ways[:start])):
        one, other = (0, 1) if number % 2 else (1, 0)
        steps.append(Step(effect, one, by, rich(scene, len(scene.fields))))
        steps.append(Step("read" if can_read else "write", other))
        if can_update:
            named = (2, one, None, None)[number]
            steps.append(Step("update", other, "client" if number % 2 else "server", scene.telling(1), other=named))
        steps += [Step("read", one, "server")] if can_read else []
        steps.append(Step("write", one, members=shared))
    steps.append(Step("write", one, members=shared))
    if operation_of(scene, "delete") is not None:
        steps += [Step("delete", turn % 2), *([Step("read", 1 - turn % 2)] if can_read else [])]
        steps.append(Step("delete", 1 - turn % 2))
    return Sequence(("", "same beginning", "another sign"), tuple(steps))


def alike(scene: Scene, turn: int) -> Sequence | None:
    """Several whose values of each filter's member are nearly one; then the filters by some of them."""
    filters = queries.equal(scene) if operation_of(scene, "list") is not None else []
    values = {parameter: found for parameter, member in filters if (found := _near_values(scene, member))}
    if not values:
        return None
    count = max(map(len, values.values()))
    steps = [Step("list", 0, "filter", query=_filter(parameter, found[0])) for parameter, found in values.items()]
    for who in range(count):
        members = scene.required()
        for parameter, member in filters:
            found = values.get(parameter, [])
            members |= (_written(scene, member, found[who]) or {}) if who < len(found) else {}
        steps.append(Step("write", who, members=members))
    steps.append(Step("write", count, members=scene.required()))
    steps.append(Step("list", count, query=queries.whole(scene), patient=True))
    for parameter, found in values.items():
        steps.append(Step("list", 0, "filter", query=queries.whole(scene, (parameter, found[0]))))
        steps.append(Step("list", count, "none", query=_filter(parameter, scene.chance.choice(found[1:] or found))))
    bases = list(values.items())
    for (one, wanted), (other, others) in zip(bases, (*bases[1:], bases[0]), strict=True) if len(bases) > 1 else ():
        steps.append(Step("list", count, "none", query=queries.text([(one, wanted[0]), (other, others[-1])])))
    last = (*(_filter(name, "") for name in values), queries.beyond(scene))
    steps += [Step("list", count, "none", query=query) for query in last]
    return Sequence(("",) * (count + 1), (*steps, *farewell(scene, [{}] * (count + 1))))


def _near_values(scene: Scene, member: str) -> list[str]:
    """A value of ``member``, and some that are nearly that one; nothing where it holds no text."""
    base = _drawn(scene, member)
    if not isinstance(base, str) or not base:
        return []
    another_case = base.upper() if base != base.upper() else base.lower()
    others = (f"x{base}", f"{base} {base[:3]}", f"{base}.com", another_case, base[:-1])
    return [base, *(one for one in dict.fromkeys(others) if one != base and _written(scene, member, one) is not None)]


def shown(scene: Scene, turn: int) -> Sequence | None:
    """Some are made, one with all members and one with none; they are in the list, and when they are deleted not."""
    if operation_of(scene, "list") is None or operation_of(scene, "delete") is None:
        return None
    full = allowed(scene, scene.plain(scene.fields))
    steps = [
        Step("write", 0, members=full),
        Step("write", 1, members=scene.required()),
        Step("list", 0, query=queries.whole(scene), patient=True),
        *(Step("list", 0, query=query) for query in queries.pages(scene, 1, size=1)),
        Step("delete", 1),
        Step("write", 2, members=scene.telling(2)),
        Step("read", 1, "former"),
        Step("write", 1, members=scene.telling(1)),
        Step("read", 1),
        Step("read", 1, "former"),
        Step("delete", 0, "server"),
        Step("list", 0, query=queries.whole(scene), patient=True),
        Step("write", 0, members=scene.required()),
        Step("read", 0),
        Step("delete", 2, "server"),
        Step("read", 2, "former"),
        Step("delete", 2, "former"),
    ]
    return Sequence(("", "another sign", ""), (*steps, *farewell(scene, [{}, {}, None])))


def refusals(scene: Scene, turn: int) -> Sequence | None:
    """Each way to be refused, and each time a look at what became of it."""
    ways = [way for way in scene.ways if not is_right(way)] if "auth" not in scene.without else []
    can_read = operation_of(scene, "read") is not None
    look = Step("write", 0) if scene.is_upsert else Step("read", 0, "server")  # a write shows what lies in wait for it
    wrong = [(one, kind) for one in scene.fields for kind in one.wrong if kind.standing == "wrong"]
    steps = [Step("write", 0, members=scene.telling(3))]
    update = operation_of(scene, "update")
    effects = ["update", "refused"] if update is not None else ["refused"]
    for effect in effects if wrong and "validation" not in scene.without and scene.is_upsert else ():
        one, kind = scene.chance.choice(wrong)
        steps += [Step(effect, 0, "server", scene.telling(2) | {one.path[0]: kind.draw(scene.chance)}), look]
    others = [one for one in ("delete", "read", "read", "list", "list") if operation_of(scene, one) is not None]
    filters = ["", *(_filter(name, word(scene.chance)) for name, _ in queries.equal(scene))]
    for number, effect in enumerate((*effects, *others) if ways else ()):
        members = scene.telling(2) if effect in effects else {}
        by = "client" if (turn + number) % 2 else "server"
        way = NONE if NONE in ways and by == "client" else scene.chance.choice(ways)
        query = filters[(turn + number) % len(filters)] if effect == "list" else ""
        steps.append(Step(effect, 0, by, members, query=query, credentials=way))
        steps += [look] if effect in (*effects, "delete") else []
    steps += [Step("read", 0, "server")] if can_read else []
    return Sequence(("",), (*steps, *farewell(scene, [{}])))


def nobody(scene: Scene, turn: int) -> Sequence | None:
    """Names that are nearly the key of one: nobody is found by them, and nobody is made."""
    if operation_of(scene, "read") is None or not scene.takes_client("read") or not scene.is_upsert:
        return None
    steps = [Step("write", 0, members=scene.telling(2)), *(Step("read", 0, name=name) for name in NEARLY)]
    for effect in ("update", "delete"):
        if operation_of(scene, effect) is not None and scene.takes_client(EFFECTS[effect]):
            members = scene.telling(1) if effect == "update" else {}
            steps += [Step(effect, 0, members=members, name="{longer}"), Step("read", 0, name="{longer}")]
    return Sequence(("",), (*steps, *looks(scene, [{}]), *farewell(scene, [{}])))


def moments(scene: Scene, turn: int) -> Sequence | None:
    """The filters by moments: between the making and the last change of one, by clocks of several zones."""
    names = queries.timed(scene) if operation_of(scene, "list") is not None else []
    if not names or not scene.is_upsert:
        return None
    asked = [(name, "{between}") for name in names]
    asked += [(name, "{between+09}" if "before" in name else "{between-09}") for name in names]
    far = [(name, moment) for name in names for moment in (queries.PAST, queries.FUTURE)]
    start = turn * _FAR % len(far)
    steps = [Step("write", 2, members=scene.telling(1)), Step("write", 0, members=scene.telling(1))]
    steps += [Step("read", 0) for _ in range(2)]
    steps += [Step("write", 1, members=rich(scene, _RICH)), Step("write", 0, "server", members=scene.telling(2))]
    asked += (far[start:] + far[:start])[:_FAR]
    steps += [Step("list", 0, "none", query=queries.by_moment(name, moment)) for name, moment in asked]
    return Sequence(("", "", ""), (*steps, *farewell(scene, [{}, {}, {}])))


def _filter(parameter: str, one: str) -> str:
    return f"?{quote(parameter)}={quote(one, errors='replace')}"


def _drawn(scene: Scene, member: str) -> Any:
    """A plain value of the member with that dotted path."""
    field = next((one for top in scene.fields for one in top.below() if one.name == member), None)
    return MISSING if field is None else scene.drawer.value(field, PLAIN)


def _written(scene: Scene, member: str, one: str) -> dict[str, Any] | None:
    """Members that give ``member`` the value ``one``, and plain ones around it; None where the schema refuses that."""
    top, *inner = member.split(".")
    made: Any = one
    for name in reversed(inner):
        made = {name: made}
    around = scene.plain(field for field in scene.fields if field.path == (top,)) if inner else {}
    if isinstance(around.get(top), dict) and isinstance(made, dict):
        made = {**around[top], **made}
    members = {**scene.required(), top: made}
    return members if scene.is_allowed({**scene.first.keys, **members}) else None


_RECIPES: tuple[Recipe, ...] = (
    refusals,
    alike,
    near_keys,
    neighbours,
    many_writes,
    nobody,
    near_keys,
    moments,
    shown,
    near_keys,
)
"""In turn; those that are there several times come more often."""
