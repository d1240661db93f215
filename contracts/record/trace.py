"""What a run has sent and got, and how it ended: all that is judged. A record gives the same one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.record.exchange import Exchange


@dataclass(frozen=True)
class Trace:
    """``exchanges`` in their order. ``stopped`` says why the run did not come to its own end, if it did not.

    ``unavailable_credentials`` says of ways to have wrong credentials why the run could not make them. ``waited`` is in
    seconds, for the target's rate limit; ``left_behind`` are customers that may still be there.
    """

    exchanges: tuple[Exchange, ...]
    unavailable_credentials: Mapping[str, str] = field(default_factory=dict)
    stopped: str | None = None
    interrupted: bool = False
    waited: float = 0.0
    left_behind: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
