"""What people and CI look at. Each report renders a run record and computes nothing of its own."""

from __future__ import annotations

from pathlib import Path

from contracts.report import har, html, junit, markdown, sarif
from contracts.run import Run, write


def write_reports(run: Run, folder: Path) -> None:
    """Write the run record and every report rendered from it into ``folder``.

    The record comes first: whatever a report may stumble over, the evidence is kept.
    """
    write(run, folder / "run.ndjson")
    (folder / "junit.xml").write_text(junit.render(run), encoding="utf-8")
    (folder / "report.html").write_bytes(html.render(run))
    (folder / "summary.md").write_bytes(markdown.render(run).encode("utf-8", errors="backslashreplace"))
    (folder / "results.sarif").write_text(sarif.render(run), encoding="ascii")
    (folder / "traffic.har").write_text(har.render(run), encoding="ascii")
