"""An audit on a Dask cluster. What Dask cannot tell in one line is told here: nobody there, all workers lost."""

from __future__ import annotations

import importlib
import logging
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from typing import Any

from contracts.audit.engine import Engine
from contracts.audit.storage import one_line
from contracts.audit.tally import Tally
from contracts.errors import DocumentError, UsageError

SCHEME = "dask://"
SPAN = 128 * 1024 * 1024
"""Bytes of one task: a second of work, of which a lost worker loses one."""
CONNECT = 10.0
"""Seconds in which the scheduler must answer."""
LOST = 60.0
"""Seconds without a worker, or without the scheduler, after which nobody is waited for any more."""
LOOK = 1.0
"""Seconds between two looks at who is still there."""

_ADDRESS = re.compile(r"dask://([^/\s]+:\d+)/?")


def address_of(engine: str) -> str:
    """Where the scheduler of ``dask://HOST:PORT`` is. Raises UsageError."""
    match = _ADDRESS.fullmatch(engine)
    if match is None:
        raise UsageError(f"--engine {engine}: is neither local nor dask://HOST:PORT")
    return f"tcp://{match[1]}"


@contextmanager
def cluster(engine: str) -> Iterator[Engine]:
    """The workers of the scheduler at ``engine``."""
    address = address_of(engine)
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise UsageError(f"--engine {engine}: pip install 'voucherify-contracts[audit-dask]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # told in one line, here
    try:
        client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DocumentError(f"{engine}: no scheduler answers ({one_line(error)}); start one: dask scheduler") from None
    try:
        watch = _Watch(client, engine)
        watch.look()
        threads = max(sum(client.nthreads().values()), 1)
        executor = client.get_executor(pure=False)
        yield Engine(executor, 3 * threads, SPAN, whole=True, result=watch.result, is_elsewhere=True)
    finally:
        client.close(timeout=CONNECT)


class _Watch:
    """Waits for results as long as somebody may bring them."""

    def __init__(self, client: Any, engine: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._engine = engine
        self._clock = clock
        self._last = clock()

    def result(self, future: Future[list[Tally]]) -> list[Tally]:
        while True:
            try:
                return future.result(timeout=LOOK)
            except NotYet:
                self.look()
            except DocumentError:
                raise
            except CancelledError:
                raise DocumentError(f"{self._engine}: a task was cancelled there") from None
            except Exception as error:  # noqa: BLE001 - whatever a task raised there
                raise self._told(error) from None

    def look(self) -> None:
        """Raises DocumentError where nobody has been there for too long."""
        is_running = self._client.status == "running"
        workers: dict[str, Any] = {}
        if is_running:
            try:
                workers = self._client.scheduler_info(n_workers=-1)["workers"]
            except OSError:
                is_running = False
        if workers:
            self._last = self._clock()
        elif self._clock() - self._last > LOST:
            who = "no worker is there" if is_running else "the scheduler does not answer"
            raise DocumentError(f"{self._engine}: {who} since {LOST:.0f} s; start some: dask worker {self._engine[7:]}")

    def _told(self, error: Exception) -> DocumentError:
        kind = type(error).__name__
        if kind == "KilledWorker":
            return DocumentError(f"{self._engine}: a task ended worker after worker, for want of memory perhaps")
        if isinstance(error, ImportError):
            return DocumentError(f"{self._engine}: a worker lacks a package ({one_line(error)}); install it there")
        return DocumentError(f"{self._engine}: a task failed there ({kind}: {one_line(error)})")
