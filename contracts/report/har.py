"""``traffic.har``: the run's traffic for browser tools and proxies. HAR 1.2; a run holds no credentials.

Source: the HAR 1.2 specification of the W3C's Web Performance working group (a draft that every tool reads).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from contracts.record.exchange import Answer, Exchange, Headers
from contracts.record.run import Run


def render(run: Run) -> str:
    """The exchanges as one HAR log, in the order of sending."""
    return "".join(parts(run))


def parts(run: Run) -> Iterator[str]:
    """The same in pieces, one an exchange. ASCII.

    Each is where its own clock puts it: the record holds the seconds since the run began.
    """
    name, _, version = run.header.tool.rpartition(" ")
    began = datetime.fromisoformat(run.header.started)
    log = {
        "version": "1.2",
        "creator": {"name": name or "voucherify-contracts", "version": version or "0"},
        "pages": [],
        "comment": "credentials were never recorded",
    }
    yield f'{{"log": {json.dumps(log)[:-1]}, "entries": ['
    for index, exchange in enumerate(run.exchanges):
        entry = _entry(exchange, run.header.target, began + timedelta(seconds=exchange.started))
        yield f"{',' if index else ''}\n{json.dumps(entry)}"
    yield "\n]}}\n"


def _entry(exchange: Exchange, target: str, began: datetime) -> dict[str, Any]:
    milliseconds = round(1000 * exchange.answer.seconds, 3) if exchange.answer else 0
    return {
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange, target),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"exchange {exchange.number}: {exchange.request.label}",
    }


def _request(exchange: Exchange, target: str) -> dict[str, Any]:
    request = exchange.request
    made: dict[str, Any] = {
        "method": request.method,
        "url": target + request.path,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body is not None:
        text, encoding = _text(request.body)
        made["postData"] = {"mimeType": request.header("Content-Type") or "", "text": text}
        if encoding:
            made["postData"]["comment"] = f"encoded in {encoding}"
    return made


def _response(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer or Answer(0, (), b"", 0)
    text, encoding = _text(answer.body)
    content: dict[str, Any] = {"size": len(answer.body), "mimeType": answer.header("Content-Type") or "", "text": text}
    if encoding:
        content["encoding"] = encoding
    made: dict[str, Any] = {
        "status": answer.status,
        "statusText": _phrase(answer.status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(answer.headers),
        "content": content,
        "redirectURL": answer.header("Location") or "",
        "headersSize": -1,
        "bodySize": len(answer.body),
    }
    if (reason := exchange.failure or answer.cut) is not None:
        made["comment"] = reason
    return made


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(data: bytes) -> tuple[str, str | None]:
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return base64.b64encode(data).decode("ascii"), "base64"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
