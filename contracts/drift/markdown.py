"""Drifts as Markdown: a changelog for a release note, or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.drift.examine import Examined
from contracts.drift.report import SEVERITIES, Drift
from contracts.drift.sections import changes

_WORDS = {"breaking": "**breaking**", "warning": "warning", "info": "harmless"}
_MOST_NAMES = 8


def render(made: Examined, *, is_full: bool) -> str:
    """The whole as one Markdown text."""
    return "\n".join(_lines(made, is_full)).rstrip() + "\n"


def _lines(made: Examined, is_full: bool) -> Iterator[str]:
    compared = {one.name for one in made.comparisons}
    for comparison in made.comparisons:
        told = changes(comparison, [drift for drift in made.drifts if drift.document == comparison.name])
        yield from (
            f"## Changes in {_code(comparison.name.rpartition('/')[2])}",
            "",
            f"{told.summary[0].upper()}{told.summary[1:]}.",
            "",
        )
        if told.removed:
            yield from ("### Removed", "", *(f"- {_code(drift.path)}: **breaking**" for drift in told.removed), "")
        hidden = 0
        for section in told.sections:
            shown = section.told(is_full=is_full)
            hidden += len(section.drifts) - sum(len(alike) for alike in shown)
            if shown:
                yield from (f"### {_code(section.title)}", "")
                if section.reaches:
                    more = len(section.reaches) - _MOST_NAMES
                    names = ", ".join(map(_code, section.reaches[: None if is_full else _MOST_NAMES]))
                    yield from (f"Reaches {names}{f' and {more} more' if more > 0 and not is_full else ''}.", "")
                yield from (_item(alike[0], *map(section.path_of, alike)) for alike in shown)
                yield ""
        if hidden:
            yield from (f"{hidden} harmless changes are not listed.", "")
        if told.deprecated:
            yield from ("### Deprecated", "", ", ".join(_code(drift.path) for drift in told.deprecated), "")
        if told.new:
            yield from ("### New", "", ", ".join(_code(drift.path) for drift in told.new), "")
    rest = [drift for drift in made.drifts if drift.document not in compared]
    pages = [one.name for one in made.documents if one.name not in compared]
    if rest or pages:
        yield from ("## Pages", "", f"Read: {', '.join(map(_code, pages))}.", "")
        ordered = sorted(rest, key=lambda drift: SEVERITIES.index(drift.severity))
        yield from (f"{_item(drift, drift.path)}, {_code(_where(drift))}" for drift in ordered)
    if not made.drifts:
        yield from ("", "No drift.")


def _item(drift: Drift, *paths: str) -> str:
    said = f"{_text(drift.contract)} → {_text(drift.says)}" if drift.contract else _text(drift.says)
    return f"- {_WORDS[drift.severity]} {drift.kind}: {', '.join(map(_code, paths))} {said} ({_text(drift.reason)})"


def _where(drift: Drift) -> str:
    return f"{drift.document.rpartition('/')[2]}:{drift.line}"


def _code(text: str) -> str:
    """As code, whatever backticks or line breaks it holds."""
    bare = " ".join(text.split())
    ticks = "`" * (max(map(len, re.findall(r"`+", bare)), default=0) + 1)
    pad = " " if bare.startswith("`") or bare.endswith("`") else ""
    return f"{ticks}{pad}{bare}{pad}{ticks}"


def _text(text: str) -> str:
    """As words, in which nothing is markup: documents are written by others."""
    return re.sub(r"([\\`*_\[\]<>|@#])", r"\\\1", " ".join(text.split()))
