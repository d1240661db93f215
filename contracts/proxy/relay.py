"""Passes bytes on between clients and the target: one connection of the target's for each of a client's.

So keep-alive, pipelining, 1xx, chunks, trailers and how a connection ends are the target's own. Nothing waits for the
observer but a request's head, in which the target's ``Host`` (and path prefix) take the place of the proxy's.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import h11

from contracts.errors import UsageError
from contracts.proxy.observer import UNREADABLE, Answers, Call, Requests, call_of
from contracts.traffic.exchanges import Passed

_CHUNK = 256 * 1024
UNREACHABLE = "the target could not be reached"


@dataclass
class Relay:
    """``target`` is a URL with any path prefix; ``done`` is told each exchange, in the order of their ends."""

    target: str
    done: Callable[[Passed], None]
    tls: ssl.SSLContext | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    open: int = 0
    """Connections of clients that are open."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._netloc = parts.netloc.encode("idna" if not parts.netloc.isascii() else "ascii")
        self._prefix = parts.path.rstrip("/").encode()
        if parts.scheme != "https":
            self.tls = None
        elif self.tls is None:
            self.tls = ssl.create_default_context()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection, to its end."""
        self.open += 1
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):  # the proxy ends: asyncio would tell of a task that was cancelled
            writer.transport.abort()
        finally:
            self.open -= 1
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls: deque[Call] = deque()

        def new(event: h11.Request) -> Call:
            calls.append(call_of(event, next(self.numbers)))
            return calls[-1]

        requests = Requests(self._netloc, self._prefix, new)
        answers = Answers(calls, self.done)
        try:
            name = self._host if self.tls is not None else None
            up_reader, up_writer = await asyncio.open_connection(
                self._host, self._port, ssl=self.tls, server_hostname=name, limit=_CHUNK
            )
        except OSError as error:
            await self._unreachable(reader, writer, requests, calls, error)
            return
        there = asyncio.create_task(_there(reader, up_writer, requests, answers))
        back = asyncio.create_task(_back(up_reader, up_writer, writer, requests, answers))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            if not back.done() and there.result() == "sent":
                await back  # the client has sent all, and the answers are still to come
            how = back.result() if back.done() else "left"
            answers.ended(by_client=how == "left")
            if how != "closed":
                writer.transport.abort()  # as the target ended it
        finally:
            for task in (there, back):
                task.cancel()
            answers.ended(by_client=True)
            up_writer.close()

    async def _unreachable(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        requests: Requests,
        calls: deque[Call],
        error: OSError,
    ) -> None:
        """Read the request to its end, and answer 502: an answer of the proxy's own, which nobody judges."""
        while not requests.is_blind and not any(call.is_sent for call in calls):
            if not (data := await reader.read(_CHUNK)):
                break
            requests.feed(data)
        reason = f"contracts proxy: {UNREACHABLE}: {self.target} ({error.strerror or error})"
        body = json.dumps({"code": 502, "key": "target_unreachable", "message": reason}).encode()
        head = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\nConnection: close\r\n"
        is_head = bool(calls) and calls[0].method == "HEAD"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + (b"" if is_head else body))
        await writer.drain()
        for call in calls:
            self.done(call.passed(call.started, UNREACHABLE, why=UNREACHABLE))


async def _there(
    reader: asyncio.StreamReader, target: asyncio.StreamWriter, requests: Requests, answers: Answers
) -> Literal["sent", "left"]:
    """From the client to the target, until the client has sent all, or is gone."""
    try:
        while data := await reader.read(_CHUNK):
            data = requests.feed(data)
            if requests.is_blind and not answers.is_blind:
                answers.blind(UNREADABLE)
            if data:
                target.write(data)
                await target.drain()
        if target.can_write_eof():
            target.write_eof()
    except OSError:
        return "left"
    return "sent"


async def _back(
    target: asyncio.StreamReader,
    there: asyncio.StreamWriter,
    client: asyncio.StreamWriter,
    requests: Requests,
    answers: Answers,
) -> Literal["closed", "broken", "left"]:
    """From the target to the client, until the target closes the connection or breaks it, or the client is gone."""
    while True:
        try:
            data = await target.read(_CHUNK)
        except OSError:
            return "broken"
        if not data:
            return "closed"
        client.write(data)
        answers.feed(data)
        if answers.is_blind and not requests.is_blind:
            there.write(requests.blind())
        try:
            await client.drain()
        except OSError:
            return "left"


@contextmanager
def relaying(relay: Relay, port: int = 0) -> Iterator[str]:
    """The proxy's URL, for the length of the block. Raises UsageError where the port cannot be had."""
    loop = asyncio.new_event_loop()
    try:
        server = loop.run_until_complete(asyncio.start_server(relay.serve, "127.0.0.1", port, limit=_CHUNK))
    except OSError as error:
        loop.close()
        raise UsageError(f"cannot listen on 127.0.0.1:{port}: {error.strerror}; choose another --port") from None
    thread = threading.Thread(target=loop.run_forever, name="proxy", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _ended(server: asyncio.Server) -> None:
    """What is still under way is ended: it is told as such."""
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
