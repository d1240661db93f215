"""Activity: orders, redemptions, loyalty and referrals of a customer outlive an upsert."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.clauses.clause import SEEN, Citation, Clause, Judgement, Level, Vacuous, at
from contracts.clauses.evidence import History, Story
from contracts.wire import JSONPath, shown, value_at

SECTIONS = ("summary", "loyalty", "referrals")
NOTHING_TO_LOSE = "observed on zeros only: name a customer with activity by --known-customer"


def leaves(value: Any, path: JSONPath) -> Iterator[tuple[JSONPath, Any]]:
    """Every value that is not zero or empty: what an upsert could lose."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, (*path, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from leaves(below, (*path, index))
    elif value:
        yield path, value


def _kept(history: History) -> Iterator[Judgement]:
    had_any = False
    for story in history.stories:
        for section in SECTIONS:
            was = _first_shown(story, section)
            activity = list(leaves(was[1], (section,))) if was else []
            if was is None or not activity:
                continue
            for evidence in story.answers:
                if evidence.exchange.number <= was[0] or evidence.returned is None:
                    continue
                had_any = True
                lost = [(path, value) for path, value in activity if not value_at(evidence.returned, path)]
                for path, value in lost:
                    yield at(evidence, path, value_at(evidence.returned, path), f"{shown(value)}, as before the upsert")
                if not lost:
                    yield SEEN
    if not had_any and any(story.answers for story in history.stories):
        yield Vacuous(NOTHING_TO_LOSE)


def _first_shown(story: Story, section: str) -> tuple[int, Any] | None:
    for evidence in story.evidence:
        value = evidence.value
        if 200 <= evidence.status < 300 and isinstance(value, dict) and value.get(section) is not None:
            return evidence.exchange.number, value[section]
    return None


CLAUSES = (
    Clause(
        "activity.kept",
        "summary, loyalty and referrals are not reset by an upsert",
        Level.MUST,
        Citation("docs", "Upsert"),
        over_history=_kept,
        needs=frozenset({"state", "activity"}),
    ),
)
