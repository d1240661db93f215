"""What a run found so far, shown again by as few members as it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.plan.isolate import Find, identity, isolated
from contracts.plan.scene import Draft, Scene
from contracts.plan.script import Allowance, Script
from contracts.record.exchange import Exchange

KEPT = 18
"""Requests kept back, where something was found, to show it by as few members as it takes."""
_PAUSE = 4
"""Requests between two looks, for as long as there is nothing to show: a look judges all that was sent."""
_ROUNDS_OF_FINDINGS = 3
_SHARE = 8
"""Of a larger budget so much: one in eight, each time."""


@dataclass
class Findings:
    """What was found so far, made smaller twice at most: towards the end of the cover, and of the budget."""

    scene: Scene
    allowance: Allowance
    find: Find
    sent: Callable[[], Sequence[Exchange]]

    def __post_init__(self) -> None:
        self.is_begun = False
        self.kept = max(KEPT, self.allowance.left // _SHARE)
        self.looked = self.kept + _PAUSE
        self.seconds = (self.allowance.seconds_left or 0.0) / _SHARE
        self.known: set[object] = set()
        self.failed: list[Exchange] = []

    def learn(self, draft: Draft, exchange: Exchange) -> None:
        """Note what became of ``draft``, and whether it failed for a reason to be found among its values."""
        is_refused = exchange.status in (400, 403, 413, 415, 422) and not draft.is_odd
        if draft.is_valid and draft.members and is_refused:
            self.failed.append(exchange)
        self.scene.learn(draft, exchange)

    @property
    def is_time(self) -> bool:
        """Is no more left than is kept for this?"""
        seconds = self.allowance.seconds_left
        return self.allowance.left <= self.kept or (seconds is not None and seconds <= self.seconds)

    @property
    def is_due(self) -> bool:
        """Is it time to look, for the first time or once more?"""
        return self.is_time and not self.is_begun and self.allowance.left <= self.looked - _PAUSE

    def made_smaller(self) -> Script:
        """Requests that show each finding by as few members as it takes; what is then left unexplained once more.

        It has not begun while there is nothing to show. What it does not come to within its share is left to the end
        of the budget.
        """
        self.looked = self.allowance.left
        least = self.allowance.left - self.kept

        def is_over() -> bool:
            return self.allowance.left <= least

        failed, self.failed = self.failed, []
        for _ in range(_ROUNDS_OF_FINDINGS):
            sent = {exchange.number: exchange for exchange in self.sent()}
            found = self.find(tuple(sent.values()), "")
            told = {place.exchange for one in found for place in one.places}
            new = [
                one for one in found if sent[one.exchange].request.role != "shrink" and identity(one) not in self.known
            ]
            failed = [one for one in failed if one.number not in told]
            if (not new and not failed) or is_over():
                return
            self.is_begun = True
            reached = yield from isolated(self.scene, new, failed, tuple(sent.values()), self.find, is_over)
            self.known.update(map(identity, reached))
            failed = []
