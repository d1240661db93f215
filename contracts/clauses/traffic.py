"""The stories of traffic that nobody planned: what it did not show of an instance is unknown, and never a finding.

An instance may have been there before, and others may write, delete or reset at any time, unseen. So a story is held
together only where nothing unseen is likely: from one exchange to the next within ``SETTLED`` seconds, or for longer
where the server itself says that nothing was written since. Otherwise it ends, and another one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contracts.clauses.evidence import Evidence
from contracts.clauses.history import SETTLED, History
from contracts.clauses.sameness import instant
from contracts.clauses.story import Name, Story
from contracts.record.exchange import Exchange
from contracts.spec.edge_values import key_text
from contracts.spec.resource import Resource

JUDGED = frozenset(
    [
        *("upsert.same-source-id-same-customer", "upsert.same-id-same-customer", "upsert.id-decides"),
        *("upsert.other-customer-untouched", "upsert.no-conflict", "upsert.updated-in-answer"),
        *("upsert.created-at-fixed", "upsert.updated-at-present", "upsert.updated-at-order", "upsert.unsent-stay"),
        *("update.changes", "update.unsent-stay", "update.keys-fixed", "update.created-at-fixed", "update.unknown-404"),
        *("read.last-write", "read.unknown-404"),
        *("delete.status-204", "delete.gone", "delete.twice-404", "delete.unknown-404", "delete.key-free-again"),
        *("list.limit", "list.total", "list.order", "list.newest-first", "list.filters", "list.hides-deleted"),
        "list.refuses-wrong-query",
        *("at-once.one-for-one-key", "at-once.all-kept", "at-once.own-answer"),
        *("dates.created-now", "accepts.allowed", "accepts.long-strings", "accepts.odd-values"),
        *("auth.no-credentials", "secrets.not-in-answers"),
    ]
)
"""Clauses that need a story and can judge by one that is known in part; those that need no story judge traffic anyhow.

