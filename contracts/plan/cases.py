"""Generated cases: whole bodies that Schemathesis' strategies make of the loaded operation, Hypothesis driving.

The one module that knows Schemathesis, whose minor versions change behaviour: it is pinned, and kept behind ``cases``.
"""

from __future__ import annotations

from typing import Any

from contracts.plan.scene import Scene
from contracts.plan.script import Allowance, Script
from contracts.plan.writer import JSON_TYPE
from contracts.record.exchange import Request, json_body

_SHARE = 20
"""One case for so many requests that may still be sent; fewer than a handful are not worth loading Schemathesis."""
_FEWEST = 20
MOST = 40
"""Whole generated cases of a run: each takes milliseconds to draw, a value of ours microseconds."""


def cases(scene: Scene, seed: int, allowance: Allowance) -> Script:
    """Positive cases (what the schema allows) and negative ones (what it does not), about one instance."""
    count = min(MOST, allowance.left // _SHARE)
    instance = scene.instances.fresh()
    operation = scene.resource.write
    for body in _drawn(scene, seed, count) if count >= _FEWEST else ():
        data = body if isinstance(body, bytes) else _named(scene, body, instance.keys)
        if data is not None:
            path = operation.at(dict.fromkeys(operation.path_parameters, str(next(iter(instance.keys.values()), ""))))
            yield Request("a generated case", operation.method, path, (JSON_TYPE,), data, role="case")


def _drawn(scene: Scene, seed: int, count: int) -> list[Any]:
    """Bodies; none where the schema is one that nothing can be generated for."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings, strategies
    from hypothesis import seed as seeded
    from schemathesis import GenerationMode

    write = scene.resource.write
    found: list[Any] = []

    def collect(case: Any) -> None:
        found.append(case.body)

    try:
        operation = schemathesis.openapi.from_dict(scene.resource.document)[write.template][write.method]
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        either = strategies.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))
        limits = settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        seeded(seed)(limits(given(either)(collect)))()
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("schemathesis", "hypothesis", "jsonschema_rs"):
            raise
    return found


def _named(scene: Scene, body: Any, keys: dict[str, Any]) -> bytes | None:
    """``body`` under the run's own keys, so that there is one instance to delete."""
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != scene.resource.server_key}
        body |= {name: value for name, value in keys.items() if isinstance(body.get(name, value), type(value))}
    try:
        return json_body(body)
    except (TypeError, ValueError):
        return None
