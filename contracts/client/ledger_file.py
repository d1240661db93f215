"""A ledger on the disk: what is written to it, and what of one that somebody else may have written is believed.

A ledger says what is deleted at a server, with the user's credentials. So what one of ours could not hold is refused.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from contracts.client.address import base_url
from contracts.client.identity import Identity, as_name
from contracts.errors import DocumentError, UsageError
from contracts.spec.security import Security

LONGEST_LINE = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
_PREFIX = re.compile(r"contracts-[0-9a-z]{3,}-[0-9A-Za-z-]*")
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[^\x00-\x1f\x7f-\x9f\s/?#\\\ud800-\udfff]+)+/?")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def is_prefix(text: str) -> bool:
    """Is it what the names of a run begin with, and those of nobody else?"""
    return _PREFIX.fullmatch(text) is not None


class LedgerFile:
    """Appends lines, each written through to the disk. Raises OSError for a link, a pipe, or what cannot be opened."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _NO_LINK, 0o666)
        self._is_broken = False
        try:
            _check_plain(self._descriptor)
            self._end_at_a_line()
        except OSError:
            self.close()
            raise

    def write(self, line: Mapping[str, Any]) -> None:
        """Raises OSError where the line is not on the disk."""
        if self._is_broken:
            raise OSError(0, "an earlier line could not be written")
        data = json.dumps(line).encode("ascii") + b"\n"
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError:
            self._is_broken = True
            raise

    def try_to_write(self, line: Mapping[str, Any]) -> None:
        try:
            self.write(line)
        except OSError:
            self._is_broken = True

    def _end_at_a_line(self) -> None:
        """Take off the line that was being written when the run was killed, else the next one would spoil both."""
        size = os.lseek(self._descriptor, 0, os.SEEK_END)
        last = os.pread(self._descriptor, LONGEST_LINE, max(0, size - LONGEST_LINE))
        if last and not last.endswith(b"\n"):
            os.ftruncate(self._descriptor, size - len(last) + last.rfind(b"\n") + 1)

    def close(self) -> None:
        os.close(self._descriptor)


def _check_plain(descriptor: int) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(0, "it is no plain file")


class About(msgspec.Struct, frozen=True):
    """Whom a ledger is about: what its first line says. No secret: ``security`` are the ways in."""

    prefix: str
    target: str
    identity: Identity
    security: Security = ()
    headers: tuple[tuple[str, str], ...] = ()


class LedgerLine(msgspec.Struct, forbid_unknown_fields=True):
    """One of: a create is to be sent, an id came back, nobody has the name, the id is deleted."""

    intends: str | msgspec.UnsetType | None = msgspec.UNSET
    created: str | msgspec.UnsetType = msgspec.UNSET
    name: str | None = None
    gone: str | msgspec.UnsetType = msgspec.UNSET
    deleted: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def is_sound(self) -> bool:
        given = [one for one in (self.intends, self.created, self.gone, self.deleted) if one is not msgspec.UNSET]
        names = [one for one in (*given, self.name) if one is not None]
        return len(given) == 1 and all(isinstance(name, str) and as_name(name) is not None for name in names)


def free_path(path: Path) -> Path:
    """``path``, or one like it that nothing stands at."""
    number, found = 1, path
    while found.is_symlink() or found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def read_ledger(path: Path) -> tuple[About, list[LedgerLine]]:
    """Whom the ledger at ``path`` is about, and its lines. Raises DocumentError."""
    lines = _text(path).splitlines()
    about = _about(path, lines[0] if lines else "")
    made: list[LedgerLine] = []
    for number, text in enumerate(lines[1:], 2):
        try:
            line = msgspec.convert(json.loads(text), LedgerLine)
        except (msgspec.ValidationError, RecursionError):
            line = LedgerLine()
        except ValueError:
            if number == len(lines):
                break  # the line that was being written when the run was killed
            line = LedgerLine()
        if not line.is_sound:
            raise DocumentError(f"{path}: line {number} is no line of a ledger")
        made.append(line)
    return about, made


def _text(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINK)
    except OSError as error:
        why = "it is a link" if path.is_symlink() else error.strerror
        raise DocumentError(f"{path}: cannot be read as a ledger ({why})") from None
    try:
        _check_plain(descriptor)
        size = os.fstat(descriptor).st_size
        if size > MOST_BYTES:
            raise DocumentError(f"{path}: is longer than {MOST_BYTES // 1024 // 1024} MiB, as no ledger is")
        data = os.pread(descriptor, size, 0)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read as a ledger ({error.strerror})") from None
    finally:
        os.close(descriptor)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise DocumentError(f"{path}: cannot be read as a ledger (it is no text in UTF-8)") from None


def _about(path: Path, line: str) -> About:
    name = "name a run's report folder or its ledger.ndjson"
    try:
        read = json.loads(line)
        about = msgspec.convert(read, About)
    except (ValueError, RecursionError):
        raise DocumentError(f"{path}: does not begin as a ledger does; {name}") from None
    if read.get("ledger") != 2:
        raise DocumentError(f"{path}: does not begin as a ledger does; {name}")
    if not is_prefix(about.prefix):
        raise DocumentError(f"{path}: its prefix is none that a run of contracts has; {name}")
    try:
        target = base_url(about.target, "")
    except UsageError:
        raise DocumentError(f"{path}: its target is no http(s) URL; {name}") from None
    identity = about.identity
    for one in (identity.path, identity.deletes, identity.reads):
        if one and not _PATH.fullmatch(one.replace("{", "").replace("}", "")):
            raise DocumentError(f"{path}: its path is none of an operation; {name}")
    return msgspec.structs.replace(about, target=target)
