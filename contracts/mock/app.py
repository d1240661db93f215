"""The server as an ASGI application: for uvicorn, and for tests that need no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.mock import wire
from contracts.mock.api import Api
from contracts.mock.auth import Keys
from contracts.mock.hooks import Hooks
from contracts.mock.rate import RateLimit
from contracts.mock.registry import hooks_for


def create_api(
    faults: Sequence[str] = (),
    *,
    variant: str | None = None,
    rate_limit: RateLimit | None = None,
    keys: Keys | None = None,
) -> Api:
    """The server as a plain object: ``create_api().handle(request)``. No socket and no event loop.

    :raises UsageError: an unknown fault or variant.
    """
    hooks = hooks_for(faults, variant) if faults or variant else Hooks()
    return Api(keys or Keys(), hooks, rate_limit or RateLimit())


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
