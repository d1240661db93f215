"""What people and CI look at. Each report renders a run record and computes nothing of its own."""

from __future__ import annotations

from pathlib import Path

from contracts.report import html, junit
from contracts.run import Run, write


def write_reports(run: Run, folder: Path) -> None:
    """Write the run record and every report rendered from it into ``folder``."""
    write(run, folder / "run.ndjson")
    (folder / "junit.xml").write_text(junit.render(run), encoding="utf-8")
    (folder / "report.html").write_bytes(html.render(run))
