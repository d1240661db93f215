"""Steps of a story sent again about instances of their own, with fewer members or other values.

What a step names is renamed: the client's keys by others that are as near to each other as the old ones were, the
server's keys by those that it tells now.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Generator, Iterator, Mapping
from collections.abc import Sequence as Listing
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote

from contracts.plan.kinds.words import word
from contracts.plan.scene import Scene
from contracts.record.exchange import Exchange, Request, json_body
from contracts.spec.resource import Resource

Path = tuple[str, ...]
Unit = tuple[int, Path]
"""A member of a body, or a part of one that is an object: the step that sends it, and its path."""
Changes = Mapping[Unit, Any]
"""Other values for some units."""
Exchanges = tuple[Exchange, ...]
Sending = Generator[Request, Exchange, Exchanges | None]
_NONE: Changes = {}


def units_of(steps: Listing[Exchange], resource: Resource) -> tuple[Unit, ...]:
    """What can be left out of ``steps``, one by one."""
    found: list[Unit] = []
    for number, step in enumerate(steps):
        for name, value in _members(_sent(step.request), resource).items():
            parts = value if isinstance(value, dict) and value else None
            found += [(number, (name,))] if parts is None else [(number, (name, part)) for part in parts]
    return tuple(found)


def value_of(steps: Listing[Exchange], unit: Unit) -> Any:
    """What ``unit`` is in ``steps``."""
    value: Any = _sent(steps[unit[0]].request)
    for name in unit[1]:
        value = value[name]
    return value


def told_key(exchange: Exchange, resource: Resource) -> Any:
    """The key of the server's that an answer tells, None where it tells none."""
    key, value = resource.server_key, exchange.value
    told = value.get(key) if key is not None and isinstance(value, dict) else None
    return told if isinstance(told, str | int) and not isinstance(told, bool) and told != "" else None


def can_be_retold(steps: Listing[Exchange], scene: Scene, told: Collection[str]) -> bool:
    """Is each about an instance of the run's that an earlier one of them made, or that a write can make?

    ``told`` are keys of the server's that the run was told.
    """
    known = set(scene.known)
    made: set[str] = set()
    for step in steps:
        found = scene.resource.operation_of(step.request.method, step.request.path)
        if known & set(_names(step.request, scene.resource)):
            return False  # nothing can take the place of what was there before the run
        if set(found[1].values() if found else ()) & set(told) - made:
            return False
        made.add(str(told_key(step, scene.resource)))
    return True


