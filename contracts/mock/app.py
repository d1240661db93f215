"""The server as an ASGI application, and uvicorn to serve it: loaded once there is something to serve."""

from __future__ import annotations

import asyncio
import socket
import threading

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.mock import wire
from contracts.mock.api import Api


def as_asgi(api: Api) -> ASGIApp:
    """Serve ``api``. It runs in the event loop: each call is answered in one go, and so needs no lock."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        query = scope["query_string"].decode("utf-8", "replace")
        call = api.receive(wire.Request(request.method, path, _headers(request), body, query))
        if call.wait:
            await asyncio.sleep(call.wait)
        await _send(api.answer(call), send)

    return app


def _headers(request: Request) -> dict[str, str]:
    """Header values by name. Of a header sent twice both values count: neither may hide the other."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _send(answer: wire.Answer, send: Send) -> None:
    if answer.delay:
        await asyncio.sleep(answer.delay)
    headers = list(answer.headers)
    if answer.sized and answer.status != 204 and answer.header("content-length") is None:
        headers.append(("Content-Length", str(len(answer.body))))
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    cut = answer.sent_bytes is not None
    # A cut answer is left incomplete, upon which uvicorn closes the connection.
    await send({"type": "http.response.body", "body": answer.body[: answer.sent_bytes], "more_body": cut})


def server_of(api: Api, *, is_quiet: bool) -> Server:
    """uvicorn, ready to run on a socket. ``is_quiet``: a fault may break HTTP itself, and uvicorn would complain."""
    config = uvicorn.Config(
        as_asgi(api),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical" if is_quiet else "warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )
    return Server(config)


class Server(uvicorn.Server):
    """uvicorn, stopped by an event: its own loop looks every 0.1 s, which each of many faults would pay."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._up = threading.Event()
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Ask the thread to end, once it has begun."""
        if self._up.wait(timeout=5) and self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._up.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in list(self.server_state.tasks):
            task.cancel()
        # One turn of the loop lets the connections say goodbye.
        await asyncio.sleep(0)
