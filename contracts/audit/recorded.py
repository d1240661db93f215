"""From a line of recorded traffic to an exchange: a HAR entry, a line of a run record, request and answer, a body.

Source: HAR 1.2 for ``request`` and ``response``; ``run.ndjson`` for its own lines.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contracts.exchange import Answer, Exchange, Headers, Request, json_body
from contracts.run import exchange_of

JSON = (("Content-Type", "application/json"),)
_RUN_LINES = ("header", "clause", "finding", "footer")
_SECRET = ("authorization", "x-app-id", "x-app-token", "x-client-token", "cookie")


class Skipped(Exception):
    """The line holds no answer of the operation: why not."""


@dataclass(frozen=True)
class Recorded:
    """``is_body_only``: nothing but a body is known. ``is_reprinted``: it was read and printed again on its way."""

    exchange: Exchange
    is_body_only: bool
    is_reprinted: bool


def body_alone(body: bytes, line: int) -> Recorded:
    """A body of which nothing else is known: that of a success, to an empty request."""
    request = Request("recorded", "POST", "", JSON, b"{}")
    return Recorded(Exchange(line, request, Answer(200, JSON, body, 0.0)), is_body_only=True, is_reprinted=True)


def recorded(value: Any, body: bytes, line: int, path: str) -> Recorded:
    """What ``value``, read from the line ``body``, records about ``POST path``. Raises Skipped."""
    if not isinstance(value, dict):
        return body_alone(body, line)
    if value.get("kind") in _RUN_LINES and "object" not in value:
        raise Skipped("other lines of a run record")
    try:
        if value.get("kind") == "exchange" and "answer" in value:
            return _of_run(value, line, path)
        if isinstance(value.get("request"), dict) and isinstance(value.get("response"), dict):
            return _of_pair(value["request"], value["response"], line, path)
        if isinstance(value.get("request"), dict) and isinstance(value.get("answer"), dict):
            return _of_pair(value["request"], value["answer"], line, path)
        if type(value.get("status")) is int and "body" in value:
            return _of_pair({}, value, line, path)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Skipped(f"exchanges that lack something or hold something strange ({type(error).__name__})") from None
    return body_alone(body, line)


def _of_run(value: dict[str, Any], line: int, path: str) -> Recorded:
    exchange = exchange_of({key: part for key, part in value.items() if key != "kind"})
    if exchange.answer is None:
        raise Skipped("requests without an answer")
    return _placed(exchange, line, path, is_body_only=False, is_reprinted=False)


def _of_pair(request: dict[str, Any], response: dict[str, Any], line: int, path: str) -> Recorded:
    status = next((response[k] for k in ("status", "statusCode", "status_code") if type(response.get(k)) is int), 0)
    if not status:
        raise Skipped("requests without an answer")
    body, is_reprinted = _answer_body(response)
    if body is None:
        raise Skipped("answers whose body was not recorded")
    sent = _request_body(request)
    headers = _headers(request.get("headers"))
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", _mime_type(request) or "application/json"))
    url = str(request.get("url") or request.get("path") or path)
    asked = Request("recorded", str(request.get("method") or "POST"), urlsplit(url).path, headers, sent or b"{}")
    answered = _headers(response.get("headers"))
    if not any(name.lower() == "content-type" for name, _ in answered):
        answered = (*answered, ("Content-Type", _content(response).get("mimeType") or "application/json"))
    exchange = Exchange(line, asked, Answer(status, answered, body, 0.0))
    return _placed(exchange, line, path, is_body_only=sent is None and status < 400, is_reprinted=is_reprinted)


def _placed(exchange: Exchange, line: int, path: str, *, is_body_only: bool, is_reprinted: bool) -> Recorded:
    """The exchange with its path as the contract has it, whatever prefix its server has."""
    asked = exchange.request
    if asked.method.upper() != "POST" or not asked.path.rstrip("/").endswith(path):
        raise Skipped("requests of other operations")
    request = Request(asked.probe, "POST", path, asked.headers, asked.body, asked.credentials)
    placed = Exchange(line, request, exchange.answer, exchange.failure, exchange.leaks)
    return Recorded(placed, is_body_only, is_reprinted)


def _content(response: dict[str, Any]) -> dict[str, Any]:
    content = response.get("content")
    return content if isinstance(content, dict) else {}


def _answer_body(response: dict[str, Any]) -> tuple[bytes | None, bool]:
    """The body, and whether it was printed again: where it stands as a JSON value, not as a text."""
    content = _content(response)
    if isinstance(content.get("text"), str):
        text = content["text"]
        return (
            base64.b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "replace")
        ), False
    body = response.get("body")
    if isinstance(body, str):
        return body.encode("utf-8", "replace"), False
    return (None, False) if body is None else (json_body(body), True)


def _request_body(request: dict[str, Any]) -> bytes | None:
    posted = request.get("postData")
    body = posted.get("text") if isinstance(posted, dict) else request.get("body")
    if body is None:
        return None
    return body.encode("utf-8", "replace") if isinstance(body, str) else json_body(body)


def _mime_type(request: dict[str, Any]) -> str | None:
    posted = request.get("postData")
    return str(posted["mimeType"]) if isinstance(posted, dict) and posted.get("mimeType") else None


def _headers(given: Any) -> Headers:
    """From HAR's list of names and values, a list of pairs, or an object; without credentials."""
    if isinstance(given, dict):
        pairs = [(str(name), str(value)) for name, value in given.items()]
    else:
        pairs = [
            (str(one["name"]), str(one["value"])) if isinstance(one, dict) else (str(one[0]), str(one[1]))
            for one in given or ()
        ]
    return tuple((name, value) for name, value in pairs if name.lower() not in _SECRET)
