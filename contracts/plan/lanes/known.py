"""Things that were there before the run and have activity: only their key is ever sent.

Each is read before it is upserted, so that an upsert that resets activity has something to be held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.plan.instances import Instance
from contracts.plan.scene import Draft, Scene
from contracts.record.exchange import Request
from contracts.record.ways import is_another

_MORE = 3
"""How often each is upserted yet again where there is room: what is counted goes wrong late."""


def drafts(scene: Scene) -> Iterator[Draft]:
    """The first one read, upserted, and upserted again at the end, since some resets come after the answer."""
    read = scene.resource.operation("read")
    keys = scene.resource.client_keys[:1]
    if "activity" in scene.without or not keys or not scene.is_upsert or scene.needs:
        return  # where an upsert takes more than a key, a known one would be changed by it
    for number, name in enumerate(scene.known):
        instance = Instance({keys[0]: name})
        if number == 0 and read is not None and "state" not in scene.without:
            yield Draft(scene.writer.item(read, name, "a known one, before it is upserted"))
        yield Draft(_upsert(scene, instance, keys, "a known one, by its key alone"))
        if (number == 1 or len(scene.known) == 1) and (way := next(filter(is_another, scene.ways), None)) is not None:
            first = Instance({keys[0]: scene.known[0]})
            yield Draft(_upsert(scene, first, keys, f"a known one, once more, with credentials {way}", way))
    for number, name in enumerate(scene.known):
        if number and read is not None and "state" not in scene.without:
            yield Draft(scene.writer.item(read, name, "a known one, read again"))
        yield Draft(_upsert(scene, Instance({keys[0]: name}), keys, "a known one, once more"))
    for name in scene.known * _MORE:
        yield Draft(_upsert(scene, Instance({keys[0]: name}), keys, "a known one, and again"))


def _upsert(scene: Scene, instance: Instance, keys: tuple[str, ...], label: str, way: Any = "run") -> Request:
    return scene.writer.write(instance, keys, {}, label, credentials=way)
