"""Updates whose answer shows nothing: what they did stands in the read after them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from contracts.clauses.evidence import Evidence
from contracts.clauses.history import SETTLED
from contracts.clauses.story import Story


def silent_updates(story: Story, without: Collection[str] = ()) -> Iterator[tuple[Evidence, Evidence]]:
    """Each update without an instance in its answer as if the read after it had been its answer, behind what showed
    the instance before. Nothing else may have been written in between.

    ``without`` are capabilities that the target is declared not to have: one without ``immediate`` is read later.
    """
    before: Evidence | None = None
    update: Evidence | None = None
    for evidence in story.evidence:
        if evidence.exchange.number in story.in_company:
            before = update = None
        elif evidence.may_write and not evidence.refused:
            is_silent = evidence.effect == "update" and evidence.succeeded and evidence.returned is None
            if is_silent and evidence.is_judged and evidence.is_ours and update is None:
                update = evidence
            else:
                before, update = (evidence if evidence.writes and evidence.returned is not None else None), None
        elif evidence.effect == "read" and evidence.is_judged and evidence.is_ours and evidence.returned is not None:
            if update is not None and not _is_late_enough(update, evidence, without):
                continue
            if update is not None and before is not None:
                yield before, _shown_by(update, evidence)
            before, update = evidence, None


def _is_late_enough(update: Evidence, read: Evidence, without: Collection[str]) -> bool:
    waited = read.exchange.started - update.exchange.ended
    return waited >= (SETTLED if "immediate" in without else 0)


def _shown_by(update: Evidence, read: Evidence) -> Evidence:
    """``update`` with the answer to ``read``, and its number, for that is where it shows."""
    exchange = replace(update.exchange, number=read.exchange.number, answer=read.exchange.answer)
    return replace(update, exchange=exchange, caused_by=update.exchange.number)
