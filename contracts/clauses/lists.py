"""Listing: its limit, its total, its filters, and who is in a list and who is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.clauses.clause import SEEN, Clause, ExchangeCheck, HistoryCheck, Judgement, Level, Vacuous, about, at
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import SETTLED, History
from contracts.clauses.queries import (
    Filter,
    Query,
    filters_of,
    query_of,
    wrong_parameters,
)
from contracts.clauses.reads import WHOLE
from contracts.clauses.sameness import instant
from contracts.clauses.story import Story
from contracts.spec.edge_values import key_text
from contracts.spec.flat import types_of
from contracts.spec.meaning import Normalisation
from contracts.spec.members import Pattern
from contracts.wire import JSONPath, shown

_ASKED = 3
"""Lists of the same words before it counts that one of several copies is behind."""
_TOTAL = re.compile(r"\btotal\b|\bhow many\b|\bnumber of\b", re.IGNORECASE)


def lists_shown(history: History) -> Iterator[Evidence]:
    """Answers that show a list, to requests that the document allows."""
    for evidence in history.evidence:
        if is_list(evidence) and isinstance(evidence.value, dict | list):
            yield evidence


def is_list(evidence: Evidence) -> bool:
    """Did a request for a list succeed that the document allows?"""
    is_allowed = evidence.effect == "list" and evidence.is_judged and evidence.is_ours and evidence.succeeded
    return is_allowed and not wrong_parameters(evidence)


def _limit(evidence: Evidence) -> Iterator[Judgement]:
    limit = query_of(evidence).limit
    if not evidence.succeeded or limit is None or wrong_parameters(evidence):
        return
    if len(evidence.items) <= limit:
        yield SEEN
    else:
        yield at(evidence, path_of(evidence), len(evidence.items), f"at most {limit} items, the limit")


def path_of(evidence: Evidence) -> JSONPath:
    """Where the items stand."""
    return evidence.resource.items_path or ()


def total_of(evidence: Evidence) -> tuple[str, int] | None:
    """The member that says how many there are, and its value: an integer beside the items, by its description."""
    path, body = path_of(evidence), evidence.answer
    if body is None or not path or not isinstance(evidence.value, dict):
        return None
    counts = [m for m in body.members if len(m.path) == 1 and types_of(m.flat) == ("integer",)]
    said = [m for m in counts if _TOTAL.search(str(m.flat.get("description", "")))] or counts
    if len(said) != 1:
        return None
    value = evidence.value.get(said[0].path[0])
    return (said[0].path[0], value) if isinstance(value, int) and not isinstance(value, bool) else None


def _total(evidence: Evidence) -> Iterator[Judgement]:
    found = total_of(evidence) if evidence.succeeded else None
    if found is None:
        if evidence.succeeded:
            yield Vacuous("the answer to a list has no member that counts all")
        return
    name, total = found
    if total >= len(evidence.items):
        yield SEEN
    else:
        yield at(evidence, (name,), total, f"not smaller than the {len(evidence.items)} items shown")


def key_of(evidence: Evidence, item: dict[str, Any]) -> str | None:
    """What an item is known by: the first of the resource's keys that it shows, as text."""
    names = (item.get(key) for key in evidence.resource.keys)
    return next((text for value in names if (text := key_text(value)) is not None), None)


def _filters(history: History) -> Iterator[Judgement]:
    if not any(p.meaning.filters for one in history.resource.operations for p in one.parameters):
        yield Vacuous("the overlay names no filter")
    for evidence in lists_shown(history):
        for asked in filters_of(evidence):
            clean = True
            for path, item in evidence.items:
                value = _inner(item, asked.member)
                if not _lets_through(history, asked, value) and not _changed_just_before(history, evidence, item):
                    clean = False
                    required = f"{'.'.join(asked.member)} {_HOW[asked.how]} {shown(asked.value)}, the filter"
                    yield at(evidence, (*path, *asked.member), value, required)
            if clean and evidence.items:
                yield SEEN
            elif clean and "immediate" in history.without:
                yield Vacuous("no list by a filter showed anybody, as an index may lag")


_HOW = {"equal": "equal to", "before": "before", "after": "after"}


def _inner(item: dict[str, Any], member: Pattern) -> Any:
    value: Any = item
    for step in member:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _lets_through(history: History, asked: Filter, value: Any) -> bool:
    if asked.how == "equal":
        text = _as_text(value)
        may = history.resource.meaning(asked.member).may_normalise
        return text is not None and _normal(text, may) == _normal(asked.value, may)
    bound, moment = instant(asked.value), instant(value)
    if bound is None or moment is None:
        return True
    return moment <= bound if asked.how == "before" else moment >= bound


def _normal(text: str, may: tuple[Normalisation, ...]) -> str:
    text = text.strip() if "trim" in may else text
    return text.lower() if "lower-case" in may else text


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _changed_just_before(history: History, evidence: Evidence, item: dict[str, Any]) -> bool:
    """May an index have let it through for what it was before the last write? A write at that time counts as well."""
    if "immediate" not in history.without and evidence.exchange.number not in history.in_company:
        return False
    name = key_of(evidence, item)
    story = history.named_by(evidence.resource.keys[0], name) if name and evidence.resource.keys else None
    if story is None:
        return False
    last, _ = story.around(evidence)
    return last is not None and evidence.exchange.started - last.exchange.ended < SETTLED


