"""Wrong values: one each in a body that is right otherwise, and a few bodies in which nearly every member is wrong.

A refusal says something of a member only where its violation stands alone. But no wrong value may make a server fail,
and that shows in company, too: so every member has each wrong type in few requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from contracts.plan.draw import PLAIN
from contracts.plan.fields import Field
from contracts.plan.kinds import wrong
from contracts.plan.kinds.kind import Kind
from contracts.plan.scene import Draft, Scene
from contracts.spec.flat import types_of
from contracts.wire import MISSING

_BESIDE = 3
_TURNS = 4
"""Bodies in which nearly every member is wrong: so many types may be wrong for a text."""
_PARTS = (3,)
"""Those of them in which objects are wrong in their parts."""
_ALONE = (1, 0, 0, 0)
"""Single wrong values that go before each of those."""
_AGAIN = 7
"""Single ones between two of those, later."""
Target = tuple[Field, Kind]


def drafts(scene: Scene) -> Iterator[Draft]:
    """Single ones, with those of many members among the first."""
    if "validation" in scene.without:
        return
    alone = _single(scene)
    for turn, count in enumerate(_ALONE):
        yield from islice(alone, count)
        if (draft := _many(scene, turn)) is not None:
            yield draft
    turn = 0
    for number, draft in enumerate(alone, 1):
        yield draft
        if number % _AGAIN == 0 and (together := _many(scene, turn := turn + 1)) is not None:
            yield together


def _many(scene: Scene, turn: int) -> Draft | None:
    """Nearly every member wrong: of each turn another type. At first all texts are numbers, and nothing else is wrong:
    what takes a number for a text takes it for every text.
    """
    members: dict[str, Any] = {}
    dates = 0
    for field in scene.fields:
        value: Any = MISSING
        if turn % _TURNS == 0 and _is_text(field):
            value = next((k.draw(scene.chance) for k in field.wrong if k.name == "type number"), MISSING)
        elif turn % _TURNS == 0 and field.meaning.free_form:
            value = scene.drawer.value(field, PLAIN)
        elif turn % _TURNS in _PARTS:
            value = _with_wrong_parts(scene, field, turn)
        if value is MISSING and turn % _TURNS and (kinds := _in_turn(field)):
            place = turn
            if len(kinds) > _TURNS:
                place, dates = 2 * turn - 2 + (dates + turn + 1) % 2, dates + 1
            value = kinds[place % len(kinds)].draw(scene.chance)
        if value is not MISSING:
            members[field.path[0]] = value
    members = {**scene.required(), **members}
    if scene.is_allowed({**scene.full.keys, **members}):
        return None
    return Draft(scene.writer.write(scene.full, scene.writer.keys(scene.full), members, "many members wrong"))


def _is_text(field: Field) -> bool:
    return types_of(field.flat) == ("string",) and not str(field.flat.get("format", "")).startswith("date")


def _in_turn(field: Field) -> list[Kind]:
    """The wrong types of ``field``, or, where more may be wrong, that between them."""
    types = [kind for kind in field.wrong if kind.name.startswith("type ")]
    broken = [kind for kind in field.wrong if kind.standing == "wrong" and kind not in types]
    return (
        types if not broken else [kind for pair in zip_longest(types[:1], broken) for kind in pair if kind] + types[1:]
    )


def _with_wrong_parts(scene: Scene, field: Field, turn: int) -> Any:
    """An object, or an array, of which each part is wrong; MISSING where it has no parts that can be."""
    if field.item is not None:
        kinds = _in_turn(field.item)
        return [kinds[(turn + 1) % len(kinds)].draw(scene.chance)] if kinds else MISSING
    parts = {one.path[-1]: kinds[(turn + 1) % len(kinds)] for one in field.fields if (kinds := _in_turn(one))}
    return {name: kind.draw(scene.chance) for name, kind in parts.items()} if parts else MISSING


def _single(scene: Scene) -> Iterator[Draft]:
    """One draft a member and wrong kind: a first kind of each member, then a second, and so on; then drawn anew."""
    number, before = 0, -1
    while before < number:  # where nothing that is wrong can be told from what is right, there is nothing to send
        before = number
        for field, kind in _targets(scene):
            value = _placed(scene, field, kind.draw(scene.chance))
            about = scene.edge if number == 0 else scene.full
            top = field.path[0]
            beside = scene.telling(_BESIDE, but=top) | _objects(scene, top)
            body = {name: one for name, one in beside.items() if name != top} | {top: value}
            if value is not MISSING and not scene.is_allowed({**about.keys, **body}):
                number += 1
                label = f"a wrong {field.name}: {kind.name}"
                keys = tuple(name for name in scene.writer.keys(about) if name != top)
                yield Draft(scene.writer.write(about, keys, body, label))
        for name in _missing(scene):
            number += 1
            body = {key: value for key, value in scene.telling(_BESIDE, but=name).items() if key != name}
            yield Draft(scene.writer.write(scene.full, scene.writer.keys(scene.full), body, f"without {name}"))


def _targets(scene: Scene) -> Iterator[Target]:
    """A first kind of each sort of member, then of every other member, then the second kinds, and so on."""
    fields = [*scene.fields, *_nested(scene.fields), *_keys(scene)]
    kinds = {one.name: _turned(one, number) for number, one in enumerate(sorted(fields, key=_sort))}
    seen: set[Sort] = set()
    early: list[Field] = []
    for field in fields:
        if _sort(field) not in seen:
            seen.add(_sort(field))
            early.append(field)
    early.sort(key=lambda one: 0 if "format" in one.flat else 1 if not _is_text(one) else 2)
    for number in range(max(map(len, kinds.values()), default=0)):
        for field in (*early, *sorted((one for one in fields if one not in early), key=_is_text)):
            if number < len(kinds[field.name]):
                yield kinds[field.name][number]


Sort = tuple[tuple[str, ...], str, bool, bool, int, bool]


def _sort(field: Field) -> Sort:
    """What tells members apart for a validator: types, format, enum, bounds, how deep, whether it is a key."""
    is_bounded = any(word in field.flat for word in ("minimum", "maximum", "maxLength", "minLength", "pattern"))
    shape = "free" if field.meaning.free_form else str(field.flat.get("format", ""))
    return types_of(field.flat), shape, "enum" in field.flat, is_bounded, len(field.path), bool(field.meaning.key)


def _turned(field: Field, number: int) -> list[Target]:
    """The wrong kinds of ``field``, types in an order that turns from member to member."""
    broken = [kind for kind in field.wrong if not kind.name.startswith("type ") and kind.standing == "wrong"]
    types = [kind for kind in field.wrong if kind.name.startswith("type ")]
    turn = number % max(1, len(types))
    away = number % max(1, len(broken))
    return [
        (field, kind)
        for kind in (*broken[away : away + 1], *types[turn:], *types[:turn], *broken[:away], *broken[away + 1 :])
    ]


def _nested(fields: tuple[Field, ...]) -> list[Field]:
    return [below for top in fields for below in top.below() if len(below.path) > 1]


def _keys(scene: Scene) -> Iterator[Field]:
    """The keys that a body may hold, as fields. Whatever a liberal server makes of one, its name is this run's."""
    for name in scene.resource.keys:
        member = scene.resource.write_body.member((name,))
        if member is not None and member.flat.get("readOnly") is not True:
            own = scene.full.keys.get(name, "")
            kinds = wrong.of_name(own) if isinstance(own, str) and own else wrong.kinds(member.flat)[:1]
            yield Field((name,), member.flat, member.meaning, member.required, (), kinds)


