"""One HTTP call with bounds: on time, on the size of the answer, on redirects (none is followed).

``requests`` bounds the wait for each read, not the whole call, and a body not at all: both are done here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from contracts import __version__
from contracts.exchange import Answer, Headers

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a decoded body beyond which it is cut: far above any customer, far below any harm."""


@dataclass(frozen=True)
class Failed(Exception):
    """No answer: ``reason`` in words, without URL or credentials."""

    reason: str
    sent: bool
    """May the request have reached the server?"""

    def __str__(self) -> str:
        return self.reason


class _AsGiven(AuthBase):
    """Keeps requests from adding credentials of its own from a netrc file."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class Transport:
    """A session with connection re-use. ``timeout`` in seconds bounds each whole call."""

    def __init__(self, timeout: float = 10.0, ca_bundle: str | None = None) -> None:
        self.timeout = timeout
        self.session = requests.Session()
        self.session.auth = _AsGiven()
        self.session.headers.clear()
        self.session.headers.update(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": f"voucherify-contracts/{__version__}",
            }
        )
        if ca_bundle:
            self.session.verify = ca_bundle
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))

    def call(self, method: str, url: str, headers: Headers, body: bytes | None) -> Answer:
        """Send and read the whole answer, or as much as the bounds allow. Raises Failed."""
        start = time.monotonic()
        deadline = start + self.timeout
        try:
            response = self.session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                stream=True,
                allow_redirects=False,
                timeout=(min(5.0, self.timeout), self.timeout),
            )
        except requests.exceptions.RequestException as error:
            raise _failed(error, self.timeout) from None
        with response:
            data, cut = _read(response, deadline, self.timeout)
            got = tuple((str(name), str(value)) for name, value in response.raw.headers.items())
            if cut:
                response.raw.close()
        return Answer(response.status_code, got, data, time.monotonic() - start, cut)

    def close(self) -> None:
        self.session.close()


def _read(response: requests.Response, deadline: float, timeout: float) -> tuple[bytes, str | None]:
    parts: list[bytes] = []
    size = 0
    try:
        while True:
            if time.monotonic() > deadline:
                return b"".join(parts), f"the answer was not complete after {timeout:g} s"
            part = response.raw.read1(65536, decode_content=True)
            if not part:
                return b"".join(parts), None
            parts.append(part)
            size += len(part)
            if size > MAX_BODY:
                return b"".join(parts), f"the answer is longer than {MAX_BODY // 1024 // 1024} MiB"
    except urllib3.exceptions.IncompleteRead as error:
        return b"".join(parts), f"the connection ended {error.expected} bytes before the announced end"
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        return b"".join(parts), f"the answer could not be read to its end ({type(error).__name__})"


def _failed(error: Exception, timeout: float) -> Failed:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Failed("no connection within the time-out", sent=False)
    if isinstance(error, requests.exceptions.ReadTimeout):
        return Failed(f"no answer within {timeout:g} s", sent=True)
    if isinstance(error, requests.exceptions.SSLError):
        return Failed("TLS: the certificate or the handshake was refused", sent=False)
    if isinstance(error, requests.exceptions.ConnectionError):
        text = str(error)
        if "NewConnectionError" in text or "Name or service" in text or "NameResolution" in text:
            return Failed("nobody answers at that address", sent=False)
        if "RemoteDisconnected" in text:
            return Failed("the connection was closed without an answer", sent=True)
        if "reset" in text.lower():
            return Failed("the connection was reset", sent=True)
        return Failed("the answer is not HTTP, or the connection broke", sent=True)
    return Failed(f"the call failed ({type(error).__name__})", sent=True)
