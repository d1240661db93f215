"""What people and CI look at. Each report renders a run record and computes nothing of its own."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

from contracts.errors import UsageError
from contracts.record.run import Run, lines
from contracts.report import har
from contracts.report.whole import replace_all


def write_reports(run: Run, folder: Path) -> None:
    """Write the run record and every report rendered from it into ``folder``. Raises UsageError where it cannot.

    The record comes first: whatever a report may stumble over, the evidence is kept. The reports come all or none.
    """
    try:
        _remove(folder)
        write_record(run, folder / RECORD)
        replace_all(folder, ((name, _parts(name, run)) for name in REPORTS))
    except OSError as error:
        raise _unwritable(folder, error) from None


def write_record(run: Run, path: Path) -> None:
    """Write the run record to ``path``, whole or not at all. Raises OSError."""
    replace_all(path.parent, [(path.name, (f"{line}\n".encode("ascii") for line in lines(run)))])


def remove_reports(folder: Path) -> None:
    """Take out what an earlier run wrote: until this one has its own, its folder holds none. Raises UsageError."""
    try:
        _remove(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _parts(name: str, run: Run) -> Iterator[bytes]:
    """A report piece by piece, where it may be a hundred megabytes long."""
    if name == "traffic.har":
        yield from (part.encode("ascii") for part in har.parts(run))
    else:
        yield REPORTS[name](run)


def _remove(folder: Path) -> None:
    for name in (RECORD, *REPORTS):
        (folder / name).unlink(missing_ok=True)


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(f"--report {folder}: cannot be written to ({error.strerror}); name another folder")


def _by(module: str) -> Callable[[Run], bytes]:
    """What the module of this name renders, as UTF-8; a lone surrogate, which UTF-8 cannot hold, as its escape.

    It is loaded once there is something to render: most runs write no report, and templates take time to load.
    """

    def render(run: Run) -> bytes:
        made = importlib.import_module(f"{__name__}.{module}").render(run)
        return made if isinstance(made, bytes) else str(made).encode("utf-8", errors="backslashreplace")

    return render


RECORD = "run.ndjson"
REPORTS: dict[str, Callable[[Run], bytes]] = {
    "junit.xml": _by("junit"),
    "report.html": _by("html"),
    "summary.md": _by("markdown"),
    "results.sarif": _by("sarif"),
    "traffic.har": _by("har"),
}
"""Every report by the name of its file."""
