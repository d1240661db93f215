"""What the clauses say of a run that is under way, each finding once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from contracts.clauses.clause import Clause, Level
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.record.exchange import Exchange
from contracts.record.run import Finding
from contracts.runner.settings import Settings
from contracts.schemathesis_checks.groups import Group, Groups
from contracts.verdict.verdict import outcome

_MOST = 5
"""Findings of one clause; the next would say the same."""


@dataclass
class Judging:
    """A clause that judges an exchange judges each; one that judges stories, those that an exchange belongs to."""

    groups: Groups
    clauses: Sequence[Clause]
    settings: Settings
    target: str
    _told: dict[str, set[str]] = field(default_factory=dict)
    """Members of which each clause has told."""

    def judged(self, made: Callable[[int], Exchange], *, with_stories: bool = True) -> list[Finding]:
        """What the exchange that ``made`` gives for its number shows first."""
        group = self.groups.add(made)
        if group is None:
            return []
        history = self._history(group.evidence)
        alone = self._history([evidence for evidence in history.evidence[-1:] if evidence.exchange.is_judged])
        findings = list(self._found(alone, (one for one in self.clauses if one.over_history is None)))
        if with_stories and group.is_due:
            findings += self._of_stories(group, history)
        return findings

    def rest(self) -> list[Finding]:
        """What the stories show that were not judged since the last exchange of theirs."""
        due = [group for group in self.groups.all if group.judged < len(group.evidence)]
        return [finding for group in due for finding in self._of_stories(group, self._history(group.evidence))]

    def _of_stories(self, group: Group, history: History) -> list[Finding]:
        group.judged = len(group.evidence)
        if group.has_overlap:
            return []
        return list(self._found(history, (one for one in self.clauses if one.over_history is not None)))

    def _history(self, evidence: Iterable[Evidence]) -> History:
        return History(self.groups.resource, list(evidence), frozenset(self.settings.known_customers))

    def _found(self, history: History, clauses: Iterator[Clause]) -> Iterator[Finding]:
        for clause in clauses:
            told = self._told.setdefault(clause.id, set())
            if len(told) >= _MOST or not clause.concerns(history.resource):
                continue
            _, findings = outcome(clause, history, self.settings.without, self.target, "")
            for finding in findings:
                fails = finding.level == Level.MUST or (self.settings.strict and finding.level == Level.SHOULD)
                if fails and finding.member not in told:
                    told.add(finding.member)
                    yield finding
