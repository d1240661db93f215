"""Recorded traffic as blocks of lines, by what a file holds and not by its name; never a whole file in memory.

NDJSON is cut at its line ends; HAR files and JSON arrays are streamed and become a line an entry. ``-`` is stdin.
"""

from __future__ import annotations

import gzip
import io
import itertools
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import ijson
import msgspec

from contracts.audit.depth import MARK, Reader, Shallow
from contracts.errors import DocumentError

BLOCK = 8 * 1024 * 1024
"""Bytes of one block, about; a line is never cut."""
LONGEST = 64 * 1024 * 1024
"""Bytes of a line, or of a document printed over several lines, beyond which it is no answer of anybody's."""

TOO_DEEP = b"# nested too deeply to be read"
"""The line of an entry that was."""

_HAR = re.compile(rb'\s*\{\s*"log"\s*:')
_GZIP = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"
"""A byte order mark, which editors put before a file and no server before each answer."""


@dataclass(frozen=True)
class Span:
    """A block that a worker reads for itself: ``start`` to ``end`` of the file at ``path``."""

    path: str
    start: int
    end: int

    def read(self) -> bytes:
        try:
            with Path(self.path).open("rb") as file:
                file.seek(self.start)
                return file.read(self.end - self.start)
        except OSError as error:
            raise DocumentError(f"{self.path}: cannot be read any more ({error.strerror})") from None


@dataclass(frozen=True)
class Block:
    """A block already read. ``size`` in bytes is its part of the source, before it was unpacked."""

    data: bytes
    size: int

    def read(self) -> bytes:
        return self.data


def size_of(name: str) -> int | None:
    """Bytes to read, for the progress bar; None where nobody knows."""
    return Path(name).stat().st_size if name != "-" and Path(name).is_file() else None


def blocks(name: str) -> Iterator[Span | Block]:
    """The blocks of the file ``name``, in order. Raises DocumentError for what is no recorded traffic."""
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(_opened(name))
            packed = raw.peek(2)[:2] == _GZIP
            file = stack.enter_context(gzip.open(raw)) if packed else raw
            yield from _blocks(name, cast("io.BufferedReader", file), raw)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"{name}: cannot be read ({reason})") from None
    except ijson.JSONError as error:
        raise DocumentError(f"{name}: is cut or is no JSON: {str(error).splitlines()[0][:160]}") from None


def _opened(name: str) -> io.BufferedReader:
    if name == "-":
        return cast("io.BufferedReader", sys.stdin.buffer)
    if Path(name).is_dir():
        raise DocumentError(f"{name}: is a folder; name the files in it, as in {name.rstrip('/')}/*.har")
    return Path(name).open("rb")


def _blocks(name: str, file: io.BufferedReader, raw: io.BufferedReader) -> Iterator[Span | Block]:
    head = file.peek(65536)
    while len(head) < 64 and not head.strip():  # a pipe gives what it has
        if not file.read(len(head)):
            raise DocumentError(f"{name}: is empty; give answers in HAR or NDJSON")
        head = file.peek(65536)
    if head.startswith(_MARK):
        file.read(len(_MARK))
        head = file.peek(65536)
    start = head.lstrip()
    if _HAR.match(start):
        yield from _entries(file, raw, "log.entries.item")
    elif start.startswith(b"["):
        yield from _entries(file, raw, "item")
    elif not start.startswith(b"{"):
        raise DocumentError(f"{name}: is no recorded traffic (it begins with {start[:20]!r}); give HAR or NDJSON")
    elif _is_printed_over_lines(head):
        yield from _one_document(name, file)
    elif file is not raw or name == "-":
        yield from _lines(file, raw)
    else:
        yield from _spans(name, file)


def _is_printed_over_lines(head: bytes) -> bool:
    """Does the first line end where no JSON object does?"""
    line, end, _ = head.lstrip().partition(b"\n")
    return bool(end) and not line.rstrip().endswith(b"}")


def _spans(name: str, file: IO[bytes]) -> Iterator[Span]:
    start = file.tell()
    while True:
        file.seek(start + BLOCK)
        rest = len(file.readline(LONGEST))
        end = min(start + BLOCK + rest, Path(name).stat().st_size)
        if end <= start:
            return
        yield Span(name, start, end)
        start = end


def _lines(file: IO[bytes], raw: io.BufferedReader) -> Iterator[Block]:
    at = _place(raw)
    while data := file.read(BLOCK):
        data += file.readline(LONGEST)
        before, at = at, _place(raw)
        yield Block(data, at - before if raw.seekable() else len(data))


def _one_document(name: str, file: IO[bytes]) -> Iterator[Block]:
    data = file.read(LONGEST)
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise DocumentError(f"{name}: is neither NDJSON (an object a line) nor one JSON document") from None
    yield Block(msgspec.json.encode(value), len(data))


def _entries(file: IO[bytes], raw: io.BufferedReader, path: str) -> Iterator[Block]:
    at = _place(raw)
    encode = msgspec.json.Encoder(decimal_format="number").encode  # ijson keeps every digit of a number so
    cut = MARK.encode()
    encoded = (
        TOO_DEEP if cut in line else line for line in map(encode, ijson.items(Shallow(cast("Reader", file)), path))
    )
    while batch := list(itertools.islice(encoded, 200)):
        before, at = at, _place(raw)
        yield Block(b"\n".join(batch), at - before if raw.seekable() else sum(map(len, batch)))


def _place(raw: io.BufferedReader) -> int:
    return raw.tell() if raw.seekable() else 0
