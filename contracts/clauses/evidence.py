"""One exchange as the contract sees it, and the stories that a run's exchanges tell.

What a request asks for is read off its bytes, never off the name of the probe that sent it: so a clause judges a
recorded exchange of somebody else's traffic just as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import unquote

from contracts.clauses.oddness import BEYOND_A_SERVER, has_odd_identifier, oddities
from contracts.exchange import Exchange, failed_alike
from contracts.spec.contract import Contract
from contracts.spec.judge import Violation
from contracts.wire import MISSING

Ask = Literal[
    "other",
    "read",
    "wrong-media-type",
    "empty",
    "malformed",
    "extension",
    "no-object",
    "invalid",
    "odd",
    "long",
    "valid",
]
"""What a request is, by its bytes: see ``Evidence.ask``."""

UNDECLARED = "a member that the request schema does not declare"
LONG = 255
"""Characters of a string beyond which a refusal is understandable (the document sets no limit)."""


@dataclass(frozen=True)
class Evidence:
    """An exchange beside the contract it is judged by."""

    exchange: Exchange
    contract: Contract
    spoilt: frozenset[str] = frozenset()
    """Members for which this customer got a value that the request schema forbids, and the server took it."""

    @cached_property
    def ask(self) -> Ask:
        """The kind of the request: the first of the kinds that fits, in the order of the type."""
        request = self.exchange.request
        if request.method == "GET" and request.path.startswith(f"{self.contract.path}/"):
            return "read"
        if request.method != "POST" or request.path != self.contract.path:
            return "other"
        media_type = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            return "wrong-media-type"
        if not (request.body or b"").strip() and not self.contract.is_body_required:
            return "empty"
        if request.sent.value is MISSING:
            return "malformed"
        if request.sent.problems:
            return "extension"
        if not isinstance(request.sent.value, dict):
            return "no-object"
        if self.sent_violations:
            return "invalid"
        if self.oddities:
            return "odd"
        return "long" if any(len(text) > LONG for text in strings(request.sent.value)) else "valid"

    @cached_property
    def sent_violations(self) -> tuple[Violation, ...]:
        return self.contract.request.violations(self.exchange.request.sent.value)

    @cached_property
    def oddities(self) -> tuple[tuple[str, str], ...]:
        """``(field, what is odd)`` for each oddity of a schema-valid request body."""
        declared = {member.path[0] for member in self.contract.request_members}
        undeclared = ((name, UNDECLARED) for name in self.sent if name not in declared)
        return (*oddities(self.sent), *undeclared)

    @property
    def odd_fields(self) -> frozenset[str]:
        """Top-level members with what a server may not be able to hold, and so may pass over or alter."""
        return frozenset(field.partition(".")[0] for field, odd in self.oddities if odd in BEYOND_A_SERVER)

    @property
    def sent(self) -> dict[str, Any]:
        """The members sent; none where the body is no JSON object."""
        value = self.exchange.request.sent.value
        return value if isinstance(value, dict) else {}

    def declared(self, name: str) -> Any:
        """What was sent as ``name``, without parts that nobody declared; metadata is the user's own, all of it."""
        sent = self.sent[name]
        parts = {m.path[1] for m in self.contract.request_members if len(m.path) == 2 and m.path[0] == name}
        if not parts or not isinstance(sent, dict):
            return sent
        return {part: value for part, value in sent.items() if part in parts}

    @property
    def status(self) -> int:
        """The status, 0 without an answer."""
        return self.exchange.status or 0

    @property
    def is_operation(self) -> bool:
        """Is it the operation that the contract is about?"""
        return self.ask not in ("other", "read")

    @property
    def is_create(self) -> bool:
        """Is it the operation, with the run's own credentials?"""
        return self.is_operation and self.exchange.request.is_authorised

    @property
    def succeeded(self) -> bool:
        """A 2xx to the operation: then everything about a successful answer holds."""
        return self.is_operation and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        return 400 <= self.status < 500 and self.status != 429

    @property
    def value(self) -> Any:
        return self.exchange.value

    @property
    def returned(self) -> dict[str, Any] | None:
        """The customer of a successful answer, None where there is none."""
        return self.value if self.succeeded and isinstance(self.value, dict) else None

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What the answer's schema finds wrong with a customer, less what the request itself got wrong."""
        if self.returned is None:
            return ()
        found = self.contract.answer.violations(self.returned)
        return tuple(violation for violation in found if not (violation.path and violation.path[0] in self.spoilt))


