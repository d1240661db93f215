"""Recorded traffic as tasks, by what a source holds and not by its name; never a whole file in memory.

NDJSON is cut at its line ends; HAR files and JSON arrays are streamed and become a line an entry; a row of a table is a
line. A task reads for itself, wherever it runs, and gives blocks of lines: the same ones, however they are grouped.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, cast

import ijson
import msgspec

from contracts.audit import tables
from contracts.audit.compression import BROKEN, is_packed, unpacked
from contracts.audit.depth import MARK, Reader, Shallow
from contracts.audit.storage import STDIN, one_line, opened, size_of, tag_of, told
from contracts.errors import DocumentError

BLOCK = 8 * 1024 * 1024
"""Bytes of one block, about; a line is never cut."""
LONGEST = 64 * 1024 * 1024
"""Bytes of a line, or of a document printed over several lines, beyond which it is no answer of anybody's."""

TOO_DEEP = b"# nested too deeply to be read"
"""The line of an entry that was."""

_HAR = re.compile(rb'\s*\{\s*"log"\s*:')
_NO_TRAFFIC = re.compile(rb'\{\s*"(?:(?P<ledger>ledger)"\s*:\s*\d+\s*,\s*"prefix|\$schema"\s*:\s*"[^"]*sarif)')
"""What stands in a report's folder beside the traffic: a ledger, a SARIF log."""
_MARK = b"\xef\xbb\xbf"
"""A byte order mark, which editors put before a file and no server before each answer."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"{\0", b"\0{", b"[\0", b"\0[")


class NoRecordingError(DocumentError):
    """What a source holds is no recorded traffic."""


@dataclass(frozen=True)
class Options:
    """``span`` bytes are one task; ``whole``: what can be read only from its beginning is one task as well."""

    column: str | None = None
    span: int = BLOCK
    whole: bool = False


@dataclass(frozen=True)
class Span:
    """The lines that begin between ``start`` and ``end`` of ``name``, as long as it has the ETag ``tag``."""

    name: str
    start: int
    end: int
    tag: str = ""

    @property
    def size(self) -> int:
        return self.end - self.start

    def blocks(self) -> Iterator[bytes]:
        _unchanged(self.name, self.tag)
        with told(self.name), opened(self.name) as file:
            for start in range(self.start, self.end, BLOCK):
                yield self._block(file, start, min(start + BLOCK, self.end))

    def _block(self, file: io.BufferedReader, start: int, end: int) -> bytes:
        if start:
            file.seek(start - 1)
            file.readline(LONGEST)  # whatever began before is of the block before
        else:
            file.seek(0)
        at = file.tell()
        if at >= end:
            return b""
        data = file.read(end - at)
        data = data if data.endswith(b"\n") else data + file.readline(LONGEST)
        return data if start else data.removeprefix(_MARK)


@dataclass(frozen=True)
class Block:
    """Lines already read. ``size`` in bytes is their part of the source, before it was unpacked."""

    data: bytes
    size: int

    def blocks(self) -> Iterator[bytes]:
        yield self.data


@dataclass(frozen=True)
class Rows:
    """One part of a table: a row group of Parquet, a record batch of Arrow."""

    name: str
    column: str
    part: int
    size: int
    tag: str = ""

    def blocks(self) -> Iterator[bytes]:
        _unchanged(self.name, self.tag)
        for lines in tables.rows(self.name, self.column, self.part):
            yield b"".join(line + b"\n" for line in lines)


@dataclass(frozen=True)
class Whole:
    """A source that is read from its beginning to its end."""

    name: str
    column: str | None
    size: int
    tag: str = ""

    def blocks(self) -> Iterator[bytes]:
        _unchanged(self.name, self.tag)
        for task in tasks(self.name, Options(self.column)):
            yield from task.blocks()


Task = Span | Block | Rows | Whole


def _unchanged(name: str, tag: str) -> None:
    if tag and tag_of(name) != tag:
        raise DocumentError(f"{name}: was changed while it was read; run the audit again")


def tasks(name: str, options: Options) -> Iterator[Task]:
    """The parts of ``name``, in order. Raises DocumentError for what cannot be read, or is no recorded traffic."""
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(opened(name))
            head = raw.peek(8)[:8]
            if tables.is_table(head):
                yield from _of_table(name, raw, head, options)
                return
            is_stream = is_packed(head)
            if is_stream and options.whole and name != STDIN:
                yield _whole(name, options)
                return
            file = stack.enter_context(unpacked(name, raw, head)) if is_stream else raw
            yield from _tasks(name, file, raw, options)
    except BROKEN as error:
        reason = getattr(error, "strerror", None) or one_line(error)
        raise DocumentError(f"{name}: cannot be read ({reason})") from None
    except ijson.JSONError as error:
        raise DocumentError(f"{name}: is cut or is no JSON: {str(error).splitlines()[0][:160]}") from None


def _whole(name: str, options: Options) -> Whole:
    return Whole(name, options.column, size_of(name) or 0, tag_of(name))


def _of_table(name: str, raw: io.BufferedReader, head: bytes, options: Options) -> Iterator[Task]:
    if tables.is_stream(head):
        if options.whole and name != STDIN:
            yield _whole(name, options)
            return
        at = _place(raw)
        for lines in tables.rows_of_stream(name, raw, options.column):
            before, at = at, _place(raw)
            yield Block(b"".join(line + b"\n" for line in lines), at - before)
        return
    column, parts = tables.column_of(name, options.column), tables.parts_of(name)
    size, tag, all_rows = size_of(name) or 0, tag_of(name), max(sum(parts), 1)
    for part, number in enumerate(parts):
        yield Rows(name, column, part, size * number // all_rows, tag)


def _tasks(name: str, file: io.BufferedReader, raw: io.BufferedReader, options: Options) -> Iterator[Task]:
    head = file.peek(65536)
    while len(head) < 64 and not head.strip():  # a pipe gives what it has
        if not file.read(len(head)):
            raise NoRecordingError(f"{name}: is empty; give answers in HAR or NDJSON")
        head = file.peek(65536)
    if head.startswith(_UTF_16):
        raise DocumentError(f"{name}: is in UTF-16, and JSON is in UTF-8; convert it: iconv -f UTF-16 -t UTF-8")
    if head.startswith(_MARK):
        file.read(len(_MARK))
        head = file.peek(65536)
    start = head.lstrip()
    if (known := _NO_TRAFFIC.match(start)) is not None:
        what = "a ledger" if known["ledger"] else "a SARIF report"
        raise NoRecordingError(f"{name}: is {what} and no recorded traffic; give the run.ndjson beside it, or HAR")
    entries = "log.entries.item" if _HAR.match(start) else "item" if start.startswith(b"[") else ""
    if not entries and not start.startswith((b"{", b'"')):
        raise NoRecordingError(f"{name}: is no recorded traffic (it begins with {start[:20]!r}); give HAR or NDJSON")
    if name != STDIN and (options.whole and (entries or not raw.seekable())):
        yield _whole(name, options)
    elif entries:
        yield from _entries(file, raw, entries)
    elif _is_printed_over_lines(head):
        yield from _one_document(name, file)
    elif file is not raw or name == STDIN or not raw.seekable():
        yield from _lines(file, raw)
    else:
        yield from _spans(name, options.span)


def _is_printed_over_lines(head: bytes) -> bool:
    """Does the first line end where no JSON object or text does?"""
    line, end, _ = head.lstrip().partition(b"\n")
    return bool(end) and not line.rstrip().endswith(b"}") and not line.startswith(b'"')


def _spans(name: str, span: int) -> Iterator[Span]:
    size, tag = size_of(name) or 0, tag_of(name)
    for start in range(0, size, span):
        yield Span(name, start, min(start + span, size), tag)


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
