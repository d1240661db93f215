"""What is shown of a body that a finding is about: where the member stands, and no other value of a customer."""

from __future__ import annotations

import re
from typing import Any

from contracts.record.exchange import json_body
from contracts.wire import JSONPath, read_json

HIDDEN = "…"
MANY = 40
"""Members beside the one in question that are shown by name."""
_LONGEST = 200
_STEP = re.compile(r'\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def path_of(where: str) -> JSONPath | None:
    """The path that ``$.referrals.campaigns[3].date`` names; None where it names no place in a body."""
    if not where.startswith("$"):
        return None
    path: list[str | int] = []
    for name, index, quoted in _STEP.findall(where):
        path.append(name or (int(index) if index else str(read_json(quoted.encode()).value)))
    return tuple(path)


def excerpt(body: Any, where: str) -> bytes:
    """``body`` as JSON with every value hidden but the one at ``where``; empty where that is no place in it."""
    path = path_of(where)
    return json_body(_shown(body, path)) if path is not None and isinstance(body, dict | list) else b""


def _shown(value: Any, path: JSONPath) -> Any:
    if not path:
        return _itself(value)
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str):
        names = [*[name for name in value if name != step][:MANY], *([step] if step in value else [])]
        ordered = [name for name in value if name in set(names)]
        return {name: _shown(value[name], rest) if name == step else HIDDEN for name in ordered}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*[HIDDEN] * min(step, MANY), _shown(value[step], rest)]
    return HIDDEN


def _itself(value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(list(value)[:MANY], HIDDEN)
    if isinstance(value, list):
        return [HIDDEN] * min(len(value), MANY)
    return f"{value[:_LONGEST]}{HIDDEN}" if isinstance(value, str) and len(value) > _LONGEST else value
