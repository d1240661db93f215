"""What people and CI look at. Each report renders a run record and computes nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from contracts.errors import UsageError
from contracts.record.run import Run, lines
from contracts.report import har, html, junit, markdown, sarif
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


def _encoded(render: Callable[[Run], str]) -> Callable[[Run], bytes]:
    """Text as UTF-8; a lone surrogate, which UTF-8 cannot hold, as its escape."""
    return lambda run: render(run).encode("utf-8", errors="backslashreplace")


RECORD = "run.ndjson"
REPORTS: dict[str, Callable[[Run], bytes]] = {
    "junit.xml": _encoded(junit.render),
    "report.html": html.render,
    "summary.md": _encoded(markdown.render),
    "results.sarif": _encoded(sarif.render),
    "traffic.har": _encoded(har.render),
}
"""Every report by the name of its file."""
