"""What all lanes of one plan share: the resource, its fields, the instances of this run, and the source of chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from contracts.plan import unions, whole
from contracts.plan.draw import EDGE, PLAIN, Drawer, Goal
from contracts.plan.fields import Field, fields_of
from contracts.plan.instances import Instance, Instances
from contracts.plan.kinds.kind import Kind
from contracts.plan.writer import Writer
from contracts.record.exchange import Credentials, Exchange, Request
from contracts.spec.meaning import Effect
from contracts.spec.operation import Body, Operation
from contracts.spec.resource import Resource
from contracts.wire import MISSING

PATIENCE = 3


@dataclass
class Draft:
    """A request about to be sent. ``members`` are those that a success writes to ``instance``; ``goals`` what it is
    to reach. ``is_valid``: the schema allows it, so that a failure is to be taken apart.
    """

    request: Request
    instance: Instance | None = None
    members: dict[str, Any] = field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    is_valid: bool = False
    is_odd: bool = False
    """May a server refuse it for what its values mean? Then only a 5xx is to be taken apart."""
    leads: bool = False
    """Does the next draft of its lane go right after it, with nothing between?"""


class Scene:
    """``ways`` are the credentials that the run can make, ``known`` names of things that were there before it."""

    def __init__(
        self,
        resource: Resource,
        prefix: str,
        seed: int,
        without: frozenset[str] = frozenset(),
        ways: Sequence[Credentials] = ("run",),
        known: Sequence[str] = (),
    ) -> None:
        self.resource = resource
        self.without = without
        self.ways = tuple(ways)
        self.known = tuple(known)
        self.chance = Random(seed)  # noqa: S311 - no secret
        self.fields = fields_of(resource, seed)
        self.drawer = Drawer(self.fields, self.chance, updates=self.is_upsert)
        self.instances = Instances(resource, prefix, self.chance, seed)
        self.writer = Writer(resource)
        self.first = self.instances.new()
        self.full = self.instances.new("same beginning")
        self.edge = self.instances.new("another case")
        self.stranger = self.instances.new("digits with a zero")
        self.spare = self.instances.new("a code and an accent")
        self.smoke: Request | None = None
        """The first request of the run."""
        self.needs = tuple(self._needs(seed))
        """The fields of the members without which no body is valid."""
        self.left_out: Counter[str] = Counter()
        """How often each member was left out of a body with most of them."""
        self.moves: Counter[tuple[str, ...]] = Counter()
        """How often one step of a sequence has followed another."""
        self.patience = PATIENCE
        """How often the run may still wait for what lags."""
        self.listed = 0
        """Items of the longest list so far."""

    def renew(self) -> None:
        """Others in the place of the two that are written to most."""
        self.full = self.instances.fresh()
        self.edge = self.instances.new("another case")

    @property
    def is_upsert(self) -> bool:
        """Does a known key update?"""
        return self.resource.write.effect == "upsert"

    @property
    def watched(self) -> str:
        """The member that only refused requests send about ``full``: what they wrote would stand there.

        One that may not be null, where there is any: null shows most over a value.
        """
        texts = [one for one in reversed(self.fields) if tells(one)]
        never_null = [one for one in texts if all(kind.name != "null" for kind in one.kinds)]
        return next((one.path[0] for one in (*never_null, *texts)), "")

    def takes_client(self, effect: Effect) -> bool:
        """May the path of that operation name one by the client's key?"""
        operation = self.resource.operation(effect)
        parameters = operation.parameters if operation is not None else ()
        kinds = {kind for one in parameters if one.place == "path" for kind in one.meaning.key}
        return "client" in kinds and bool(self.resource.client_keys)

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.path == (name,)), None)

    def required(self, *, but: str = "") -> dict[str, Any]:
        """Plain values for the members without which no body is valid."""
        return self._certain([one for one in self.needs if one.path[0] != but])

    def _certain(self, needed: list[Field]) -> dict[str, Any]:
        """Plain values for ``needed``, those that have failed before too."""
        drawn = self.plain(needed)
        parked = {one.path[0]: unions.plain(one, self.chance) for one in needed if one.path[0] not in drawn}
        return drawn | {name: value for name, value in parked.items() if value is not MISSING}

    def plain(self, fields: Any) -> dict[str, Any]:
        """Plain values for ``fields``; those that have none are left out."""
        drawn = {one.path[0]: self.drawer.value(one, PLAIN) for one in fields}
        return {name: value for name, value in drawn.items() if value is not MISSING}

    def telling(self, count: int, *, but: str = "") -> dict[str, Any]:
        """Plain values that are recognised wherever they turn up, for up to ``count`` members beside the required."""
        texts = [one for one in reversed(self.fields) if one.path[0] != but and tells(one)]
        texts.sort(key=lambda one: one.path[0] != self.watched)
        drawn = {one.path[0]: _words(one).draw(self.chance) for one in texts[:count]}
        return self.fitted(self.first.keys, self.required(but=but) | drawn)

    def fitted(self, keys: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
        """``members`` less those that are too many beside the others and ``keys``."""
        made = self._fewer(self.resource.write_body, {**keys, **members}, members)
        return {name: value for name, value in made.items() if name in members}

    def fitted_update(self, update: Operation, members: dict[str, Any]) -> dict[str, Any]:
        """``members`` as an update may send them: with those that it asks for beside them, less what it refuses."""
        body = update.request
        if body is None or not (found := body.judge.violations(members)):
            return members
        wrong = {violation.path[0] for violation in found if violation.path}
        made = {name: value for name, value in members.items() if name not in wrong}
        made |= self._certain([one for one in self.fields if one.path[0] in body.required - made.keys()])
        if whole.is_bound(body.schema):
            others = self._certain([one for one in self.fields if one.path[0] in set(body.names) - made.keys()])
            more = whole.lacking(body.judge.allows, made, others)
            made |= {name: others[name] for name in more}
        return self._fewer(body, made, made)

    def _fewer(self, body: Body, members: dict[str, Any], loose: Iterable[str]) -> dict[str, Any]:
        """``members`` without those of ``loose`` that are too many, the ones with the least still to show first."""
        if not whole.is_bound(body.schema):
            return members
        free = [one for one in self.fields if one.path[0] in loose and one.path[0] not in body.required]
        ranked = sorted(free, key=lambda one: (self.drawer.worth(one, EDGE), self.chance.random()))
        names = [one.path[0] for one in ranked]
        return whole.fitting(body.judge.allows, members, names, body.schema.get("maxProperties"))

    def _needs(self, seed: int) -> Iterator[Field]:
        """Those that are required, and the fewest others where the schema asks for more."""
        yield from (one for one in self.fields if one.is_required)
        if not whole.is_bound(self.resource.write_body.schema):
            return
        chance = Random(seed)  # noqa: S311 - no secret
        values = {one.path[0]: unions.plain(one, chance) for one in self.fields}
        known = {name: value for name, value in values.items() if value is not MISSING}
        own = {one.path[0]: known[one.path[0]] for one in self.fields if one.is_required and one.path[0] in known}
        more = {name: value for name, value in known.items() if name not in own}
        for name in whole.lacking(self.is_allowed, {**self.first.keys, **own}, more):
            yield from (one for one in self.fields if one.path[0] == name)

    def is_allowed(self, body: dict[str, Any]) -> bool:
        """Does the request schema of the write allow ``body``? Nothing else is ever sent as valid."""
        return self.resource.write_body.judge.allows(body)

    def learn(self, draft: Draft, exchange: Exchange) -> None:
        """Note what became of ``draft``: its goals are reached where it succeeded, and parked where it failed."""
        succeeded = exchange.status is not None and 200 <= exchange.status < 300
        if draft.instance is not None:
            draft.instance.learn(self.resource, exchange, draft.members)
        if succeeded:
            self.drawer.reached(draft.members)
            self.listed = max(self.listed, len(self.items(exchange)))
        elif draft.is_valid:
            self.drawer.park(draft.goals)

    def items(self, exchange: Exchange) -> list[dict[str, Any]]:
        """What a list shows; nothing where the answer is no list."""
        value: Any = exchange.value
        for part in self.resource.items_path or ():
            value = value.get(part) if isinstance(value, dict) else None
        is_list = self.resource.items_path is not None and isinstance(value, list)
        return [item for item in value if isinstance(item, dict)] if is_list else []


def _words(field: Field) -> Kind:
    return next(kind for kind in field.kinds if kind.name == "plain")


def tells(field: Field) -> bool:
    """Does a plain value of it hold words?"""
    kinds = [kind.name for kind in field.kinds if kind.standing == "required"]
    named = field.flat.get("type")
    return "plain" in kinds and named == "string" and "format" not in field.flat and field.meaning.looks is None
