"""The one way to the server under test: credentials, budget, rate limits, retries, masking, ledger, interrupts.

Everything that it sends is kept, in its order, with what leaves it out of judging: the trace of a run.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from contracts.client.credentials import Credentials
from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger
from contracts.client.limits import Limits
from contracts.client.redaction import Mask
from contracts.client.transport import MAX_BODY, Failed, Transport, Unsent
from contracts.interrupts import Stop
from contracts.record.exchange import Answer, AtOnce, Exchange, Headers, Request, Role
from contracts.spec.resource import Resource

LEAST_SECRET = 6
"""Characters of a credential below which it tells nobody from anybody."""
GONE = 3
"""Requests in a row without an answer after which the target counts as gone."""
ENDLESS = 0.5
"""Seconds from which an answer that never came to its end, time after time, is waited for no more."""
LOOK = 20
"""The budget from which the clean-up also looks whether the last customer is gone."""
QUICK = 1.0
"""Seconds within which a call has failed for another reason than that nobody answers."""
INTERRUPTED = "interrupted"


class OutOfBudget(Exception):
    """No request may be sent any more, of calls or of time."""


class AllSent(OutOfBudget):
    """Every request of the budget is sent, but for those that the clean-up needs."""


class Stopped(Exception):
    """The run ends here: the target is gone, or the user asked for it. The text says which."""


@dataclass
class Session:
    """``budget`` counts every request, retries and clean-up included; ``seconds`` bounds the time of all but clean-up.

    ``public_text`` is the text of what anybody may say: a credential that stands in it (``test``, ``shop``) is a word,
    masked in what is recorded (``ambiguous_secrets``), but left alone in what is judged.
    ``keeps_all``: the target deletes nothing, so that nothing is kept back for the clean-up.
    """

    url: str
    credentials: Credentials
    budget: int
    ledger: Ledger
    connect: Callable[[], Transport] = Transport
    limits: Limits = field(default_factory=Limits)
    public_text: str = ""
    seconds: float | None = None
    keeps_all: bool = False
    headers: Headers = ()
    """Sent with every request."""
    stop: Stop = field(default_factory=Stop)
    on_exchange: Callable[[Exchange], None] = lambda exchange: None
    on_wait: Callable[[float], None] = lambda seconds: None
    exchanges: list[Exchange] = field(default_factory=list)
    _unanswered: list[int] = field(default_factory=list)
    """Numbers of the last exchanges, in a row, that no answer came to."""
    _endless: int = 0
    _has_answered: bool = False

    def __post_init__(self) -> None:
        own = self.credentials.secrets()
        every = {**self.credentials.altered(), **own}
        words = {name for name, secret in every.items() if self._is_word(secret)}
        self.mask = Mask({name: secret for name, secret in every.items() if name not in words})
        self.ambiguous_secrets = Mask({name: secret for name, secret in every.items() if name in words})
        self._own = Mask({name: secret for name, secret in own.items() if name not in words})
        self._began = time.monotonic()
        self._transports = [self.connect()]
        self.allowance = Allowance(self)

    def judge(self, resource: Resource) -> None:
        """Send what ``resource`` is about: with its headers, and with its keys in the ledger."""
        self.headers = resource.headers
        self.ledger.identity = identity_of(resource)

    def _is_word(self, secret: str) -> bool:
        return len(secret) < LEAST_SECRET or secret.lower() in self.public_text.lower()

    @property
    def sent(self) -> int:
        return len(self.exchanges)

    @property
    def left(self) -> int:
        """Requests of the budget that were not sent."""
        return self.budget - self.sent

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def use(self, credentials: Credentials) -> None:
        """Send the run's requests with ``credentials`` from now on."""
        self.credentials = credentials

    def leave_out(self, numbers: Sequence[int], why: str) -> None:
        """Nothing is to be judged by these exchanges."""
        for number in numbers:
            self.exchanges[number - 1] = replace(self.exchanges[number - 1], left_out=why)

    def reserve(self, *requests: Request) -> int:
        """Calls to keep for the clean-up once ``requests`` are sent: a delete a customer, one look whether it is gone,
        and twice as many more as the target, by its answers so far, will refuse with 429."""
        if self.keeps_all or self.ledger.identity.deletes is None:
            return 0
        customers = self.ledger.open + sum(map(self.ledger.may_create, requests))
        refused = math.ceil(2 * customers * self.limits.refused / max(1, self.sent))
        return customers + refused + (1 if customers and self.budget >= LOOK else 0)

    def seconds_left(self) -> float | None:
        """Until the run's time is up, less what the clean-up will take by the calls so far; None without a bound."""
        if self.seconds is None:
            return None
        calls = [exchange.ended - exchange.started for exchange in self.exchanges[-LOOK:]]
        mean = sum(calls) / len(calls) if calls else 0.0
        return self.seconds - self.elapsed - mean * self.reserve()

    def send(self, request: Request, reserve: int | None = None) -> Exchange:
        """Send ``request``; after a 429 wait and send it again, and once more where no answer came.

        Raises OutOfBudget, leaving ``reserve`` calls (what the clean-up needs), or Stopped.
        """
        kept = self.reserve(request) if reserve is None else reserve
        if self.ledger.is_others(request):
            return self._withheld(request, kept)
        exchange = self._sent(request, kept)
        if exchange.answer is None:
            self.leave_out([exchange.number], "no answer came; nothing is judged by one that was not sent again")
            if not self._may_repeat(exchange):
                return exchange
            exchange = self._sent(replace(request, role=_again(request)), kept)
        self._look_at(exchange)
        return exchange

    def _withheld(self, request: Request, kept: int) -> Exchange:
        """Nothing is sent that changes what was there before the run; the exchange says so."""
        self._check(1, kept, is_own=request.role == "clean-up")
        why = "not sent: what it names, or a request at once with it, was there before the run"
        now = self.elapsed
        exchange = Exchange(self.sent + 1, request, None, why, (), now, now, left_out=why)
        self.exchanges.append(exchange)
        self.on_exchange(exchange)
        return exchange

    def _may_repeat(self, exchange: Exchange) -> bool:
        """Networks fail too. But who wants to end waits for no second time-out."""
        if exchange.request.role == "clean-up":
            is_quick = exchange.ended - exchange.started < QUICK
            return is_quick and self._has_answered and self.left > self.ledger.open
        return not self.stop

    def _sent(self, request: Request, kept: int) -> Exchange:
        while True:
            self._check(1, kept, is_own=request.role == "clean-up")
            exchange = self._exchange(request)
            if exchange.status != 429:
                return exchange

    def send_at_once(self, at_once: AtOnce) -> tuple[Exchange, ...]:
        """Send all of them at one moment; the exchanges in the order of the requests, numbered by when each was sent.

        Raises OutOfBudget or Stopped.
        """
        requests = tuple(map(self._with_headers, at_once.requests))
        self._check(len(requests), self.reserve(*requests))
        if any(map(self.ledger.is_others, requests)):
            return tuple(self._withheld(one, 0) for one in requests)
        while len(self._transports) < len(requests):
            self._transports.append(self.connect())
        for request in requests:
            self.ledger.intend(request)
        outcomes: list[_Outcome | None] = [None] * len(requests)
        barrier = threading.Barrier(len(requests))

        def work(index: int) -> None:
            barrier.wait()
            outcomes[index] = self._call(requests[index], self._transports[index])

        workers = [threading.Thread(target=work, args=(index,), daemon=True) for index in range(len(requests))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        done = [(index, outcome) for index, outcome in enumerate(outcomes) if outcome is not None]
        # numbered as they were sent: on a busy machine some are over before others begin
        done.sort(key=lambda one: one[1].started)
        entered = {index: self._entered(requests[index], outcome) for index, outcome in done}
        return tuple(entered[index] for index in sorted(entered))

    def reconnect(self) -> None:
        """Go on with a connection that nothing has happened to yet."""
        self.close()
        self._transports = [self.connect()]

    def wait(self, seconds: float) -> None:
        """Wait, no longer than until the user asks the run to end."""
        self.stop.wait(seconds)

    def pause(self, seconds: float) -> None:
        """Wait as a plan asks for it; not at all where the run's time leaves no room. Raises Stopped."""
        left = self.seconds_left()
        if (left is None or left > seconds) and self.stop.wait(seconds):
            raise Stopped(INTERRUPTED)

    def close(self) -> None:
        for transport in self._transports:
            transport.close()

    def _check(self, calls: int, kept: int, *, is_own: bool = False) -> None:
        """May ``calls`` be sent now, ``kept`` left after them? Waits for the rate limit.

        The clean-up (``is_own``) goes on whatever asks the run to end.
        """
        if self.stop and not is_own:
            raise Stopped(INTERRUPTED)
        if self.left - calls < kept:
            raise AllSent(f"the budget of {self.budget} requests leaves none but for the clean-up")
        left = None if is_own else self.seconds_left()
        if left is not None and left <= 0:
            raise OutOfBudget(f"the {self.seconds:g} s of --seconds are over")
        pause = self.limits.pause(kept + calls - 1)
        if pause is None or (left is not None and pause > left):
            raise OutOfBudget("the rate limit leaves no call within --max-wait" + (" and --seconds" if left else ""))
        if pause:
            self._wait_for_limit(pause, is_own=is_own)

    def _wait_for_limit(self, pause: float, *, is_own: bool) -> None:
        """What is really waited counts, so that the clean-up has the rest."""
        self.on_wait(pause)
        began = time.monotonic()
        try:
            if is_own:
                time.sleep(pause)
            elif self.stop.wait(pause):
                raise Stopped(INTERRUPTED)
        finally:
            self.limits.waited += min(pause, time.monotonic() - began)

    def _exchange(self, request: Request) -> Exchange:
        request = self._with_headers(request)
        self.ledger.intend(request)
        return self._entered(request, self._call(request, self._transports[0]))

    def _with_headers(self, request: Request) -> Request:
        more = tuple(one for one in self.headers if request.header(one[0]) is None)
        return replace(request, headers=(*request.headers, *more)) if more else request

    def _call(self, request: Request, transport: Transport) -> _Outcome:
        carried = self.credentials.carried(request.credentials)
        url = self.url + request.path
        if carried.query:
            url += ("&" if "?" in request.path else "?") + carried.query
        started = self.elapsed
        try:
            answer = transport.call(request.method, url, (*request.headers, *carried.headers), request.body)
        except Failed as failed:
            return _Outcome(None, failed, started, self.elapsed)
        return _Outcome(answer, None, started, self.elapsed)

    def _entered(self, request: Request, outcome: _Outcome) -> Exchange:
        answer = outcome.answer
        leaks: tuple[str, ...] = ()
        if answer is not None:
            self._has_answered = True
            self.limits.observe(answer)
            leaks = tuple(self._leaks(answer))
            answer = self._masked(answer)
        failure = None if outcome.failure is None else self.mask.text(str(outcome.failure))
        exchange = Exchange(self.sent + 1, request, answer, failure, leaks, outcome.started, outcome.ended)
        if isinstance(outcome.failure, Unsent):
            self.ledger.withdraw(request)
        else:
            self.ledger.observe(exchange)
        self.exchanges.append(exchange)
        self.on_exchange(exchange)
        return exchange

    def _look_at(self, exchange: Exchange) -> None:
        """Is the target still there? Raises Stopped."""
        answer = exchange.answer
        if exchange.request.role == "clean-up":
            return
        if answer is None:
            self._unanswered.append(exchange.number)
            if len(self._unanswered) >= GONE:
                self.leave_out(self._unanswered[-GONE:], "the target stopped answering")
                raise Stopped(f"the target stopped answering: {exchange.failure}")
            return
        self._unanswered.clear()
        self._endless = self._endless + 1 if answer.cut else 0
        if self._endless >= GONE and (answer.seconds > ENDLESS or len(answer.body) >= MAX_BODY):
            raise Stopped(f"the target's answers do not end: {answer.cut}")

    def _leaks(self, answer: Answer) -> list[str]:
        found = [f"the body shows {name}" for name in self._own.named_in(answer.body)]
        for header, value in answer.headers:
            shown = self._own.named_in(f"{header}: {value}")
            found += [f"header {self.mask.text(header)} shows {name}" for name in shown]
        return found

    def _masked(self, answer: Answer) -> Answer:
        return Answer(
            answer.status, self.mask.headers(answer.headers), self.mask.data(answer.body), answer.seconds, answer.cut
        )


@dataclass(frozen=True)
class _Outcome:
    """What came of one call; ``started`` and ``ended`` in seconds since the run began."""

    answer: Answer | None
    failure: Failed | None
    started: float
    ended: float


@dataclass(frozen=True)
class Allowance:
    """What a plan may still send, at the moment it asks."""

    session: Session

    @property
    def left(self) -> int:
        """Requests, what the clean-up needs taken off."""
        return max(0, self.session.left - self.session.reserve())

    @property
    def seconds_left(self) -> float | None:
        return self.session.seconds_left()


def _again(request: Request) -> Role:
    """The role of ``request`` when it is sent again; a smoke test and the clean-up stay what they are."""
    return request.role if request.role in ("smoke", "clean-up") else "retry"
