"""Drifts for code scanning: SARIF 2.1.0, one rule a kind, each result at the line of the document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contracts import __version__
from contracts.drift.report import Drift
from contracts.drift.report import Kind as DriftKind

_LEVELS = {"breaking": "error", "warning": "warning", "info": "note"}
_TITLES: dict[DriftKind, str] = {
    "missing": "Something that was declared is absent",
    "extra": "Something is declared that was not",
    "type": "Another type",
    "format": "Another format",
    "nullability": "Null may come, or may no longer",
    "required": "Another member or parameter is required",
    "enum": "Other values are allowed",
    "default": "Another default",
    "deprecation": "Deprecated, or no longer",
    "ambiguous": "Two readings are possible",
    "damaged": "A row cannot be read whole",
    "security": "Clients sign in another way",
    "limit": "Another limit of length, number or size",
    "reference": "A reference leads nowhere",
}
_MOST = 5000
"""Results that GitHub shows of one run."""


def render(drifts: Sequence[Drift]) -> str:
    """One SARIF log; the worst first, since viewers cut at a number."""
    kinds = list(_TITLES)
    ordered = sorted(drifts, key=lambda drift: list(_LEVELS).index(drift.severity))
    driver = {
        "name": "voucherify-contracts",
        "version": __version__,
        "rules": [
            {"id": f"drift.{kind}", "shortDescription": {"text": title}, "defaultConfiguration": {"level": "warning"}}
            for kind, title in _TITLES.items()
        ],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "voucherify-contracts-drift/"},
        "columnKind": "utf16CodeUnits",
        "results": [_result(drift, kinds.index(drift.kind)) for drift in ordered[:_MOST]],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, ensure_ascii=True) + "\n"


def _result(drift: Drift, rule: int) -> dict[str, Any]:
    said = f"{drift.contract} → {drift.says}" if drift.contract else drift.says
    place = {"artifactLocation": {"uri": _uri(drift.document)}, "region": {"startLine": max(drift.line, 1)}}
    mark = f"{drift.path}\n{drift.kind}\n{drift.contract}\n{drift.says}"
    return {
        "ruleId": f"drift.{drift.kind}",
        "ruleIndex": rule,
        "level": _LEVELS[drift.severity],
        "message": {"text": f"{drift.path}: {said} ({drift.reason})"},
        "locations": [
            {
                "physicalLocation": place,
                "logicalLocations": [{"fullyQualifiedName": drift.path, "kind": "member"}],
            }
        ],
        "partialFingerprints": {"drift/v1": hashlib.sha256(mark.encode(errors="replace")).hexdigest()[:32]},
        "properties": {"severity": drift.severity, "operations": drift.operations},
    }


def _uri(name: str) -> str:
    """A path from the working directory, as code scanning has it; a URL as it is."""
    if name.startswith(("http://", "https://")):
        return name
    path = Path(name)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
