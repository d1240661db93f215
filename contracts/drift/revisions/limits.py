"""Limits of a value: how long, how many, how large, after which pattern."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.drift.report import as_json
from contracts.drift.revisions.change import Change, Direction, severity_of
from contracts.drift.revisions.node import Node

_LOWER = {"minLength": "characters", "minItems": "items", "minProperties": "members", "minimum": ""}
_UPPER = {"maxLength": "characters", "maxItems": "items", "maxProperties": "members", "maximum": ""}


def limits(old: Node, new: Node, direction: Direction) -> Iterator[Change]:
    """Every limit that moved, came or went."""
    for keyword in (*_LOWER, *_UPPER):
        before, after = _bound(old, keyword), _bound(new, keyword)
        if before != after:
            tighter = before is None or (after is not None and _is_tighter(keyword, before, after))
            said = [_said(keyword, before), _said(keyword, after)]
            yield _limit(old, new, direction, keyword, said, looser=not tighter, tighter=tighter)
    unique = [True in one.said("uniqueItems") for one in (old, new)]
    if unique[0] != unique[1]:
        said = ["unique items" if one else "items may repeat" for one in unique]
        yield _limit(old, new, direction, "uniqueItems", said, looser=unique[0], tighter=unique[1])
    for keyword in ("pattern", "multipleOf"):
        sets = [{as_json(value) for value in one.said(keyword)} for one in (old, new)]
        if sets[0] != sets[1]:
            said = [f"{keyword} {', '.join(sorted(one))}" if one else f"no {keyword}" for one in sets]
            looser, tighter = bool(sets[0] - sets[1]), bool(sets[1] - sets[0])
            yield _limit(old, new, direction, keyword, said, looser=looser, tighter=tighter)


def _bound(node: Node, keyword: str) -> tuple[float, bool] | None:
    """The tightest bound of all parts, and whether the bound itself is out; None where there is none."""
    exclusive = f"exclusive{keyword[0].upper()}{keyword[1:]}"
    found: list[tuple[float, bool]] = []
    for part in node.parts.values():
        value, out = part.get(keyword), part.get(exclusive)
        if _is_number(value):
            found.append((value, out is True))
        if _is_number(out):
            found.append((out, True))
    if not found:
        return None
    is_lower = keyword in _LOWER
    tightest = max(found) if is_lower else min(found, key=lambda one: (one[0], not one[1]))
    return None if keyword.startswith("min") and keyword != "minimum" and tightest[0] == 0 else tightest


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_tighter(keyword: str, before: tuple[float, bool], after: tuple[float, bool]) -> bool:
    if before[0] == after[0]:
        return after[1]
    return after[0] > before[0] if keyword in _LOWER else after[0] < before[0]


def _said(keyword: str, bound: tuple[float, bool] | None) -> str:
    side = "at least" if keyword in _LOWER else "at most"
    if bound is None:
        return "no limit"
    if bound[1]:
        side = "more than" if keyword in _LOWER else "less than"
    return f"{side} {as_json(bound[0])} {(_LOWER | _UPPER)[keyword]}".rstrip()


def _limit(
    old: Node, new: Node, direction: Direction, keyword: str, said: list[str], *, looser: bool, tighter: bool
) -> Change:
    severity = severity_of(direction, looser=looser, tighter=tighter)
    if looser and tighter:
        reason = "another limit"
    elif direction == "answer":
        reason = "more may come than was promised" if looser else "less comes than was allowed"
    else:
        reason = "more is taken" if looser else "what was taken is refused"
    return Change((), "limit", severity, said[0], said[1], reason, old.place_of(keyword), new.place_of(keyword))
