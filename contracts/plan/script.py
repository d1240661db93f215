"""The seam between the plan, which decides what is sent next, and the runner, which sends it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from contracts.record.exchange import AtOnce, Exchange, Pause, Request

Wanted = Request | AtOnce | Pause
"""What a plan asks for."""
Sent = Exchange | tuple[Exchange, ...]
"""What came of it."""
Script = Generator[Wanted, Sent, None]
"""Yields a ``Request`` and is sent its ``Exchange``, or ``AtOnce`` and is sent a tuple in the order of its requests, or
a ``Pause`` and is sent an empty tuple. It returns when it has nothing more to send, and is closed when no more may be
sent."""


class Allowance(Protocol):
    """What may still be sent, at the moment it is asked."""

    @property
    def left(self) -> int:
        """Requests, what the clean-up needs taken off."""

    @property
    def seconds_left(self) -> float | None:
        """Until the run's time is up; None where it has no bound."""


class Settings(Protocol):
    """What the user chose, as far as it concerns the plan."""

    @property
    def without(self) -> frozenset[str]: ...

    @property
    def known_customers(self) -> tuple[str, ...]: ...

    @property
    def seed(self) -> int: ...

    @property
    def at_once(self) -> int: ...
