"""Where a fault may reach into the server: one list of functions for each step of a request.

The honest server calls each step with its own value and takes what comes back; with no hooks, that is the
value itself. So the server has no branch for any fault, and a fault is one small function on one step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.mock.answers import Problem
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
    instead: list[Hook[Answer | None]] = field(default_factory=list)
    """An answer that takes the place of all that follows; None goes on."""
    authorised: list[Hook[bool]] = field(default_factory=list)
    """Whether the caller may call."""
    payload: list[Hook[Body]] = field(default_factory=list)
    """The JSON object of an upsert, before it is validated."""
    problem: list[Hook[Problem | None]] = field(default_factory=list)
    """Why an upsert is refused, None when it is not: malformed, no object, wrong media type, wrong field."""
    sent: list[Hook[Body]] = field(default_factory=list)
    """The fields that are about to be written, ``id`` and ``source_id`` included."""
    found: list[Hook[Customer | None]] = field(default_factory=list)
    """The customer that an upsert, a read or a delete is about; None when there is none."""
    written: list[Hook[Customer]] = field(default_factory=list)
    """The customer as stored after an upsert: ``call.before`` is how it was, None when it is new."""
    customer: list[Hook[Body]] = field(default_factory=list)
    """The body of a successful answer: ``call.customer`` is who it is about."""
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
