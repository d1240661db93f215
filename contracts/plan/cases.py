"""Generated cases: what Schemathesis' strategies make of the loaded operation, Hypothesis driving and shrinking.

The one module that knows Schemathesis, whose minor versions change behaviour: it is pinned, and kept behind
``run_cases``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from contracts.exchange import Request, json_body
from contracts.plan.probe import JSON_TYPE

SendCase = Callable[[Request], bool | None]
"""Send one case: True when it failed, False when it did not, None when no request is left."""


class _CaseFailed(AssertionError):
    """Tells Hypothesis to look for a smaller case of the same kind."""


def run_cases(document: dict[str, Any], path: str, source_id: str, seed: int, count: int, send: SendCase) -> str | None:
    """Send up to ``count`` generated cases; what fails is shrunk until ``send`` has no request left.

    Positive cases (what the schema allows) and negative ones (what it does not) take turns, all about the one
    customer ``source_id``, so that there is one to delete. Returns why there are no more of them, where the schema is
    one that nothing can be generated for.
    """
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings, strategies
    from hypothesis import seed as seeded
    from hypothesis.errors import Flaky
    from schemathesis import GenerationMode

    operation = schemathesis.openapi.from_dict(document)[path]["POST"]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    either = strategies.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))
    left = True

    @seeded(seed)
    @settings(
        max_examples=max(1, count),
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(either)
    def each(case: Any) -> None:
        nonlocal left
        body = _body(case.body, source_id)
        if not left or body is None:
            return
        failed = send(Request("case", "POST", path, (JSON_TYPE,), body))
        if failed is None:
            left = False
        elif failed:
            raise _CaseFailed

    # Flaky: the requests ran out while a failing case was being shrunk, so its last replay was not sent.
    try:
        with suppress(_CaseFailed, Flaky):
            each()
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("schemathesis", "hypothesis", "jsonschema_rs"):
            raise
        return f"no cases can be generated from the request schema: {' '.join(str(error).split())[:200]}"
    return None


def _body(body: Any, source_id: str) -> bytes | None:
    if isinstance(body, bytes):
        return body
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "id"}
        if isinstance(body.get("source_id", ""), str):
            body["source_id"] = source_id
    try:
        return json_body(body)
    except (TypeError, ValueError):
        return None
