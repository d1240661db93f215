"""Recorded exchanges in their order, whole, so that each can be judged by those before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from contracts.audit.recorded import answer_body, headers_of, mime_type, request_body
from contracts.audit.sources import Options, tasks
from contracts.clauses.history import SETTLED
from contracts.record.exchange import Headers
from contracts.record.messages import ExchangeLine, exchange_of
from contracts.spec.resource import Resource
from contracts.traffic.exchanges import Passed, Reader
from contracts.wire import http_date

FROM_CACHE = "an answer from a cache, older than it looks"
NO_ANSWER = "a request without a recorded answer"
NO_BODY = "an exchange whose body was not recorded"
_WRITING = ("POST", "PUT", "PATCH")
_Found = tuple[Passed, float | None, float | None]
"""With when it was sent and answered, in seconds."""


def recorded_exchanges(names: Iterable[str], column: str | None = None) -> list[Passed]:
    """Those in ``names``: one server after the other; those of one by time where all have one, else as they stand.

    Servers are told apart by scheme and host; each run record is one of its own. A time is the line's own, or that of
    the answer's ``Date``; times go on from the first. Raises DocumentError for what cannot be read.
    """
    found = [one for name in names for line in _lines(name, column) if (one := _passed(line, name)) is not None]
    servers: dict[str, list[_Found]] = {}
    for one in found:
        servers.setdefault(one[0].server or "", []).append(one)
    made: list[Passed] = []
    for some in servers.values():
        began = made[-1].ended + 2 * SETTLED if made else 0.0  # or else they would overlap
        made += _in_order(some, began)
    return [replace(one, number=number) for number, one in enumerate(made, 1)]


def with_target(found: Iterable[Passed], resource: Resource, name: str) -> tuple[str, list[Passed]]:
    """The URL of the only server, with any path prefix; of several ``name``, and each exchange with its own."""
    found, reader = list(found), Reader(resource)
    urls = {one.server: one.server or "" for one in found}
    for one in found:
        placed = reader.placed(one.method, one.path)
        if placed is not None and urls[one.server] == (one.server or ""):
            urls[one.server] += one.path.removesuffix(placed)
    if len(urls) > 1:
        return name, [replace(one, server=urls[one.server] or None) for one in found]
    url = next(iter(urls.values()), "")
    return url if url.startswith("http") else name, [replace(one, server=None) for one in found]


def _in_order(found: list[_Found], began: float) -> list[Passed]:
    timed = [(started, ended, passed) for passed, started, ended in found if started is not None and ended is not None]
    if len(timed) < len(found):
        return [replace(passed, started=began, ended=began) for passed, _, _ in found]
    timed.sort(key=itemgetter(0))  # stable: of one second, as they stand there
    since = began - timed[0][0]
    return [replace(one, started=start + since, ended=end + since) for start, end, one in timed]


def _lines(name: str, column: str | None) -> Iterator[dict[str, Any]]:
    for task in tasks(name, Options(column)):
        for block in task.blocks():
            for line in block.splitlines():
                try:
                    value = msgspec.json.decode(line)
                except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                    continue
                if isinstance(value, dict):
                    yield value


def _passed(value: dict[str, Any], name: str) -> _Found | None:
    try:
        if value.get("kind") == "exchange" and "answer" in value:
            return _of_run(value, name)
        answer = value.get("response") if isinstance(value.get("response"), dict) else value.get("answer")
        if isinstance(value.get("request"), dict) and isinstance(answer, dict):
            return _of_pair(value, value["request"], answer)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, msgspec.ValidationError):
        return None
    return None


def _of_run(value: dict[str, Any], name: str) -> _Found:
    one = exchange_of(msgspec.convert(value, ExchangeLine))
    request, answer = one.request, one.answer
    why = one.left_out or (NO_ANSWER if answer is None else None)
    status, headers, body = (answer.status, answer.headers, answer.body) if answer else (None, (), b"")
    passed = Passed(
        number=one.number,
        method=request.method,
        path=request.path,
        headers=request.headers,
        body=request.body or b"",
        status=status,
        answer_headers=headers,
        answer_body=body,
        cut=answer.cut if answer else None,
        left_out=why,
        is_seen_whole=False,
        is_accepted=request.is_authorised,
        server=f"the record {name}",
    )
    return passed, one.started, one.ended


def _of_pair(value: dict[str, Any], request: dict[str, Any], answer: dict[str, Any]) -> _Found:
    status = next((answer[k] for k in ("status", "statusCode", "status_code") if type(answer.get(k)) is int), 0)
    method, url = str(request.get("method") or "POST").upper(), urlsplit(str(request.get("url") or request["path"]))
    sent, (body, _) = request_body(request), answer_body(answer)
    answered = _typed(headers_of(answer.get("headers")), (answer.get("content") or {}).get("mimeType"))
    if body is None and (status in (204, 205, 304) or (answer.get("content") or {}).get("size") == 0):
        body = b""
    why = None
    if not status:
        why = NO_ANSWER
    elif value.get("_fromCache") or any(name.lower() == "age" and text.strip("0 ") for name, text in answered):
        why = FROM_CACHE
    elif body is None or (sent is None and method in _WRITING and request.get("bodySize") != 0):
        why = NO_BODY
    headers = headers_of(request.get("headers"))
    passed = Passed(
        number=0,
        method=method,
        path=url.path + (f"?{url.query}" if url.query else ""),
        headers=_typed(headers, mime_type(request)) if sent is not None else headers,
        body=sent or b"",
        status=status or None,
        answer_headers=answered,
        answer_body=body or b"",
        left_out=why,
        is_seen_whole=False,
        server=_server(url, headers),
    )
    started = _moment(value) or _moment(request)
    if started is None:
        date = http_date(next((text for name, text in answered if name.lower() == "date"), None))
        return passed, (date.timestamp() if date else None), (date.timestamp() if date else None)
    took = value.get("time")
    seconds = took / 1000 if isinstance(took, int | float) and "startedDateTime" in value and took > 0 else 0.0
    return passed, started, started + seconds


def _moment(value: Mapping[str, Any]) -> float | None:
    """When it was sent, in seconds, as a HAR or a log line says it."""
    for name in ("startedDateTime", "started", "timestamp", "@timestamp"):
        text = value.get(name)
        if isinstance(text, int | float) and not isinstance(text, bool):
            return float(text) / 1000 if text > 10**11 else float(text)
        if isinstance(text, str):
            try:
                return datetime.fromisoformat(text).timestamp()
            except ValueError:
                continue
    return None


def _server(url: SplitResult, headers: Headers) -> str | None:
    """Scheme and host of a request, without credentials; None where only a path was recorded."""
    named = (text for name, text in headers if name.lower() == "host")
    host = (url.netloc or next(named, "")).rpartition("@")[2].lower()
    return f"{url.scheme or 'https'}://{host}" if host else None


def _typed(headers: Headers, media_type: Any) -> Headers:
    """With a Content-Type, which many recordings leave out; without encodings, which a recorded body no longer has."""
    kept = tuple(one for one in headers if one[0].lower() not in ("content-encoding", "transfer-encoding"))
    if any(name.lower() == "content-type" for name, _ in kept):
        return kept
    return (*kept, ("Content-Type", str(media_type or "application/json")))
