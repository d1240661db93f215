"""The server on a socket: up for the length of a ``with`` block, in a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from contracts.errors import UsageError
from contracts.mock.answers import customer_body
from contracts.mock.api import Api
from contracts.mock.auth import Keys
from contracts.mock.hooks import Hooks
from contracts.mock.rate import RateLimit
from contracts.mock.registry import hooks_for
from contracts.mock.seeds import KNOWN_CUSTOMERS


@dataclass(frozen=True)
class MockServer:
    """A server that is up: where it listens, what it accepts, and, for tests, what it has stored."""

    url: str
    app_id: str
    app_token: str
    oauth_token: str
    known_customers: tuple[str, ...]
    customers: Callable[[], list[dict[str, Any]]]


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


@contextmanager
def running(
    faults: Sequence[str] = (),
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    variant: str | None = None,
    rate_limit: RateLimit | None = None,
    keys: Keys | None = None,
) -> Iterator[MockServer]:
    """Serve for the length of the block: listening when it is entered, the port free again after it.

    :param port: 0 takes a free one.
    :param keys: the credentials to accept; random ones if not given.
    :raises UsageError: an unknown fault or variant, or a port that cannot be had.
    """
    # uvicorn takes a tenth of a second to load, which a run on another target need not wait for.
    from contracts.mock.app import server_of

    keys = keys or Keys()
    api = create_api(faults, variant=variant, rate_limit=rate_limit, keys=keys)
    listener = _listen(host, port)
    server = server_of(api, is_quiet=bool(faults))
    thread = threading.Thread(target=server.run, args=([listener],), name="mock-server", daemon=True)
    address = f"[{host}]" if ":" in host else host
    thread.start()
    try:
        yield MockServer(
            url=f"http://{address}:{listener.getsockname()[1]}",
            app_id=keys.app_id,
            app_token=keys.app_token,
            oauth_token=keys.oauth_token,
            known_customers=KNOWN_CUSTOMERS,
            customers=lambda: [customer_body(customer) for customer in list(api.store.customers.values())],
        )
    finally:
        server.stop()
        thread.join(timeout=5)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that queues connections from now on, so that nobody has to poll until uvicorn is up.

    :raises UsageError: the port is taken, or the host is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only for a socket that names TCP; with it, an answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"cannot listen on {host}:{port}: {reason}") from None
    return listener
