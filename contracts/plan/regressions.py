"""What earlier runs found, sent again before anything else: does it still show?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Listing
from dataclasses import dataclass

from contracts.plan.kept import Found, Journal, Kept
from contracts.plan.scene import Scene
from contracts.plan.script import Allowance, Script
from contracts.plan.sequences import exchanges_of, played
from contracts.plan.shrinking import REPEATS
from contracts.record.exchange import Exchange

_SHARE = 0.5
"""Of what may be sent, the part that is left to all else."""


@dataclass(frozen=True)
class Regressions:
    """``outcomes`` says of exchanges what they show of each clause by themselves: ``fail``, ``pass``, or another word
    where they show nothing of it."""

    kept: Listing[Kept] = ()
    outcomes: Callable[[Listing[Exchange]], Mapping[str, str]] = lambda exchanges: {}


def again(scene: Scene, regressions: Regressions, allowance: Allowance, known: set[str], journal: Journal) -> Script:
    """Play each, a race several times; what became of it is noted, and what still shows is known from then on."""
    least = int(allowance.left * _SHARE)
    for one in regressions.kept:
        if one.resource not in ("", scene.resource.name):
            journal.notes.append(f"regression {one.name}: not sent: it is about {one.resource}, another resource")
            continue
        tries = REPEATS if one.sequence.is_race else 1
        told = "not sent: the budget leaves no room for it"
        for _ in range(tries):
            if allowance.left - 2 * len(one.sequence.steps) < least:
                break
            exchanges = exchanges_of((yield from played(scene, one.sequence)))
            shown = regressions.outcomes(exchanges)
            broken = tuple(name for name in one.clauses if shown.get(name) == "fail")
            if broken:
                known.update(broken)
                numbers = tuple(exchange.number for exchange in exchanges)
                journal.found.append(Found(broken, one.sequence, numbers, kept=one.name))
                told = f"still shows: {', '.join(broken)} is not kept"
                break
            judged = [name for name in one.clauses if shown.get(name) == "pass"]
            told = f"fixed: {', '.join(judged)} is kept" if judged else "cannot tell: the answers show nothing of it"
            if judged and one.sequence.is_race:
                told = f"not provoked in {tries} tries, which does not mean that it is fixed"
        journal.notes.append(f"regression {one.name}: {told}")
