"""Runs the user's own command, an app's tests, with the proxy's address in its environment."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

from contracts.errors import UsageError
from contracts.interrupts import Stop

LOOK = 0.05
"""Seconds between two looks at whether the command has ended."""


def run(command: Sequence[str], environment: Mapping[str, str], stop: Stop, between: Callable[[], None]) -> int:
    """The command's exit code, as a shell has it. ``between`` is called while it runs.

    Where the user stops the run, the command is stopped too, and waited for. Raises UsageError where it cannot begin.
    """
    try:
        process = subprocess.Popen(list(command), env=dict(environment))  # noqa: S603 - the user's own command
    except OSError as error:
        raise UsageError(f"{command[0]}: cannot be run ({error.strerror}); give a COMMAND after --") from None
    while True:
        try:
            code = process.wait(LOOK)
            return 128 - code if code < 0 else code
        except subprocess.TimeoutExpired:
            if stop:
                _ask_to_end(process)
                code = process.wait()
                return 128 - code if code < 0 else code
            between()


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C reaches the whole group of a terminal; a signal from elsewhere reached us alone."""
    if not (os.isatty(0) and os.getpgid(process.pid) == os.getpgrp()):
        process.send_signal(signal.SIGINT)
