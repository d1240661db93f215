"""Where a fault may reach into the server: one list of functions for each step of a request.

The honest server calls each step with its own value and takes what comes back; with no hooks, that is the
value itself. So the server has no branch for any fault, and a fault is one small function on one step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.mock.answers import Problem
from contracts.mock.listing import ListQuery
from contracts.mock.store import Customer
from contracts.mock.wire import Answer, Request

if TYPE_CHECKING:
    from contracts.mock.api import Call

Value = TypeVar("Value")
Body = dict[str, Any]
Hook = Callable[[Value, "Call"], Value]


@dataclass
class Hooks:
    """The steps of a request, in their order. Each hook gets the value of its step and the call so far."""

    request: list[Hook[Request]] = field(default_factory=list)
    """What came in, before anything is done about it."""
    arrived: list[Hook[float]] = field(default_factory=list)
    """Seconds to wait before anything more is done: others are served meanwhile. Only a server with a socket waits."""
    instead: list[Hook[Answer | None]] = field(default_factory=list)
    """An answer that takes the place of all that follows; None goes on."""
    authorised: list[Hook[bool]] = field(default_factory=list)
    """Whether the caller may call."""
    payload: list[Hook[Body]] = field(default_factory=list)
    """The JSON object of an upsert or an update, before it is validated."""
    problem: list[Hook[Problem | None]] = field(default_factory=list)
    """Why an upsert or update is refused, None when it is not: malformed, no object, wrong media type, wrong field."""
    sent: list[Hook[Body]] = field(default_factory=list)
    """The fields that are about to be written: those of an upsert with ``id`` and ``source_id``."""
    found: list[Hook[Customer | None]] = field(default_factory=list)
    """The customer that a call is about; None when there is none."""
    written: list[Hook[Customer]] = field(default_factory=list)
    """The customer as stored after an upsert or update: ``call.before`` is how it was, None when it is new."""
    deleted: list[Hook[Customer | None]] = field(default_factory=list)
    """The customer that a delete removes; None removes nobody."""
    query: list[Hook[ListQuery]] = field(default_factory=list)
    """What a list was asked for."""
    matching: list[Hook[list[Customer]]] = field(default_factory=list)
    """The customers on all pages of a list, in its order."""
    shown: list[Hook[list[Customer]]] = field(default_factory=list)
    """The customers on one page of a list."""
    customer: list[Hook[Body]] = field(default_factory=list)
    """A customer as an answer shows it, the items of a list each: ``call.customer`` is who it is about."""
    listing: list[Hook[Body]] = field(default_factory=list)
    """The body of a list."""
    error: list[Hook[Body]] = field(default_factory=list)
    """The body of an error answer: ``call.refused`` is why."""
    text: list[Hook[str]] = field(default_factory=list)
    """The JSON text of either body."""
    answer: list[Hook[Answer]] = field(default_factory=list)
    """The whole answer: status, headers, bytes."""


def fold(hooks: list[Hook[Value]], value: Value, call: Call) -> Value:
    """Pass ``value`` through each hook in turn."""
    for hook in hooks:
        value = hook(value, call)
    return value
