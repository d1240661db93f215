"""Files that are there whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path


def replace_all(folder: Path, files: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Put ``files``, names with the parts of their contents, into ``folder``.

    Raises OSError, and then what was there is still there.
    Should the machine stop between two moves, some are missing; but never do files of two calls stand side by side.
    """
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        names = []
        for name, parts in files:
            with (aside / name).open("xb") as file:
                file.writelines(parts)
            names.append(name)
        for name in names:
            (folder / name).unlink(missing_ok=True)
        for name in names:
            (aside / name).replace(folder / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
