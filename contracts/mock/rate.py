"""How many calls are left, in the three headers of the real API."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimit:
    """``calls`` in each window of ``seconds``. The real sandbox: 100 an hour."""

    calls: int = 100_000
    seconds: float = 3600.0


class Window:
    """Counts calls in a fixed window that begins with its first call."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self._ends = 0.0
        self._calls = 0

    def count(self) -> bool:
        """Count one call: False when it is one too many."""
        if time.time() >= self._ends:
            self._ends, self._calls = time.time() + self.limit.seconds, 0
        self._calls += 1
        return self._calls <= self.limit.calls

    @property
    def wait(self) -> int:
        """Whole seconds until the next window."""
        return max(1, math.ceil(self._ends - time.time()))

    def headers(self) -> list[tuple[str, str]]:
        """The three headers; ``X-Rate-Limit-Retry`` is in epoch seconds."""
        return [
            ("X-Rate-Limit-Limit", str(self.limit.calls)),
            ("X-Rate-Limit-Remaining", str(max(0, self.limit.calls - self._calls))),
            ("X-Rate-Limit-Retry", str(math.ceil(self._ends))),
        ]
