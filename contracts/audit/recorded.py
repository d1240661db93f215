"""From a line of recorded traffic to an exchange: a HAR entry, a line of a run record, request and answer, a body.

Source: HAR 1.2 for ``request`` and ``response``; ``run.ndjson`` for its own lines.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from contracts.audit.judge import ClauseJudge
from contracts.record.exchange import Answer, Exchange, Headers, Request, json_body
from contracts.record.messages import ExchangeLine, exchange_of
from contracts.wire import path_text

_RUN_LINES = ("header", "clause", "finding", "coverage", "footer")
_SECRET = ("authorization", "x-app-id", "x-app-token", "x-client-token", "cookie")
ENVELOPE = frozenset({"kind", "request", "body"})
"""Members by one of which a line is told to be more than a body."""


class Skipped(Exception):
    """The line holds no answer of the operation: why not."""


@dataclass(frozen=True)
class Recorded:
    """``is_body_only``: nothing but a body is known. ``is_reprinted``: it was read and printed again on its way.

    ``inside`` is where the body stood in the answer: ``.customers[3]`` of a list.
    """

    exchange: Exchange
    is_body_only: bool
    is_reprinted: bool
    inside: str = ""


def recorded(value: Any, body: bytes, line: int, of: ClauseJudge) -> list[Recorded]:
    """What ``value``, read from the line ``body``, records about the operation. Raises Skipped."""
    if isinstance(value, str):
        raise Skipped(REFERENCE)
    if not isinstance(value, dict):
        return [_alone(body, line, of)]
    if value.get("kind") in _RUN_LINES and "object" not in value:
        raise Skipped("other lines of a run record")
    try:
        if value.get("kind") == "exchange" and "answer" in value:
            return _placed(_of_run(value), line, of, is_body_only=False, is_reprinted=False)
        if isinstance(value.get("request"), dict) and isinstance(value.get("response"), dict):
            return _of_pair(value["request"], value["response"], line, of)
        if isinstance(value.get("request"), dict) and isinstance(value.get("answer"), dict):
            return _of_pair(value["request"], value["answer"], line, of)
        if type(value.get("status")) is int and "body" in value:
            return _of_pair({}, value, line, of)
    except (KeyError, TypeError, ValueError, AttributeError, msgspec.ValidationError) as error:
        raise Skipped(f"exchanges that lack something or hold something strange ({type(error).__name__})") from None
    if of.is_a_reference(value):
        raise Skipped(REFERENCE)
    if (name := of.listed(value)) is not None:
        return _items(value, name, line, of, is_reprinted=True)
    return [_alone(body, line, of)]


REFERENCE = "identifiers alone, without what they name"
LISTS = "lists, whose items the document does not declare"


def _alone(body: bytes, line: int, of: ClauseJudge, *, is_reprinted: bool = True, inside: str = "") -> Recorded:
    """A body of which nothing else is known: that of a success."""
    return Recorded(of.success(body, line), is_body_only=True, is_reprinted=is_reprinted, inside=inside)


def _items(value: dict[str, Any], name: str, line: int, of: ClauseJudge, *, is_reprinted: bool) -> list[Recorded]:
    """Each item of a list as an answer of its own."""
    if not of.lists_are_declared:
        raise Skipped(LISTS)
    return [
        _alone(json_body(item), line, of, is_reprinted=is_reprinted, inside=path_text((name, number))[1:])
        for number, item in enumerate(value[name])
    ]


def _of_run(value: dict[str, Any]) -> Exchange:
    exchange = exchange_of(msgspec.convert(value, ExchangeLine))
    if exchange.answer is None:
        raise Skipped("requests without an answer")
    return exchange


def _of_pair(request: dict[str, Any], response: dict[str, Any], line: int, of: ClauseJudge) -> list[Recorded]:
    status = next((response[k] for k in ("status", "statusCode", "status_code") if type(response.get(k)) is int), 0)
    if not status:
        raise Skipped("requests without an answer")
    body, is_reprinted = answer_body(response)
    if body is None:
        raise Skipped("answers whose body was not recorded")
    sent = request_body(request)
    headers = headers_of(request.get("headers"))
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", mime_type(request) or "application/json"))
    url = str(request.get("url") or request.get("path") or of.path)
    asked = Request("recorded", str(request.get("method") or "POST"), urlsplit(url).path, headers, sent or b"{}")
    answered = headers_of(response.get("headers"))
    if not any(name.lower() == "content-type" for name, _ in answered):
        answered = (*answered, ("Content-Type", _content(response).get("mimeType") or "application/json"))
    exchange = Exchange(line, asked, Answer(status, answered, body, 0.0))
    return _placed(exchange, line, of, is_body_only=sent is None and status < 400, is_reprinted=is_reprinted)


def _placed(
    exchange: Exchange, line: int, of: ClauseJudge, *, is_body_only: bool, is_reprinted: bool
) -> list[Recorded]:
    """The exchange with its path as the contract has it, whatever prefix its server has; or the items of a list."""
    asked, path = exchange.request, of.path
    if asked.method.upper() not in ("POST", "GET") or not asked.path.rstrip("/").endswith(path):
        raise Skipped("requests of other operations")
    if asked.method.upper() == "GET":
        value = exchange.value if exchange.status == 200 and of.lists_are_declared else None
        if not isinstance(value, dict) or (name := of.listed(value)) is None:
            raise Skipped("requests of other operations")
        return _items(value, name, line, of, is_reprinted=is_reprinted)
    request = Request(asked.label, "POST", path, asked.headers, asked.body, asked.credentials)
    placed = Exchange(line, request, exchange.answer, exchange.failure, exchange.leaks)
    return [Recorded(placed, is_body_only, is_reprinted)]


def _content(response: dict[str, Any]) -> dict[str, Any]:
    content = response.get("content")
    return content if isinstance(content, dict) else {}


def answer_body(response: dict[str, Any]) -> tuple[bytes | None, bool]:
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


def request_body(request: dict[str, Any]) -> bytes | None:
    posted = request.get("postData")
    body = posted.get("text") if isinstance(posted, dict) else request.get("body")
    if body is None:
        return None
    return body.encode("utf-8", "replace") if isinstance(body, str) else json_body(body)


def mime_type(request: dict[str, Any]) -> str | None:
    posted = request.get("postData")
    return str(posted["mimeType"]) if isinstance(posted, dict) and posted.get("mimeType") else None


def headers_of(given: Any) -> Headers:
    """From HAR's list of names and values, a list of pairs, or an object; without credentials."""
    if isinstance(given, dict):
        pairs = [(str(name), str(value)) for name, value in given.items()]
    else:
        pairs = [
            (str(one["name"]), str(one["value"])) if isinstance(one, dict) else (str(one[0]), str(one[1]))
            for one in given or ()
        ]
    return tuple((name, value) for name, value in pairs if name.lower() not in _SECRET)
