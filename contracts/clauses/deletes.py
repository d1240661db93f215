"""Deleting: it answers as declared, what is deleted is gone, and its key is free again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.clauses.clause import SEEN, Clause, HistoryCheck, Judgement, Level, Observed, Vacuous, about, at
from contracts.clauses.evidence import Evidence, strings
from contracts.clauses.history import SETTLED, History
from contracts.clauses.reads import LAGS, WHOLE, gone, not_found
from contracts.clauses.story import Story
from contracts.wire import shown

_CHANCE = 5


def _status(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        operation = evidence.operation
        if evidence.effect != "delete" or not evidence.is_judged or not evidence.is_ours or operation is None:
            continue
        declared = " or ".join(map(str, sorted(operation.success))) or "a 2xx"
        answer = evidence.exchange.answer
        if evidence.succeeded and not operation.accepts_status(evidence.status):
            yield about(evidence, "status", str(evidence.status), f"{declared}, the only success that is declared")
        elif evidence.succeeded and evidence.answer is None and answer is not None and answer.body.strip():
            yield Observed(f"{evidence.status} with a body, of which the document says nothing")
        elif evidence.succeeded:
            yield SEEN


def _gone(history: History) -> Iterator[Judgement]:
    yield from _not_found(history)
    for story, deletion, evidence in gone(history):
        if evidence.effect not in ("read", "update") or not evidence.is_ours or not evidence.is_judged:
            continue
        if not evidence.status or evidence.status >= 500:
            continue
        if evidence.status == 404:
            yield SEEN
        elif evidence.succeeded and not _may_be_another(story, deletion, evidence):
            late = evidence.exchange.started - deletion.exchange.ended >= SETTLED
            if evidence.effect == "read" and "immediate" in history.without and not late:
                yield Vacuous(LAGS)
                continue
            required = f"404: #{deletion.exchange.number} deleted {shown(story.label)}"
            found = about(evidence, "status", str(evidence.status), required)
            yield replace(found, steps=(deletion.exchange.number,))


def _may_be_another(story: Story, deletion: Evidence, evidence: Evidence) -> bool:
    """May a write at the time of the deletion have made another one of that key? Its id would be another one."""
    return deletion.exchange.number in story.in_company and story.id not in evidence.parameters.values()


def _not_found(history: History) -> Iterator[Judgement]:
    """A 404 to a deletion of one that is there."""
    for story in history.stories if "immediate" not in history.without else ():
        for evidence in story.evidence:
            if evidence.effect != "delete" or not evidence.is_judged or not evidence.is_ours or evidence.status != 404:
                continue
            is_living = story.deleted is None or evidence.exchange.number < story.deleted.exchange.number
            is_sure = story.is_named_by(evidence) and not story.unsure_before(evidence)
            if is_living and is_sure and story.was_made_before(evidence) and not _in_company(story, evidence):
                made = story.answers[0].exchange.number
                yield replace(about(evidence, "status", "404", f"a success: #{made} made it"), steps=(made,))


def _in_company(story: Story, evidence: Evidence) -> bool:
    """Was another write of it, or another deletion, under way at that time?"""
    one = evidence.exchange
    others = (e.exchange for e in story.evidence if e.may_write and e is not evidence)
    return any(other.started < one.ended and one.started < other.ended for other in others)


def _twice(history: History) -> Iterator[Judgement]:
    for story, deletion, evidence in gone(history):
        if evidence.effect != "delete" or not evidence.is_ours or not evidence.is_judged:
            continue
        if evidence.status == 404:
            yield SEEN
        elif 0 < evidence.status < 500:
            required = f"404: #{deletion.exchange.number} deleted {shown(story.label)}"
            found = about(evidence, "status", str(evidence.status), required)
            yield replace(found, steps=(deletion.exchange.number,))


def _unknown(history: History) -> Iterator[Judgement]:
    for evidence in history.evidence:
        if evidence.effect == "delete" and evidence.is_judged and history.is_nobody(evidence):
            yield from not_found(evidence)


def _free_again(history: History) -> Iterator[Judgement]:
    key = history.resource.server_key
    for story in history.stories:
        old, made = story.before, story.creation
        if old is None or made is None or old.deleted is None or not old.answers:
            continue
        deletion = old.deleted.exchange.number
        causes = (old.answers[0].exchange.number, deletion)
        again = (made.returned or {}).get(key) if key else None
        if key and again is not None and str(again) == old.id:
            found = at(made, (key,), again, f"another one: #{deletion} deleted that one")
            yield replace(found, steps=causes)
            continue
        kept = list(_kept(made, old.answers[-1]))
        for name in kept:
            value = (made.returned or {}).get(name)
            yield replace(at(made, (name,), value, f"nothing of the one that #{deletion} deleted"), steps=causes)
        if not kept:
            yield SEEN


def _kept(made: Evidence, old: Evidence) -> Iterator[str]:
    """Members of a new one that show what only the deleted one had, and no default explains."""
    own = set(strings(made.sent))
    for name in made.written:
        node = made.operation and made.resource.node(made.operation).child(name)
        if name in made.sent or node is None or not node or node.flat.keys() & {"default", "enum"}:
            continue
        was, now = (old.returned or {}).get(name), (made.returned or {}).get(name)
        texts = [text for text in strings(was) if len(text) > _CHANCE and text not in own]
        if texts and was == now:
            yield name


def _clause(name: str, title: str, check: HistoryCheck, level: Level = Level.MUST, *needs: str) -> Clause:
    return Clause(
        f"delete.{name}",
        title,
        level,
        WHOLE,
        over_history=check,
        needs=frozenset({"state", "delete", *needs}),
        effects=frozenset({"delete"}),
        needs_meaning=True,
    )


CLAUSES = (
    _clause("status-204", "A deletion has the declared status", _status),
    _clause("gone", "What was deleted is not found", _gone, Level.MUST, "read"),
    _clause("twice-404", "A second deletion: 404", _twice),
    _clause("unknown-404", "A deletion of nobody: 404", _unknown),
    _clause("key-free-again", "A key of one that was deleted makes a new one", _free_again, Level.SHOULD),
)
