"""The shortest sequence that still shows what a longer one showed, then the simplest values: each attempt is played
about fresh instances, and judged by the same clauses.

What the answers to a play say is judged in parts first, which costs no request: the fewest steps that show it as they
were answered. All that the server did for another reason is among the others, which are left out as far as it goes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator
from collections.abc import Sequence as Listing
from dataclasses import dataclass, field, replace

from contracts.plan.draw import PLAIN
from contracts.plan.kept import Found
from contracts.plan.scene import Scene
from contracts.plan.script import Allowance, Sent, Wanted
from contracts.plan.sequences import Placed, Sequence, Step, exchanges_of, played
from contracts.record.exchange import Exchange
from contracts.wire import MISSING

Check = Callable[[Listing[Exchange]], frozenset[str]]
"""The ids of the clauses that must hold and that these exchanges, by themselves, do not keep."""

_MOST = 60
"""Attempts for one sequence."""
_SHARE = 0.4
"""Of what may still be sent, the part that one sequence may take to be shrunk."""
REPEATS = 3
"""How often an attempt with steps at once is played: a race shows only sometimes."""
Steps = tuple[Step, ...]
Smaller = Callable[["_Shrinking"], Iterator[Sequence]]


def shrunk(
    scene: Scene,
    sequence: Sequence,
    made: Placed,
    wanted: frozenset[str],
    check: Check,
    allowance: Allowance,
) -> Generator[Wanted, Sent, Found]:
    """The smallest sequence found that breaks one of ``wanted`` as ``sequence`` did when it was played as ``made``."""
    own = replace(sequence, steps=tuple(map(replace, sequence.steps)))  # equal steps, each an object of its own
    first = Found(tuple(sorted(wanted)), own, _numbers(made), is_repeated=False)
    work = _Shrinking(scene, wanted, check, allowance, first, int(allowance.left * (1 - _SHARE)))
    work.look_at(made)
    for ways in ((_without_others, _one_by_one, _without_one, _without_steps), (_with_less, _without_steps)):
        is_smaller = True
        while is_smaller and work.has_room:
            before = work.best.sequence
            for way in ways:
                for smaller in way(work):
                    if not work.has_room:
                        break
                    yield from work.attempt(smaller)
            is_smaller = work.best.sequence != before
    return replace(work.best, sequence=_compact(work.best.sequence), is_smallest=work.has_room)


@dataclass
class _Shrinking:
    """``best`` is the smallest so far. At least ``least`` requests are left to all else."""

    scene: Scene
    wanted: frozenset[str]
    check: Check
    allowance: Allowance
    best: Found
    least: int
    attempts: int = _MOST
    tried: set[str] = field(default_factory=set)
    telling: Steps = ()
    """Those that show it by themselves, as they were answered."""

    @property
    def steps(self) -> Steps:
        return self.best.sequence.steps

    @property
    def has_room(self) -> bool:
        needed = len(self.steps) + len(self.best.sequence.nearness)
        return self.attempts > 0 and self.allowance.left > self.least + needed

    def look_at(self, made: Placed) -> None:
        """Judge parts of a play that showed it: up to which step, and which of those before it?"""
        ends = range(1, len(made) + 1)
        kept = made[: bisect_left(ends, True, key=lambda end: self._breaks(made[:end])) + 1]
        for one in reversed(kept[:-1]):
            less = [other for other in kept if other is not one]
            kept = less if self._breaks(less) else kept
        self.telling = tuple(self.steps[place] for place in sorted({place for place, _ in kept}))

    def _breaks(self, made: Placed) -> bool:
        return bool(self.wanted & self.check(exchanges_of(made)))

    def attempt(self, sequence: Sequence) -> Generator[Wanted, Sent, None]:
        """Play ``sequence``, once; where it shows the same, it is the best one."""
        if (written := repr(sequence)) in self.tried:
            return
        self.tried.add(written)
        for _ in range(REPEATS if sequence.is_race else 1):
            self.attempts -= 1
            made = yield from played(self.scene, sequence)
            if broken := self.wanted & self.check(exchanges_of(made)):
                self.best = Found(tuple(sorted(broken)), sequence, _numbers(made))
                return


def _numbers(made: Placed) -> tuple[int, ...]:
    return tuple(exchange.number for _, exchange in made)


def _without(sequence: Sequence, gone: Listing[Step]) -> Sequence:
    """``sequence`` without the steps ``gone``: those that were at once with them stay so with each other alone."""
    kept: list[Step] = []
    is_first = True
    for step in sequence.steps:
        is_first = is_first or not step.at_once
        if not any(step is one for one in gone):
            kept.append(replace(step, at_once=False) if is_first and step.at_once else step)
            is_first = False
    return replace(sequence, steps=tuple(kept))


def _one_by_one(work: _Shrinking) -> Iterator[Sequence]:
    """With nothing at once: what shows without company is no race."""
    if work.best.sequence.is_race:
        yield replace(work.best.sequence, steps=tuple(replace(step, at_once=False) for step in work.steps))


def _without_others(work: _Shrinking) -> Iterator[Sequence]:
    """Without the steps that tell nothing by themselves: all of them, then more and more of them."""
    size = len(_others(work))
    while size > 0:
        end = len(_others(work))
        while end > 0:
            yield _without(work.best.sequence, _others(work)[max(0, end - size) : end])
            end = min(end - size, len(_others(work)))
        size //= 2


def _others(work: _Shrinking) -> Steps:
    return tuple(step for step in work.steps if not any(step is one for one in work.telling))


def _without_one(work: _Shrinking) -> Iterator[Sequence]:
    """Without all steps about one of the instances."""
    about = {step.who for step in work.steps}
    for who in sorted(about) if len(about) > 1 else ():
        gone = [step for step in work.steps if who in (step.who, step.other)]
        if 0 < len(gone) < len(work.steps):
            yield _without(work.best.sequence, gone)


def _without_steps(work: _Shrinking) -> Iterator[Sequence]:
    """Without some steps, the longer rows of them first."""
    size = max(1, len(work.steps) // 4)
    while size > 0:
        end = len(work.steps)
        while end > 0:
            start = max(0, end - size)
            if end - start < len(work.steps):
                yield _without(work.best.sequence, work.steps[start:end])
            end = start
        size //= 2


def _with_less(work: _Shrinking) -> Iterator[Sequence]:
    """Without members, then with fewer, then with a plain value in the place of another."""
    if any(len(step.members) > 1 for step in work.steps):
        yield replace(work.best.sequence, steps=tuple(_plain(work, step) for step in work.steps))
    for number in range(len(work.steps) - 1, -1, -1):
        before: Step | None = None
        while before != work.steps[number]:
            before = work.steps[number]
            for lesser in _lesser(work.scene, before):
                steps = work.steps
                yield replace(work.best.sequence, steps=(*steps[:number], lesser, *steps[number + 1 :]))
                if work.steps != steps:
                    break


def _plain(work: _Shrinking, step: Step) -> Step:
    """The step with plain values for its members."""
    fields = [field for name in step.members if (field := work.scene.field(name)) is not None]
    drawn = {field.path[0]: work.scene.drawer.value(field, PLAIN) for field in fields}
    plain = {name: value for name, value in drawn.items() if value is not MISSING}
    is_wrong = step.effect == "refused" or step.credentials != "run"
    return step if is_wrong else replace(step, members={**step.members, **plain})


def _lesser(scene: Scene, step: Step) -> Iterator[Step]:
    """The step with no members or fewer, then with less within one, or a plain value in its place."""
    names = list(step.members)
    if names:
        yield replace(step, members={})
    if len(names) > 1:
        middle = len(names) // 2
        for half in (names[:middle], names[middle:]):
            yield replace(step, members={name: step.members[name] for name in half})
    if len(names) == 1 and (field := scene.field(names[0])) is not None:
        value = step.members[names[0]]
        if isinstance(value, dict) and len(value) > 1:
            parts = list(value)
            for half in (parts[: len(parts) // 2], parts[len(parts) // 2 :]):
                yield replace(step, members={names[0]: {part: value[part] for part in half}})
        plain = scene.drawer.value(field, PLAIN)
        if plain is not MISSING and not field.is_plain(value) and not isinstance(value, dict):
            yield replace(step, members={names[0]: plain})


def _compact(sequence: Sequence) -> Sequence:
    """The same with those instances only that a step is about, numbered anew."""
    about = sorted({one for step in sequence.steps for one in (step.who, step.other) if one is not None})
    number = {who: place for place, who in enumerate(about)}
    steps = (
        replace(step, who=number[step.who], other=None if step.other is None else number[step.other])
        for step in sequence.steps
    )
    return Sequence(tuple(sequence.nearness[who] for who in about), tuple(steps))
