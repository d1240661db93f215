"""Activity, members that no write of ours may change: it outlives an upsert and an update."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from contracts.clauses.clause import SEEN, Citation, Clause, Finding, Judgement, Level, Vacuous, at
from contracts.clauses.history import History
from contracts.clauses.silent import silent_updates
from contracts.clauses.story import Story
from contracts.spec.meaning import Effect
from contracts.wire import JSONPath, shown, value_at

NOTHING_TO_LOSE = "observed on zeros only: name a customer with activity by --known-customer"


def leaves(value: Any, path: JSONPath) -> Iterator[tuple[JSONPath, Any]]:
    """Every value that is not zero or empty: what an upsert could lose."""
    waiting = [(path, value)]
    while waiting:
        here, below = waiting.pop()
        if isinstance(below, dict):
            waiting += [((*here, name), part) for name, part in reversed(below.items())]
        elif isinstance(below, list):
            waiting += [((*here, index), part) for index, part in reversed(list(enumerate(below)))]
        elif below:
            yield here, below


def _kept(history: History, effect: Effect) -> Iterator[Judgement]:
    sections = history.resource.kept
    if not sections:
        yield Vacuous("no member is said to be kept")
    had_any = False
    for story in history.stories:
        for section in sections:
            for judgement in _section_kept(story, section, effect, history.without):
                had_any = True
                yield judgement
    if sections and not had_any and any(story.answers for story in history.stories):
        yield Vacuous(NOTHING_TO_LOSE)


def _section_kept(story: Story, section: str, effect: Effect, without: Collection[str]) -> Iterator[Judgement]:
    was = _first_shown(story, section)
    after = was[0] if was else 0
    writes = [*story.answers, *(shown_by for _, shown_by in silent_updates(story, without))]
    later = [one for one in writes if one.exchange.number > after and one.is_judged and one.effect == effect]
    if was is None or not later:
        return
    activity = list(leaves(was[1], (section,)))
    for evidence in later:
        if evidence.returned is None:
            continue
        now = evidence.returned.get(section)
        if now is None and isinstance(was[1], dict | list):
            if section in evidence.returned or activity:
                yield _lost(was[0], at(evidence, (section,), now, f"{shown(was[1], 60)}, as before the write"))
            continue
        lost = [(path, value) for path, value in activity if not value_at(evidence.returned, path)]
        for path, value in lost:
            now = value_at(evidence.returned, path)
            yield _lost(was[0], at(evidence, path, now, f"{shown(value)}, as before the write"))
        if activity and not lost:
            yield SEEN


def _lost(before: int, finding: Finding) -> Finding:
    """``finding`` with the exchange that showed what was there."""
    return replace(finding, steps=(*finding.steps, before))


def _first_shown(story: Story, section: str) -> tuple[int, Any] | None:
    for evidence in story.evidence:
        value = evidence.value
        if 200 <= evidence.status < 300 and isinstance(value, dict) and value.get(section) is not None:
            return evidence.exchange.number, value[section]
    return None


def kept_by(name: str, title: str, effect: Effect, heading: str) -> Clause:
    """The clause that no write with ``effect`` resets activity."""
    return Clause(
        name,
        title,
        Level.MUST,
        Citation("docs", heading),
        over_history=lambda history: _kept(history, effect),
        needs=frozenset({"state", "activity"} | ({"update"} if effect == "update" else set())),
        effects=frozenset({effect}),
        needs_meaning=True,
    )


CLAUSES = (kept_by("activity.kept", "No upsert resets what the overlay says is kept", "upsert", "Upsert"),)
