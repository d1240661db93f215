"""A growing run in groups: the exchanges that name the same instance, so that each new one is judged beside its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contracts.clauses.evidence import Evidence
from contracts.record.exchange import Exchange
from contracts.spec.edge_values import key_text
from contracts.spec.resource import Resource

_EACH = 16
"""Exchanges up to which the stories of a group are judged anew with each; beyond, with each quarter more."""


@dataclass(eq=False)
class Group:
    """``evidence`` in the order in which answers came."""

    evidence: list[Evidence] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    judged: int = 0
    """How many of them the stories were last judged with."""
    has_overlap: bool = False
    """Were two of them under way at one moment? What they say of each other then is for nobody to tell."""

    @property
    def is_due(self) -> bool:
        """Have enough come since the stories were last judged? So that judging stays linear in the run."""
        size = len(self.evidence)
        return size <= _EACH or size >= self.judged * 1.25


@dataclass
class Groups:
    """All exchanges of a run by the values of the keys that their requests and answers name."""

    resource: Resource
    all: list[Group] = field(default_factory=list)
    _of: dict[str, Group] = field(default_factory=dict)
    _count: int = 0

    def add(self, made: Callable[[int], Exchange]) -> Group | None:
        """Put the exchange that ``made`` gives for its number into its group; None where it says nothing (429)."""
        self._count += 1
        exchange = made(self._count)
        if exchange.status == 429:
            return None
        evidence = Evidence(exchange, self.resource)
        names = set(self._names(evidence))
        group = self._joined(list(dict.fromkeys(one for name in sorted(names) if (one := self._of.get(name)))))
        group.has_overlap |= any(one.exchange.ended > exchange.started for one in group.evidence)
        group.evidence.append(evidence)
        group.names |= names
        self._of.update(dict.fromkeys(names, group))
        return group

    def _joined(self, groups: Sequence[Group]) -> Group:
        if len(groups) == 1:
            return groups[0]
        group = Group()
        for one in groups:
            self.all.remove(one)
            group.evidence += one.evidence
            group.names |= one.names
            group.has_overlap |= one.has_overlap
            self._of.update(dict.fromkeys(one.names, group))
        group.evidence.sort(key=lambda one: one.exchange.number)
        self.all.append(group)
        return group

    def _names(self, evidence: Evidence) -> Iterator[str]:
        shown = evidence.returned or {}
        values = [evidence.below_collection, *evidence.parameters.values()]
        values += [source.get(key) for key in self.resource.keys for source in (evidence.sent, shown)]
        yield from (text for value in values if (text := key_text(value)))
