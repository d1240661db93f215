"""One HTTP call with bounds: on time, on the size of the answer, on redirects (none is followed).

``requests`` bounds the wait for each read, neither the whole call nor a body. Here a watchdog closes the connection
at the deadline, whatever still drips, and bodies are read in pieces up to a limit.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from contracts import __version__
from contracts.errors import UsageError
from contracts.exchange import Answer, Headers

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a decoded body beyond which it is cut: far above any customer, far below any harm."""


_DIRECT = {"http": "", "https": ""}


class Failed(Exception):
    """No answer: the reason in words, without URL or credentials."""


class Unsent(Failed):
    """No connection: so nothing was carried out either."""


class _AsGiven(AuthBase):
    """Keeps requests from adding credentials of its own from a netrc file."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class _Watched:
    """Knows the sockets of the session, to end a call that outlasts its deadline."""

    def __init__(self) -> None:
        self.sockets: set[socket.socket] = set()
        self.expired = False

    @contextlib.contextmanager
    def until(self, seconds: float) -> Iterator[None]:
        self.expired = False
        # http.client gives up a connection that is to be closed before its body is read: it is watched until it is shut
        self.sockets = {one for one in self.sockets if one.fileno() != -1}
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        for one in list(self.sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _pools(watched: _Watched) -> dict[str, Any]:
    """urllib3's pools, with connections that tell the watchdog of their sockets."""

    class Told:
        """The connection's part that tells; beside one of urllib3's, whose methods it extends."""

        sock: socket.socket

        def connect(self) -> None:
            super().connect()  # type: ignore[misc]
            watched.sockets.add(self.sock)

    class Plain(Told, HTTPConnection):
        pass

    class Secure(Told, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


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
        self._verify = _checked(ca_bundle) if ca_bundle else None
        self._watched = _Watched()
        for scheme in ("http://", "https://"):
            adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            adapter.poolmanager.pool_classes_by_scheme = _pools(self._watched)
            self.session.mount(scheme, adapter)

    def call(self, method: str, url: str, headers: Headers, body: bytes | None) -> Answer:
        """Send and read the whole answer, or as much as the bounds allow. Raises Failed."""
        start = time.monotonic()
        with self._watched.until(self.timeout):
            try:
                response = self.session.request(
                    method,
                    url,
                    headers=dict(headers),
                    data=body,
                    stream=True,
                    allow_redirects=False,
                    verify=self._verify,
                    proxies=_DIRECT if is_loopback(url) else None,
                    timeout=(min(5.0, self.timeout), self.timeout),
                )
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise self._failed(error) from None
            with response:
                data, cut = self._read(response)
                got = tuple((str(name), str(value)) for name, value in response.raw.headers.items())
                if cut:
                    response.raw.close()
        return Answer(response.status_code, got, data, time.monotonic() - start, cut)

    def close(self) -> None:
        self.session.close()

    def _read(self, response: requests.Response) -> tuple[bytes, str | None]:
        parts: list[bytes] = []
        size = 0
        expected = _announced(response)
        try:
            while part := response.raw.read1(65536, decode_content=True):
                parts.append(part)
                size += len(part)
                if self._watched.expired:
                    return b"".join(parts), f"the answer was not complete after {self.timeout:g} s"
                if size > MAX_BODY:
                    return b"".join(parts)[:MAX_BODY], f"the answer is longer than {MAX_BODY // 1024 // 1024} MiB"
        except urllib3.exceptions.IncompleteRead as error:
            missing = f"{error.expected} bytes before" if error.expected else "before"
            return b"".join(parts), self._late() or f"the connection ended {missing} the announced end"
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            reason = f"the answer could not be read to its end ({type(error).__name__})"
            return b"".join(parts), self._late() or reason
        if expected is not None and response.raw.tell() < expected:
            return b"".join(parts), self._late() or "the connection ended before the announced end"
        return b"".join(parts), self._late()

    def _late(self) -> str | None:
        return f"the answer was not complete after {self.timeout:g} s" if self._watched.expired else None

    def _failed(self, error: Exception) -> Failed:
        if self._watched.expired or isinstance(error, requests.exceptions.ReadTimeout):
            return Failed(f"no answer within {self.timeout:g} s")
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return Unsent("no connection within the time-out")
        if isinstance(error, requests.exceptions.ProxyError):
            return Unsent("the proxy that HTTP_PROXY or HTTPS_PROXY names does not let the call through")
        if isinstance(error, requests.exceptions.SSLError):
            return Unsent("TLS: the certificate or the handshake was refused (--ca-bundle trusts a private CA)")
        text = str(error)
        if any(name in text for name in ("NewConnectionError", "Name or service", "NameResolution")):
            return Unsent("nobody answers at that address")
        if "RemoteDisconnected" in text:
            return Failed("the connection was closed without an answer")
        if "reset" in text.lower():
            return Failed("the connection was reset")
        if "got more than" in text or "LineTooLong" in text or "too many headers" in text.lower():
            return Failed("the answer's headers are longer than any server needs")
        return Failed("the answer is not HTTP, or the connection broke")


def is_loopback(url: str) -> bool:
    """Is it this machine? A proxy of the environment cannot know its ports."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _checked(ca_bundle: str) -> str:
    """The path of a private CA. Raises UsageError for a file that holds no certificates."""
    try:
        ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"--ca-bundle {ca_bundle}: no certificates in PEM can be read from it ({why})") from None
    return ca_bundle


def _announced(response: requests.Response) -> int | None:
    """The Content-Length of a body that comes as it is, in bytes."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() and len(length) < 16 else None