@dataclass
class Retelling:
    """Sends ``steps`` about the instances that it has made up for them, the same ones each time.

    ``told`` are keys of the server's that the run was told.
    """

    scene: Scene
    steps: Exchanges
    told: Collection[str] = ()
    _keys: dict[tuple[str, str], Any] = field(default_factory=dict)
    _told: dict[str, Any] = field(default_factory=dict)

    def sent(self, units: Collection[Unit], changes: Changes, parent: int) -> Sending:
        """Send the steps with ``units`` alone; the exchanges, None where the schema does not allow them so.

        ``parent`` is the number of the exchange that the last step is a smaller version of.
        """
        requests = [self._request(number, units, changes) for number in range(len(self.steps))]
        if not all(map(self._may_be_sent, range(len(requests)), requests)):
            return None
        exchanges: list[Exchange] = []
        for number, step in enumerate(self.steps):
            request = self._request(number, units, changes)  # again, with the keys that the server has told by now
            is_last = number == len(self.steps) - 1
            label = f"a smaller version of exchange {parent}" if is_last else f"leads to a smaller version of {parent}"
            exchange = yield replace(request, label=label, role="shrink", shrinks=parent if is_last else None)
            resource = self.scene.resource
            if (was := told_key(step, resource)) is not None and (now := told_key(exchange, resource)) is not None:
                self._told[str(was)] = now
            exchanges.append(exchange)
        return tuple(exchanges)

    def _request(self, number: int, units: Collection[Unit], changes: Changes) -> Request:
        request, resource = self.steps[number].request, self.scene.resource
        sent = _sent(request)
        found = resource.operation_of(request.method, request.path)
        path = request.path
        for name, value in (found[1] if found else {}).items():
            path = _renamed(path, value, str(self._path_key(name, value)))
        if sent is None:
            return replace(request, path=path, body=self._textual(request.body))
        keys = dict(self._body_keys(sent))
        if not keys and any(name in resource.keys for name in sent):  # nobody has told the server's key of this one
            keys = {name: self._client_key(name, "") for name in resource.client_keys}
        members: dict[str, Any] = {}
        for path_in_body in (where for step, where in units if step == number):
            _put(members, path_in_body, changes.get((number, path_in_body), _get(sent, path_in_body)))
        if found is not None and found[0] is resource.write:
            members = {**self.scene.required(), **members}
        return replace(request, path=path, body=json_body({**keys, **members}))

    def _body_keys(self, sent: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        resource = self.scene.resource
        for name in resource.keys:
            if name not in sent:
                continue
            if name != resource.server_key:
                yield name, self._client_key(name, sent[name])
            elif (told := self._told.get(str(sent[name]))) is not None:
                yield name, told
            elif str(sent[name]) not in self.told:
                yield name, sent[name]  # nobody has it

    def _path_key(self, name: str, value: str) -> Any:
        if value in self._told:
            return self._told[value]
        clients = self.scene.resource.client_keys
        key = name if name in clients else next(iter(clients), "")
        return self._client_key(key, value) if key and value.startswith(self.scene.instances.prefix) else value

    def _client_key(self, name: str, old: Any) -> Any:
        """A key that nobody has, in the place of ``old``; what is no key of this run's own making stays."""
        instances = self.scene.instances
        if old != "" and not (isinstance(old, int) or (isinstance(old, str) and old in instances)):
            return old
        if (name, str(old)) not in self._keys:
            self._keys[name, str(old)] = instances.beside(name, old, self._word)
        return self._keys[name, str(old)]

    @property
    def _word(self) -> str:
        """What all keys of this retelling begin with, after the prefix of the run."""
        return str(self._keys.setdefault(("", ""), word(self.scene.chance, 3)))

    def _textual(self, body: bytes | None) -> bytes | None:
        """A body that is no JSON object, with other keys in it."""
        for (_, old), new in self._keys.items():
            if body is not None and old:
                body = body.replace(old.encode(errors="replace"), str(new).encode(errors="replace"))
        return body

    def _may_be_sent(self, number: int, request: Request) -> bool:
        """Does the schema allow it, where it allowed what was sent?"""
        found = self.scene.resource.operation_of(request.method, request.path)
        body = found[0].request if found else None
        if body is None or (sent := _sent(request)) is None:
            return True
        broken = {(v.path, v.keyword) for v in body.judge.violations(_sent(self.steps[number].request))}
        return all((v.path, v.keyword) in broken for v in body.judge.violations(sent))


def _sent(request: Request) -> dict[str, Any] | None:
    """The members of a body that is a JSON object, numbers as they can be written again."""
    if not isinstance(request.sent.value, dict) or request.sent.problems:
        return None
    try:
        sent = json.loads(request.body or b"")
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) else None


def _members(sent: Mapping[str, Any] | None, resource: Resource) -> dict[str, Any]:
    return {name: value for name, value in (sent or {}).items() if name not in resource.keys}


def _names(request: Request, resource: Resource) -> Iterator[str]:
    sent = _sent(request) or {}
    yield from (str(sent[name]) for name in resource.keys if name in sent)
    found = resource.operation_of(request.method, request.path)
    yield from found[1].values() if found else ()


def _renamed(path: str, old: str, new: str) -> str:
    where, mark, query = path.partition("?")
    parts = [quote(new, safe="") if unquote(part) == old and part else part for part in where.split("/")]
    return "/".join(parts) + mark + query


def _get(body: Mapping[str, Any], path: Path) -> Any:
    value: Any = body
    for step in path:
        value = value[step]
    return copy.deepcopy(value)


def _put(body: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        body = body.setdefault(step, {})
    body[path[-1]] = value
