"""To whom credentials may be sent: a record or a ledger names a target, and may come from anybody.

So the user names it as well, on the command line or in the configuration, or confirms it where there is a terminal.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

import click

from contracts.client.address import base_url
from contracts.client.credentials import Credentials
from contracts.errors import UsageError
from contracts.report.body import visible


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454). ``url`` is one that ``base_url`` has let through."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def confirm(url: str, whence: str, named: str | None, credentials: Credentials, command: Sequence[str]) -> None:
    """May the credentials go to ``url``, which ``whence`` names? ``named`` is what the user did.

    Raises UsageError with the ``command`` to type where nobody can be asked.
    """
    if named is not None and origin(base_url(named, "")) == origin(url):
        return
    if not credentials.secrets():
        return
    where = visible(url, 300)
    if sys.stdin is not None and sys.stdin.isatty():
        if click.confirm(f"{whence} names {where}. Send the credentials of this environment there?", err=True):
            return
        raise UsageError(f"{where}: nothing was sent")
    line = shlex.join([*command, "--target", where])
    raise UsageError(f"{whence} names {where}, and credentials go to no target that you do not name; type: {line}")
