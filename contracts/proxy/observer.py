"""What passes on one connection, read beside the bytes that are passed on: h11 parses copies, and changes nothing."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import h11

from contracts.record.exchange import Headers
from contracts.traffic.exchanges import MOST_BODY, Passed

MOST_HEAD = 2**20
"""Bytes of a head, as long as any server takes."""
TOO_LONG = f"a body of more than {MOST_BODY >> 20} MiB"
UNREADABLE = "what is no HTTP/1.1"
CUT = "the connection ended before the body did"
LEFT = "the client went away before the answer was whole"
SILENT = "the target closed the connection without an answer"
_HOST = re.compile(rb"(?im)^(host:[ \t]*)[^\r\n]*")


@dataclass
class Body:
    """A body as it comes, up to as much of it as is judged."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, data: bytes) -> None:
        self.size += len(data)
        if self.size <= MOST_BODY:
            self.parts.append(data)

    @property
    def is_whole(self) -> bool:
        return self.size <= MOST_BODY

    def data(self) -> bytes:
        return b"".join(self.parts)


@dataclass(eq=False)
class Call:
    """A request on its way, and what has come back so far."""

    number: int
    method: str
    path: str
    headers: Headers
    started: float
    body: Body = field(default_factory=Body)
    status: int | None = None
    answer_headers: Headers = ()
    answer_body: Body = field(default_factory=Body)
    is_sent: bool = False

    def passed(
        self, ended: float, failure: str | None = None, cut: str | None = None, why: str | None = None
    ) -> Passed:
        if not (self.body.is_whole and self.answer_body.is_whole):
            why = why or TOO_LONG
        return Passed(
            self.number,
            self.method,
            self.path,
            self.headers,
            self.body.data(),
            self.status,
            self.answer_headers,
            self.answer_body.data(),
            self.started,
            ended,
            failure,
            cut,
            why,
        )


class Requests:
    """Cuts a client's bytes into requests. Each head is pointed at the target; bodies stay as they are."""

    def __init__(self, host: bytes, prefix: bytes, new: Callable[[h11.Request], Call]) -> None:
        self._host, self._prefix, self._new = host, prefix, new
        self._raw = b""
        self._parser: h11.Connection | None = None
        self._call: Call | None = None
        self.is_blind = False
        """Is nothing read any more, since what passes is no longer HTTP/1.1?"""

    def feed(self, data: bytes) -> bytes:
        """What is to be sent on of ``data``: all of it, but for a head that is not whole yet."""
        out: list[bytes] = []
        while data and not self.is_blind:
            self._rest = b""
            out.append(self._of_body(data) if self._call is not None else self._of_head(data))
            data = self._rest
        return b"".join((*out, data))

    def blind(self) -> bytes:
        """Nothing more is read; what was held back, a head that was not whole."""
        self.is_blind = True
        raw, self._raw = self._raw, b""
        return raw

    def _of_head(self, data: bytes) -> bytes:
        self._raw += data
        if self._parser is None:
            self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)
        self._parser.receive_data(data)
        event = _next(self._parser)
        if event is h11.NEED_DATA:
            return b""
        if not isinstance(event, h11.Request):
            return self.blind()
        rest = self._parser.trailing_data[0]
        head, self._raw = self._raw[: len(self._raw) - len(rest)], b""
        self._call = self._new(event)
        # bodies are parsed by what is left in the parser, so that nothing is read twice
        return self._aimed(head) + self._events(rest)

    def _of_body(self, data: bytes) -> bytes:
        assert self._parser is not None  # noqa: S101 - a call has one
        self._parser.receive_data(data)
        return self._events(data)

    def _events(self, data: bytes) -> bytes:
        assert self._parser is not None  # noqa: S101 - a call has one
        assert self._call is not None  # noqa: S101 - else it would be a head
        while True:
            event = _next(self._parser)
            if isinstance(event, h11.Data):
                self._call.body.add(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self._rest = self._parser.trailing_data[0]
                self._call.is_sent = True
                self._parser = self._call = None
                return data[: len(data) - len(self._rest)]
            else:
                self.is_blind = event is not h11.NEED_DATA
                return data

    def _aimed(self, head: bytes) -> bytes:
        line, end, rest = head.partition(b"\n")
        rest = _HOST.sub(rb"\g<1>" + self._host.replace(b"\\", b""), rest, count=1)
        method, space, target = line.partition(b" ")
        if self._prefix and target.startswith(b"/"):
            line = method + space + self._prefix + target
        return line + end + rest


class Answers:
    """Reads a target's bytes beside their way to the client. ``calls`` are those that wait, the first one first."""

    def __init__(self, calls: deque[Call], done: Callable[[Passed], None]) -> None:
        self._calls, self._done = calls, done
        self._parser: h11.Connection | None = None
        self.is_blind = False
        """Is nothing read any more, since what passes is no longer HTTP/1.1?"""

    def feed(self, data: bytes) -> None:
        while data and not self.is_blind:
            if not self._calls:
                return  # an answer that nobody asked for, as a 408
            if self._parser is None:
                self._parser = _client(self._calls[0])
            try:
                self._parser.receive_data(data)
            except h11.ProtocolError:
                self.blind(UNREADABLE)
                return
            data = self._events(self._parser)

    def blind(self, why: str) -> None:
        """Nothing more is judged on this connection."""
        self.is_blind = True
        while self._calls:
            self._done(self._calls.popleft().passed(monotonic(), why, why=why))

    def ended(self, *, by_client: bool) -> None:
        """The connection is closed: an answer may end by that, or be cut."""
        if self._calls and self._parser is not None and not by_client and not self.is_blind:
            self._parser.receive_data(b"")
            self._events(self._parser, at_end=True)
        for call in self._calls:
            why = LEFT if by_client else SILENT
            call.status = None
            self._done(call.passed(monotonic(), why, why=why))
        self._calls.clear()

    def _events(self, parser: h11.Connection, *, at_end: bool = False) -> bytes:
        """Read what can be read; the bytes behind the answer."""
        call = self._calls[0]
        while True:
            event = _next(parser)
            if isinstance(event, h11.Response):
                call.status, call.answer_headers = event.status_code, _headers(event)
            elif isinstance(event, h11.Data):
                call.answer_body.add(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                rest = parser.trailing_data[0]
                self._parser = None
                self._calls.popleft()
                self._done(call.passed(monotonic()))
                return rest
            elif event is h11.NEED_DATA:
                return b""
            elif at_end and call.status is not None:
                self._calls.popleft()
                self._done(call.passed(monotonic(), cut=CUT))
                return b""
            elif not isinstance(event, h11.InformationalResponse):
                self.blind(UNREADABLE)
                return b""


def _client(call: Call) -> h11.Connection:
    """A parser of the answer to ``call``: what its body is depends on the method."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
    parser.send(h11.Request(method=call.method, target="/", headers=[("Host", "-")]))
    parser.send(h11.EndOfMessage())
    return parser


def _next(parser: h11.Connection) -> object:
    """The next event, None where the bytes are no HTTP/1.1."""
    try:
        return parser.next_event()
    except h11.ProtocolError:
        return None


def _headers(event: h11.Response | h11.Request) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers.raw_items())


def call_of(event: h11.Request, number: int) -> Call:
    """The call that a request begins."""
    path = event.target.decode("latin-1")
    return Call(number, event.method.decode("latin-1"), path, _headers(event), monotonic())
