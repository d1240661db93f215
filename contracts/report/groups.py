"""Findings as a person wants them: one a clause and cause, with the places it was seen at, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.record.exchange import Exchange
from contracts.record.run import ClauseOutcome, Finding, Place, Run
from contracts.record.shell import shell_lines

_LEVELS = {"MUST": 0, "SHOULD": 1, "OBSERVE": 2}
_FAMILIES = ("answer", "secrets", "auth", "accepts", "upsert", "echo", "activity", "", "money", "dates", "schema")
"""Families by what breaks users most: no answer, a stranger let in, a customer refused or lost, then wrong values.
Those that are not named here stand where the empty name stands, ``refuses`` and ``errors`` behind all."""
_LAST = ("refuses", "errors")


@dataclass(frozen=True)
class Group:
    """One clause and cause. ``number`` is its example's in the record, as ``contracts replay`` takes it.

    ``places`` are where it was seen beside the example, ``seen`` counts them all. ``steps`` are lines for a shell that
    show it when they are sent in their order to a fresh server.
    """

    number: int
    finding: Finding
    outcome: ClauseOutcome | None
    places: tuple[Place, ...]
    seen: int
    steps: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.outcome.title if self.outcome else self.finding.clause

    @property
    def why(self) -> str:
        return self.outcome.why if self.outcome else ""

    @property
    def advice(self) -> str:
        return self.outcome.advice if self.outcome else ""


def groups(run: Run) -> tuple[Group, ...]:
    """Every finding of ``run`` in a group, the worst first."""
    outcomes = {outcome.clause: outcome for outcome in run.outcomes}
    exchanges = {exchange.number: exchange for exchange in run.exchanges}
    gathered: dict[tuple[object, ...], list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(run.findings, 1):
        # the judge has grouped those that name their places; of the others the same is required for one reason
        key = (number,) if finding.places or finding.steps else (finding.clause, finding.required, finding.waived)
        gathered.setdefault(key, []).append((number, finding))
    made = [_group(found, outcomes, exchanges, run) for found in gathered.values()]
    return tuple(sorted(made, key=lambda group: _badness(group, exchanges.get(group.finding.exchange))))


def _group(
    found: Sequence[tuple[int, Finding]],
    outcomes: dict[str, ClauseOutcome],
    exchanges: dict[int, Exchange],
    run: Run,
) -> Group:
    number, first = found[0]
    seen_at = [Place(one.exchange, one.where, one.observed) for _, one in found]
    every = dict.fromkeys((*seen_at, *(place for _, one in found for place in one.places)))
    own = (first.exchange, first.where)
    ways = run.header.ways
    return Group(
        number,
        first,
        outcomes.get(first.clause),
        tuple(place for place in every if (place.exchange, place.where) != own),
        sum(one.seen for _, one in found),
        shell_lines([exchanges[step] for step in first.steps if step in exchanges], run.header.target, ways),
    )


def _badness(group: Group, exchange: Exchange | None) -> tuple[object, ...]:
    """Sorts the worst first: what is waived last, then by level, crashes, families, and nulls behind other values."""
    finding = group.finding
    family = finding.clause.partition(".")[0]
    rank = _FAMILIES.index(family) if family in _FAMILIES else _FAMILIES.index("")
    has_crashed = exchange is not None and (exchange.status is None or exchange.status >= 500)
    return (
        finding.waived is not None,
        _LEVELS.get(finding.level, len(_LEVELS)),
        not (has_crashed and not finding.where.startswith("$")),
        len(_FAMILIES) + _LAST.index(family) if family in _LAST else rank,
        finding.observed == "null",
        group.number,
    )
