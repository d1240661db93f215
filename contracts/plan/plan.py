"""The plan as a script: it yields a request, is sent back its exchange, and decides what is next.

First a cover: lanes in turn, each giving the draft that can show the most. What failed is taken apart. Then the same
lanes again with values drawn anew, until nothing may be sent any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Listing
from dataclasses import dataclass
from itertools import islice

from contracts.plan import at_once
from contracts.plan.cases import cases
from contracts.plan.findings import Findings
from contracts.plan.isolate import Find
from contracts.plan.kept import Found, Journal
from contracts.plan.lanes import auth, operations, raw, valid, wrong
from contracts.plan.lanes import known as existing
from contracts.plan.recipes import recipes
from contracts.plan.regressions import Regressions, again
from contracts.plan.scene import Draft, Scene
from contracts.plan.script import Allowance, Script, Settings
from contracts.plan.sequences import Sequence, exchanges_of, played
from contracts.plan.shrinking import Check, shrunk
from contracts.plan.walks import drawn
from contracts.record.exchange import Credentials, Exchange
from contracts.spec.resource import Resource

COVER = "kkavwravkvvkaarvvvwravavarrvwwaarvwaavvrrvwwarvravrawrvwrvwarvwrvwrr"
"""The first letter of a lane for each draft of the cover, by worth: what each next request can show that none before
it could. A small budget takes the beginning."""
WRONG = "wwvwwrvawwvv"
"""What follows it, in a few rounds: each member of a larger document has a wrong value, too."""
ROUNDS, ROUNDS_OF_MANY = 3, 1
"""How many rounds, and how many where there are other operations to be asked."""
AFTER = "vovwvvrvovwvkav"
"""The lanes in turn, between the sequences: most of what is rare is allowed."""
_MADE = 5
"""Drafts of the cover after which there is one in full, which other operations can be asked about."""
DRAWS = 7
"""Single drafts with new values that go between two sequences."""
CASES_AFTER = 2
"""Turns after which whole bodies of a generator have theirs, once."""


def script(
    resource: Resource,
    settings: Settings,
    prefix: str,
    allowance: Allowance,
    ways: Callable[[], Iterable[Credentials]],
    check: Check = lambda exchanges: frozenset(),
    find: Find = lambda exchanges, clause: (),
    sent: Callable[[], Listing[Exchange]] = lambda: (),
    regressions: Regressions | None = None,
    journal: Journal | None = None,
) -> Script:
    """All requests of a run but the clean-up's, the smoke test first. ``ways`` is asked once that is answered.

    ``check`` says of a sequence's exchanges which clauses they break: one that breaks any is made smaller. ``find``
    says what is found in exchanges, and ``sent`` is all that were sent: what is found is made smaller as well. What
    earlier runs found (``regressions``) comes first. What sequences find is told in ``journal``.
    """
    journal = Journal() if journal is None else journal
    known: set[str] = set()
    scene = Scene(resource, prefix, settings.seed, settings.without, known=settings.known_customers)
    smoke = _smoke(scene)
    scene.learn(smoke, _single((yield smoke.request)))
    scene.ways = tuple(ways())
    yield from again(scene, regressions or Regressions(), allowance, known, journal)
    findings = Findings(scene, allowance, find, sent)
    lanes = _lanes(scene)
    for draft in _cover(scene, lanes, allowance):
        findings.learn(draft, _single((yield draft.request)))
        if findings.is_due and not scene.drawer.needed():
            yield from findings.made_smaller()
    if not findings.is_begun:
        yield from findings.made_smaller()
    judging = _Judging(check, allowance, known, journal)
    yield from _onwards(scene, lanes, settings, judging, findings)


def _smoke(scene: Scene) -> Draft:
    """The first request: a small one of its own."""
    members = scene.telling(1)
    request = scene.writer.write(scene.first, scene.writer.keys(scene.first), members, "smoke", role="smoke")
    scene.smoke = request
    return Draft(request, scene.first, members, is_valid=True)


def _lanes(scene: Scene) -> dict[str, Iterator[Draft]]:
    """Each lane by its letter."""
    return {
        "k": existing.drafts(scene),
        "a": auth.drafts(scene),
        "v": valid.drafts(scene),
        "n": valid.needed(scene),
        "w": wrong.drafts(scene),
        "r": raw.drafts(scene),
        "o": operations.drafts(scene),
    }


def _cover(scene: Scene, lanes: dict[str, Iterator[Draft]], allowance: Allowance) -> Iterator[Draft]:
    for letter in _order(scene):
        needed = scene.drawer.needed()
        chosen = "n" if needed and allowance.left <= needed + 1 else letter
        draft = next(lanes[chosen], None)
        while draft is not None:
            yield draft
            draft = next(lanes[chosen], None) if draft.leads else None


def _order(scene: Scene) -> str:
    """The lanes of the cover; other operations of the resource take every other turn, once there is one to ask for."""
    if not any(operations.declared(scene, effect) for effect in ("read", "update", "delete", "list")):
        return COVER + WRONG * ROUNDS
    first, rest = COVER[:_MADE], COVER[_MADE:]
    return first + "".join(f"o{letter}" for letter in rest) + WRONG * ROUNDS_OF_MANY


def _onwards(
    scene: Scene, lanes: dict[str, Iterator[Draft]], settings: Settings, judging: _Judging, findings: Findings
) -> Script:
    """Further draws, sequences and steps at once in turn, for as long as anything may be sent."""
    draws = _endless(lanes)
    races = at_once.rounds(scene, settings.at_once) if settings.at_once > 1 else iter(())
    made = recipes(scene)
    allowance = judging.allowance
    turn, before, is_last = 0, -1, False
    while allowance.left != before:  # a turn that has nothing to send is the last one
        before = allowance.left
        first = (next(races, None),) if turn == 0 else ()  # a small budget has both kinds of company
        for sequence in (*first, next(races, None), next(made, None), next(made, None), drawn(scene)):
            if sequence is not None:
                yield from _judged(scene, sequence, judging)
            for draft in islice(draws, DRAWS):
                findings.learn(draft, _single((yield draft.request)))
            if not is_last and findings.is_time:
                is_last = True
                yield from findings.made_smaller()
        turn += 1
        if turn == CASES_AFTER:
            yield from cases(scene, settings.seed, allowance)


@dataclass(frozen=True)
class _Judging:
    """``known`` are the clauses that a sequence was found for."""

    check: Check
    allowance: Allowance
    known: set[str]
    journal: Journal


def _judged(scene: Scene, sequence: Sequence, judging: _Judging) -> Script:
    """Play ``sequence``; where it breaks a clause that none before it broke, make it smaller."""
    made = yield from played(scene, sequence)
    broken = judging.check(exchanges_of(made)) - judging.known
    if broken:
        judging.known.update(broken)
        found = yield from shrunk(scene, sequence, made, broken, judging.check, judging.allowance)
        judging.journal.found.append(found)
        if not found.is_smallest:
            judging.journal.notes.append(_early(found))


def _early(found: Found) -> str:
    """What is to be said of a sequence that the budget did not let be made smaller."""
    again = "" if found.is_repeated else "; it showed once: replayed by itself it may not show"
    clauses = ", ".join(found.clauses)
    return f"a sequence for {clauses} may be longer than it need be: the budget ended its shrinking{again}"


def _endless(lanes: dict[str, Iterator[Draft]]) -> Iterator[Draft]:
    """What the lanes have, for as long as anything may be sent."""
    is_empty = False
    while not is_empty:
        is_empty = True
        for letter in AFTER:
            if (draft := next(lanes[letter], None)) is not None:
                is_empty = False
                yield draft


def _single(answer: Exchange | tuple[Exchange, ...]) -> Exchange:
    assert isinstance(answer, Exchange)  # noqa: S101 - what the seam promises for a single request
    return answer
