"""What the request schema allows: created in full, changed member by member, by each key; then odd values in groups.

Each draft packs goals that are still open. Values that a server may refuse travel with their like, about an instance
of which nothing else is asked, so that what they do to it is laid to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contracts.plan.draw import EDGE, ODD, PLAIN, SOFT
from contracts.plan.draw import goals_in as reached_by
from contracts.plan.fields import Field
from contracts.plan.instances import Instance
from contracts.plan.kinds.kind import Standing
from contracts.plan.kinds.words import word, words
from contracts.plan.scene import Draft, Scene
from contracts.spec.flat import types_of
from contracts.spec.members import Pattern
from contracts.wire import MISSING

_CHARACTERS = frozenset({"NUL", "a lone surrogate", "a control character", "NUL in a text"})
_RARE = frozenset({"beyond ASCII", "with an extension"})
"""Odd values that most servers take."""
_TRIMMED = ("empty", "outer white space", "mixed case")
_DEEP = "very deep"
_SOFT_EVERY, _ODD_EVERY = 6, 9
"""Of the further drafts, those with what may be normalised, and those with what may be refused."""
_LONG_OF = 4
"""Of those with what may be normalised all but one in so many are long texts, of which there are many lengths."""
_RENEWED = 7
"""Packed drafts after which, once every goal was tried, a new instance is begun."""
_KEPT = 61
"""The same for the instances that other lanes ask about too: what merges free-form members grows with each write."""


def drafts(scene: Scene) -> Iterator[Draft]:
    """The drafts of this lane, endless: once all goals are tried, values are drawn anew."""
    for make in _program(scene):
        draft = make()
        if draft is not None:
            yield draft
    number = 0
    while True:
        number += 1
        if number % _RENEWED == 0:
            scene.spare = scene.instances.fresh("a code and an accent")
        draft = _anew(scene, number) or _packed_again(scene, number)
        if draft is None:
            return
        yield draft


def needed(scene: Scene) -> Iterator[Draft]:
    """Most members at a time, for what a verdict needs still."""
    while (draft := packed(scene, scene.edge if scene.edge.is_made else scene.full, by_server=False)) is not None:
        yield draft


def _packed_again(scene: Scene, number: int) -> Draft | None:
    """Open goals, about each of three instances in turn."""
    if number % _KEPT == 0:
        scene.renew()
        return _whole(scene, scene.full, PLAIN, "created in full")
    instance = (scene.full, scene.spare, scene.edge)[number % 3]
    return packed(scene, instance, by_server=number % 2 == 0)


def _anew(scene: Scene, number: int) -> Draft | None:
    """Now and then, about an instance of its own, what servers commonly trim or cut, or may refuse."""
    if number % _SOFT_EVERY == 0:
        names = {k.name for top in scene.fields for one in top.below() for k in one.kinds if k.standing in SOFT}
        long = sorted(name for name in names if name.endswith(" characters"))
        others = sorted(names - set(long))
        scene.spare = scene.instances.fresh("a code and an accent")
        turn = number // _SOFT_EVERY
        if long and turn % _LONG_OF:
            return _soft(scene, *long)
        return _soft(scene, others[turn // _LONG_OF % len(others)]) if others else None
    if number % _ODD_EVERY == 0:
        scene.spare = scene.instances.fresh("a code and an accent")
        are_characters = number // _ODD_EVERY % 2 == 0  # many a server refuses these, and all that goes with them
        return _grouped(
            scene,
            "odd values",
            lambda name: name != "null" and (name in _CHARACTERS) == are_characters and scene.chance.random() < 0.5,
        )
    return None


def _program(scene: Scene) -> Iterator[Callable[[], Draft | None]]:
    """In the order of worth: what each next draft can show that none before it could."""
    yield lambda: _whole(scene, scene.full, PLAIN, "created in full")
    yield lambda: _nameless(scene)
    yield lambda: _whole(scene, scene.edge, EDGE, "created with edge values")
    yield lambda: _by_both(scene)
    yield lambda: _touched(scene)
    yield lambda: packed(scene, scene.full, by_server=False)
    yield lambda: _unknown_key(scene)
    yield lambda: _grouped(scene, "odd characters", lambda name: name in _CHARACTERS)
    yield lambda: _soft(scene, *_TRIMMED)
    yield lambda: packed(scene, scene.instances.new("an accent after signs and a long beginning"), by_server=False)
    yield lambda: packed(scene, scene.instances.new("the beginning of that"), by_server=False)
    yield lambda: _odd_shape(scene)
    yield lambda: _soft(scene, "more than 255 characters")
    yield lambda: _grouped(scene, "odd for what they mean", lambda name: name not in _CHARACTERS | _RARE | {"null"})
    yield lambda: packed(scene, scene.full, by_server=False)
    yield lambda: _nulls(scene)
    yield lambda: _few(scene, scene.full)
    yield lambda: _soft(scene, *_TRIMMED)
    yield lambda: _keyless(scene)
    yield lambda: packed(scene, scene.edge, by_server=False)
    yield lambda: packed(scene, scene.full, by_server=False)


def _draft(
    scene: Scene, instance: Instance, by: tuple[str, ...], members: dict[str, Any], label: str, *, is_odd: bool = False
) -> Draft | None:
    """A draft of ``members``, less those that the schema refuses; None where it allows nothing of it."""
    members = scene.required() | members if not instance.is_made or scene.needs else members
    keys = {name: scene.writer.key(instance, name) for name in by}
    body = {**keys, **members}
    for violation in scene.resource.write_body.judge.violations(body):
        if is_odd and violation.observed is None:
            continue  # null is what such a draft is about
        if violation.path and violation.path[0] in members and violation.keyword != "required":
            members.pop(str(violation.path[0]), None)
    members = members if is_odd else scene.fitted(keys, members)
    if not is_odd and not scene.is_allowed({**keys, **members}):
        return None
    request = scene.writer.write(instance, by, members, label)
    goals = tuple(reached_by(scene.fields, members))
    return Draft(request, instance, dict(members), goals, is_valid=True, is_odd=is_odd)


def _keys(scene: Scene, instance: Instance, *, by_server: bool = False) -> tuple[str, ...]:
    return scene.writer.keys(instance, by_server=by_server or not instance.keys)


def _target(scene: Scene, instance: Instance) -> Instance:
    """``instance``, or a fresh one where a second write about it would not be an update, or nothing names it."""
    is_named = bool(instance.keys) or (
        instance.server is not None and scene.resource.server_key in scene.resource.writable
    )
    return instance if scene.is_upsert and is_named else scene.instances.fresh()


def _drawn(scene: Scene, fields: list[Field], standings: frozenset[Standing], instance: Instance) -> dict[str, Any]:
    made = {one.path[0]: scene.drawer.value(one, standings, instance.held.get(one.path[0], MISSING)) for one in fields}
    return {name: value for name, value in made.items() if value is not MISSING}


def _whole(scene: Scene, instance: Instance, standings: frozenset[Standing], label: str) -> Draft | None:
    aliases = {name for group in scene.resource.aliases for name in sorted(group)[:-1]} if standings == PLAIN else set()
    fields = [one for one in scene.fields if one.path[0] not in aliases]
    drawn = {one.path[0]: scene.drawer.whole(one, standings) for one in fields}
    members = {name: value for name, value in drawn.items() if value is not MISSING}
    if instance is scene.edge:
        members |= {one.path[0]: scene.full.held[one.path[0]] for one in fields if _is_shared(scene, one)}
    return _draft(scene, instance, _keys(scene, instance), members, label)


def _is_shared(scene: Scene, field: Field) -> bool:
    """May two have the same value of it, though servers like to tell people by it?"""
    return field.meaning.looks in ("email", "phone") and field.path[0] in scene.full.held


def _few(scene: Scene, instance: Instance) -> Draft | None:
    """One member changed, all others left out."""
    instance = _target(scene, instance)
    ranked = _ranked(scene, scene.fields, EDGE)
    if not ranked:
        return None
    members = _drawn(scene, _unwatched(scene, _simple(ranked))[:1], EDGE, instance)
    label = f"upsert by the server's key: {', '.join(members)}"
    return _draft(scene, instance, _keys(scene, instance, by_server=True), members, label)


def _nameless(scene: Scene) -> Draft | None:
    """Nothing at all, where the schema allows that. What it makes is the one that odd values are tried on."""
    own = scene.resource.server_key
    if not scene.resource.client_keys or not scene.is_allowed({}):
        return None
    nameless = Instance({})
    if own is not None and own in scene.resource.writable:
        scene.spare = nameless
    return _draft(scene, nameless, (), {}, "the empty object")


def _keyless(scene: Scene) -> Draft | None:
    """Another one without a key, with one member: two that nobody named are two, and nothing becomes a key."""
    if not scene.resource.client_keys or not scene.is_allowed({}):
        return None
    fields = [one for one in scene.fields if one.meaning.looks == "email"] or _simple(list(scene.fields))
    members = _drawn(scene, fields[:1], PLAIN, scene.first)
    return _draft(scene, Instance({}), (), members, f"without a key: {', '.join(members)}")


def _by_both(scene: Scene) -> Draft | None:
    """The server's key of one beside the client's key of another: which one decides?

    Objects are left out, since ``_touched`` sends them to the other one.
    """
    own, clients = scene.resource.server_key, scene.resource.client_keys
    if own is None or not clients or own not in scene.resource.writable or scene.full.server is None:
        return None
    mixed = Instance({**scene.full.keys, clients[0]: scene.first.keys[clients[0]]}, scene.full.server, scene.full.held)
    members = _drawn(scene, _unwatched(scene, _simple(_ranked(scene, scene.fields, EDGE))), EDGE, scene.full)
    draft = _draft(scene, mixed, (own, *clients), members, "the keys of two")
    if draft is not None:
        draft.instance = scene.full
    return draft


def _touched(scene: Scene) -> Draft | None:
    """The key, one value, and objects with nothing in them: what is there stays, whatever else was sent to others."""
    if not scene.is_upsert:
        return None
    names = [one.path[0] for one in scene.fields if one.fields or types_of(one.flat) == ("object",)]
    members: dict[str, Any] = {
        name: {} for name in names if scene.is_allowed({**scene.required(), **scene.first.keys, name: {}})
    }
    simple = _unwatched(scene, _simple(_ranked(scene, scene.fields, EDGE)))[:1]
    members |= _drawn(scene, simple, EDGE, scene.first)
    return _draft(
        scene, scene.first, _keys(scene, scene.first), members, f"upsert by its own key: {', '.join(members)}"
    )


def packed(scene: Scene, instance: Instance, *, by_server: bool) -> Draft | None:
    """Most of the members; the others, each time other ones, are to stay as they are, or not to come from anywhere."""
    instance = _target(scene, instance) if instance.is_made else instance
    ranked = _ranked(scene, scene.fields, EDGE)
    if not ranked:
        return None
    chosen = _unwatched(scene, ranked) if instance is scene.full else ranked
    rested = [one for one in chosen if not scene.drawer.worth(one, PLAIN)]
    rested.sort(key=lambda one: (scene.left_out[one.path[0]], -chosen.index(one)))
    without = {one.path for one in rested[: min(max(1, len(chosen) // 4), len(chosen) - 1)]}
    scene.left_out.update(path[0] for path in without)
    members = _drawn(scene, [one for one in chosen if one.path not in without], EDGE, instance)
    label = f"{'upsert' if instance.is_made else 'created'}: {', '.join(members)}"
    return _draft(scene, instance, _keys(scene, instance, by_server=by_server), members, label)


def _simple(fields: list[Field]) -> list[Field]:
    """Those of ``fields`` that hold one value; all where none does."""
    return [one for one in fields if not one.fields and one.item is None and not one.meaning.free_form] or fields


def _unwatched(scene: Scene, fields: list[Field]) -> list[Field]:
    return [one for one in fields if one.path[0] != scene.watched] or fields


def _ranked(scene: Scene, fields: Any, standings: frozenset[Standing]) -> list[Field]:
    usable = [one for one in fields if any(kind.standing in standings for kind in one.kinds)]
    return sorted(usable, key=lambda one: (-scene.drawer.worth(one, standings), scene.chance.random()))


def _unknown_key(scene: Scene) -> Draft | None:
    """A server's key that nobody has, beside a new one of the client's: created, or refused?"""
    own = scene.resource.server_key
    if own is None or own not in scene.resource.writable or not scene.resource.client_keys:
        another = _target(scene, scene.stranger)
        return _draft(scene, another, _keys(scene, another), scene.telling(1), "another one")
    known = scene.full.server
    made: Any = f"{word(scene.chance, 5)}{scene.chance.randint(10**6, 10**9)}"
    if isinstance(known, str):
        head = known.partition("_")[0] + "_" if "_" in known else ""
        made = head + made
    elif isinstance(known, int):
        made = known + scene.chance.randint(10**6, 10**8)
    stranger = Instance(scene.stranger.keys, made)
    members = _drawn(scene, _ranked(scene, scene.fields, EDGE), EDGE, stranger)
    draft = _draft(scene, stranger, (own, *scene.resource.client_keys), members, "an unknown key of the server's")
    if draft is not None:
        draft.instance, draft.goals, draft.is_odd = None, (), True  # it may be refused
    return draft


def _soft(scene: Scene, *names: str) -> Draft | None:
    """Values that servers commonly trim, drop or cut, one kind of them at a time."""
    instance = _target(scene, scene.spare)
    members: dict[str, Any] = {}
    for field in scene.fields:
        value = _of_kind(scene, field, names)
        if value is not MISSING:
            members[field.path[0]] = value
    return _draft(scene, instance, _keys(scene, instance), members, f"texts: {', '.join(names)}") if members else None


def _of_kind(scene: Scene, field: Field, names: tuple[str, ...]) -> Any:
    """A value of ``field`` that holds one of the kinds called ``names``, anywhere within it."""
    found = [kind for kind in field.kinds if kind.name in names and kind.standing in SOFT | PLAIN]
    if found:
        is_open = [kind for kind in found if (field.name, kind.name) in scene.drawer.open] or found
        turn = len(field.name) + 1  # members of one body have different ones
        return is_open[turn % len(is_open)].draw(scene.chance)
    inner = {one.path[-1]: _of_kind(scene, one, names) for one in field.fields}
    inner = {name: value for name, value in inner.items() if value is not MISSING}
    if not inner:
        return MISSING
    needed = {one.path[-1]: scene.drawer.value(one, PLAIN) for one in field.fields if one.is_required}
    return {**needed, **inner}


def _grouped(scene: Scene, label: str, belongs: Callable[[str], bool]) -> Draft | None:
    """Odd values of one group together, a kind a member."""
    instance = _target(scene, scene.spare)
    members: dict[str, Any] = {}
    used: set[str] = set()
    for field in (below for top in scene.fields for below in top.below()):
        if "[]" in field.path or not all(one not in members for one in field.path[:1]):
            continue
        kinds = [kind for kind in field.kinds if kind.standing in ODD and kind.name != _DEEP and belongs(kind.name)]
        kinds.sort(key=lambda kind, name=field.name: (name, kind.name) not in scene.drawer.open)  # type: ignore[misc]
        if kind := next((one for one in kinds if one.name not in used), None):
            used.add(kind.name)
            _put(members, field.path, kind.draw(scene.chance))
    if instance.server is not None and belongs("an empty key"):
        members |= {name: "" for name in scene.resource.client_keys[:1] if isinstance(scene.first.keys.get(name), str)}
    if not members:
        return None
    return _draft(scene, instance, _keys(scene, instance, by_server=True), members, label, is_odd=True)


def _put(members: dict[str, Any], path: Pattern, value: Any) -> None:
    for step in path[:-1]:
        members = members.setdefault(step, {})
    members[path[-1]] = value


def _odd_shape(scene: Scene) -> Draft | None:
    """A member that nobody declared, the user's own JSON nested very deeply, and what most servers take beside."""
    instance = _target(scene, scene.spare)
    taken = {
        one.path[0]: next((k.draw(scene.chance) for k in one.kinds if k.name in _RARE), MISSING) for one in scene.fields
    }
    others = [one for one in _simple(list(scene.fields)) if taken[one.path[0]] is MISSING]
    taken = {name: value for name, value in taken.items() if value is not MISSING} | _drawn(
        scene, others, EDGE, instance
    )
    deep = {
        field.path[0]: kind.draw(scene.chance) for field in scene.fields for kind in field.kinds if kind.name == _DEEP
    }
    members: dict[str, Any] = {
        **taken,
        **deep,
        f"undeclared_{word(scene.chance)}": {word(scene.chance): [words(scene.chance, 1)]},
    }
    body = {**instance.keys, **scene.required(), **members}
    if not scene.is_allowed(body):
        members = {**taken, **deep}
    return _draft(scene, instance, _keys(scene, instance), members, "odd shapes", is_odd=True) if members else None


def _nulls(scene: Scene) -> Draft | None:
    """Null for every member that may not be null: what a client sends that knows no absent members."""
    instance = _target(scene, scene.spare)
    members: dict[str, Any] = {
        one.path[0]: None
        for one in scene.fields
        if not one.is_required and any(k.name == "null" for k in (*one.wrong, *one.kinds))
    }
    for one in scene.fields:
        if parts := {part.path[-1]: None for part in one.fields if any(k.name == "null" for k in part.wrong)}:
            members[one.path[0]] = parts
    if not members:
        return None
    return _draft(scene, instance, _keys(scene, instance, by_server=True), members, "nulls", is_odd=True)
