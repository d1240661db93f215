"""Sequences whose steps start at one moment: what goes wrong in company only, and shows only sometimes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.plan import queries
from contracts.plan.draw import PLAIN
from contracts.plan.fields import Field
from contracts.plan.scene import Scene
from contracts.plan.sequences import Sequence, Step, operation_of
from contracts.plan.walks import farewell, looks
from contracts.record.exchange import Credentials
from contracts.record.ways import NONE, RUN, is_right
from contracts.wire import MISSING

Part = Callable[[Scene, int], list[Step]]
_BESIDE = 2
"""Lists and reads that go beside the writers of a moment."""


def rounds(scene: Scene, workers: int) -> Iterator[Sequence]:
    """Programs for ``workers`` at once, in turn and without end: a race shows only sometimes."""
    if not scene.is_upsert or not scene.resource.client_keys:
        while True:
            yield _each_its_own(scene, workers)
            if (refused := _strangers(scene, workers)) and scene.resource.client_keys:
                yield Sequence(("",), tuple(refused))
    while True:
        yield _about_one(scene, workers, (_creates, _strangers, _members, _parts, _deletion, _creates))
        yield _each_its_own(scene, workers)
        yield _about_one(scene, workers, (_updates, _strangers, _deletion))


def _about_one(scene: Scene, workers: int, parts: tuple[Part, ...]) -> Sequence:
    """Moments about one instance, one after another; after each it is looked at."""
    steps = [] if parts[0] is _creates else [Step("write", 0, members=scene.telling(1))]
    for part in parts:
        if moment := part(scene, workers):
            steps += moment
            steps += _seen(scene, "former" if any(step.effect == "delete" for step in moment) else "server")
    held: list[dict[str, Any] | None] = [{}]
    is_deleted = any(step.effect == "delete" for step in steps)  # then each moment after it has had its look
    return Sequence(("",), (*steps, *(() if is_deleted else looks(scene, held)), *farewell(scene, held)))


def _seen(scene: Scene, by: str) -> list[Step]:
    if operation_of(scene, "read") is not None:
        return [Step("read", 0, by)]
    return [Step("write", 0)] if by != "former" else []


def _together(steps: list[Step]) -> list[Step]:
    """All of them at one moment."""
    return [replace(step, at_once=number > 0) for number, step in enumerate(steps)]


def _beside(scene: Scene, workers: int) -> list[Step]:
    """Lists and reads in the company of writers, as many as leave the writers room."""
    wanted = [Step("list", 0, query=queries.whole(scene)), Step("read", 0, "server")]
    has = [step for step in wanted if operation_of(scene, step.effect) is not None]
    return has[: _BESIDE if workers >= 4 else 0]


def _creates(scene: Scene, workers: int) -> list[Step]:
    """Several create the same one: it is one, whoever was first."""
    return _together([Step("write", 0, members=scene.telling(1)) for _ in range(workers)])


def _members(scene: Scene, workers: int) -> list[Step]:
    """Each writes another member of one, by whatever way: what each was told is kept is kept."""
    return _writers(scene, workers, ("write", "update", "write"))


def _updates(scene: Scene, workers: int) -> list[Step]:
    """The same by updates alone."""
    return _writers(scene, workers, ("update",))


def _writers(scene: Scene, workers: int, effects: tuple[str, ...]) -> list[Step]:
    beside = _beside(scene, workers)
    update = operation_of(scene, "update")
    names = update.request.names if update is not None and update.request is not None else ()
    fields = list(scene.fields)
    scene.chance.shuffle(fields)
    made: list[Step] = []
    for one in fields[: max(2, workers - len(beside))]:
        effect = effects[len(made) % len(effects)] if one.path[0] in names else "write"
        if (part := _drawn(scene, one)) is not None:
            made.append(Step(effect, 0, "server" if effect == "update" else "client", part))
    if len(made) < 2:
        return []
    return _together([*made, *beside])


def _parts(scene: Scene, workers: int) -> list[Step]:
    """Each writes another entry of the user's own JSON, first one after another, so that it shows if it is merged."""
    free = [one for one in scene.fields if one.meaning.free_form]
    if not free:
        return []
    name = free[0].path[0]
    entries = [{f"part_{number}": scene.chance.randint(100, 9999)} for number in range(max(2, workers // 2 + 2) + 2)]
    writes = [Step("write", 0, members={name: entry}) for entry in entries]
    return [*writes[:2], *_together(writes[2:])]


def _deletion(scene: Scene, workers: int) -> list[Step]:
    """It is deleted while others change it: afterwards it is gone."""
    if operation_of(scene, "delete") is None or operation_of(scene, "update") is None:
        return []
    changes = [Step("update", 0, "server", scene.telling(1)) for _ in range(max(1, workers // 2))]
    return _together([*changes[::2], Step("delete", 0, "server"), *changes[1::2]])


def _strangers(scene: Scene, workers: int) -> list[Step]:
    """Without the right credentials, beside others that have them."""
    ways: list[Credentials] = [way for way in scene.ways if not is_right(way)]
    if not ways or "auth" in scene.without:
        return []
    made: list[Step] = []
    scene.chance.shuffle(ways)
    ways.sort(key=lambda way: way != NONE)
    for number in range(max(2, workers - workers // 4)):
        way = ways[number // 2 % len(ways)] if number % 2 else RUN
        made.append(Step("write" if way == RUN else "refused", 0, members=scene.telling(1), credentials=way))
    return _together(made)


def _each_its_own(scene: Scene, workers: int) -> Sequence:
    """Each writes about its own, then some write and others read: no answer is about another's."""
    count = max(2, workers)
    free = scene.plain(one for one in scene.fields if one.meaning.free_form)
    made = [Step("write", who, members=scene.telling(2) | _renewed(scene, free)) for who in range(count)]
    steps = _together(made)
    can_read = operation_of(scene, "read") is not None
    if scene.is_upsert and scene.resource.client_keys:
        again = [Step("write", who, members=scene.telling(1) | _renewed(scene, free)) for who in range(count)]
        reads = [Step("read", who, "server" if who % 4 == 1 else "client") for who in range(count)]
        steps += _together([reads[who] if can_read and who % 2 else again[who] for who in range(count)])
    deletions = [replace(step, by="server") for step in farewell(scene, [{}] * count) if step.effect == "delete"]
    return Sequence(("", *("same beginning" for _ in range(count - 1))), (*steps, *_together(deletions)))


def _renewed(scene: Scene, free: dict[str, Any]) -> dict[str, Any]:
    """Other values for the members of ``free``."""
    return scene.plain(one for one in scene.fields if one.path[0] in free)


def _drawn(scene: Scene, field: Field) -> dict[str, Any] | None:
    value = scene.drawer.value(field, PLAIN)
    return None if value is MISSING else {field.path[0]: value}