def _placed(scene: Scene, field: Field, value: Any) -> Any:
    """``value`` where ``field`` stands, what is around it plain and right."""
    if len(field.path) == 1:
        return value
    top = scene.field(field.path[0])
    return MISSING if top is None else _within(scene, top, field, value)


def _within(scene: Scene, holder: Field, field: Field, value: Any) -> Any:
    if holder.path == field.path:
        return value
    if holder.item is not None and field.path[: len(holder.item.path)] == holder.item.path:
        return [_within(scene, holder.item, field, value)]
    made = scene.drawer.value(holder, PLAIN)
    below = next((one for one in holder.fields if field.path[: len(one.path)] == one.path), None)
    if below is None:
        return MISSING
    return {**(made if isinstance(made, dict) else {}), below.path[-1]: _within(scene, below, field, value)}


def _objects(scene: Scene, but: str) -> dict[str, Any]:
    """A plain object and free-form values beside the texts: servers write these elsewhere, and sooner."""
    return scene.plain(one for one in scene.fields if one.path[0] != but and (one.fields or one.meaning.free_form))


def _missing(scene: Scene) -> Iterator[str]:
    """Members without which a body is refused."""
    needed = (one.path[0] for one in scene.fields if one.is_required)
    for name in needed:
        if not scene.is_allowed({k: v for k, v in {**scene.full.keys, **scene.required()}.items() if k != name}):
            yield name
