"""Where recordings lie: files, folders and globs of this machine, or objects that fsspec reaches by their URL."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from contracts.errors import DocumentError

STDIN = "-"
_GLOB = frozenset("*?[")
_HTTP = ("http://", "https://")
_BUFFER = 1024 * 1024
_EXTRAS = {
    "s3": "audit-s3",
    "s3a": "audit-s3",
    "gs": "audit-gs",
    "gcs": "audit-gs",
    "abfs": "audit-azure",
    "abfss": "audit-azure",
    "az": "audit-azure",
}


@dataclass(frozen=True)
class Source:
    """``is_listed``: it was found in a folder or by a glob, so that it may be something else than a recording."""

    name: str
    is_listed: bool = False


def is_remote(name: str) -> bool:
    return "://" in name


def expanded(names: Sequence[str]) -> list[Source]:
    """``names`` with folders and globs written out, in order. Raises DocumentError for one in which nothing is."""
    return [source for name in names for source in _expanded(name)]


def _expanded(name: str) -> list[Source]:
    if is_remote(name):
        with told(name):
            files, path = filesystem(name)
            scheme = name.partition("://")[0]
            if name.startswith(_HTTP):
                return [Source(name)]
            if _GLOB & set(path):
                found = [one for one in files.glob(path) if not files.isdir(one)]
            elif files.isdir(path):
                found = [one for one in files.find(path) if _is_wanted(one[len(path) :])]
            else:
                return [Source(name)]
            listed = [f"{scheme}://{one.split('://')[-1]}" for one in sorted(found) if files.size(one)]
    elif Path(name).is_dir():
        files_below = (one for one in Path(name).rglob("*") if one.is_file())
        listed = sorted(str(one) for one in files_below if _is_wanted(str(one.relative_to(name))))
        listed = [one for one in listed if Path(one).stat().st_size]
    elif name != STDIN and _GLOB & set(name) and not Path(name).exists():
        pattern = Path(name)
        base = Path(pattern.anchor) if pattern.anchor else Path()
        listed = sorted(str(one) for one in base.glob(str(pattern.relative_to(base))) if one.is_file())
    else:
        return [Source(name)]
    if not listed:
        raise DocumentError(f"{name}: there is no file in it; name the recordings, or where they are")
    return [Source(one, is_listed=True) for one in listed]


def _is_wanted(path: str) -> bool:
    """Neither hidden nor a mark of the program that wrote the folder (``_SUCCESS``)."""
    return not any(part.startswith((".", "_")) for part in path.split("/") if part)


def size_of(name: str) -> int | None:
    """Bytes of ``name``, for the progress bar; None where nobody knows."""
    if is_remote(name):
        with told(name):
            files, path = filesystem(name)
            size = files.info(path).get("size")
            return size if isinstance(size, int) else None
    return Path(name).stat().st_size if name != STDIN and Path(name).is_file() else None


def tag_of(name: str) -> str:
    """The ETag of an object, which changes when it does; nothing for a file of this machine."""
    if not is_remote(name):
        return ""
    with told(name):
        files, path = filesystem(name)
        files.invalidate_cache()
        about = files.info(path)
        return str(next((about[key] for key in ("ETag", "etag", "Last-Modified") if about.get(key)), ""))


def opened(name: str) -> io.BufferedReader:
    """``name``, to be read from its beginning. Raises DocumentError."""
    if name == STDIN:
        return cast("io.BufferedReader", sys.stdin.buffer)
    with told(name):
        if is_remote(name):
            files, path = filesystem(name)
            if name.startswith(_HTTP) and not _takes_ranges(name):
                return io.BufferedReader(_Forward(files.open(path, "rb", block_size=0, size=1)), _BUFFER)
            return io.BufferedReader(files.open(path, "rb", block_size=_BUFFER, cache_type="readahead"), _BUFFER)
        return Path(name).open("rb")


def filesystem(name: str) -> tuple[Any, str]:
    """fsspec's file system for the URL ``name``, and the path in it."""
    scheme = name.partition("://")[0]
    try:
        found: tuple[Any, str] = importlib.import_module("fsspec.core").url_to_fs(name)
    except ImportError:
        extra = _EXTRAS.get(scheme, "audit-https")
        raise DocumentError(f"{name}: needs another package: pip install 'voucherify-contracts[{extra}]'") from None
    except ValueError as error:
        raise DocumentError(f"{name}: cannot be reached ({one_line(error)})") from None
    return found


@lru_cache(maxsize=64)
def _takes_ranges(name: str) -> bool:
    """Does the HTTP server send a part of ``name`` where a part is asked for?"""
    files, path = filesystem(name)
    size = files.info(path).get("size")
    if not size:
        return False
    try:
        with files.open(path, "rb", block_size=1, size=size, cache_type="none") as file:
            file.seek(size - 1)
            return len(file.read(1)) == 1
    except ValueError:
        return False


class _Forward(io.RawIOBase):
    """A stream that goes forward only, and says so."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def told(name: str) -> Iterator[None]:
    """What goes wrong while ``name`` is read, in one line."""
    try:
        yield
    except DocumentError:
        raise
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read ({error.strerror or one_line(error)})") from None
    except Exception as error:
        if not is_remote(name):
            raise
        raise DocumentError(f"{name}: cannot be read ({type(error).__name__}: {one_line(error)})") from None


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
