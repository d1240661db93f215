"""Processes that share the work: they end with the first one, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from typing import Any

_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def workers_of(count: int, start: Callable[..., None], given: tuple[Any, ...]) -> Iterator[ProcessPoolExecutor]:
    """``count`` processes that each called ``start(*given)``. What is raised in the block ends them at once."""
    pool = ProcessPoolExecutor(count, _context(), _started, (start, given))
    try:
        with _undisturbed():
            pool.submit(int)
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def stopping() -> Iterator[None]:
    """SIGTERM ends what is in the block as Ctrl-C does."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop) if threading.current_thread() is threading.main_thread() else None
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait: one that comes in the middle of a fork is swallowed by the interpreter's own clean-up there."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        _disturbed()


def _disturbed() -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _context() -> BaseContext:
    """Forked workers need not import everything again; where threads run, a fork is not safe."""
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    return get_context("fork" if is_safe else "spawn")


def _started(start: Callable[..., None], given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's to answer
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _disturbed()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start(*given)


def _end_with_parent() -> None:
    """Nobody waits for the work any more, and an open pipe would keep others waiting."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)