def _alike(history: History) -> dict[int, list[set[str]]]:
    """By the number of a list: whom each list shows that was asked for in the same words, with no write in between."""
    groups: dict[str, list[set[str]]] = {}
    found: dict[int, list[set[str]]] = {}
    for evidence in history.evidence:
        if evidence.may_write and not evidence.refused:
            groups = {}
        elif is_list(evidence):
            group = groups.setdefault(evidence.exchange.request.path, [])
            group.append({name for _, item in evidence.items if (name := key_of(evidence, item))})
            found[evidence.exchange.number] = group
    return found


def _is_late(history: History, evidence: Evidence, write: Evidence, alike: dict[int, list[set[str]]]) -> bool:
    """Has an index had its time since ``write``? One that is said to lag is also asked more than once."""
    asked = len(alike[evidence.exchange.number])
    is_asked_again = "immediate" not in history.without or asked >= _ASKED
    return is_asked_again and evidence.exchange.started - write.exchange.ended >= SETTLED


def _shows_new(history: History) -> Iterator[Judgement]:
    alike = _alike(history)
    for evidence in lists_shown(history):
        query = query_of(evidence)
        if not _is_whole(evidence, query):
            continue
        inside = {name for _, item in evidence.items if (name := key_of(evidence, item))}
        for story in _living(history, evidence):
            last, _ = story.around(evidence)
            if last is None or not _matches(evidence, last) or story.id is None:
                continue
            if any(story.id in shown_by for shown_by in alike[evidence.exchange.number]):
                yield SEEN
            elif _is_late(history, evidence, last, alike):
                required = f"{shown(story.id)} in it, which #{last.exchange.number} wrote"
                yield replace(at(evidence, path_of(evidence), len(inside), required), steps=(last.exchange.number,))
            else:
                yield Vacuous("an index may lag, and no list was asked for five seconds later")


def _living(history: History, evidence: Evidence) -> Iterator[Story]:
    """Those that are there for sure when a list is asked for, and that were written last not so long ago."""
    for story in history.written_lately(evidence):
        last, _ = story.around(evidence)
        if last is None or last.exchange.number in story.in_company or story.is_unsure_between(last, evidence):
            continue
        if story.is_there_at(evidence):
            yield story


def _is_whole(evidence: Evidence, query: Query) -> bool:
    """Does it show all that its filters let through, as far as filters are known?"""
    known = {name for name, _ in query.rest if _is_filter(evidence, name)}
    is_short = query.limit is not None and len(evidence.items) < query.limit
    return query.page == 1 and is_short and known == {name for name, _ in query.rest}


def _is_filter(evidence: Evidence, name: str) -> bool:
    parameter = evidence.operation.parameter(name) if evidence.operation else None
    return parameter is not None and bool(parameter.meaning.filters)


def _matches(evidence: Evidence, last: Evidence) -> bool:
    return all(_as_text(_inner(last.returned or {}, asked.member)) == asked.value for asked in filters_of(evidence))


def _hides_deleted(history: History) -> Iterator[Judgement]:
    deleted = {story.id: story for story in history.stories if story.deleted is not None and story.id is not None}
    first = min((s.deleted.exchange.number for s in deleted.values() if s.deleted), default=2**63)
    alike = _alike(history)
    for evidence in lists_shown(history):
        for path, item in evidence.items:
            name = key_of(evidence, item)
            story: Story | None = deleted.get(name) if name else None
            if story is None or story.deleted is None or story.deleted.exchange.number > evidence.exchange.number:
                continue
            number = story.deleted.exchange.number
            if not all(name in shown_by for shown_by in alike[evidence.exchange.number]):
                yield SEEN
            elif _is_late(history, evidence, story.deleted, alike):
                yield replace(at(evidence, path, name, f"nobody whom #{number} deleted"), steps=(number,))
            else:
                yield Vacuous("an index may lag, and no list was asked for five seconds later")
        if evidence.exchange.number > first and not any(
            key_of(evidence, item) in deleted for _, item in evidence.items
        ):
            yield SEEN


def _wrong_query(evidence: Evidence) -> Iterator[Judgement]:
    wrong = wrong_parameters(evidence)
    if not wrong or not evidence.is_ours or not evidence.status or evidence.status >= 500:
        return
    name, value, what = wrong[0]
    if evidence.refused:
        yield SEEN
    else:
        yield about(evidence, f"query {name}", str(evidence.status), f"a 4xx: {shown(value)} is not {what}")


def list_clause(
    name: str,
    title: str,
    level: Level = Level.MUST,
    check: ExchangeCheck | None = None,
    over_history: HistoryCheck | None = None,
) -> Clause:
    return Clause(
        f"list.{name}",
        title,
        level,
        WHOLE,
        check,
        over_history,
        needs=frozenset({"state", "list"}),
        effects=frozenset({"list"}),
        needs_meaning=True,
    )


CLAUSES = (
    list_clause("limit", "A page has at most as many items as its limit", check=_limit),
    list_clause("total", "The total is not smaller than the items", check=_total),
    list_clause("filters", "A filter lets nobody else through", over_history=_filters),
    list_clause("shows-new", "One just made is in a list", Level.SHOULD, over_history=_shows_new),
    list_clause("hides-deleted", "One that was deleted is in no list", Level.SHOULD, over_history=_hides_deleted),
    list_clause("refuses-wrong-query", "A wrong parameter is refused", Level.SHOULD, check=_wrong_query),
)
