"""Pages of a list: they do not overlap, they lose nobody, and they have the order that was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from contracts.clauses.clause import SEEN, Judgement, Vacuous, at
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import SETTLED, History
from contracts.clauses.lists import is_list, key_of, list_clause, lists_shown, path_of, total_of
from contracts.clauses.queries import query_of
from contracts.clauses.sameness import instant
from contracts.wire import JSONPath, shown

_NEWEST = re.compile(r"newest|latest first|most recent|reverse chronological", re.IGNORECASE)


def _pages(history: History) -> Iterator[Judgement]:
    for by_number in _groups(history):
        if reason := _why_not_compared(history, by_number):
            yield Vacuous(reason)
            continue
        yield from _distinct(by_number)
        yield from _complete(by_number)


def _groups(history: History) -> Iterator[dict[int, Evidence]]:
    """Several pages of one list by their numbers, asked for while nobody wrote."""
    groups: dict[object, dict[int, Evidence]] = {}
    for evidence in history.evidence:
        if evidence.may_write and not evidence.refused:
            yield from (one for one in groups.values() if len(one) > 1)
            groups = {}
        elif is_list(evidence):
            query = query_of(evidence)
            groups.setdefault(query.all_but_page, {})[query.page] = evidence
    yield from (one for one in groups.values() if len(one) > 1)


def _why_not_compared(history: History, by_number: dict[int, Evidence]) -> str | None:
    """Why one page may have been cut from another list than the next, if it may."""
    if len({total_of(page) for page in by_number.values()}) > 1:
        return "the total changed from one page to the next: somebody has written, or an index lags"
    if not _has_settled(history, min(by_number.values(), key=lambda e: e.exchange.number)):
        return "what was written shortly before may have come between two pages"
    return None


def _has_settled(history: History, page: Evidence) -> bool:
    """Was nothing written so late that it may be seen by one page and not by the next?"""
    order = query_of(page).order
    moves = order is not None and any(name in order for name in history.resource.set_on_write)
    # a creation between two pages shows in the total; a deletion beside it may make up for that
    latest = history.last_written(page, deletions_only=total_of(page) is not None and not moves)
    return latest is None or page.exchange.started - latest >= SETTLED


def _distinct(by_number: dict[int, Evidence]) -> Iterator[Judgement]:
    where: dict[str, int] = {}
    clean = True
    for number in sorted(by_number):
        page = by_number[number]
        for path, item in page.items:
            name = key_of(page, item)
            if name is not None and where.setdefault(name, number) != number:
                clean = False
                first = by_number[where[name]].exchange.number
                required = f"nobody of page {where[name]} (#{first}) again"
                yield replace(at(page, path, name, required), steps=(first,))
    if clean:
        yield SEEN


def _complete(by_number: dict[int, Evidence]) -> Iterator[Judgement]:
    """All pages together show as many as the total says, where each page up to a short one was asked for."""
    numbers = sorted(by_number)
    last = by_number[numbers[-1]]
    limit, total = query_of(last).limit, total_of(last)
    if numbers != list(range(1, len(numbers) + 1)) or limit is None or len(last.items) >= limit or total is None:
        return
    shows = sum(len(page.items) for page in by_number.values())
    if query_of(last).rest:
        return  # whether a total counts all, or all that the filters let through, is not said
    if shows >= total[1]:
        yield SEEN
    else:
        where = path_of(last)
        yield at(last, where, shows, f"{total[1]} on all {len(numbers)} pages, as {total[0]} says")


def _order(history: History) -> Iterator[Judgement]:
    for evidence in lists_shown(history):
        order = query_of(evidence).order
        if order and (name := order.lstrip("-+")):
            yield from _sorted(evidence, name, down=order.startswith("-"))
    for by_number in _groups(history):
        order = query_of(next(iter(by_number.values()))).order
        if order and (name := order.lstrip("-+")) and not _why_not_compared(history, by_number):
            yield from _sorted_on(by_number, name, down=order.startswith("-"))


def _newest(history: History) -> Iterator[Judgement]:
    operation = history.resource.operation("list")
    texts = [operation.description, *(p.description for p in operation.parameters)] if operation else []
    names = history.resource.set_on_create
    if not names or not any(_NEWEST.search(text) for text in texts):
        yield Vacuous("the document does not say that the newest comes first")
        return
    for evidence in lists_shown(history):
        if query_of(evidence).order is None:
            yield from _sorted(evidence, names[0], down=True)
    for by_number in _groups(history):
        is_unordered = query_of(next(iter(by_number.values()))).order is None
        if is_unordered and not _why_not_compared(history, by_number):
            yield from _sorted_on(by_number, names[0], down=True)


Placed = tuple[JSONPath, Any]
"""Where a value stands that a list is sorted by, and the value."""


def _values(evidence: Evidence, name: str) -> list[Placed]:
    """Those without a value are left out: they may stand first or last."""
    return [((*path, name), value) for path, item in evidence.items if (value := item.get(name)) is not None]


def _sorted(evidence: Evidence, name: str, *, down: bool) -> Iterator[Judgement]:
    values = _values(evidence, name)
    if len(values) < 2:
        return
    for (_, before), (path, value) in pairwise(values):
        if _is_wrong(before, value, down=down):
            required = f"not {'after' if down else 'before'} {shown(before)}, the one above it"
            yield at(evidence, path, value, required)
            return
    yield SEEN


def _sorted_on(by_number: dict[int, Evidence], name: str, *, down: bool) -> Iterator[Judgement]:
    """What the first of a page is to the last of the page before."""
    for number, evidence in sorted(by_number.items()):
        page, values = by_number.get(number - 1), _values(evidence, name)
        before = _values(page, name)[-1:] if page is not None else []
        if page is None or not before or not values:
            continue
        (_, last), (path, value) = before[0], values[0]
        if _is_wrong(last, value, down=down):
            required = f"not {'after' if down else 'before'} {shown(last)}, the last one of page {number - 1}"
            yield replace(at(evidence, path, value, required), steps=(page.exchange.number,))
        else:
            yield SEEN


def _is_wrong(before: Any, value: Any, *, down: bool) -> bool:
    return _is_after(value, before) if down else _is_after(before, value)


def _is_after(one: Any, other: Any) -> bool:
    """Is ``one`` to come after ``other``, by every rule by which servers sort?"""
    moments = instant(one), instant(other)
    if moments[0] is not None and moments[1] is not None:
        return moments[0] > moments[1]
    if isinstance(one, str) and isinstance(other, str):
        return all(key(one) > key(other) for key in _TEXT_ORDERS)
    numbers = [value for value in (one, other) if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(numbers) == 2 and numbers[0] > numbers[1]


def _natural(text: str) -> list[tuple[bool, int, str]]:
    parts = re.split(r"([0-9]{1,18})", text.casefold())
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


_TEXT_ORDERS: tuple[Callable[[str], Any], ...] = (
    lambda text: text,
    str.casefold,
    lambda text: [char for char in text.casefold() if char.isalnum()],
    _natural,
)
"""By code points, without letter case, without punctuation, and with numbers by their value."""


CLAUSES = (
    list_clause("pages", "Pages do not overlap and lose nobody", over_history=_pages),
    list_clause("order", "A list has the order that was asked for", over_history=_order),
    list_clause("newest-first", "Without an order the newest comes first", over_history=_newest),
)
