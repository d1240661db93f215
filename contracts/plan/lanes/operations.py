"""The other operations of the resource, where the document declares them: read, update, list, delete, and nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.plan import queries
from contracts.plan.draw import EDGE
from contracts.plan.instances import Instance
from contracts.plan.kinds.words import word
from contracts.plan.scene import Draft, Scene
from contracts.record.exchange import Credentials
from contracts.spec.meaning import Effect
from contracts.spec.operation import Operation
from contracts.wire import MISSING

_PAGES = 4
"""Pages that show all, where three of them can hold what the first list showed."""


def drafts(scene: Scene) -> Iterator[Draft]:
    """Each thing that a clause of these operations has to see, once."""
    for make in _program(scene):
        draft = make()
        if draft is not None:
            yield draft


def declared(scene: Scene, effect: Effect) -> Operation | None:
    """The operation with ``effect``, where the document means it to be judged and the target has it."""
    found = scene.resource.operation(effect)
    return found if found is not None and found.level != "OBSERVE" and effect not in scene.without else None


def _program(scene: Scene) -> Iterator[Callable[[], Draft | None]]:
    read, update = declared(scene, "read"), declared(scene, "update")
    listed, delete = declared(scene, "list"), declared(scene, "delete")
    gone = scene.instances.fresh()
    if read:
        yield lambda: _item(scene, read, scene.full, by_server=True)
        yield lambda: _nobody(scene, read)
        if scene.takes_client("read"):
            yield lambda: _item(scene, read, scene.full, by_server=False)
    if update:
        yield lambda: _changed(scene, update, scene.full, by_server=True)
        yield lambda: _read(scene, read, scene.full)
        yield lambda: _nobody(scene, update, _members(scene, update, scene.full))
    if listed:
        yield lambda: _listed(scene, listed, "")
        texts: list[str] = []
        for number in range(_PAGES):
            yield lambda number=number: _page(scene, listed, texts, number)  # type: ignore[misc]
    if delete:
        yield lambda: _created(scene, gone)
        yield lambda: _item(scene, delete, gone, by_server=True, label="deleted")
        yield lambda: _read(scene, read, gone)
        yield lambda: _item(scene, delete, gone, by_server=True, label="deleted twice")
        yield lambda: _nobody(scene, delete)
        yield lambda: _read(scene, read, scene.full)
    for operation in (read, update, listed, delete):
        if operation is not None and "auth" not in scene.without and "none" in scene.ways and operation.security:
            yield lambda operation=operation: _stranger(scene, operation, "none")  # type: ignore[misc]
            if operation.effect == "delete":
                yield lambda: _read(scene, read, scene.full)
    if listed:
        for text in queries.filters(scene, scene.full.held):
            yield lambda text=text: _listed(scene, listed, text)  # type: ignore[misc]
        for text in (*queries.orders(scene), *queries.far(scene)):
            yield lambda text=text: _listed(scene, listed, text)  # type: ignore[misc]
    if delete and scene.resource.client_keys:
        yield lambda: _created(scene, gone, anew=True)
        yield lambda: _read(scene, read, gone)
    if update and scene.takes_client("update"):
        yield lambda: _changed(scene, update, scene.full, by_server=False)
        yield lambda: _read(scene, read, scene.full)
    if listed:
        for text in queries.wrong(scene):
            yield lambda text=text: _listed(scene, listed, text)  # type: ignore[misc]
    if update:
        yield lambda: _wrong(scene, update, scene.full)
        yield lambda: _read(scene, read, scene.full)
    if update and scene.known and scene.takes_client("update") and "activity" not in scene.without:
        yield lambda: _unchanged(scene, update)


def _name(instance: Instance, *, by_server: bool) -> Any:
    own = next(iter(instance.keys.values()), None)
    return instance.server if by_server or own is None else own


def _item(scene: Scene, operation: Operation, instance: Instance, *, by_server: bool, label: str = "") -> Draft | None:
    name = _name(instance, by_server=by_server and instance.server is not None)
    if name is None:
        return None
    how = "the server's key" if by_server else "its own key"
    return Draft(scene.writer.item(operation, name, label or f"{operation.effect} by {how}"))


def _read(scene: Scene, read: Operation | None, instance: Instance) -> Draft | None:
    """Look at ``instance``, by a read where there is one."""
    return None if read is None else _item(scene, read, instance, by_server=True, label="read again")


def _nobody(scene: Scene, operation: Operation, members: dict[str, Any] | None = None) -> Draft | None:
    """One that nobody made, by a name that looks like one of the server's."""
    known = scene.full.server
    made: Any = f"{scene.instances.token}{word(scene.chance, 6)}{scene.chance.randint(10**5, 10**9)}"
    if isinstance(known, int):
        made = known + scene.chance.randint(10**6, 10**8)
    elif isinstance(known, str) and "_" in known:
        made = f"{known.partition('_')[0]}_{made}"
    return Draft(scene.writer.item(operation, made, f"{operation.effect} of nobody", members))


