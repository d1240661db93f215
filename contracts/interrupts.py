"""One signal asks a run to end in order, a second one leaves at once.

A handler that raises may do so inside a lock of the connection pool, which then stays held for ever. So this one notes
the signal, and ends whatever waits; who sends looks at it between two calls.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LEFT = 130
"""As a shell has it for a program that Ctrl-C ended."""


class Stop:
    """Has the user asked the run to end? Set by a signal's handler at any moment, so that it holds no lock."""

    def __init__(self) -> None:
        self._is_set = False
        self._pipe = os.pipe()

    def __bool__(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        with suppress(OSError):
            os.write(self._pipe[1], b".")

    def clear(self) -> None:
        self._is_set = False

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until it is set, which it says."""
        if not self._is_set and seconds > 0:
            select.select([self._pipe[0]], [], [], seconds)
        return self._is_set

    def __del__(self) -> None:
        for one in self._pipe:
            with suppress(OSError):
                os.close(one)


_stop: Stop | None = None
"""The one of the handlers that are installed."""
_left: list[Callable[[], str]] = []
"""Each says what a run that is left now would leave behind, and how to clean up."""


def install() -> Stop:
    """Handle the signals from now on. One that is ignored, as under ``nohup``, stays so."""
    global _stop
    _stop = Stop()
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _handle)
    return _stop


def came() -> bool:
    """Did a signal ask to end?"""
    return bool(_stop)


def finished() -> None:
    """All is told: a signal that comes while the interpreter ends changes nothing any more."""
    for number in SIGNALS:
        if signal.getsignal(number) is _handle:
            signal.signal(number, signal.SIG_IGN)


def expected() -> None:
    """The signal was the usual way to end, so that nothing was interrupted."""
    if _stop is not None:
        _stop.clear()


def leave_at_once() -> None:
    """The usual handlers again, for what has nothing to clean up. Raises KeyboardInterrupt where one came already."""
    global _stop
    came, _stop = bool(_stop), None
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is _handle:
            signal.signal(number, usual)
    if came:
        raise KeyboardInterrupt


@contextmanager
def stopping() -> Iterator[Stop]:
    """The stop of the handlers installed; where there are none, they are, for the length of the block."""
    global _stop
    if _stop is not None:
        yield _stop
        return
    if threading.current_thread() is not threading.main_thread():
        yield Stop()
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        yield install()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _stop = None


@contextmanager
def leaving(left: Callable[[], str]) -> Iterator[None]:
    """For the length of the block ``left`` says what a second signal would leave behind."""
    _left.append(left)
    try:
        yield
    finally:
        _left.remove(left)


def _handle(number: int, frame: FrameType | None) -> None:
    if _stop is None:
        return
    if _stop:
        _leave()
    _stop.set()


def _leave() -> NoReturn:
    """Without a word of Python's own: a lock may be held, and threads may wait."""
    told = "; ".join(text for left in _left if (text := left())) or "nothing is left behind"
    with suppress(OSError, AttributeError):
        cursor = "\033[?25h\n" if sys.stderr.isatty() else ""
        os.write(2, f"{cursor}contracts: interrupted twice: {told}\n".encode(errors="backslashreplace"))
    os._exit(LEFT)
