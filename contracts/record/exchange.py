"""A request and its answer, byte for byte: the evidence that everything else reads.

An exchange holds no credentials: the target replaces them with their variable's name before it makes one,
and says in ``leaks`` where an answer showed them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from contracts.record.ways import is_right
from contracts.wire import MISSING, Reading, read_json

Credentials = str
"""Whose credentials a request carries, by the name of the way (see ``ways``): ``run`` for the run's own, ``none``,
``wrong:SCHEME`` and so on; in traffic of others ``unknown``, that were not accepted."""

UNSIGNED = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJjb250cmFjdHMiLCJzY29wZSI6ImFwaSJ9."
"""A JSON Web Token that nobody signed: ``{"alg":"none"}`` (RFC 7519, section 6)."""
FOREIGN = "a-token-of-somebody-else"
"""A token where the run has none of another scheme to send in its place."""

Headers = tuple[tuple[str, str], ...]

Role = Literal["smoke", "probe", "retry", "case", "sequence", "shrink", "clean-up"]
"""Why a request is sent: the first of all, one chosen for what it shows, one sent again, one drawn by a generator, one
of a sequence, a smaller version of one that failed, a deletion of what the run made."""


@dataclass(frozen=True)
class Request:
    """What is sent. ``path`` is relative to the target; ``headers`` are without credentials.

    ``label`` says in words what it is for. Whom it is about is read from its bytes, never from its label or role.
    """

    label: str
    method: str
    path: str
    headers: Headers = ()
    body: bytes | None = None
    credentials: Credentials = "run"
    shrinks: int | None = None
    """The number of the exchange that this request is a smaller version of."""
    role: Role = "probe"
    server: str | None = None
    """Its URL, where traffic was with several; else it is the target."""

    @property
    def is_authorised(self) -> bool:
        """Does it carry credentials of the run's own?"""
        return is_right(self.credentials)

    def header(self, name: str) -> str | None:
        return _header(self.headers, name)

    @cached_property
    def sent(self) -> Reading:
        """The body as strictly read JSON; its value is ``MISSING`` where it is none."""
        return read_json(self.body or b"")


@dataclass(frozen=True)
class AtOnce:
    """Requests to be sent at one moment, each on a connection of its own."""

    requests: tuple[Request, ...]


@dataclass(frozen=True)
class Pause:
    """Nothing is to be sent for so many ``seconds``, so that what lags behind a write can settle."""

    seconds: float


@dataclass(frozen=True)
class Answer:
    """What came back: ``seconds`` from connecting to the last byte read."""

    status: int
    headers: Headers
    body: bytes
    seconds: float
    cut: str | None = None
    """Why the body is not whole (the connection ended early, a limit was reached), if it is not."""

    def header(self, name: str) -> str | None:
        return _header(self.headers, name)

    @cached_property
    def reading(self) -> Reading:
        return read_json(self.body)


@dataclass(frozen=True)
class Exchange:
    """``number`` counts from 1 in the order of sending. Without an answer, ``failure`` says why.

    ``started`` and ``ended`` are seconds since the run began, by one clock that never goes back.
    """

    number: int
    request: Request
    answer: Answer | None
    failure: str | None = None
    leaks: tuple[str, ...] = field(default=())
    """Where the answer showed a credential of the run: ``header X-Debug shows VOUCHERIFY_APP_TOKEN``."""
    started: float = 0.0
    ended: float = 0.0
    left_out: str | None = None
    """Why nothing is judged by it (it was sent again, the target was gone), if nothing is."""

    @property
    def is_judged(self) -> bool:
        """Is it evidence? What is left out is not, nor is the clean-up, which looks after our own customers."""
        return self.left_out is None and self.request.role != "clean-up"

    @property
    def status(self) -> int | None:
        return None if self.answer is None else self.answer.status

    @property
    def value(self) -> Any:
        """The answer's body as JSON, ``MISSING`` where it is none."""
        return MISSING if self.answer is None else self.answer.reading.value


def failed_alike(one: Exchange, other: Exchange) -> bool:
    """No answer at all or a 5xx, or a refusal: are both of the same kind?"""
    return _kind(one) == _kind(other) != "accepted"


def _kind(exchange: Exchange) -> str:
    status = exchange.status
    if status is None or status >= 500:
        return "failed"
    return "accepted" if 200 <= status < 300 else "refused"


def json_body(value: Any) -> bytes:
    """``value`` as compact JSON in UTF-8; lone surrogates stay ``\\u`` escapes, so that any value can be sent."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _header(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