def strings(value: Any) -> Iterator[str]:
    """Every string in ``value``, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            yield str(name)
            yield from strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from strings(below)


@dataclass
class Story:
    """The exchanges about one customer, in order: those that named it, and what was refused as well."""

    source_id: str | None
    id: str | None = None
    is_known: bool = False
    """Was it there before the run?"""
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def answers(self) -> list[Evidence]:
        """Those with the run's credentials that the server carried out, with a customer in the answer."""
        return [e for e in self.evidence if e.is_create and e.returned is not None]

    @property
    def creation(self) -> Evidence | None:
        """The request that made the customer, where this run did."""
        first = next(iter(self.answers), None)
        return None if first is None or self.is_known or first.sent.get("id") else first

    @property
    def upserts(self) -> list[tuple[Evidence, Evidence]]:
        """Each later answer about the customer, beside the one before it."""
        return list(pairwise(self.answers))


@dataclass
class History:
    """All of a run's evidence, and its stories by the identifiers that requests named.

    ``known`` are ``source_id``s of customers that the run did not make. ``impossible`` says of ways to have wrong
    credentials why the run could not make them.
    """

    contract: Contract
    evidence: list[Evidence]
    known: frozenset[str] = frozenset()
    impossible: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stories: list[Story] = []
        self.by_source: dict[str, Story] = {}
        self.by_id: dict[str, Story] = {}
        self._accepted_invalid: dict[int, set[str]] = {}
        self.evidence = [self._entered(evidence) for evidence in self.evidence]

    def _entered(self, evidence: Evidence) -> Evidence:
        """Put ``evidence`` into its story, and note which members an earlier invalid request has spoilt."""
        if evidence.ask in ("other", "no-object", "malformed", "empty"):
            return evidence
        if evidence.ask == "read":
            self._read(evidence)
            return evidence
        if has_odd_identifier(evidence.sent):
            return evidence  # whom it is about is the server's to say
        story = self.named(evidence.sent)
        if story is None:
            source = evidence.sent.get("source_id")
            story = Story(
                source if isinstance(source, str) else None, is_known=isinstance(source, str) and source in self.known
            )
            self.stories.append(story)
            if story.source_id is not None and not evidence.sent.get("id"):
                self.by_source[story.source_id] = story
        spoilt = self._accepted_invalid.setdefault(id(story), set())
        if evidence.succeeded:
            spoilt -= set(evidence.sent)
            spoilt |= {str(violation.path[0]) for violation in evidence.sent_violations if violation.path}
            evidence = replace(evidence, spoilt=frozenset(spoilt))
        story.evidence.append(evidence)
        answered = evidence.returned.get("id") if evidence.returned is not None else None
        if evidence.is_create and story.id is None and isinstance(answered, str):
            story.id = answered
            self.by_id.setdefault(answered, story)
        return evidence

    def _read(self, evidence: Evidence) -> None:
        """A read of a known customer before the run upserts it shows what an upsert must keep."""
        name = unquote(evidence.exchange.request.path.rpartition("/")[2])
        if name in self.known:
            if name not in self.by_source:
                self.by_source[name] = Story(name, is_known=True)
                self.stories.append(self.by_source[name])
            self.by_source[name].evidence.append(evidence)

    def named(self, sent: Mapping[str, Any]) -> Story | None:
        """The story of the customer that the members sent name: ``id`` decides over ``source_id``."""
        if sent.get("id"):  # an empty one names nobody
            return self.by_id.get(sent["id"]) if isinstance(sent["id"], str) else None
        source = sent.get("source_id")
        return self.by_source.get(source) if isinstance(source, str) else None

    @property
    def shrunk(self) -> frozenset[int]:
        """Numbers of the exchanges of which a smaller version failed alike: the smaller one is the finding."""
        by_number = {e.exchange.number: e.exchange for e in self.evidence}
        return frozenset(
            number
            for smaller in by_number.values()
            if (number := smaller.request.shrinks) in by_number and failed_alike(smaller, by_number[number])
        )


def history(
    exchanges: Sequence[Exchange],
    contract: Contract,
    known: frozenset[str] = frozenset(),
    impossible: Mapping[str, str] | None = None,
) -> History:
    """The evidence of ``exchanges``. An answer 429 says nothing of the contract and is left out.

    So is one to the bearer token of a run whose id and token are taken: nobody need offer both ways in.
    """
    telling = (e for e in exchanges if e.status != 429 and not _is_another_way_in(e))
    return History(contract, [Evidence(e, contract) for e in telling], known, impossible or {})


def _is_another_way_in(exchange: Exchange) -> bool:
    return exchange.request.credentials == "run-bearer" and exchange.status in (401, 403)
