"""A story as lines for a shell that repeat it on another server: what an answer tells, later lines take from there.

The lines need bash and curl, and python3 where one takes a key from an answer: whoever has this tool has that.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.record.curl import curl
from contracts.record.exchange import Exchange, Request
from contracts.record.ways import Way
from contracts.wire import JSONPath

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
_MOST = 2000
"""Values of an answer that are looked at for a key."""


def shell_lines(exchanges: Sequence[Exchange], target: str, ways: Mapping[str, Way] | None = None) -> tuple[str, ...]:
    """One line a request, in their order. A key that an answer told and a later request names is put into a variable;
    that answer is shown on stderr."""
    lines: list[str] = []
    variables: dict[bytes, str] = {}
    sent: set[str] = set()
    for number, exchange in enumerate(exchanges):
        line = curl(exchange.request, target, ways, variables)
        sent.update(_named(exchange.request))
        later = {name for one in exchanges[number + 1 :] for name in _named(one.request)} - sent
        told = next(((path, text) for path, text in _told(exchange.value) if text in later), None)
        if told is not None and (old := told[1].encode()) not in variables:
            variables[old] = _variable(told[0], set(variables.values()))
            line = f"{variables[old]}=$({line} | tee /dev/stderr | {_reader(told[0])})"
        lines.append(line)
    return tuple(lines)


def _named(request: Request) -> Iterator[str]:
    """What may be a key: the steps of the path, and the members of the body that are texts or integers."""
    yield from filter(None, request.path.partition("?")[0].split("/"))
    value = request.sent.value
    for below in value.values() if isinstance(value, dict) else ():
        if (text := _text(below)) is not None:
            yield text


def _text(value: Any) -> str | None:
    """A text or an integer as it stands in a path; None for what stands there in another way than in a body."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value)
    return text if _PLAIN.fullmatch(text) else None


def _told(value: Any) -> Iterator[tuple[JSONPath, str]]:
    """The texts and integers of an answer that may be keys, with their places, the outermost first."""
    waiting: list[tuple[JSONPath, Any]] = [((), value)]
    for path, one in waiting:
        if len(waiting) > _MOST:
            return
        if isinstance(one, dict):
            waiting += [((*path, name), below) for name, below in one.items()]
        elif isinstance(one, list):
            waiting += [((*path, index), below) for index, below in enumerate(one)]
        elif (text := _text(one)) is not None:
            yield path, text


def _variable(path: JSONPath, taken: set[str]) -> str:
    name = re.sub(r"\W+", "_", str(path[-1] if path else "told"), flags=re.ASCII).upper().strip("_") or "TOLD"
    name = f"KEY_{name}" if name[0].isdigit() else name
    return next(one for one in (name, *(f"{name}_{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _reader(path: JSONPath) -> str:
    steps = "".join(f"[{json.dumps(step)}]" for step in path)
    return f"python3 -c {shlex.quote(f'import json, sys; print(json.load(sys.stdin){steps})')}"
