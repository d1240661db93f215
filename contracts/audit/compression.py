"""Compressed recordings, by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import importlib
import io
import lzma
import zlib
from typing import Any, cast

from contracts.errors import DocumentError

_ZSTD = b"\x28\xb5\x2f\xfd"
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", _ZSTD: "zstd"}
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What the libraries raise for data that is cut or broken. zstd's own error is told in ``unpacked``."""


def is_packed(head: bytes) -> bool:
    """Does a file that begins with ``head`` hold compressed data?"""
    return _kind(head) is not None


def unpacked(name: str, raw: io.BufferedReader, head: bytes) -> io.BufferedReader:
    """What is in the compressed ``raw``. Raises DocumentError where a package is missing."""
    kind = _kind(head)
    if kind == "gzip":
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw)))
    if kind == "bz2":
        return io.BufferedReader(cast("io.RawIOBase", bz2.BZ2File(raw)))
    if kind == "xz":
        return io.BufferedReader(cast("io.RawIOBase", lzma.LZMAFile(raw)))
    try:
        zstd = importlib.import_module("backports.zstd")
    except ImportError:
        raise DocumentError(
            f"{name}: is compressed with zstd: pip install 'voucherify-contracts[audit-files]'"
        ) from None
    return io.BufferedReader(_Zstd(zstd.ZstdFile(raw), zstd.ZstdError))


def _kind(head: bytes) -> str | None:
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


class _Zstd(io.RawIOBase):
    """A zstd file whose errors are an ``OSError``, as those of the other formats."""

    def __init__(self, file: Any, error: type[Exception]) -> None:
        self._file, self._error = file, error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            return int(self._file.readinto(buffer) or 0)
        except self._error as error:
            raise OSError(str(error)) from None
