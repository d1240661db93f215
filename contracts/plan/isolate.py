"""Which of the members and values that travelled together does a finding take? The smallest request that shows it.

Each attempt is judged by the clauses that found it. What is suspected is confirmed about an instance of its own: a
value that was stored, and poisons later answers, must not make its neighbours look guilty.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from collections.abc import Sequence as Listing
from dataclasses import dataclass
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import Any

from contracts.plan.draw import PLAIN, goals_in
from contracts.plan.fields import Field
from contracts.plan.retelling import (
    Changes,
    Exchanges,
    Retelling,
    Unit,
    can_be_retold,
    told_key,
    units_of,
    value_of,
)
from contracts.plan.scene import Scene
from contracts.record.exchange import Exchange, Request, failed_alike
from contracts.record.run import Finding
from contracts.wire import MISSING, path_text

Find = Callable[[Listing[Exchange], str], tuple[Finding, ...]]
"""What these exchanges, by themselves, do not keep: one finding a cause. A clause's id asks for that clause alone."""
Attempts = Generator[Request, Exchange, None]

_FAILED = ("status", "answer")
"""Where a finding stands that is about the request as a whole."""
_INDEX = re.compile(r"\[\d+\]")
_LEAST_TEXT = 3
_MOST_STEPS = 6
"""Steps of a story beyond which the fewest that show it are not looked for one by one."""
_MOST_UNITS = 2
"""Members whose values are made simpler."""
_MOST = 16
"""Attempts at the members of one finding."""
_MOST_VALUES = 8
"""Attempts at the values of one finding."""


def isolated(
    scene: Scene,
    findings: Iterable[Finding],
    failed: Iterable[Exchange],
    sent: Listing[Exchange],
    find: Find,
    is_over: Callable[[], bool] = lambda: False,
) -> Generator[Request, Exchange, list[Finding]]:
    """Smaller versions of what ``findings`` show and of what ``failed``: first the members of each, then the values.
    Those of ``findings`` that it came to before it ``is_over``.

    ``sent`` is all that the run has sent so far.
    """
    numbered = {exchange.number: exchange for exchange in sent}
    told = frozenset(str(key) for one in sent if (key := told_key(one, scene.resource)) is not None)
    shown: list[Exchanges] = []
    hunts: list[_Hunt] = []
    reached: list[Finding] = []
    for finding in (*map(_unexplained, failed), *_in_turn(findings)):
        if is_over():
            return reached
        reached.append(finding)
        steps = tuple(numbered[number] for number in finding.steps if number in numbered)
        target = _Target(finding, numbered[finding.exchange], find)
        hunt = _hunt(scene, steps, target, told, shown)
        is_done = not target.is_failure and any(_is_least(one, scene) and target.is_in(one) for one in shown)
        if hunt is not None and not is_done:
            yield from hunt.members()
            hunts.append(hunt)
    for hunt in hunts:
        if not is_over():
            yield from hunt.values()
    return reached


def _in_turn(findings: Iterable[Finding]) -> list[Finding]:
    """What must hold first, then one of each clause before a second one, those of few steps first."""
    ranked = sorted(findings, key=lambda one: len(one.steps))
    before: Counter[str] = Counter()
    places: list[tuple[bool, int, int]] = []
    for number, finding in enumerate(ranked):
        places.append((finding.level != "MUST", before[finding.clause], number))
        before[finding.clause] += 1
    return [ranked[number] for _, _, number in sorted(places)]


def _unexplained(failed: Exchange) -> Finding:
    """A request that failed as a whole, and of which no clause says that it must not: one value in it may have to."""
    return Finding("", "MUST", failed.number, "status", "", "", "", "", steps=(failed.number,))


def _is_least(steps: Exchanges, scene: Scene) -> bool:
    required = {*scene.resource.write_body.required, *(one.path[0] for one in scene.needs)}
    return sum(unit[1][0] not in required for unit in units_of(steps, scene.resource)) <= 1


def identity(finding: Finding) -> object:
    """What two findings have in common that are one: requests that fail as a whole differ by what was sent."""
    if finding.where in _FAILED:
        return finding.clause, finding.exchange
    return finding.clause, _place(finding)


