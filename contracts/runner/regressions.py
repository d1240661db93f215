"""The folder of ``--regressions``: what earlier runs found is read from it, and what this one found is kept there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from contracts.client.ledger_file import free_path
from contracts.errors import DocumentError
from contracts.plan.kept import Kept, found_of, read, text_of
from contracts.record.run import Run

_LARGEST = 1024 * 1024
"""Bytes of a file that a person can still read."""


def read_all(folder: Path) -> tuple[Kept, ...]:
    """Every sequence kept in ``folder``, by the names of the files. Raises DocumentError, one line."""
    return tuple(_read(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()


def _read(path: Path) -> Kept:
    try:
        if path.stat().st_size > _LARGEST:
            raise DocumentError(f"{path}: is no saved sequence: it is larger than 1 MiB; repair or delete it")
        text = path.read_text("utf-8")
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read ({error.strerror}); repair or delete it") from None
    except UnicodeDecodeError:
        raise DocumentError(f"{path}: is no saved sequence: it is no UTF-8; repair or delete it") from None
    return replace(read(text, str(path)), name=path.name)


def keep(run: Run, folder: Path, mask: Callable[[str], str]) -> Run:
    """Save what this run found and was not kept before; ``run`` with a note of each. Raises OSError."""
    notes = tuple(f"regression {path.name}: kept in {folder} for the next run" for path in _saved(run, folder, mask))
    footer = msgspec.structs.replace(run.footer, notes=(*run.footer.notes, *notes))
    return replace(run, footer=footer) if notes else run


def _saved(run: Run, folder: Path, mask: Callable[[str], str]) -> Iterator[Path]:
    for line in run.sequences:
        if line.kept:
            continue
        found = found_of(line)
        path = free_path(folder / f"{found.clauses[0]}.json")
        kept = Kept(path.name, found.clauses, found.sequence, run.header.resource)
        path.write_text(mask(text_of(kept, run.header.started)), "utf-8")
        yield path
