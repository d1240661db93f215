"""``results.sarif``: findings where code is reviewed. SARIF 2.1.0 as GitHub's code scanning takes it.

A finding of a server has no line of code; it points at the line of the document whose clause is not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from contracts.record.run import ClauseOutcome, Finding, Run
from contracts.report.groups import Group, groups
from contracts.report.place import place
from contracts.report.text import group_text

_LEVELS = {"MUST": "error", "SHOULD": "warning", "OBSERVE": "note"}
_MOST = 5000
"""Results that GitHub shows of one run."""
_PLACES = 20


def render(run: Run) -> str:
    """The run as one SARIF log. Rules are the clauses, results the findings."""
    index = {outcome.clause: number for number, outcome in enumerate(run.outcomes)}
    name, _, version = run.header.tool.rpartition(" ")
    driver = {
        "name": name or "voucherify-contracts",
        "version": version or "0",
        "rules": [_rule(outcome) for outcome in run.outcomes],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": "voucherify-contracts/"},
                "columnKind": "utf16CodeUnits",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
                "invocations": [_invocation(run, index)],
                "results": [_result(group, index, run.header.spec) for group in groups(run)[:_MOST]],
            }
        ],
    }
    return json.dumps(log, indent=1, ensure_ascii=True) + "\n"


def _rule(outcome: ClauseOutcome) -> dict[str, Any]:
    told = f"{outcome.title} ({outcome.level}). Authority: {outcome.authority}"
    help_text = ". ".join(part.rstrip(".") for part in (told, outcome.why, outcome.advice) if part)
    return {
        "id": outcome.clause,
        "name": "".join(part.capitalize() for part in re.split(r"\W+", outcome.clause)),
        "shortDescription": {"text": outcome.title},
        "fullDescription": {"text": help_text},
        "help": {"text": f"{help_text}. Explained by: contracts clauses {outcome.clause}"},
        "defaultConfiguration": {"level": _LEVELS.get(outcome.level, "note")},
        "properties": {
            "tags": ["conformance", outcome.family, outcome.level],
            "precision": "very-high",
            "problem.severity": {"MUST": "error", "SHOULD": "warning"}.get(outcome.level, "recommendation"),
        },
    }


def _invocation(run: Run, index: dict[str, int]) -> dict[str, Any]:
    """``executionSuccessful`` is about the run, not the target: a clause that could not be judged is told here."""
    unjudged = [outcome for outcome in run.outcomes if outcome.outcome in ("blocked", "error", "unsupported")]
    return {
        "executionSuccessful": run.footer.verdict != "inconclusive",
        "exitCode": run.footer.exit_code,
        "startTimeUtc": _utc(run.header.started),
        "toolExecutionNotifications": [
            {
                "level": "note" if outcome.outcome == "unsupported" else "warning",
                "message": {"text": f"{outcome.clause}: {outcome.outcome}: {outcome.reason}"},
                "associatedRule": {"id": outcome.clause, "index": index[outcome.clause]},
            }
            for outcome in unjudged
        ],
    }


def _result(group: Group, index: dict[str, int], spec: str) -> dict[str, Any]:
    finding = group.finding
    wheres = list(dict.fromkeys((finding.where, *(one.where for one in group.places))))
    path, line = place(finding.authority, spec)
    result: dict[str, Any] = {
        "ruleId": finding.clause,
        "level": _LEVELS.get(finding.level, "note"),
        "message": {
            "text": f"{finding.where}: {finding.observed}, required: {finding.required}\n\n{group_text(group)}"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": path, "uriBaseId": "SRCROOT"},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"fullyQualifiedName": where, "kind": "member"} for where in wheres[:_PLACES]],
            }
        ],
        "partialFingerprints": {"clauseAndPlace/v1": fingerprint(finding)},
        "properties": {"exchange": finding.exchange, "seen": group.seen, "curl": finding.curl},
    }
    if finding.clause in index:
        result["ruleIndex"] = index[finding.clause]
    if finding.waived:
        result["suppressions"] = [{"kind": "external", "justification": finding.waived}]
    return result


def fingerprint(finding: Finding) -> str:
    """The same for the same defect of the next run: without what differs from run to run."""
    where = re.sub(r"\[\d+\]", "[]", finding.where)
    return hashlib.sha256(f"{finding.clause}\n{where}\n{finding.required}".encode(errors="replace")).hexdigest()[:32]


def _utc(started: str) -> str:
    return re.sub(r"\+00:00$", "Z", started)
