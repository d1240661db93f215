"""Requests without the right credentials. Some name what exists, some what does not: servers check the one and
forget the other. Each says something of its own, to be recognised if it is written, but for one: that is the first
request of the run over again, which a cache before the check may answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.plan.scene import Draft, Scene
from contracts.record.ways import is_right

_REPEATED = 3
"""Which of them is the first request over again."""


def drafts(scene: Scene) -> Iterator[Draft]:
    """One draft a way to have no right credentials, the first about what is not made yet."""
    if "auth" in scene.without:
        return
    for number, way in enumerate(way for way in scene.ways if not is_right(way)):
        about = scene.edge if number == 0 else scene.full
        label = f"with credentials {way}"
        if number == _REPEATED and scene.smoke is not None:
            yield Draft(replace(scene.smoke, label=f"the first request {label}", role="probe", credentials=way))
            continue
        yield Draft(scene.writer.write(about, scene.writer.keys(about), scene.telling(1), label, credentials=way))