def _place(finding: Finding) -> str:
    return finding.where if finding.where in _FAILED else finding.member or _INDEX.sub("[]", finding.where)


def _hunt(
    scene: Scene, steps: Exchanges, target: _Target, told: Collection[str], shown: list[Exchanges]
) -> _Hunt | None:
    """None where the finding cannot be shown by fewer members about other instances."""
    if not units_of(steps, scene.resource) or steps[-1] != target.example or any(_overlap(steps)):
        return None
    showing = [some for some in _fewer(steps) if can_be_retold(some, scene, told) and target.is_in(some)]
    tried = tuple(dict.fromkeys((showing[0], showing[-1]))) if showing else ()
    return _Hunt(scene, tried, target, told, shown) if tried else None


def _fewer(steps: Exchanges) -> Iterator[Exchanges]:
    """The last step, then with more of those before it, to all."""
    *before, last = steps
    if len(steps) <= _MOST_STEPS:
        for count in range(len(before)):
            yield from ((*some, last) for some in combinations(before, count))
    yield steps


def _overlap(steps: Exchanges) -> Iterator[bool]:
    yield from (one.ended > after.started for one, after in pairwise(steps) if one.ended)


@dataclass(frozen=True)
class _Target:
    """What an attempt is to show: the same clause, at the same member, or the same way to fail."""

    finding: Finding
    example: Exchange
    find: Find

    def is_in(self, exchanges: Exchanges | None) -> bool:
        if not exchanges:
            return False
        if self.is_failure and not failed_alike(exchanges[-1], self.example):
            return False
        last = exchanges[-1].number
        return not self.finding.clause or any(
            _place(one) == _place(self.finding) and any(place.exchange == last for place in one.places)
            for one in self.find(exchanges, self.finding.clause)
        )

    @property
    def is_failure(self) -> bool:
        return self.finding.where in _FAILED and not 200 <= (self.example.status or 0) < 300


