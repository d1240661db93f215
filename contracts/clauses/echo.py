"""What was sent comes back: to the character, to the day, with its JSON type, in its own field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.clauses.clause import SEEN, WRITING, Citation, Clause, Judgement, Level, Observed, Vacuous, at
from contracts.clauses.evidence import Evidence, member_text, strings
from contracts.clauses.history import History
from contracts.clauses.sameness import Pair
from contracts.clauses.story import Story
from contracts.clauses.updates import compared, is_stale
from contracts.spec.node import Node
from contracts.spec.operation import Operation
from contracts.spec.resource import Resource
from contracts.wire import JSONPath, shown, value_at

_CHANCE = 5
"""Characters of a text up to which two instances may have the same one by chance, or by a server's own default."""

_PART = 2
"""Steps of a path to a part of an object."""

Kind = str
"""The clause that judges a member: by what the request schema and the overlay say that it is."""


_BY_TYPE = {"integer": "numbers", "number": "numbers", "boolean": "booleans", "array": "arrays", "object": "objects"}
_BY_VALUE = {bool: "booleans", int: "numbers", float: "numbers", list: "arrays", dict: "objects"}


def kind_of(resource: Resource, operation: Operation, name: str, sent: Any = None) -> Kind:
    """Which of these clauses judges the top-level member ``name`` of a request; of several types, by the value sent."""
    if name in resource.client_keys:
        return "client-key"
    if name in resource.free_form:
        return "free-form"
    node = resource.node(operation).child(name)
    if node is not None and node.format in ("date", "date-time"):
        return "dates"
    types = {_BY_TYPE.get(one, "strings") for one in node.types} if node else set()
    return types.pop() if len(types) == 1 else _BY_VALUE.get(type(sent), "strings")


def declared_kinds(resource: Resource) -> frozenset[Kind]:
    """The kinds of all members that an operation of the resource writes."""
    writing = [one for one in resource.operations if one.effect in WRITING and one.request is not None]
    return frozenset(kind_of(resource, one, name) for one in writing for name in resource.writable_by(one))


def echoed(evidence: Evidence, kind: Kind | None = None) -> Iterator[Pair]:
    """The declared members (of one kind) that a carried-out request sent, beside what its answer shows of them."""
    if not evidence.writes or evidence.returned is None or evidence.request_kind == "extension":
        return
    keys = [key for key in evidence.resource.keys if key in evidence.sent]
    if evidence.effect == "update":
        keys = []  # the path decides, and keys do not change
    # of several keys the first decides, and the others have no effect
    deciding = [key for key in keys[:1] if key in evidence.resource.client_keys]
    for name in (*deciding, *evidence.written):
        if name in evidence.sent and name not in evidence.passed_over and kind in (None, _kind(evidence, name)):
            yield from compared(evidence, name)


def _echo(kind: Kind) -> Callable[[History], Iterator[Judgement]]:
    def check(history: History) -> Iterator[Judgement]:
        if kind not in declared_kinds(history.resource):
            yield Vacuous(f"the document declares no such member ({kind})")
        stale = {number for story in history.stories for number in is_stale(story)}
        before = {new.exchange.number: old.returned for story in history.stories for old, new in story.upserts}
        for evidence in history.evidence:
            if not evidence.is_judged or evidence.exchange.number in stale:
                continue  # for the clause on answers that show the state before the upsert
            story = history.story_of(evidence)
            rivals = story.in_company.get(evidence.exchange.number, frozenset()) if story else frozenset()
            for pair in echoed(evidence, kind):
                if pair.path[0] in rivals:
                    continue
                was = value_at(before.get(evidence.exchange.number), pair.path)
                kept = pair.likeness == "unwritten" and was == pair.returned
                if pair.likeness in ("different", "unwritten") and not kept:
                    yield at(evidence, pair.path, pair.returned, f"{shown(pair.sent)}, as it was sent")
                else:
                    yield SEEN

    return check


def _kind(evidence: Evidence, name: str) -> Kind:
    return kind_of(evidence.resource, evidence.operation, name, evidence.sent[name]) if evidence.operation else ""


