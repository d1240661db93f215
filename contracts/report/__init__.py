"""What people and CI look at. Each report renders a run record and computes nothing of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from contracts.errors import UsageError
from contracts.report import har, html, junit, markdown, sarif
from contracts.run import Run, write


def write_reports(run: Run, folder: Path) -> None:
    """Write the run record and every report rendered from it into ``folder``. Raises UsageError where it cannot.

    The record comes first: whatever a report may stumble over, the evidence is kept.
    """
    try:
        write(run, folder / RECORD)
        for name, render in REPORTS.items():
            (folder / name).write_bytes(render(run))
    except OSError as error:
        raise UsageError(f"--report {folder}: cannot be written to ({error.strerror}); name another folder") from None


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
