"""The target's rate limit: read on every answer, kept before it is reached, honoured when it is.

Source: the API's documentation (``X-Rate-Limit-Limit``, ``X-Rate-Limit-Remaining``, ``X-Rate-Limit-Retry`` in
epoch seconds, an optional ``Retry-After`` with a 429).
"""

from __future__ import annotations

import time

from contracts.record.exchange import Answer
from contracts.wire import http_date

DEFAULT_MAX_WAIT = 180.0
"""Seconds a run waits for the limit in all: enough for the default budget at 20 calls a minute."""

DEFAULT_WAIT = 1.0
"""Seconds to wait after a 429 that does not say how long."""


class Limits:
    """``max_wait`` bounds, in seconds, what a run waits for the limit in all, and ``waited`` is what it has."""

    def __init__(self, max_wait: float = DEFAULT_MAX_WAIT) -> None:
        self.max_wait = max_wait
        self.waited = 0.0
        self.refused = 0
        """Answers 429 so far."""
        self._until = 0.0
        self._remaining: float | None = None
        self._ends = 0.0

    def observe(self, answer: Answer) -> None:
        """Note until when to wait before the next call."""
        now = time.time()
        remaining, retry = (
            _number(answer.header("X-Rate-Limit-Remaining")),
            _number(answer.header("X-Rate-Limit-Retry")),
        )
        self._remaining, self._ends = (remaining, retry) if remaining is not None and retry is not None else (None, 0.0)
        if answer.status == 429:
            self.refused += 1
            self._until = now + _retry_after(answer, now, retry)
        elif remaining is not None and remaining <= 0 and retry is not None and retry > now:
            self._until = retry

    def pause(self, reserve: int = 0) -> float | None:
        """Seconds to wait now, 0 for none; None when that would be longer than what is left of ``max_wait``.

        The last ``reserve`` calls of a window are not given away where its end is too far to be waited for.
        """
        now = time.time()
        pause = max(0.0, self._until - now)
        if self.waited + pause > self.max_wait:
            return None
        is_kept = self._remaining is not None and self._remaining <= reserve
        if reserve and is_kept and self.waited + self._ends - now > self.max_wait:
            return None
        return pause


def _retry_after(answer: Answer, now: float, retry: float | None) -> float:
    said = answer.header("Retry-After")
    if (seconds := _number(said)) is not None:
        return max(0.0, seconds)
    if (moment := http_date(said)) is not None:
        return max(0.0, moment.timestamp() - now)
    return max(0.0, retry - now) if retry is not None and retry > now else DEFAULT_WAIT


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is None or 0 <= value < 1e12 else None