def _own_field(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        before: dict[str, Any] = {}
        for evidence in story.answers:
            strayed = list(_strayed(evidence, before))
            yield from strayed
            if not strayed and _texts(evidence):
                yield SEEN
            before = evidence.returned or {}
    yield from _of_another(history)


def _of_another(history: History) -> Iterator[Judgement]:
    """What only requests about others said does not stand in the answer that shows a new one."""
    creations: dict[int, Story] = {}
    for story in history.stories:
        if (made := story.creation) is not None:
            creations[made.exchange.number] = story
    sent_before: dict[str, int] = {}
    for evidence in history.evidence:
        number = evidence.exchange.number
        if number in creations and evidence.returned is not None:
            own = set(strings(evidence.sent))
            for name in evidence.written:
                for path, text in _placed(evidence, name):
                    if text in sent_before and text not in own and len(text) > _CHANCE:
                        required = "nothing of what was sent for another one"
                        yield replace(at(evidence, path, text, required), steps=(sent_before[text],))
        if evidence.writes and evidence.returned is not None:
            for text in strings(evidence.sent):
                sent_before[text] = number


def _placed(evidence: Evidence, name: str) -> Iterator[tuple[JSONPath, str]]:
    """Every text that the answer shows in the member ``name``, with its place, where no default can have put it."""
    node = evidence.operation and evidence.resource.node(evidence.operation).child(name)
    waiting: list[tuple[JSONPath, Any, Node | None]] = [((name,), (evidence.returned or {}).get(name), node or None)]
    while waiting:
        path, value, below = waiting.pop()
        if below is None:
            continue
        if isinstance(value, str) and not below.flat.keys() & {"enum", "default", "const"}:
            yield path, value
        elif isinstance(value, dict):
            waiting += [((*path, step), part, below.child(step)) for step, part in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, index), part, below.item) for index, part in enumerate(value)]


def _texts(evidence: Evidence) -> dict[JSONPath, str]:
    """What was sent as text, the server's key apart: long enough not to stand elsewhere by chance."""
    own, free = evidence.resource.server_key, evidence.resource.free_form
    sent: dict[JSONPath, Any] = {(name,): value for name, value in evidence.sent.items() if name != own}
    for name, value in evidence.sent.items():
        if isinstance(value, dict) and name not in free:
            sent |= {(name, part): below for part, below in value.items()}
    return {path: value for path, value in sent.items() if isinstance(value, str) and len(value) > 3}


def _strayed(evidence: Evidence, before: dict[str, Any]) -> Iterator[Judgement]:
    texts = {text: path for path, text in _texts(evidence).items()}
    aliases = [group for group in evidence.resource.aliases if group & evidence.sent.keys()]
    names = (*evidence.resource.client_keys, *evidence.written)
    for name in names if texts else ():
        sent = evidence.sent.get(name)
        if name in evidence.resource.free_form or (name in evidence.sent and not isinstance(sent, dict)):
            continue
        if any(name in group for group in aliases):
            continue
        for path, value in _placed(evidence, name):
            if isinstance(sent, dict) and (len(path) != _PART or path[1] in sent):
                continue  # another clause compares what was sent
            if value in texts and value_at(before, path) != value and value not in _values(before.get(name)):
                yield at(evidence, path, value, f"not what was sent as {member_text(texts[value])}")


def _values(value: Any) -> set[str]:
    return set(strings(list(value.values()))) if isinstance(value, dict) else set()


def _normalised(evidence: Evidence) -> Iterator[Judgement]:
    for pair in echoed(evidence):
        if pair.likeness in ("normalised", "unwritten"):
            yield at(evidence, pair.path, pair.returned, f"{shown(pair.sent)}, as it was sent")
        elif isinstance(pair.sent, str) and pair.sent != pair.sent.strip():
            yield SEEN


def _digits(evidence: Evidence) -> Iterator[Judgement]:
    for pair in echoed(evidence):
        if pair.likeness == "lost-digits":
            yield Observed(f"{member_text(pair.path)}: integers beyond 2^53 lose digits")
        elif isinstance(pair.sent, int) and abs(pair.sent) > 2**53:
            yield Observed("integers beyond 2^53 keep their digits")


ECHO = Citation("docs", "What was sent comes back")
_STATE = frozenset({"state"})


def _clause(name: str, title: str, **more: Any) -> Clause:
    check = {} if more.keys() & {"check", "over_history"} else {"over_history": _echo(name)}
    made: dict[str, Any] = {"level": Level.MUST, "least": "exchange", **check, **more}
    return Clause(f"echo.{name}", title, citation=ECHO, needs=_STATE, effects=WRITING, needs_meaning=True, **made)


_NO_SUCH = "the pinned document declares no member of that type: a resource of another document has the fault"

CLAUSES = (
    _clause("strings", "Echoes every string to the character"),
    _clause("dates", "Echoes a date to the day, and a time to the instant"),
    _clause("numbers", "Echoes every number by its value", why_not_unique=_NO_SUCH),
    _clause("booleans", "Echoes every boolean", why_not_unique=_NO_SUCH),
    _clause("arrays", "Echoes every array in its order, with what is there twice", why_not_unique=_NO_SUCH),
    _clause("objects", "Echoes every declared part of an object"),
    _clause("free-form", "Echoes the user's own JSON with its types"),
    _clause("client-key", "Echoes a key of the client's in its own case"),
    _clause("own-field", "No field lands in another", over_history=_own_field, least="run"),
    _clause("not-normalised", "Strings are not normalised", level=Level.SHOULD, check=_normalised),
    _clause(
        "big-integers",
        "Whether integers beyond 2^53 keep their digits",
        level=Level.OBSERVE,
        check=_digits,
        why_not_unique="it never fails: RFC 8259 promises no more than 2^53",
    ),
)
