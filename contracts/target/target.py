"""The server under test. ``send`` is the only way to it: credentials, budget, rate limits, masking, ledger."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contracts.exchange import API_VERSION, Answer, Exchange, Request
from contracts.target.credentials import Credentials
from contracts.target.ledger import Ledger
from contracts.target.limits import Limits
from contracts.target.redaction import Mask
from contracts.target.transport import Failed, Transport, Unsent

LEAST_SECRET = 6
"""Characters of a credential below which it tells nobody from anybody."""


class OutOfBudget(Exception):
    """No request may be sent any more, of calls or of time."""


@dataclass
class Target:
    """``budget`` counts every request, retries and clean-up included.

    ``vocabulary`` is the text of what anybody may say: a credential that stands in it (``test``, ``shop``) is a word,
    masked in what is recorded (``words``), but left alone in what is judged.
    """

    url: str
    credentials: Credentials
    budget: int
    ledger: Ledger
    transport: Transport = field(default_factory=Transport)
    limits: Limits = field(default_factory=Limits)
    vocabulary: str = ""
    on_exchange: Callable[[Exchange], None] = lambda exchange: None
    on_wait: Callable[[float], None] = lambda seconds: None
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = self.credentials.secrets()
        every = {**self.credentials.altered(), **own}
        words = {name for name, secret in every.items() if self._is_word(secret)}
        self.mask = Mask({name: secret for name, secret in every.items() if name not in words})
        self.words = Mask({name: secret for name, secret in every.items() if name in words})
        self._own = Mask({name: secret for name, secret in own.items() if name not in words})

    def _is_word(self, secret: str) -> bool:
        return len(secret) < LEAST_SECRET or secret.lower() in self.vocabulary.lower()

    @property
    def sent(self) -> int:
        return len(self.exchanges)

    @property
    def left(self) -> int:
        return self.budget - self.sent

    def use(self, credentials: Credentials) -> None:
        """Send the run's requests with ``credentials`` from now on."""
        self.credentials = credentials

    def send(self, request: Request, reserve: int = 0) -> Exchange:
        """Send ``request``; after a 429 wait and send it again. Raises OutOfBudget, leaving ``reserve`` calls."""
        while True:
            if self.left <= reserve:
                raise OutOfBudget(f"the budget of {self.budget} requests is used up")
            if (pause := self.limits.pause(reserve)) is None:
                raise OutOfBudget("the rate limit leaves no call within --max-wait")
            if pause:
                self.on_wait(pause)
                time.sleep(pause)
            exchange = self._exchange(request)
            self.on_exchange(exchange)
            if exchange.status != 429:
                return exchange

    def _exchange(self, request: Request) -> Exchange:
        self.ledger.intend(request)
        headers = (*request.headers, API_VERSION, *self.credentials.headers(request.credentials))
        answer: Answer | None = None
        failure: str | None = None
        is_unsent = False
        try:
            answer = self.transport.call(request.method, self.url + request.path, headers, request.body)
        except Failed as failed:
            failure = self.mask.text(str(failed))
            is_unsent = isinstance(failed, Unsent)
        except KeyboardInterrupt:
            self.exchanges.append(Exchange(self.sent + 1, request, None, "interrupted before the answer came"))
            raise
        leaks: tuple[str, ...] = ()
        if answer is not None:
            self.limits.observe(answer)
            leaks = tuple(self._leaks(answer))
            answer = self._masked(answer)
        exchange = Exchange(self.sent + 1, request, answer, failure, leaks)
        if is_unsent:
            self.ledger.withdraw(request)
        else:
            self.ledger.observe(exchange)
        self.exchanges.append(exchange)
        return exchange

    def _leaks(self, answer: Answer) -> list[str]:
        found = [f"the body shows {name}" for name in self._own.named_in(answer.body)]
        for header, value in answer.headers:
            found += [f"header {header} shows {name}" for name in self._own.named_in(value)]
        return found

    def _masked(self, answer: Answer) -> Answer:
        headers = tuple((name, self.mask.text(value)) for name, value in answer.headers)
        return Answer(answer.status, headers, self.mask.data(answer.body), answer.seconds, answer.cut)


def customer_id(exchange: Exchange) -> str | None:
    """The ``id`` that an answer gives, where it is one that a path can name."""
    value: Any = exchange.value
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found and len(found) < 300 else None
