"""Sequences of steps about a few instances: what a fixed cover cannot see, since it comes later, seldom, or to one of
two that are near to each other.

Steps are data, so that a sequence can be played again about fresh instances, made shorter, and kept in a file. A played
sequence is judged by the same clauses as everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from contracts.plan.instances import Instance
from contracts.plan.lanes.operations import declared
from contracts.plan.scene import Scene
from contracts.plan.script import Sent, Wanted
from contracts.record.exchange import AtOnce, Credentials, Exchange, Pause, Request
from contracts.spec.meaning import Effect
from contracts.spec.operation import Operation

Placed = list[tuple[int, Exchange]]
"""Exchanges in the order in which they were sent, each with the number of its step."""
Play = Generator[Wanted, Sent, Placed]

SETTLING = 5.1
"""Seconds that whatever lags behind a write is given (the contract grants five)."""
_ASKED = 3
"""How often a list is asked for after that: of several copies one may be behind longer than the others."""
_MOMENT = re.compile(r"\{(made|changed|between)([+-]\d\d)?\}")
NEARLY: dict[str, Callable[[str], str]] = {
    "{swapped}": str.swapcase,
    "{shorter}": lambda key: key[:-1],
    "{longer}": lambda key: f"{key}x",
    "{wild}": lambda key: f"{key[:-1]}%",
}
"""Names that are nearly the client's key of an instance, and that nobody has."""
EFFECTS: dict[str, Effect] = {"read": "read", "update": "update", "delete": "delete", "list": "list"}


@dataclass(frozen=True)
class Step:
    """One request about the instance number ``who``.

    ``by`` names it by the client's key, the server's, both, or the one that the server gave it before it was deleted
    (``former``); where both, the client's key is that of ``other``; the body of an update with an ``other`` names that
    one as well. ``name`` stands in a path in its place: a name that nobody has, or one of ``NEARLY``. ``at_once``: it
    starts at the same moment as the step before it. ``patient``: a list that does not show yet what was written is
    asked for once more when it has had its time.

    In the ``query`` of a list ``{made}``, ``{changed}`` and ``{between}`` stand for moments of the instance's,
    ``{between+09}`` for that moment by the clocks of a zone nine hours ahead.
    """

    effect: str
    who: int
    by: str = "client"
    members: Mapping[str, Any] = field(default_factory=dict)
    other: int | None = None
    query: str = ""
    credentials: Credentials = "run"
    at_once: bool = False
    patient: bool = False
    name: str | None = None


@dataclass(frozen=True)
class Sequence:
    """``nearness`` says of each instance what its key ends in (``instances.NEAR``)."""

    nearness: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def is_race(self) -> bool:
        """Do some of its steps start at one moment? Then it need not show each time what it showed once."""
        return any(step.at_once for step in self.steps)


def played(scene: Scene, sequence: Sequence) -> Play:
    """Send the steps about fresh instances. A step that cannot be made is left out."""
    scene.instances.fresh()
    cast = [scene.instances.new(nearness) for nearness in sequence.nearness]
    made: Placed = []
    waiting: list[tuple[int, Request]] = []
    for number, step in enumerate(sequence.steps):
        if (request := request_of(scene, cast, step)) is not None:
            waiting.append((number, request))
        after = sequence.steps[number + 1] if number + 1 < len(sequence.steps) else None
        if not waiting or (after is not None and after.at_once):
            continue
        answer = yield waiting[0][1] if len(waiting) == 1 else AtOnce(tuple(one for _, one in waiting))
        answers = (answer,) if isinstance(answer, Exchange) else answer
        for (place, _), exchange in zip(waiting, answers, strict=False):
            done = sequence.steps[place]
            _learn(scene, cast[done.who], done, exchange)
            made.append((place, exchange))
        waiting.clear()
        if step.patient and scene.patience > 0 and _is_behind(scene, cast, step, made[-1][1]):
            scene.patience -= 1
            yield Pause(SETTLING)
            for _ in range(_ASKED):
                again = yield made[-1][1].request
                made += [(number, one) for one in ((again,) if isinstance(again, Exchange) else again)]
                if not _is_behind(scene, cast, step, made[-1][1]):
                    break
    return sorted(made, key=lambda one: one[1].number)  # of those at once any may have been the first


def exchanges_of(made: Placed) -> list[Exchange]:
    return [exchange for _, exchange in made]