def _members(scene: Scene, operation: Operation, instance: Instance) -> dict[str, Any]:
    """A few values that the update takes, others than are held."""
    body = operation.request
    names = body.names if body is not None else ()
    some = [one for one in scene.fields if one.path[0] in names and one.path[0] != scene.watched]
    chosen = scene.chance.sample(some, min(3, len(some)))
    made = {one.path[0]: scene.drawer.value(one, EDGE, instance.held.get(one.path[0], MISSING)) for one in chosen}
    made = {name: value for name, value in made.items() if value is not MISSING}
    return scene.fitted_update(operation, made)


def _changed(scene: Scene, update: Operation, instance: Instance, *, by_server: bool) -> Draft | None:
    name = _name(instance, by_server=by_server and instance.server is not None)
    if name is None:
        return None
    members = _members(scene, update, instance)
    request = scene.writer.item(update, name, f"update: {', '.join(members)}", members)
    return Draft(request, instance, members, leads=True)  # to a look at it, before anything else writes


def _wrong(scene: Scene, update: Operation, instance: Instance) -> Draft | None:
    """An update with one wrong value beside others that are recognised wherever they turn up."""
    name, body = _name(instance, by_server=instance.server is not None), update.request
    wrong = [(one, k) for one in scene.fields for k in one.wrong if k.standing == "wrong" and k.name != "null"]
    wrong = [(one, kind) for one, kind in wrong if body is not None and one.path[0] in body.names]
    if name is None or body is None or not wrong:
        return None
    field, kind = scene.chance.choice(wrong)
    told = {key: value for key, value in scene.telling(2, but=field.path[0]).items() if key in body.names}
    members = {**told, field.path[0]: kind.draw(scene.chance)}
    if body.judge.allows(members):
        return None
    return Draft(scene.writer.item(update, name, f"update: a wrong {field.path[0]}", members), leads=True)


def _unchanged(scene: Scene, update: Operation) -> Draft | None:
    """An update of a known one with nothing in it, so that nothing of it changes."""
    if update.request is None or update.request.judge.violations({}):
        return None
    return Draft(scene.writer.item(update, scene.known[0], "a known one, updated with nothing", {}))


def _created(scene: Scene, instance: Instance, *, anew: bool = False) -> Draft:
    members = scene.telling(2)
    if anew:
        instance.server = None
    label = "created again, by the key of a deleted one" if anew else "created, to be deleted"
    request = scene.writer.write(instance, scene.writer.keys(instance), members, label)
    return Draft(request, instance, members, is_valid=True)


def _listed(scene: Scene, listed: Operation, text: str) -> Draft:
    request = scene.writer.item(listed, "", f"list{' ' + text if text else ''}")
    return Draft(replace(request, path=listed.path + text))


def _page(scene: Scene, listed: Operation, texts: list[str], number: int) -> Draft | None:
    """Page ``number`` of as many as show all; ``texts`` are the queries, filled in once it is known how many."""
    if number == 0:
        size = max(2, -(-scene.listed // (_PAGES - 1)))
        count = scene.listed // size + 1 if scene.listed else _PAGES
        texts += list(queries.pages(scene, max(2, count), size=size))[:_PAGES]
    if number >= len(texts):
        return None
    draft = _listed(scene, listed, texts[number])
    draft.leads = number + 1 < len(texts)
    return draft


def _stranger(scene: Scene, operation: Operation, way: Credentials) -> Draft | None:
    name = scene.full.server if scene.full.server is not None else next(iter(scene.full.keys.values()), None)
    if name is None and operation.path_parameters:
        return None
    members = _members(scene, operation, scene.full) if operation.request is not None else None
    label = f"{operation.effect} with credentials {way}"
    return Draft(scene.writer.item(operation, name or "", label, members, credentials=way))
