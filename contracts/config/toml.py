"""Files of the user's in TOML: read whole, with every mistake named by file, entry and key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from contracts.errors import UsageError

_NAMES = {str: "text", date: "date; write 2027-01-31"}


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of the file and what it says. Raises UsageError."""
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is no text in UTF-8 (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: is no TOML: {error}") from None


def read_entries(path: Path, name: str, keys: Mapping[str, type], needed: Sequence[str]) -> list[dict[str, Any]]:
    """The tables ``[[name]]`` of the file, each of ``keys`` with its type. Raises UsageError."""
    _, content = read_toml(path)
    if unknown := sorted(set(content) - {name}):
        raise UsageError(f"{path}: unknown key {unknown[0]!r}; write [[{name}]]")
    entries = content.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{path}: {name} is no list of tables; write [[{name}]]")
    for number, entry in enumerate(entries, 1):
        where = f"{path}: {name} {number}"
        for key, value in entry.items():
            if key not in keys:
                raise UsageError(f"{where}: unknown key {key!r}; there are {', '.join(keys)}")
            if type(value) is not keys[key]:
                raise UsageError(f"{where}: {key} is no {_NAMES[keys[key]]}")
        for key in needed:
            if not entry.get(key):
                raise UsageError(f"{where}: has no {key}")
    return entries