@dataclass
class _Hunt:
    """The search for the smallest that still shows ``target``."""

    scene: Scene
    stories: tuple[Exchanges, ...]
    """The fewest steps that show it as they were answered, and all: an answer may hang on more than it tells."""
    target: _Target
    told: Collection[str]
    shown: list[Exchanges]
    """What attempts of this run have sent, one story each."""

    def __post_init__(self) -> None:
        self.left = _MOST
        self.steps = self.stories[0]
        self.parent = self.target.example.number
        self.found: list[tuple[tuple[Unit, ...], int]] = []
        """What it takes, and the number of the exchange that showed that: one for each cause."""

    def members(self) -> Attempts:
        """Find the members, one cause after another: what is left when one is found is tried by itself."""
        if len(self.stories) == 1 and _is_least(self.steps, self.scene):
            self.found.append((units_of(self.steps, self.scene.resource), self.parent))
            return
        for steps in self.stories:
            self.steps, self.left = steps, _MOST
            yield from self._causes()
            if self.found:
                return

    def _causes(self) -> Attempts:
        whole = self.target.example.number
        rest = units_of(self.steps, self.scene.resource)
        while rest or not self.found:
            self.parent = whole
            found = yield from self._among(rest)
            if self.parent == whole:
                return
            self.found.append((found, self.parent))
            rest = tuple(unit for unit in rest if unit not in found) if self.target.is_failure and found else ()
            self.parent = whole
            if not rest or self.left <= 0 or not (yield from self._shows(rest, self._new())):
                return

    def _among(self, units: tuple[Unit, ...]) -> Generator[Request, Exchange, tuple[Unit, ...]]:
        """The fewest of ``units`` that were seen to show it; all of them where nothing did."""
        for guess in self._guesses(units):
            if (yield from self._shows(guess, self._new())):
                if len(guess) <= 1:
                    return guess
                units = guess
                break
        else:
            if not self.target.is_failure and not (yield from self._shows(units, self._new())):
                return units
        narrowed = yield from self._halved(units, self._new() if len(self.steps) == 1 else None)
        if len(narrowed) < len(units) and len(self.steps) == 1 and not (yield from self._shows(narrowed, self._new())):
            narrowed = yield from self._halved(units, None)  # what was stored had made others look guilty
        return narrowed

    def _guesses(self, units: tuple[Unit, ...]) -> Iterator[tuple[Unit, ...]]:
        suspects = self._suspects(units)
        likely = tuple(unit for unit in units if unit in suspects)
        if self.target.is_failure and len(self.steps) > 1:
            yield ()
        elif not self.target.is_failure:
            yield likely[:1]
        if self.target.is_failure or len(likely) > 1:
            yield from [likely] if len(likely) < len(units) else []

    def _halved(
        self, units: tuple[Unit, ...], shared: Retelling | None
    ) -> Generator[Request, Exchange, tuple[Unit, ...]]:
        """Delta debugging: halves, then smaller parts and what is left without them."""
        parts = 2
        while len(units) > 1 and self.left > 0:
            size = -(-len(units) // parts)
            chunks = [units[start : start + size] for start in range(0, len(units), size)]
            others = [tuple(one for one in units if one not in chunk) for chunk in chunks] if parts > 2 else []
            for some in (*chunks, *others):
                if (yield from self._shows(some, shared or self._new())):
                    parts = 2 if some in chunks else max(parts - 1, 2)
                    units = some
                    break
            else:
                if parts >= len(units):
                    break
                parts = min(parts * 2, len(units))
        return units

    def values(self) -> Attempts:
        """The simplest value of each member that still shows it: a plain one, then a shorter one."""
        self.left = _MOST_VALUES
        for units, parent in self.found:
            self.parent = parent
            changes: dict[Unit, Any] = {}
            for unit in units if len(units) <= _MOST_UNITS else ():
                value = value_of(self.steps, unit)
                while self.left > 0:
                    for simpler in self._simpler(unit, value):
                        if (yield from self._shows(units, self._new(), {**changes, unit: simpler})):
                            changes[unit] = value = simpler
                            break
                    else:
                        break

    def _simpler(self, unit: Unit, value: Any) -> Iterator[Any]:
        field = _field(self.scene, unit)
        if field is not None and not field.is_plain(value):
            plain = self.scene.drawer.value(field, PLAIN)
            if plain is not MISSING and not isinstance(plain, dict):
                yield plain
        if isinstance(value, str | list) and len(value) > (_LEAST_TEXT if isinstance(value, str) else 1):
            yield from (value[: len(value) // 2], value[len(value) // 2 :])
        elif isinstance(value, dict) and len(value) > 1:
            names = list(value)
            middle = len(names) // 2
            yield from ({name: value[name] for name in some} for some in (names[:middle], names[middle:]))

    def _suspects(self, units: tuple[Unit, ...]) -> set[Unit]:
        """Where the finding says that it is; of a request that failed as a whole what none has succeeded with."""
        where, member = self.target.finding.where, self.target.finding.member
        if not self.target.is_failure:
            exact = {unit for unit in units if _leads(path_text(unit[1]), where)}
            return exact or {unit for unit in units if member and _concerns(".".join(unit[1]), member)}
        return {unit for unit in units if self._is_new(unit)} or set(units)

    def _is_new(self, unit: Unit) -> bool:
        below: Any = value_of(self.steps, unit)
        for step in reversed(unit[1]):
            below = {step: below}
        return any(goal in self.scene.drawer.open for goal in goals_in(self.scene.fields, below))

    def _shows(
        self, units: tuple[Unit, ...], about: Retelling, changes: Changes = MappingProxyType({})
    ) -> Generator[Request, Exchange, bool]:
        self.left -= 1
        exchanges = yield from about.sent(units, changes, self.parent)
        if exchanges is None:
            return False
        self.shown.append(exchanges)
        last = exchanges[-1]
        if last.status is not None and 200 <= last.status < 300:
            self.scene.drawer.parked.difference_update(self.scene.drawer.reached(last.request.sent.value))
        if not self.target.is_in(exchanges):
            return False
        self.parent = last.number
        return True

    def _new(self) -> Retelling:
        return Retelling(self.scene, self.steps, self.told)


def _leads(prefix: str, where: str) -> bool:
    return where == prefix or where.startswith((f"{prefix}.", f"{prefix}["))


def _concerns(name: str, member: str) -> bool:
    return _leads(name, member) or _leads(member, name)


def _field(scene: Scene, unit: Unit) -> Field | None:
    return next((one for top in scene.fields for one in top.below() if one.path == unit[1]), None)
