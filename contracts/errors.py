"""What can go wrong outside our own code, with the exit code each kind ends in."""

from __future__ import annotations


class ContractsError(Exception):
    """An error to be told in one line: what was wrong, where, what to do. Never a traceback."""

    exit_code = 2


class UsageError(ContractsError):
    """A wrong option, file, URL or configuration: exit 2."""


class DocumentError(UsageError):
    """A document that cannot be read as what it should be: exit 2."""


class InterruptedRunError(ContractsError):
    """Stopped by the user before there was anything to tell: exit 3. (A second signal leaves with 130, by itself.)"""

    exit_code = 3


class SetUpError(ContractsError):
    """The target cannot be judged at all (unreachable, wrong credentials): exit 3."""

    exit_code = 3
