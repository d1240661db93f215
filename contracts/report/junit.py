"""JUnit XML, one test case a clause, as the usual viewers read it."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

from contracts.record.run import ClauseOutcome, Run
from contracts.report.groups import Group, groups
from contracts.report.text import coverage_line, group_text

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run) -> str:
    """The run as a ``testsuites`` document."""
    counts = run.footer.outcomes
    totals: dict[str, Any] = {
        "tests": str(len(run.outcomes)),
        "failures": str(sum(1 for outcome in run.outcomes if _fails(run, outcome))),
        "errors": str(counts.get("blocked", 0) + counts.get("error", 0)),
        "skipped": str(counts.get("unsupported", 0)),
        "time": f"{run.footer.seconds:.3f}",
    }
    root = ET.Element("testsuites", name="contracts", **totals)
    suite = ET.SubElement(root, "testsuite", name="contracts", timestamp=run.header.started, **totals)
    properties = ET.SubElement(suite, "properties")
    told = [("target", run.header.target), ("seed", run.header.seed), ("verdict", run.footer.verdict)]
    told += [("coverage", coverage_line(run.coverage))] if run.coverage else []
    for name, value in told:
        ET.SubElement(properties, "property", name=name, value=_text(str(value)))
    by_clause: dict[str, list[Group]] = {}
    for group in groups(run):
        by_clause.setdefault(group.finding.clause, []).append(group)
    for outcome in run.outcomes:
        case = ET.SubElement(suite, "testcase", classname=f"contracts.{outcome.family}", name=outcome.clause, time="0")
        _fill(case, run, outcome, by_clause.get(outcome.clause, []))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _fails(run: Run, outcome: ClauseOutcome) -> bool:
    return outcome.outcome == "fail" or (run.header.strict and outcome.outcome == "warn")


def _fill(case: ET.Element, run: Run, outcome: ClauseOutcome, found: list[Group]) -> None:
    told = "\n\n".join(map(group_text, found))
    if _fails(run, outcome):
        first = found[0].finding if found else None
        message = f"{outcome.title}: {first.where}: {first.observed}" if first else outcome.title
        ET.SubElement(case, "failure", message=_text(message), type=outcome.level).text = _text(told)
    elif outcome.outcome in ("blocked", "error"):
        ET.SubElement(case, "error", message=_text(outcome.reason), type=outcome.outcome)
    elif outcome.outcome == "unsupported":
        ET.SubElement(case, "skipped", message=_text(outcome.reason))
    notes = [told] if told and not _fails(run, outcome) else []
    notes += [f"observed: {observation}" for observation in outcome.observations]
    notes += [f"vacuous: {outcome.reason}"] if outcome.vacuous else []
    if notes:
        ET.SubElement(case, "system-out").text = _text("\n".join(notes))


def _text(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
