"""From what passed, byte for byte, to an exchange: its path as the document has it, its bodies decoded."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from contracts.record.exchange import Answer, Credentials, Exchange, Headers, Request
from contracts.spec.resource import Resource

PASSED = "passed on"
OTHER_PATH = "a request for another path than the resource's"
MOST_BODY = 16 * 2**20
"""Bytes of a body, decoded, up to which an exchange is judged."""
_ALWAYS = ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")
_KNOWN = ("x-app-id", "x-app-token", "x-client-application-id", "x-client-token", "x-management-id")
_DECODED = ("content-encoding", "content-length", "transfer-encoding")


class Masking(Protocol):
    """What replaces the secrets in a text by their names, and says which stand in it."""

    def text(self, text: str) -> str: ...
    def data(self, data: bytes) -> bytes: ...
    def named_in(self, data: bytes | str) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Passed:
    """A request and its answer as they passed; ``left_out`` says why nothing can be judged by it, if so.

    ``started`` and ``ended`` are in seconds by one clock. ``is_seen_whole``: were all of its headers seen? A recording
    may have been stripped of credentials.
    """

    number: int
    method: str
    path: str
    headers: Headers
    body: bytes
    status: int | None = None
    answer_headers: Headers = ()
    answer_body: bytes = b""
    started: float = 0.0
    ended: float = 0.0
    failure: str | None = None
    cut: str | None = None
    left_out: str | None = None
    is_seen_whole: bool = True
    is_accepted: bool = True
    """Are the credentials right, as far as whoever recorded it knows?"""
    server: str | None = None
    """The URL of the server that it was sent to, where traffic is with several."""


class Unreadable(Exception):
    """The body cannot be decoded: why."""


def decoded(body: bytes, headers: Headers) -> bytes:
    """``body`` without its content encodings. Raises Unreadable for one that is unknown, broken or too long."""
    codings = [part.strip().lower() for name, value in headers if name.lower() == "content-encoding"
               for part in value.split(",")]  # fmt: skip
    for coding in reversed([one for one in codings if one and one != "identity"]):
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise Unreadable(f"a body in {coding}, which is not decoded")
        reader = zlib.decompressobj(47 if coding != "deflate" or body[:1] == b"\x78" else -15)
        try:
            body = reader.decompress(body, MOST_BODY + 1)
        except zlib.error:
            raise Unreadable(f"a body that is no {coding}") from None
    if len(body) > MOST_BODY:
        raise Unreadable(f"a body of more than {MOST_BODY >> 20} MiB")
    return body


class Reader:
    """Makes exchanges of what passed; knows the resource's paths and where its credentials stand."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._headers, self._queries = _credential_places(resource)

    def placed(self, method: str, path: str) -> str | None:
        """``path`` from where an operation's own begins, whatever prefix stands before it; None for another path."""
        plain, mark, query = path.partition("?")
        start = 0
        while start != -1:
            if self._resource.operation_of(method, plain[start:]) is not None:
                return plain[start:] + mark + query
            start = plain.find("/", start + 1)
        return None

    def secrets(self, passed: Passed) -> Mapping[str, str]:
        """The credentials that a request carried and an answer gave, by the name of their header."""
        found: dict[str, str] = {}
        for name, value in (*passed.headers, *(h for h in passed.answer_headers if h[0].lower() == "set-cookie")):
            if name.lower() in self._headers:
                _, _, token = value.strip().partition(" ")
                secret = token.strip() if name.lower().endswith("authorization") and token else value.strip()
                for part in _cookies(secret) if "cookie" in name.lower() else (secret,):
                    found[f"{name.upper().replace('-', '_')} {len(found)}"] = part
        for part in passed.path.partition("?")[2].split("&"):
            name, _, value = part.partition("=")
            if name.lower() in self._queries and value:
                found[f"{name.upper()} {len(found)}"] = value
        return found

    def exchange(self, passed: Passed, mask: Masking) -> Exchange:
        """What the contract can judge of it, without credentials; of other paths no more than that they passed."""
        path = self.placed(passed.method, passed.path)
        if path is None:
            return self._other(passed, mask)
        try:
            body = decoded(passed.body, passed.headers)
            answer_body = decoded(passed.answer_body, passed.answer_headers)
        except Unreadable as reason:
            return replace(self._other(passed, mask), left_out=str(reason))
        answer = None if passed.status is None else Answer(
            passed.status,
            self._kept(passed.answer_headers, mask),
            mask.data(answer_body),
            max(passed.ended - passed.started, 0.0),
            passed.cut,
        )  # fmt: skip
        request = Request(
            PASSED,
            passed.method,
            mask.text(path),
            self._kept(passed.headers, mask),
            mask.data(body) if body or any(n.lower() in ("content-length", "transfer-encoding")
                                           for n, _ in passed.headers) else None,
            self._credentials(passed),
            server=passed.server,
        )  # fmt: skip
        sent = set(mask.named_in(body))
        leaks = [f"body: {name}" for name in mask.named_in(answer_body) if name not in sent]
        for name, value in passed.answer_headers:
            if name.lower() not in self._headers:
                leaks += [f"header {name}: {one}" for one in mask.named_in(value) if one not in sent]
        times = {"started": passed.started, "ended": passed.ended}
        leaked = tuple(leaks) if answer is not None else ()
        return Exchange(passed.number, request, answer, passed.failure, leaked, left_out=passed.left_out, **times)

    def _credentials(self, passed: Passed) -> Credentials:
        if passed.is_seen_whole and not any(name.lower() in self._headers for name, _ in passed.headers):
            queries = {part.partition("=")[0].lower() for part in passed.path.partition("?")[2].split("&")}
            if not queries & self._queries:
                return "none"
        return "unknown" if passed.status == 401 or not passed.is_accepted else "run"

    def _kept(self, headers: Headers, mask: Masking) -> Headers:
        """Without credentials, and without what is no longer true of a decoded body."""
        dropped = (*self._headers, *_DECODED)
        return tuple((name, mask.text(value)) for name, value in headers if name.lower() not in dropped)

    def _other(self, passed: Passed, mask: Masking) -> Exchange:
        request = Request(PASSED, passed.method, mask.text(passed.path.partition("?")[0]), server=passed.server)
        answer = None if passed.status is None else Answer(passed.status, (), b"", 0.0)
        return Exchange(
            passed.number,
            request,
            answer,
            passed.failure,
            started=passed.started,
            ended=passed.ended,
            left_out=passed.left_out or OTHER_PATH,
        )


def _cookies(value: str) -> list[str]:
    return [part.partition("=")[2].strip() for part in value.split(";") if "=" in part]


def _credential_places(resource: Resource) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the headers and of the query parameters that carry credentials, in lower case."""
    components = resource.document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    headers, queries = {*_ALWAYS, *_KNOWN}, {"access_token", "api_key"}
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        if isinstance(scheme, dict) and scheme.get("type") == "apiKey" and isinstance(scheme.get("name"), str):
            {"header": headers, "query": queries}.get(scheme.get("in", ""), set()).add(scheme["name"].lower())
    return frozenset(headers), frozenset(queries)