def request_of(scene: Scene, cast: list[Instance], step: Step) -> Request | None:
    """The request of ``step``; None where nobody has told the key that it names."""
    instance, writer = cast[step.who], scene.writer
    label = f"a sequence: {step.effect} by {step.by}"
    if step.effect in ("write", "refused"):
        return _write(scene, cast, step, label)
    operation = operation_of(scene, step.effect)
    if operation is None:
        return None
    if step.effect == "list":
        request = writer.item(operation, "", label, role="sequence", credentials=step.credentials)
        query = _timed(scene, instance, step.query)
        return None if query is None else replace(request, path=operation.path + query)
    by = "server" if step.by == "client" and not scene.takes_client(EFFECTS[step.effect]) else step.by
    name = _name(instance, by) if step.name is None else _nearly(instance, step.name)
    if name is None:
        return None
    members = _updated(scene, cast, step, operation) if step.effect == "update" else None
    return writer.item(operation, name, label, members, role="sequence", credentials=step.credentials)


def operation_of(scene: Scene, effect: str) -> Operation | None:
    """The operation that a step takes, where the document declares it and the target has it."""
    return declared(scene, EFFECTS[effect]) if effect in EFFECTS else None


def _updated(scene: Scene, cast: list[Instance], step: Step, operation: Operation) -> dict[str, Any]:
    """The members of an update, with the keys of another instance where the step says so and the schema allows them."""
    members = scene.fitted_update(operation, dict(step.members))
    if step.other is None or operation.request is None:
        return members
    keys = {name: scene.writer.key(cast[step.other], name) for name in scene.resource.keys}
    named = {**{name: key for name, key in keys.items() if key is not None}, **members}
    return members if operation.request.judge.violations(named) else named


def _write(scene: Scene, cast: list[Instance], step: Step, label: str) -> Request | None:
    instance, writer, resource = cast[step.who], scene.writer, scene.resource
    by = writer.keys(instance, by_server=step.by == "server")
    if step.by == "both" and step.other is not None and resource.server_key is not None:
        instance = Instance(cast[step.other].keys, instance.server)
        by = (resource.server_key, *resource.client_keys)
    if not any(writer.key(instance, name) is not None for name in by) and resource.keys and resource.client_keys:
        return None
    body = {**scene.required(), **step.members} if scene.needs else step.members
    return writer.write(instance, by, body, label, role="sequence", credentials=step.credentials)


def _name(instance: Instance, by: str) -> Any:
    if by == "former":
        return instance.former
    return instance.server if by == "server" or not instance.keys else next(iter(instance.keys.values()))


def _nearly(instance: Instance, name: str) -> str | None:
    """``name``, or what it stands for: None where the instance has no key that is a text."""
    if name not in NEARLY:
        return name
    key = next(iter(instance.keys.values()), None)
    return NEARLY[name](key) if isinstance(key, str) else None


def _timed(scene: Scene, instance: Instance, query: str) -> str | None:
    """``query`` with the moments that the instance's last answer told; None where it told none, or one that the clocks
    of the zone do not have."""
    if not _MOMENT.search(query):
        return query
    resource = scene.resource
    made = _moment(instance.told, resource.set_on_create)
    changed = _moment(instance.told, resource.set_on_write)
    if made is None or changed is None:
        return None
    moments = {"made": made, "changed": changed, "between": made + (changed - made) / 2}
    try:
        return _MOMENT.sub(lambda match: quote(_text(moments[match[1]], int(match[2] or 0))), query)
    except OverflowError:
        return None


def _moment(told: Mapping[str, Any], names: tuple[str, ...]) -> datetime | None:
    for name in names:
        try:
            found = datetime.fromisoformat(str(told.get(name)))
        except ValueError:
            continue
        return found if found.tzinfo else None
    return None


def _text(moment: datetime, hours: int) -> str:
    """``moment`` by the clocks of a zone so many hours ahead of UTC."""
    zone = timezone(timedelta(hours=hours))
    return moment.astimezone(zone).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_behind(scene: Scene, cast: list[Instance], step: Step, exchange: Exchange) -> bool:
    """Does a list leave out one that is there, or show one that was deleted?"""
    key = scene.resource.server_key
    if key is None or exchange.status is None or not 200 <= exchange.status < 300:
        return False
    shown = {item[key] for item in scene.items(exchange) if isinstance(item.get(key), str | int)}
    about = [cast[step.who]] if step.by == "filter" else cast
    living = {one.server for one in about if one.server is not None and one.is_made}
    gone = {one.former for one in cast if one.former is not None}
    return bool(living - shown or gone & shown)


def _learn(scene: Scene, instance: Instance, step: Step, exchange: Exchange) -> None:
    succeeded = exchange.status is not None and 200 <= exchange.status < 300
    if step.effect == "write" and step.by != "both":
        instance.learn(scene.resource, exchange, dict(step.members))
    if not succeeded:
        return
    if step.effect in ("write", "update", "read") and isinstance(exchange.value, dict):
        instance.told = exchange.value
    if step.effect == "delete" and step.name is None:
        instance.leave()
    if step.effect in ("write", "update"):
        scene.drawer.reached(step.members)
