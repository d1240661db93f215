"""What a clause is: a frozen record that cites its authority and judges evidence. It sends and prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from contracts.clauses.evidence import Evidence, History
from contracts.wire import JSONPath, path_text, shown


class Level(StrEnum):
    """MUST fails the gate; SHOULD warns, and fails with ``--strict``; OBSERVE is recorded and never fails."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    OBSERVE = "OBSERVE"


Least = Literal["body", "exchange", "run"]
"""The least that a clause can judge by: an answer's body alone, one exchange, or a run. Recordings have no run."""

CAPABILITIES = ("state", "auth", "validation", "delete", "activity")


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
    """``observed`` against ``required`` at ``where`` (a JSON path, or a part of the message)."""

    exchange: int
    where: str
    observed: str
    required: str
    citation: Citation | None = None


Judgement = Seen | Vacuous | Observed | Finding
SEEN = Seen()

ExchangeCheck = Callable[[Evidence], Iterator[Judgement]]
HistoryCheck = Callable[[History], Iterator[Judgement]]


@dataclass(frozen=True)
class Clause:
    """One sentence of the contract. ``check`` judges each exchange, or (``over_history``) the run's stories.

    ``alone`` says, where it holds, why no fault can be caught by this clause and by no other.
    """

    id: str
    title: str
    level: Level
    citation: Citation
    check: ExchangeCheck | None = None
    over_history: HistoryCheck | None = None
    needs: frozenset[str] = frozenset()
    """Capabilities without which it cannot be judged."""
    alone: str | None = None
    least: Least = "run"

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]


def judge(clause: Clause, history: History) -> Iterator[Judgement]:
    """Everything ``clause`` has to say of a run. Raises TypeError where it says what is no judgement."""
    for judgement in _judged(clause, history):
        if not isinstance(judgement, Finding | Seen | Vacuous | Observed):
            raise TypeError(f"{clause.id} yields a {type(judgement).__name__}, which is no judgement")
        yield judgement


def _judged(clause: Clause, history: History) -> Iterator[Judgement]:
    if clause.check is not None:
        for evidence in history.evidence:
            yield from clause.check(evidence)
    if clause.over_history is not None:
        yield from clause.over_history(history)


def at(evidence: Evidence, path: JSONPath, observed: Any, required: str, citation: Citation | None = None) -> Finding:
    """A finding about the member of the answer at ``path``."""
    return Finding(evidence.exchange.number, path_text(path), shown(observed), required, citation)


def about(evidence: Evidence, where: str, observed: str, required: str) -> Finding:
    """A finding about another part of the exchange: its status, a header, the bytes of its body."""
    return Finding(evidence.exchange.number, where, observed, required)
