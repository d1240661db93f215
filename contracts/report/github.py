"""What GitHub Actions shows beside the code: annotations in the log, and the summary of the job.

Source: GitHub's "Workflow commands for GitHub Actions". A runner shows ten errors and ten warnings of a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from contracts.errors import UsageError
from contracts.record.run import Run
from contracts.report import markdown
from contracts.report.body import visible
from contracts.report.groups import groups
from contracts.report.place import place
from contracts.report.text import also

_COMMANDS = {"MUST": "error", "SHOULD": "warning"}
_SHOWN = 10


def commands(run: Run) -> Iterator[str]:
    """Workflow commands, one line each: the findings, then why the run is inconclusive, if it is."""
    shown = {"error": 0, "warning": 0, "notice": 0}
    for group in groups(run):
        finding = group.finding
        command = "notice" if finding.waived else _COMMANDS.get(finding.level, "notice")
        shown[command] += 1
        if shown[command] > _SHOWN:
            continue
        path, line = place(finding.authority, run.header.spec)
        title = _property(f"{finding.level} {finding.clause}")
        more = f" (also {also(group)})" if group.places else ""
        text = visible(f"{finding.where}: observed {finding.observed}, required {finding.required}{more}", 2000)
        yield f"::{command} file={_property(path)},line={line},title={title}::{_data(text)}"
    if run.footer.verdict == "inconclusive":
        yield f"::error title=contracts is inconclusive::{_data(visible(run.footer.reason, 2000))}"


def tell(run: Run, environment: Mapping[str, str]) -> Iterator[str]:
    """On a runner: append the summary to the job's, and yield the annotations to print. Elsewhere nothing."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return
    if summary := environment.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(markdown.render(run) + "\n")
        except OSError as error:
            raise UsageError(f"GITHUB_STEP_SUMMARY {summary}: cannot be written to ({error.strerror})") from None
    yield from commands(run)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
