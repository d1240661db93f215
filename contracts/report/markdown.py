"""``summary.md``: the run in a pull request, short enough to be read there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.record.run import ClauseOutcome, Run
from contracts.report.body import visible
from contracts.report.groups import Group, groups
from contracts.report.text import also, coverage_line

_BADGES = {"conformant": "✅", "partial": "🟡", "violated": "❌", "inconclusive": "⚠️"}
_MARKS = {"pass": "✓", "fail": "✗", "warn": "!", "observed": "·", "unsupported": "–", "blocked": "?", "error": "E"}
_ENTITIES = {"&": "&amp;", "<": "&lt;", "@": "&#64;", "://": "&#58;//"}
_SHOWN = 25
_SEQUENCES = 5
"""Findings whose requests are listed one by one."""
_CURL = 1500
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
        *_findings(groups(run)),
        *_families(run),
        *_unseen(run),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _findings(found: tuple[Group, ...]) -> list[str]:
    if not found:
        return []
    rows = ["| # | level | clause | where | observed | required |", "|--:|---|---|---|---|---|"]
    for group in found[:_SHOWN]:
        one = group.finding
        level = f"{one.level} (waived)" if one.waived else one.level
        where = _code(one.where) + (f" also {escaped(also(group))}" if group.places else "")
        cells = (str(group.number), level, _code(one.clause), where, _code(one.observed), escaped(one.required))
        rows.append(f"| {' | '.join(cells)} |")
    more = len(found) - _SHOWN
    rows += ["", *([f"… and {more} more in report.html", ""] if more > 0 else [])]
    told = {g.finding.clause: f"{g.why} {g.advice}".strip() for g in found[:_SHOWN] if g.why or g.advice}
    rows += [*(f"- {_code(clause)}: {escaped(text)}" for clause, text in told.items()), *([""] if told else [])]
    for group in [group for group in found if group.steps][:_SEQUENCES]:
        rows += [f"<details><summary>How to repeat finding {group.number}</summary>", ""]
        rows += [*_fenced(group.steps), "", "</details>", ""]
    return rows


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
    if run.coverage:
        rows += [f"- {escaped(line)}" for line in (coverage_line(run.coverage), *run.coverage.notes)]
    rows += [f"- {escaped(note)}" for note in run.footer.notes]
    if run.footer.left_behind:
        rows.append(f"- not deleted, still at the target: {', '.join(map(_code, run.footer.left_behind))}")
    return ["**What this run did not see**", "", *rows] if rows else []


def escaped(text: str) -> str:
    """``text`` as words: nothing in it is markup, a mention, a link, or the end of a cell."""
    text = visible(" ".join(text.split()), _LONGEST)
    return re.sub(r"[\\`*_\[\]#~>|!&<@]|://", lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), text)


def _code(text: str, longest: int = _LONGEST) -> str:
    """``text`` as code: fenced by more backticks than it has; a pipe would still end the cell."""
    text = visible(" ".join(text.split()), longest).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fenced(lines: Sequence[str]) -> list[str]:
    """``lines`` for a shell as they are, fenced by more backticks than they have."""
    texts = [visible(line, _CURL) for line in lines]
    longest = max((len(run) for text in texts for run in re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return [f"{fence}bash", *texts, fence]
