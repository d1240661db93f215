"""``summary.md``: the run in a pull request, short enough to be read there."""

from __future__ import annotations

import re

from contracts.report.body import visible
from contracts.run import ClauseOutcome, Finding, Run

_BADGES = {"conformant": "✅", "partial": "🟡", "violated": "❌", "inconclusive": "⚠️"}
_MARKS = {"pass": "✓", "fail": "✗", "warn": "!", "observed": "·", "unsupported": "–", "blocked": "?", "error": "E"}
_ENTITIES = {"&": "&amp;", "<": "&lt;", "@": "&#64;", "://": "&#58;//"}
_SHOWN = 25
_LONGEST = 300
"""Characters of one cell: GitHub cuts a comment at 65 536."""


def render(run: Run) -> str:
    """Verdict, findings, families, and what was not seen."""
    footer = run.footer
    parts = [
        f"## {_BADGES[footer.verdict]} {footer.verdict}: {_code(run.header.target)}",
        "",
        escaped(footer.reason),
        "",
        f"{footer.requests} of {run.header.budget} requests · {footer.clauses} clauses · {footer.findings} findings · "
        f"{footer.seconds:.1f} s · seed {run.header.seed}",
        "",
        *_findings(run.findings),
        *_families(run),
        *_unseen(run),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _findings(findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return []
    order = {"MUST": 0, "SHOULD": 1}
    worst = sorted(enumerate(findings, 1), key=lambda item: order.get(item[1].level, 2))
    rows = ["| # | level | clause | where | observed | required |", "|--:|---|---|---|---|---|"]
    for number, one in worst[:_SHOWN]:
        level = f"{one.level} (waived)" if one.waived else one.level
        cells = (str(number), level, _code(one.clause), _code(one.where), _code(one.observed), escaped(one.required))
        rows.append(f"| {' | '.join(cells)} |")
    more = len(findings) - _SHOWN
    return [*rows, "", *([f"… and {more} more in report.html", ""] if more > 0 else [])]


def _families(run: Run) -> list[str]:
    families: dict[str, list[ClauseOutcome]] = {}
    for outcome in run.outcomes:
        families.setdefault(outcome.family, []).append(outcome)
    rows = ["<details><summary>Clauses by family</summary>", "", "| family | clauses |", "|---|---|"]
    for family, outcomes in families.items():
        told = " ".join(f"{_MARKS[one.outcome]}&nbsp;{escaped(one.clause.partition('.')[2])}" for one in outcomes)
        rows.append(f"| {escaped(family)} | {told} |")
    legend = ", ".join(f"{mark} {name}" for name, mark in _MARKS.items() if name in run.footer.outcomes)
    return [*rows, "", legend, "", "</details>", ""]


def _unseen(run: Run) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for outcome in run.outcomes:
        if outcome.vacuous or outcome.outcome in ("unsupported", "blocked", "error"):
            kind = "vacuous" if outcome.vacuous else outcome.outcome
            by_reason.setdefault(f"{kind}: {outcome.reason}", []).append(outcome.clause)
    rows = [f"- {escaped(reason)}: {', '.join(map(_code, clauses))}" for reason, clauses in by_reason.items()]
    rows += [f"- {escaped(note)}" for note in run.footer.notes]
    if run.footer.left_behind:
        rows.append(f"- not deleted, still at the target: {', '.join(map(_code, run.footer.left_behind))}")
    return ["**What this run did not see**", "", *rows] if rows else []


def escaped(text: str) -> str:
    """``text`` as words: nothing in it is markup, a mention, a link, or the end of a cell."""
    text = visible(" ".join(text.split()), _LONGEST)
    return re.sub(r"[\\`*_\[\]#~>|!&<@]|://", lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), text)


def _code(text: str) -> str:
    """``text`` as code: fenced by more backticks than it has; a pipe would still end the cell."""
    text = visible(" ".join(text.split()), _LONGEST).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}"
