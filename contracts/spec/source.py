"""The text of a document, from a file or an ``http(s)://`` URL, in bounds."""

from __future__ import annotations

from pathlib import Path

import requests

from contracts.errors import DocumentError

MOST = 20 * 1024 * 1024
"""Bytes of a document; the largest OpenAPI documents in public use have a few million."""


def read_source(source: str | Path, *, timeout: float = 10.0) -> str:
    """The text at a path or URL, without credentials and with TLS verified. Raises DocumentError."""
    name = str(source)
    data = _fetched(name, timeout) if name.startswith(("http://", "https://")) else _read(Path(source))
    if len(data) > MOST:
        raise DocumentError(f"{name}: is larger than {MOST // 1024 // 1024} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name}: is no text in UTF-8 (byte {error.start}); give a document") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST + 1)
    except FileNotFoundError:
        raise DocumentError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise DocumentError(f"{path}: is a folder; name a document in it") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _fetched(url: str, timeout: float) -> bytes:
    try:
        with requests.get(url, timeout=timeout, stream=True) as response:
            if response.status_code != 200:
                raise DocumentError(f"{url}: answers {response.status_code}, not 200; check the address")
            parts: list[bytes] = []
            size = 0
            for part in response.iter_content(65536):
                parts.append(part)
                size += len(part)
                if size > MOST:
                    break
            return b"".join(parts)
    except requests.RequestException as error:
        raise DocumentError(f"{url}: cannot be fetched ({type(error).__name__}); check the address") from None
