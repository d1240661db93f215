"""One HTTP call with bounds: on time, on the size of the answer, on redirects (none is followed).

``requests`` knows how to reach an origin: proxies, certificates. Asked once for that, it is not asked for each call,
which costs it more than the call itself. A watchdog closes the connection at the deadline, whatever still drips, and
bodies are read in pieces up to a limit.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from contracts import __version__
from contracts.errors import UsageError
from contracts.record.exchange import Answer, Headers

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a decoded body beyond which it is cut: far above any customer, far below any harm."""


_DIRECT = {"http": "", "https": ""}
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"voucherify-contracts/{__version__}",
}


class Failed(Exception):
    """No answer: the reason in words, without URL or credentials."""


class Unsent(Failed):
    """No connection: so nothing was carried out either."""


class _Watchdog:
    """Knows the sockets of a transport, to end a call that outlasts its deadline. One thread for all its calls."""

    def __init__(self) -> None:
        self.sockets: set[socket.socket] = set()
        self.expired = False
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._is_asleep = False
        self._is_closed = False
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def until(self, seconds: float) -> Iterator[None]:
        with self._changed:
            self.expired = False
            self._deadline = time.monotonic() + seconds
            # http.client gives up a connection that is to be closed before its body is read: watched until it is shut
            self.sockets = {one for one in self.sockets if one.fileno() != -1}
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
            elif self._is_asleep:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._deadline = None

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _watch(self) -> None:
        """Wakes up when a deadline may have come, which for quick calls is seldom."""
        with self._changed:
            while not self._is_closed:
                left = None if self._deadline is None else self._deadline - time.monotonic()
                if left is not None and left <= 0:
                    self._expire()
                    continue
                self._is_asleep = left is None
                self._changed.wait(left)

    def _expire(self) -> None:
        self.expired = True
        self._deadline = None
        for one in list(self.sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _pools(watchdog: _Watchdog) -> dict[str, Any]:
    """urllib3's pools, with connections that tell the watchdog of their sockets."""

    class Told:
        """The connection's part that tells; beside one of urllib3's, whose methods it extends."""

        sock: socket.socket

        def connect(self) -> None:
            super().connect()  # type: ignore[misc]
            watchdog.sockets.add(self.sock)

    class Plain(Told, HTTPConnection):
        pass

    class Secure(Told, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


@dataclass(frozen=True)
class _Way:
    """The connections to an origin; ``before_path`` is what a proxy must be told before the path."""

    pool: HTTPConnectionPool
    before_path: str


class Transport:
    """Connections to an origin, used again. ``timeout`` in seconds bounds each whole call. For one thread."""

    def __init__(self, timeout: float = 10.0, ca_bundle: str | None = None) -> None:
        self.timeout = timeout
        if ca_bundle:
            trusting(ca_bundle)  # told now, and not at the first request
        self._verify = ca_bundle or None
        self._watchdog = _Watchdog()
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
            adapter.poolmanager.pool_classes_by_scheme = _pools(self._watchdog)
            self._session.mount(scheme, adapter)
        self._ways: dict[tuple[str, str], _Way] = {}

    def call(self, method: str, url: str, headers: Headers, body: bytes | None) -> Answer:
        """Send and read the whole answer, or as much as the bounds allow. Raises Failed."""
        start = time.monotonic()
        parts = urlsplit(url)
        with self._watchdog.until(self.timeout):
            try:
                way = self._way(parts.scheme, parts.netloc)
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                response = way.pool.urlopen(
                    method,
                    way.before_path + target,
                    body,
                    {**_HEADERS, **dict(headers)},
                    retries=False,
                    redirect=False,
                    assert_same_host=False,
                    timeout=urllib3.Timeout(min(5.0, self.timeout), self.timeout),
                    preload_content=False,
                    decode_content=False,
                )
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise self._failed(error) from None
            data, cut = self._read(response)
            got = tuple((str(name), str(value)) for name, value in response.headers.items())
            if cut:
                response.close()
            response.release_conn()
        return Answer(response.status, got, data, time.monotonic() - start, cut)

    def close(self) -> None:
        self._session.close()
        self._watchdog.close()

    def _way(self, scheme: str, netloc: str) -> _Way:
        """How ``requests`` would reach the origin, by the environment's proxies and certificates."""
        if (scheme, netloc) not in self._ways:
            origin = f"{scheme}://{netloc}/"
            prepared = requests.Request("GET", origin).prepare()
            direct = _DIRECT if is_loopback(origin) else {}
            settings = self._session.merge_environment_settings(origin, direct, True, self._verify, None)
            adapter = self._session.get_adapter(origin)
            assert isinstance(adapter, HTTPAdapter)  # noqa: S101 - mounted in the beginning
            pool = adapter.get_connection_with_tls_context(
                prepared, settings["verify"], proxies=settings["proxies"], cert=None
            )
            assert isinstance(pool, HTTPConnectionPool)  # noqa: S101 - requests declares less than it gives
            asked = adapter.request_url(prepared, settings["proxies"])
            self._ways[scheme, netloc] = _Way(pool, asked.removesuffix("/"))
        return self._ways[scheme, netloc]

    def _read(self, response: urllib3.BaseHTTPResponse) -> tuple[bytes, str | None]:
        parts: list[bytes] = []
        size = 0
        expected = _announced(response)
        try:
            while part := response.read1(65536, decode_content=True):
                parts.append(part)
                size += len(part)
                if self._watchdog.expired:
                    return b"".join(parts), f"the answer was not complete after {self.timeout:g} s"
                if size > MAX_BODY:
                    return b"".join(parts)[:MAX_BODY], f"the answer is longer than {MAX_BODY // 1024 // 1024} MiB"
        except urllib3.exceptions.IncompleteRead as error:
            missing = f"{error.expected} bytes before" if error.expected else "before"
            return b"".join(parts), self._late() or f"the connection ended {missing} the announced end"
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            reason = f"the answer could not be read to its end ({type(error).__name__})"
            return b"".join(parts), self._late() or reason
        if expected is not None and response.tell() < expected:
            return b"".join(parts), self._late() or "the connection ended before the announced end"
        return b"".join(parts), self._late()

    def _late(self) -> str | None:
        return f"the answer was not complete after {self.timeout:g} s" if self._watchdog.expired else None

    def _failed(self, error: Exception) -> Failed:
        if self._watchdog.expired or isinstance(error, urllib3.exceptions.ReadTimeoutError):
            return Failed(f"no answer within {self.timeout:g} s")
        if isinstance(error, urllib3.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
            return Unsent("the proxy that HTTP_PROXY or HTTPS_PROXY names does not let the call through")
        if isinstance(error, urllib3.exceptions.NewConnectionError):
            return Unsent("nobody answers at that address")
        if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
            return Unsent("no connection within the time-out")
        if isinstance(error, urllib3.exceptions.SSLError):
            return Unsent("TLS: the certificate or the handshake was refused (--ca-bundle trusts a private CA)")
        text = str(error)
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


def trusting(ca_bundle: str) -> ssl.SSLContext:
    """TLS that trusts a private CA. Raises UsageError for a file that holds no certificates."""
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"--ca-bundle {ca_bundle}: no certificates in PEM can be read from it ({why})") from None


def _announced(response: urllib3.BaseHTTPResponse) -> int | None:
    """The Content-Length of a body that comes as it is, in bytes."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdigit() and len(length) < 16 else None
