"""The stories that a run's exchanges tell: which instance each request is about, by the keys that it names.

Nothing depends on what a server answered where the request itself decides. Only where the contract leaves open whom a
key names (a free key beside one that decides, a key given twice) does the id of the answer tell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from contracts.clauses.evidence import WRITES, Evidence
from contracts.clauses.story import Name, Story, overlapping
from contracts.clauses.versions import Versions
from contracts.record.exchange import Exchange
from contracts.record.ways import is_another
from contracts.spec.edge_values import BROKEN_FORMATS, has_odd_identifier, key_text
from contracts.spec.resource import Resource

_LATELY = 100
_MISSING = frozenset({"read", "update", "list"})
"""Operations that a target may be declared not to have, each by the name of its effect."""
SETTLED = 5.0
"""Seconds after which a read or a list shows what was written, whatever lags."""


@dataclass
class History:
    """All of a run's evidence, and its stories.

    ``known`` are values of a client's key of instances that the run did not make. ``unavailable_credentials`` says of
    ways to have wrong credentials why the run could not make them.
    """

    resource: Resource
    evidence: list[Evidence]
    known: frozenset[str] = frozenset()
    unavailable_credentials: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    """Capabilities that the target is declared not to have."""

    def __post_init__(self) -> None:
        self.stories: list[Story] = []
        self.kept_ignored: list[tuple[Evidence, Story, Evidence]] = []
        """A write that named a free key beside one that decides; its story; the later write that made another by it."""
        self._by_name: dict[Name, list[Story | None]] = {}
        self._beside: dict[Name, tuple[Evidence, Story]] = {}
        self._story_of: dict[int, Story] = {}
        self._accepted_invalid: set[str] = set()
        self._of_nobody: set[int] = set()
        self.evidence = [self._entered(evidence) for evidence in self.evidence]
        self._by_number = {evidence.exchange.number: evidence for evidence in self.evidence}

    def exchange(self, number: int) -> Exchange:
        """Raises KeyError where no exchange with that number is judged."""
        return self._by_number[number].exchange

    def at(self, number: int) -> Evidence:
        """Raises KeyError where no exchange with that number is judged."""
        return self._by_number[number]

    def story_of(self, evidence: Evidence) -> Story | None:
        """The instance that it is about, where the request or its answer tells."""
        return self._story_of.get(evidence.exchange.number)

    def is_nobody(self, evidence: Evidence) -> bool:
        """Does a read, update or delete name what nobody has, as far as the run can know?"""
        return evidence.exchange.number in self._of_nobody

    @cached_property
    def in_company(self) -> frozenset[int]:
        """Numbers of the exchanges that overlapped others, whoever those were about."""
        return frozenset(self._company)

    def company_of(self, evidence: Evidence) -> list[Evidence]:
        """Those that it overlapped, directly or by others; itself among them."""
        return self._company.get(evidence.exchange.number, [])

    @cached_property
    def _company(self) -> dict[int, list[Evidence]]:
        return {e.exchange.number: group for group in overlapping(self.evidence) for e in group}

    def named_by(self, key: str, value: Any) -> Story | None:
        """The one story that a key names, None for none or for several that it may name."""
        text = key_text(value)
        found = self._by_name.get((key, text), []) if text is not None else []
        return found[0] if len(found) == 1 else None

    def _entered(self, evidence: Evidence) -> Evidence:
        """Put ``evidence`` into its story, and note the members that an invalid request was accepted with."""
        if evidence.effect in _MISSING & self.without:
            return replace(evidence, is_out_of_scope=True)
        if evidence.effect == "list":
            return replace(evidence, accepted_invalid_members=frozenset(self._accepted_invalid))
        story = self._story(evidence)
        if story is None:
            names = list(self.path_names(evidence)) if evidence.effect in ("read", "update", "delete") else []
            if names and not any(name in self._by_name for name in names):
                self._of_nobody.add(evidence.exchange.number)
            return evidence
        if evidence.succeeded and evidence.effect in WRITES:
            wrong = evidence.wrong_members | {str(path[0]) for path, odd in evidence.edges if odd in BROKEN_FORMATS}
            story.accepted_invalid = (story.accepted_invalid - set(evidence.sent)) | wrong
            self._accepted_invalid |= wrong
        if story.accepted_invalid:
            evidence = replace(evidence, accepted_invalid_members=frozenset(story.accepted_invalid))
        story.evidence.append(evidence)
        self._story_of[evidence.exchange.number] = story
        story.is_made = story.is_made or (evidence.writes and evidence.succeeded)
        if evidence.writes and (answered := self.answered_id(evidence)) is not None and story.id is None:
            story.id = answered
            key = self.resource.server_key
            if key is not None:
                self._by_name.setdefault((key, answered), [story])
        if evidence.effect == "delete" and evidence.exchange.request.is_authorised:
            self._delete(evidence, story)
        return evidence

    def _delete(self, evidence: Evidence, story: Story) -> None:
        if 200 <= evidence.status < 300:
            story.deleted = story.deleted or evidence
        elif not evidence.status or evidence.status >= 500:  # it may be gone
            for candidates in self._by_name.values():
                if candidates == [story]:
                    candidates.append(None)

    def answered_id(self, evidence: Evidence) -> str | None:
        """The key of the server's that an answer shows, as text."""
        key = self.resource.server_key
        return key_text((evidence.returned or {}).get(key)) if key is not None else None

    def _story(self, evidence: Evidence) -> Story | None:
        if evidence.effect in ("read", "delete", "update"):
            return self._by_path(evidence)
        if evidence.effect not in ("create", "upsert"):
            return None
        if evidence.request_kind in ("other", "no-object", "malformed", "empty"):
            return None
        if has_odd_identifier(self.resource, evidence.sent):
            return None  # whom it is about is the server's to say
        names = list(self.names(evidence))
        return self._by_keys(evidence, names) if names else self._made(evidence, None)

    def names(self, evidence: Evidence) -> Iterator[Name]:
        """The keys that a create or upsert names its instance by, the one that decides first."""
        values: dict[str, Any] = {}
        for parameter, value in evidence.parameters.items():
            for key in self._keys_of(evidence, parameter):
                values.setdefault(key, value)
        values = {**evidence.sent, **values}
        for key in self.resource.keys:
            if (text := key_text(values.get(key))) and evidence.effect in ("create", "upsert"):  # an empty one is none
                yield key, text

    def _keys_of(self, evidence: Evidence, parameter: str) -> tuple[str, ...]:
        """The keys whose value a path parameter may hold."""
        declared = evidence.operation.parameter(parameter) if evidence.operation else None
        owners = declared.meaning.key if declared else ()
        if not owners and parameter in self.resource.keys:
            return (parameter,)
        if not owners:
            own = evidence.operation.path_parameters if evidence.operation else ()
            return self.resource.keys if own[-1:] == (parameter,) and evidence.effect != "create" else ()
        server = self.resource.server_key
        return tuple(key for key in self.resource.keys if ("server" if key == server else "client") in owners)

    def path_names(self, evidence: Evidence) -> Iterator[Name]:
        """What a read, update or delete may name its instance by: one value, by each key that it may be."""
        if evidence.operation is None:
            if evidence.below_collection:
                yield from ((key, evidence.below_collection) for key in self.resource.keys)
            return
        for parameter, value in evidence.parameters.items():
            yield from ((key, value) for key in self._keys_of(evidence, parameter))

    def _by_path(self, evidence: Evidence) -> Story | None:
        names = [name for name in self.path_names(evidence) if name in self._by_name]
        candidates = list(dict.fromkeys(one for name in names for one in self._by_name[name]))
        living = [one for one in candidates if one is None or one.deleted is None]
        if len(candidates) == 1 or len(living) == 1:
            return (living or candidates)[0]
        if candidates and (found := self._answered(evidence, candidates)) is not None:
            return found
        if candidates:
            if evidence.may_write and not evidence.refused:
                for name in names:  # one of them is changed or gone, and nobody tells which
                    self._by_name[name] = [*self._by_name[name], None]
            return None
        for key, text in self.path_names(evidence):
            if text in self.known and key in self.resource.client_keys:
                return self._new((key, text))
        return None

    def _answered(self, evidence: Evidence, candidates: Sequence[Story | None]) -> Story | None:
        """Of several that a key may name the one whose id the answer gives."""
        answered = self.answered_id(evidence)
        return next((one for one in candidates if one is not None and one.id == answered is not None), None)

    def _by_keys(self, evidence: Evidence, names: list[Name]) -> Story | None:
        decides, *others = names
        candidates = self._by_name.get(decides)
        is_servers = decides[0] == self.resource.server_key
        if candidates is None or (is_servers and candidates[0] is not None and candidates[0].deleted):
            return self._by_unknown_id(evidence, names) if is_servers else self._made(evidence, names)
        if len(candidates) > 1:
            return self._by_open_key(evidence, decides, candidates)
        story = candidates[0]
        if story is not None and story.deleted is not None and self._was_before_deletion(evidence, story):
            return story
        if story is None or story.deleted is not None or self._is_another(evidence, story):
            made = self._made(evidence, names)
            made.before = story if story and story.deleted else None
            if story is not None and story.deleted is None:
                self._by_name[decides] = [story, made]
            return made
        if not evidence.refused and evidence.is_ours:
            for name in others:
                if name not in self._by_name:  # free: it has no effect, or is kept
                    self._by_name[name] = [story, None]
                    self._beside[name] = evidence, story
        return story

    def _was_before_deletion(self, evidence: Evidence, story: Story) -> bool:
        """Did a write that overlapped the deletion still find it? Its id tells."""
        deletion = story.deleted.exchange if story.deleted else evidence.exchange
        return evidence.exchange.started < deletion.ended and self.answered_id(evidence) == story.id

    def _is_another(self, evidence: Evidence, story: Story) -> bool:
        """Did a create with a known key of the client's make a second one? An upsert never does."""
        is_second = evidence.effect == "create" and evidence.succeeded and story.is_made
        return is_second and (story.id is None or self.answered_id(evidence) != story.id)

    def _by_unknown_id(self, evidence: Evidence, names: list[Name]) -> Story | None:
        """An id that nobody has: it is refused, makes one, or another key beside it decides; the answer tells."""
        for name in names[1:]:
            if found := self._answered(evidence, self._by_name.get(name, ())):
                return found
        story = Story(names[-1], is_known=names[-1][1] in self.known)
        self.stories.append(story)
        for name in names[1:]:
            self._by_name.setdefault(name, [None]).append(story)
        return story

    def _by_open_key(self, evidence: Evidence, name: Name, candidates: list[Story | None]) -> Story | None:
        if (found := self._answered(evidence, candidates)) is not None:
            self._by_name[name] = [found] if None in candidates else candidates
            return found
        if None not in candidates or not (evidence.writes and evidence.returned is not None):
            return None
        beside = self._beside.get(name)
        story = self._made(evidence, [name])
        self._by_name[name] = [story]
        if beside is not None:
            self.kept_ignored.append((*beside, evidence))
        return story

    def _made(self, evidence: Evidence, names: list[Name] | None) -> Story:
        """A story that begins with a request to make one, by a key of the client's or by none."""
        known = next((name for name in names or () if name[1] in self.known), None)
        story = self._new(names[0] if names else None)
        story.is_known = known is not None
        story.begins_with_create = True
        for name in names or ():
            self._by_name.setdefault(name, [story])
        if names:
            self._by_name[names[0]] = [story]
        return story

    def _new(self, name: Name | None) -> Story:
        story = Story(name, is_known=name is not None and name[1] in self.known)
        self.stories.append(story)
        if name is not None and name[0] != self.resource.server_key:
            self._by_name.setdefault(name, [story])
        return story

    @cached_property
    def _writes(self) -> list[Evidence]:
        return [e for e in self.evidence if e.may_write and not e.refused]

    def written_lately(self, evidence: Evidence) -> Iterator[Story]:
        """Those that were written last before ``evidence``, each once, no more than a hundred writes back."""
        end = bisect_left(self._writes, evidence.exchange.number, key=lambda e: e.exchange.number)
        lately = (self.story_of(one) for one in reversed(self._writes[max(0, end - _LATELY) : end]))
        yield from dict.fromkeys(story for story in lately if story is not None)

    def last_written(self, evidence: Evidence, *, deletions_only: bool) -> float | None:
        """When the last write, or the last deletion, before ``evidence`` ended, in seconds since the run began."""
        ends = self._deletions if deletions_only else self._writes
        end = bisect_left(ends, evidence.exchange.number, key=lambda e: e.exchange.number)
        return ends[end - 1].exchange.ended if end else None

    @cached_property
    def _deletions(self) -> list[Evidence]:
        return [e for e in self._writes if e.effect == "delete"]

    @cached_property
    def versions(self) -> Versions:
        """Which exchanges are smaller versions of others."""
        return Versions(evidence.exchange for evidence in self.evidence)


def history(
    exchanges: Sequence[Exchange],
    resource: Resource,
    known: frozenset[str] = frozenset(),
    unavailable_credentials: Mapping[str, str] | None = None,
    without: Iterable[str] = (),
) -> History:
    """The evidence of ``exchanges``. An answer 429 says nothing of the contract and is left out.

    So is one to the bearer token of a run whose id and token are taken: nobody need offer both ways in.
    """
    telling = (e for e in exchanges if e.status != 429 and not _is_another_way_in(e))
    evidence = [Evidence(e, resource) for e in telling]
    return History(resource, evidence, known, unavailable_credentials or {}, frozenset(without))


def _is_another_way_in(exchange: Exchange) -> bool:
    return is_another(exchange.request.credentials) and exchange.status in (401, 403)
