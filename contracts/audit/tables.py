"""Parquet and Arrow files with a column of bodies. A row is a line."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from contracts.audit.storage import STDIN, is_remote, one_line, opened, told
from contracts.errors import DocumentError

PARQUET = b"PAR1"
ARROW = b"ARROW1"
STREAM = b"\xff\xff\xff\xff"
ROWS = 2048
"""Rows that are read at once."""


def is_table(head: bytes) -> bool:
    """Does a file that begins with ``head`` hold a table?"""
    return head.startswith((PARQUET, ARROW, STREAM))


def is_stream(head: bytes) -> bool:
    """A table that can only be read from its beginning?"""
    return head.startswith(STREAM)


def parts_of(name: str) -> list[int]:
    """The number of rows of each part of the file ``name`` that can be read for itself."""
    with _opened(name) as (kind, table):
        if kind == "parquet":
            about = table.metadata
            return [about.row_group(n).num_rows for n in range(about.num_row_groups)]
        return [table.get_batch(n).num_rows for n in range(table.num_record_batches)]


def column_of(name: str, wanted: str | None) -> str:
    """The column with the bodies: the one that is ``wanted``, or the only one in which JSON stands."""
    with _opened(name) as (kind, table):
        schema = table.schema_arrow if kind == "parquet" else table.schema
        if wanted is not None:
            if wanted not in schema.names:
                raise DocumentError(f"{name}: has no column {wanted!r}; its columns: {', '.join(schema.names)[:200]}")
            return wanted
        texts = [field.name for field in schema if _is_text(field.type)]
        found: list[str] = [column for column in texts if _holds_json(_batches(kind, table, column, None))]
    if len(found) == 1:
        return found[0]
    if found:
        raise DocumentError(f"{name}: several columns hold JSON: {', '.join(found)[:200]}; name one with --column")
    raise DocumentError(f"{name}: no column holds JSON as text; its columns: {', '.join(schema.names)[:200]}")


def rows(name: str, column: str, part: int) -> Iterator[list[bytes]]:
    """The rows of one part, some at a time, each as a line."""
    with told(name), _opened(name) as (kind, table):
        for batch in _batches(kind, table, column, part):
            yield _lines(batch)


def rows_of_stream(name: str, file: io.BufferedReader, column: str | None) -> Iterator[list[bytes]]:
    """The rows of a table that is read from its beginning."""
    pyarrow = _pyarrow(name)
    try:
        reader = pyarrow.ipc.open_stream(file)
        yield from _rows_of_batches(name, reader, column)
    except pyarrow.ArrowException as error:
        raise _broken(name, error) from None


def _rows_of_batches(name: str, reader: Any, column: str | None) -> Iterator[list[bytes]]:
    for batch in reader:
        if column is None:
            texts = [field.name for field in reader.schema if _is_text(field.type)]
            found = [one for one in texts if _holds_json([batch.column(one)])]
            if len(found) != 1:
                raise DocumentError(f"{name}: name the column that holds the bodies with --column")
            (column,) = found
        for start in range(0, batch.num_rows, ROWS):
            yield _lines(batch.column(column).slice(start, ROWS))


class _opened:  # noqa: N801 - used as a function
    """The table in ``name`` and its kind, closed at the end."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> tuple[str, Any]:
        if self._name == STDIN:
            raise DocumentError("-: a table cannot be read from a pipe; name the file")
        pyarrow = _pyarrow(self._name)
        raw = opened(self._name)
        kind = "parquet" if raw.peek(4)[:4] == PARQUET else "arrow"
        raw.seek(0)
        self._file = raw if is_remote(self._name) else pyarrow.OSFile(self._name)
        if not is_remote(self._name):
            raw.close()
        try:
            if kind == "parquet":
                parquet = importlib.import_module("pyarrow.parquet")
                return kind, parquet.ParquetFile(self._file, pre_buffer=False, buffer_size=1 << 20)
            return kind, pyarrow.ipc.open_file(self._file)
        except (pyarrow.ArrowInvalid, OSError) as error:
            raise _broken(self._name, error) from None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._file.close()
        if isinstance(error, _pyarrow(self._name).ArrowException):
            raise _broken(self._name, error) from None


def _broken(name: str, error: BaseException) -> DocumentError:
    return DocumentError(f"{name}: cannot be read ({one_line(error)})")


def _batches(kind: str, table: Any, column: str, part: int | None) -> Iterator[Any]:
    if kind == "parquet":
        groups = list(range(table.metadata.num_row_groups)) if part is None else [part]
        for batch in table.iter_batches(batch_size=ROWS, row_groups=groups, columns=[column]):
            yield batch.column(0)
        return
    for number in range(table.num_record_batches) if part is None else [part]:
        given = table.get_batch(number).column(column)
        for start in range(0, len(given), ROWS):
            yield given.slice(start, ROWS)


def _lines(given: Any) -> list[bytes]:
    pyarrow = importlib.import_module("pyarrow")
    storage = given.storage if isinstance(given, pyarrow.ExtensionArray) else given
    plain = storage.dictionary_decode() if pyarrow.types.is_dictionary(storage.type) else storage
    return [_line(body) for body in plain.cast(pyarrow.large_binary()).to_pylist()]


def _line(body: bytes | None) -> bytes:
    """A body as one line; nothing for null."""
    if body is None or b"\n" not in body:
        return body or b""
    try:
        return msgspec.json.format(body, indent=-1)
    except (msgspec.DecodeError, RecursionError):
        return body.replace(b"\n", b" ")


def _is_text(kind: Any) -> bool:
    types = importlib.import_module("pyarrow").types
    kind = getattr(kind, "storage_type", kind)
    kind = kind.value_type if types.is_dictionary(kind) else kind
    tests = ("is_string", "is_large_string", "is_string_view", "is_binary", "is_large_binary", "is_binary_view")
    return any(getattr(types, test)(kind) for test in tests)


def _holds_json(columns: Iterable[Any]) -> bool:
    """Does the first text that is there begin as an object or an array does?"""
    texts = (line for column in columns for line in _lines(column) if line)
    return next(texts, b"").lstrip()[:1] in (b"{", b"[")


def _pyarrow(name: str) -> Any:
    try:
        importlib.import_module("pyarrow.ipc")
        return importlib.import_module("pyarrow")
    except ImportError:
        raise DocumentError(f"{name}: is a table: pip install 'voucherify-contracts[audit-files]'") from None
