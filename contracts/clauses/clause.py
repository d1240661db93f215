"""What a clause is: a frozen record that cites its authority and judges evidence. It sends and prints nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

from contracts.clauses.evidence import Evidence, member_text
from contracts.clauses.history import History
from contracts.clauses.story import Story
from contracts.spec.meaning import Effect
from contracts.spec.resource import Resource
from contracts.wire import JSONPath, path_text, shown


class Level(StrEnum):
    """MUST fails the gate; SHOULD warns, and fails with ``--strict``; OBSERVE is recorded and never fails."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    OBSERVE = "OBSERVE"


Least = Literal["body", "exchange", "run"]
"""The least that a clause can judge by: an answer's body alone, one exchange, or a run. Recordings have no run."""


@dataclass(frozen=True)
class Citation:
    """``document`` is ``spec`` (``place`` a JSON pointer into it), or a text with ``place`` its heading."""

    document: str
    place: str

    def __str__(self) -> str:
        return f"{self.document} {self.place}"


@dataclass(frozen=True)
class Seen:
    """There was something to judge, and it was as required."""


@dataclass(frozen=True)
class Vacuous:
    """The contract allowed an answer in which there was nothing to judge."""

    reason: str


@dataclass(frozen=True)
class Observed:
    """Which of the behaviours that the contract allows was seen."""

    text: str


@dataclass(frozen=True)
class Finding:
    """``observed`` against ``required`` at ``where`` (a JSON path, or a part of the message).

    ``member`` is the declared member concerned, dotted. ``steps`` are the numbers of the exchanges that show it on a
    fresh server when they are sent in their order; a check names those alone that the story does not tell. ``level``
    is the finding's own where it is weaker than the clause's.
    """

    exchange: int
    where: str
    observed: str
    required: str
    citation: Citation | None = None
    member: str = ""
    steps: tuple[int, ...] = ()
    level: Level | None = None


Judgement = Seen | Vacuous | Observed | Finding
SEEN = Seen()
_INDEX = re.compile(r"\[(\d+)\]")

ExchangeCheck = Callable[[Evidence], Iterator[Judgement]]
HistoryCheck = Callable[[History], Iterator[Judgement]]


@dataclass(frozen=True)
class Clause:
    """One sentence of the contract. ``check`` judges each exchange, or (``over_history``) the run's stories.

    ``why_not_unique`` says, where it holds, why no fault can be caught by this clause and by no other.
    """

    id: str
    title: str
    level: Level
    citation: Citation
    check: ExchangeCheck | None = None
    over_history: HistoryCheck | None = None
    needs: frozenset[str] = frozenset()
    """Capabilities without which it cannot be judged."""
    why_not_unique: str | None = None
    least: Least = "run"
    effects: frozenset[Effect] = frozenset()
    """The effects whose operations it binds; none for every exchange whatsoever."""
    why: str = ""
    """Why it matters to those who use the server: one sentence."""
    advice: str = ""
    """What to do where it is not kept: one sentence."""
    needs_meaning: bool = False
    """Has it nothing to judge by in a document of which no overlay says what its members mean?"""

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]

    def binds(self, evidence: Evidence) -> bool:
        """Is the exchange one of an operation that it judges?"""
        return not self.effects or (evidence.is_judged and evidence.effect in self.effects)

    def concerns(self, resource: Resource) -> bool:
        """Does the document declare an operation that it judges?"""
        judged = (one for one in resource.operations if one.level != "OBSERVE")
        return not self.effects or any(one.effect in self.effects for one in judged)


NO_MEANING = "the overlay names no key"
"""Why a clause that needs meaning is vacuous for a document without an overlay."""

SHOWING: frozenset[Effect] = frozenset({"create", "upsert", "read", "update", "list"})
WRITING: frozenset[Effect] = frozenset({"create", "upsert", "update"})
ANY: frozenset[Effect] = SHOWING | {"delete"}


def judge(clause: Clause, history: History) -> Iterator[Judgement]:
    """Everything ``clause`` has to say of a run. Raises TypeError where it says what is no judgement."""
    if clause.needs_meaning and not history.resource.has_meaning:
        yield Vacuous(NO_MEANING)
        return
    for judgement in _judged(clause, history):
        if isinstance(judgement, Finding):
            yield _completed(judgement, clause, history)
        elif isinstance(judgement, Seen | Vacuous | Observed):
            yield judgement
        else:
            raise TypeError(f"{clause.id} yields a {type(judgement).__name__}, which is no judgement")


def _judged(clause: Clause, history: History) -> Iterator[Judgement]:
    if clause.check is not None:
        for evidence in history.evidence:
            if clause.binds(evidence):
                yield from clause.check(evidence)
    if clause.over_history is not None:
        yield from clause.over_history(history)


def _completed(finding: Finding, clause: Clause, history: History) -> Finding:
    """``finding`` with the steps that lead to it, and no stronger than what is said of its operation."""
    evidence = history.at(finding.exchange)
    level = Level(evidence.operation.level) if evidence.operation else clause.level
    weaker = level if _STRENGTH[level] < _STRENGTH[clause.level] else None
    return replace(finding, steps=steps(history, finding), level=finding.level or weaker)


_STRENGTH = {Level.OBSERVE: 0, Level.SHOULD: 1, Level.MUST: 2}


def steps(history: History, finding: Finding) -> tuple[int, ...]:
    """Numbers of the exchanges that repeat a finding: what made the instances, what wrote the member, its own."""
    numbers = {finding.exchange}
    member = finding.member.partition(".")[0].partition("[")[0]
    for number in {*finding.steps, finding.exchange}:
        numbers.add(number)
        evidence = history.at(number)
        if (story := history.story_of(evidence)) is not None:
            numbers.update(story.leading_to(number, member))
        for named in (history.named_by(*name) for name in history.names(evidence)):
            if named is not None and named is not story and named.was_made_before(evidence):
                numbers.add(named.answers[0].exchange.number)
    if (listed := _listed(history, finding)) is not None:
        numbers.update(listed.leading_to(finding.exchange, member))
    return tuple(sorted(numbers))


def _listed(history: History, finding: Finding) -> Story | None:
    """The instance of which a list shows what the finding is about."""
    index = _INDEX.search(finding.where)
    for path, item in history.at(finding.exchange).items if index else ():
        if index is not None and path[-1] == int(index[1]) and (key := history.resource.server_key) is not None:
            return history.named_by(key, item.get(key))
    return None


def at(evidence: Evidence, path: JSONPath, observed: Any, required: str, citation: Citation | None = None) -> Finding:
    """A finding about the member of the answer at ``path``."""
    member = member_text(path[len(evidence.resource.items_path or ()) + 1 :] if evidence.effect == "list" else path)
    steps = () if evidence.caused_by is None else (evidence.caused_by,)
    return Finding(evidence.exchange.number, path_text(path), shown(observed), required, citation, member, steps)


def about(
    evidence: Evidence, where: str, observed: str, required: str, citation: Citation | None = None, member: str = ""
) -> Finding:
    """A finding about another part of the exchange: its status, a header, the bytes of its body."""
    return Finding(evidence.exchange.number, where, observed, required, citation, member)