The others need requests that are made for them: texts that nobody else sends, customers that nobody else touches.
"""
_TELLING = frozenset([400, 401, 404, 409, 410, 415, 422])
"""Refusals by which the contract can be judged. Others (a permission, a cache, a gateway) have reasons of their own."""
_READING = ("GET", "HEAD", "OPTIONS", "TRACE")


def is_telling(status: int) -> bool:
    """Does an answer with this status say something of the contract, whoever asked?"""
    return 200 <= status < 300 or status in _TELLING or status >= 500


def may_change_all(exchange: Exchange) -> bool:
    """May a request that is not judged have changed any instance? A reset, an import, a server that started anew."""
    if exchange.answer is None:
        return True
    return exchange.request.method not in _READING and not 300 <= exchange.answer.status < 500


@dataclass
class TrafficHistory(History):
    """``breaks`` are numbers of the exchanges after which nothing that was known still is."""

    breaks: Sequence[int] = ()
    _absent: dict[Name, Evidence] = field(default_factory=dict)
    """By a key: the last answer that showed that nobody has it."""

    def __post_init__(self) -> None:
        self._to_come = sorted(self.breaks, reverse=True)
        super().__post_init__()

    def is_nobody(self, evidence: Evidence) -> bool:
        """Only where the answer says so: who was there before the recording is not known."""
        return evidence.status == 404 and super().is_nobody(evidence)

    def _entered(self, evidence: Evidence) -> Evidence:
        while self._to_come and self._to_come[-1] < evidence.exchange.number:
            self._to_come.pop()
            self._forget()
        entered = super()._entered(evidence)
        self._learn_names(entered)
        if not evidence.is_ours or evidence.effect not in ("read", "update", "delete"):
            return entered
        if evidence.status in (404, 410) or (evidence.effect == "delete" and evidence.succeeded):
            names = set(self.path_names(evidence))
            story = self.story_of(entered)
            if story is not None:
                names |= {name for name, found in self._by_name.items() if found == [story]}
            self._absent.update(dict.fromkeys(names, evidence))
        return entered

    def _learn_names(self, evidence: Evidence) -> None:
        """Whoever is named by one key is named by the others that its answer shows: a deletion may use any of them."""
        story, shows = self.story_of(evidence), evidence.returned
        if story is None or shows is None or story.deleted is not None or self.answered_id(evidence) != story.id:
            return
        for key in self.resource.client_keys:
            text = key_text(shows.get(key))
            known = self._by_name.get((key, text), []) if text else [story]
            if all(one is not None and one.deleted is not None for one in known):
                self._by_name[key, str(text)] = [story]

    def _forget(self) -> None:
        for story in self.stories:
            if story.deleted is not None:
                story.id = None  # another one may have that id from now on
        self._by_name.clear()
        self._beside.clear()
        self._absent.clear()

    def _story(self, evidence: Evidence) -> Story | None:
        for name in (*self.names(evidence), *self._named_in_path(evidence)):
            for story in {id(one): one for one in self._by_name.get(name, ()) if one is not None}.values():
                if self._may_have_changed(story, evidence):
                    self._end(story)
        return super()._story(evidence) or self._found(evidence)

    def _named_in_path(self, evidence: Evidence) -> Iterable[Name]:
        return self.path_names(evidence) if evidence.effect in ("read", "update", "delete") else ()

    def _end(self, story: Story) -> None:
        for name in [name for name, found in self._by_name.items() if story in found]:
            del self._by_name[name]
            self._beside.pop(name, None)

    def _may_have_changed(self, story: Story, evidence: Evidence) -> bool:
        """May somebody have written, made or deleted it since its last exchange, unseen?"""
        if not story.evidence:
            return False
        is_late = evidence.exchange.started - story.evidence[-1].exchange.ended >= SETTLED
        shows = self.answered_id(evidence)
        if story.deleted is not None and shows is not None and story.id is not None:
            return shows != story.id  # no id is given twice
        if evidence.effect != "read" or evidence.returned is None or story.deleted is not None:
            return is_late
        if shows is not None and story.id is not None and shows != story.id and is_late:
            return True
        last = next((one.returned for one in reversed(story.evidence) if one.returned is not None), None)
        if last is None:
            return is_late
        for member in self.resource.set_on_write:
            now, was = instant(evidence.returned.get(member)), instant(last.get(member))
            if now is not None:
                return was is None or now > was
        return is_late

    def _found(self, evidence: Evidence) -> Story | None:
        """A story that begins with the first sight of one that was there before."""
        if evidence.effect not in ("read", "update", "delete") or not evidence.is_ours or not evidence.succeeded:
            return None
        names = list(self.path_names(evidence))
        shows = evidence.returned
        own = names if shows is None else [name for name in names if key_text(shows.get(name[0])) == name[1]]
        if not own or any(name in self._by_name for name in names) or (shows is None and evidence.effect != "delete"):
            return None
        story = Story(own[0], id=self.answered_id(evidence), is_known=True)
        self.stories.append(story)
        key = self.resource.server_key
        for name in (*own, *([(key, story.id)] if key is not None and story.id is not None else [])):
            self._by_name.setdefault(name, [story])
        return story

    def _made(self, evidence: Evidence, names: list[Name] | None) -> Story:
        is_new = evidence.effect == "create" or all(self._is_absent(name, evidence) for name in names or ())
        made = super()._made(evidence, names)
        made.is_known = made.is_known or not is_new
        return made

    def _is_absent(self, name: Name, evidence: Evidence) -> bool:
        seen = self._absent.get(name)
        return seen is not None and evidence.exchange.started - seen.exchange.ended < SETTLED


def traffic_history(
    exchanges: Iterable[Exchange], resource: Resource, known: frozenset[str] = frozenset(), without: Iterable[str] = ()
) -> TrafficHistory:
    """The evidence of ``exchanges``, and their stories as far as they were seen.

    Exchanges with several servers stand one server after the other: of one, nothing is known by another.
    """
    evidence: list[Evidence] = []
    breaks: list[int] = []
    server: str | None = None
    for exchange in exchanges:
        if exchange.request.server != server:
            breaks.append(exchange.number - 1)
        server = exchange.request.server
        one = Evidence(exchange, resource)
        is_judged = exchange.left_out is None and one.operation is not None and exchange.answer is not None
        if is_judged and is_telling(exchange.status or 0):
            evidence.append(one)
        elif not is_judged and may_change_all(exchange):
            breaks.append(exchange.number)
    return TrafficHistory(resource, evidence, known, {}, frozenset(without), breaks=breaks)
