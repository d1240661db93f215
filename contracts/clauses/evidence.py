"""One exchange as the contract sees it.

What a request asks for is read off its bytes, never off the name of the probe that sent it: so a clause judges a
recorded exchange of somebody else's traffic just as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

from contracts.record.exchange import Exchange
from contracts.spec.edge_values import BEYOND_A_SERVER, edges
from contracts.spec.judge import Violation
from contracts.spec.meaning import Effect
from contracts.spec.operation import Body, Operation
from contracts.spec.resource import Resource
from contracts.wire import MISSING, JSONPath

RequestKind = Literal[
    "other",
    "bodiless",
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
"""What a request is, by its bytes: see ``Evidence.request_kind``."""

LONG = 255
"""Characters of a string beyond which a refusal is understandable where the document sets no limit."""

WRITES: tuple[Effect, ...] = ("create", "upsert", "update")


@dataclass(frozen=True)
class Evidence:
    """An exchange beside the resource it is judged by."""

    exchange: Exchange
    resource: Resource
    accepted_invalid_members: frozenset[str] = frozenset()
    """Members for which this instance got a value that the request schema forbids, and the server took it."""
    is_out_of_scope: bool = False
    """Is the target declared not to have the operation?"""
    caused_by: int | None = None
    """The number of a write whose own answer shows nothing, where this is that write with the answer to a read."""

    @cached_property
    def _named(self) -> tuple[Operation | None, Mapping[str, str]]:
        request = self.exchange.request
        return self.resource.operation_of(request.method, request.path) or (None, {})

    @property
    def operation(self) -> Operation | None:
        """The operation of the document that it asks for, None where the document declares none."""
        return self._named[0]

    @property
    def parameters(self) -> Mapping[str, str]:
        """The values of the parameters in its path."""
        return self._named[1]

    @cached_property
    def effect(self) -> Effect | None:
        """What it does. A read or delete that the document leaves out is known by its path, below that of a create."""
        if self.operation is not None:
            return self.operation.effect
        if self.below_collection is None:
            return None
        return {"GET": "read", "DELETE": "delete"}.get(self.exchange.request.method)  # type: ignore[return-value]

    @cached_property
    def below_collection(self) -> str | None:
        """What stands in the path below that of a create, one step and no more."""
        path = self.exchange.request.path.partition("?")[0].removesuffix("/")
        collection, _, name = path.rpartition("/")
        return unquote(name) if name and collection == self.resource.write.path.rstrip("/") else None

    @property
    def is_judged(self) -> bool:
        """Does the document declare the operation, and does nobody say that it is missing or merely to be observed?"""
        return self.operation is not None and self.operation.level != "OBSERVE" and not self.is_out_of_scope

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The query of the path, decoded, in its order."""
        return tuple(parse_qsl(self.exchange.request.path.partition("?")[2], keep_blank_values=True))

    @cached_property
    def request_kind(self) -> RequestKind:
        """The kind of the request: the first of the kinds that fits, in the order of the type."""
        request, operation = self.exchange.request, self.operation
        if operation is None:
            return "other"
        if operation.request is None:
            return "bodiless"
        media_type = request.header("Content-Type") or ""
        if not operation.request.declares(media_type):
            return "wrong-media-type"
        if not _is_json(media_type):
            return "other"
        if not (request.body or b"").strip() and not operation.request.is_required:
            return "empty"
        if request.sent.value is MISSING:
            return "malformed"
        if request.sent.problems:
            return "extension"
        if not isinstance(request.sent.value, dict):
            return "no-object"
        if self.sent_violations:
            return "invalid"
        if self.edges:
            return "odd"
        return "long" if any(len(text) > LONG for text in strings(request.sent.value)) else "valid"

    @cached_property
    def sent_violations(self) -> tuple[Violation, ...]:
        """What the request's schema finds wrong with the body."""
        body = self.operation.request if self.operation else None
        return () if body is None else body.judge.violations(self.exchange.request.sent.value)

    @cached_property
    def edges(self) -> tuple[tuple[JSONPath, str], ...]:
        """``(place, what is odd)`` for each edge value of a schema-valid request body."""
        return edges(self.resource, self.operation, self.sent) if self.operation and self.operation.request else ()

    @cached_property
    def passed_over(self) -> frozenset[str]:
        """Top-level members sent with what a server may not take, or not be able to hold."""
        return self.wrong_members | {str(path[0]) for path, odd in self.edges if odd in BEYOND_A_SERVER}

    @cached_property
    def wrong_members(self) -> frozenset[str]:
        """Top-level members by which the body is invalid; all that were sent, where it is so as a whole."""
        found = self.sent_violations
        as_a_whole = self.sent if any(not violation.path for violation in found) else ()
        return frozenset({str(violation.path[0]) for violation in found if violation.path}.union(as_a_whole))

    @cached_property
    def sent(self) -> dict[str, Any]:
        """The members sent; none where the body is no JSON object."""
        value = self.exchange.request.sent.value
        return value if isinstance(value, dict) else {}

    @cached_property
    def written(self) -> tuple[str, ...]:
        """Top-level members that its operation can write and its answer shows, keys apart."""
        if self.operation is None:
            return ()
        return tuple(name for name in self.resource.writable_by(self.operation) if name not in self.resource.keys)

    @cached_property
    def suspect(self) -> str:
        """The one member that a failure is laid to, dotted: the one sent wrong, or the only one sent beside keys and
        what must be there. Empty where there are several."""
        if violation := next((one for one in self.sent_violations if one.path), None):
            return member_text(violation.path)
        body = self.operation.request if self.operation else None
        needed = body.required if body is not None else frozenset()
        names = [name for name in self.sent if name not in self.resource.keys]
        own = [name for name in names if name not in needed] or names
        if len(own) != 1:
            return ""
        below = self.sent[own[0]]
        parts = list(below) if isinstance(below, dict) and own[0] not in self.resource.free_form else []
        return f"{own[0]}.{parts[0]}" if len(parts) == 1 else own[0]

    @cached_property
    def status(self) -> int:
        """The status, 0 without an answer."""
        return self.exchange.status or 0

    @property
    def is_ours(self) -> bool:
        """Is it an operation of the resource, with the run's own credentials?"""
        return self.operation is not None and self.exchange.request.is_authorised

    @cached_property
    def writes(self) -> bool:
        """Is it such an operation that makes or changes one?"""
        return self.is_ours and self.effect in WRITES

    @property
    def may_write(self) -> bool:
        """Is it a write or a deletion with the run's own credentials, carried out or not?"""
        return self.effect in (*WRITES, "delete") and self.exchange.request.is_authorised

    @cached_property
    def succeeded(self) -> bool:
        """A 2xx to an operation of the resource: then everything about a successful answer holds."""
        return self.operation is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        return 400 <= self.status < 500 and self.status != 429

    @property
    def value(self) -> Any:
        return self.exchange.value

    @property
    def answer(self) -> Body | None:
        """What the document says of the body of a success; None where it declares none."""
        return self.operation.answer if self.operation else None

    @cached_property
    def shown(self) -> Any:
        """The JSON value of a success that has a declared body, an object (or a list's array); else ``MISSING``."""
        if not self.succeeded or self.answer is None:
            return MISSING
        holds = isinstance(self.value, dict) or (self.effect == "list" and isinstance(self.value, list))
        return self.value if holds else MISSING

    @cached_property
    def returned(self) -> dict[str, Any] | None:
        """The instance that a successful answer shows, None where it shows none, or a list of them."""
        shown = self.shown if self.caused_by is None else self.value
        return shown if self.effect != "list" and isinstance(shown, dict) else None

    @cached_property
    def items(self) -> tuple[tuple[JSONPath, dict[str, Any]], ...]:
        """The instances of a list's answer, each with its place."""
        where = self.resource.items_path
        if self.effect != "list" or where is None:
            return ()
        value: Any = self.shown
        for step in where:
            value = value.get(step) if isinstance(value, dict) else None
        items = value if isinstance(value, list) else []
        return tuple(((*where, index), item) for index, item in enumerate(items) if isinstance(item, dict))

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What the answer's schema finds wrong, less what the request itself got wrong."""
        if self.shown is MISSING or self.answer is None:
            return ()
        found = self.answer.judge.violations(self.shown)
        return tuple(violation for violation in found if not self.is_forgiven(violation.path))

    def is_forgiven(self, path: JSONPath) -> bool:
        """Does a member of the answer show what a request got wrong, and the server took?"""
        depth = len(self.resource.items_path or ()) + 1 if self.effect == "list" else 0
        return len(path) > depth and path[depth] in self.accepted_invalid_members

    def declared_at(self, path: JSONPath) -> str:
        """The JSON pointer of the schema that declares ``path`` of the answer, or of the operation."""
        if self.answer is not None:
            return self.answer.declared_at(path)
        return self.operation.pointer if self.operation else "#"


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def strings(value: Any) -> Iterator[str]:
    """Every string in ``value``, names included, however deep."""
    waiting = [value]
    while waiting:
        below = waiting.pop()
        if isinstance(below, str):
            yield below
        elif isinstance(below, dict):
            waiting += below.values()
            yield from below
        elif isinstance(below, list):
            waiting += below


def member_text(path: JSONPath) -> str:
    """The declared member at a place, dotted, whichever item of a list it is."""
    return ".".join("[]" if isinstance(step, int) else step for step in path).replace(".[]", "[]")
