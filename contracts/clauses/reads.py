"""Reading one: it shows what the last write answered, and nobody is not found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.clauses.clause import SEEN, Citation, Clause, Finding, Judgement, Level, Vacuous, about, at
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import SETTLED, History
from contracts.clauses.sameness import instant
from contracts.clauses.story import Story
from contracts.wire import http_date, shown

WHOLE = Citation("docs", "The whole resource")
_JUST_NOW = timedelta(seconds=1)
LAGS = "the target is declared without immediate, and no read came late enough"


def _last_write(history: History) -> Iterator[Judgement]:
    for story in history.stories:
        for write, reads in _after_writes(story):
            made = [list(_compared(story, write, read)) for read in reads]
            if "immediate" not in history.without:
                for judgements in made:
                    yield from judgements
            elif any(SEEN in judgements for judgements in made):
                yield SEEN
            elif reads[-1].exchange.started - write.exchange.ended >= SETTLED:
                yield from made[-1]
            else:
                yield Vacuous(LAGS)


def _after_writes(story: Story) -> Iterator[tuple[Evidence, list[Evidence]]]:
    """Each answer to a write beside the reads after it, as long as nothing else may have been written."""
    write: Evidence | None = None
    reads: list[Evidence] = []
    for evidence in story.evidence:
        is_certain = evidence.exchange.number not in story.in_company
        if evidence.effect == "read" and evidence.is_judged and evidence.is_ours:
            alone = write is None or evidence.exchange.started >= write.exchange.ended
            if write is not None and 0 < evidence.status < 500 and alone:
                reads.append(evidence)
        elif evidence.may_write and not evidence.refused:
            while reads and evidence.exchange.started < reads[-1].exchange.ended:
                reads.pop()  # it was being written
            if write is not None and reads:
                yield write, reads
            write = evidence if evidence.writes and evidence.returned is not None and is_certain else None
            reads = []
    if write is not None and reads:
        yield write, reads


def _compared(story: Story, write: Evidence, read: Evidence) -> Iterator[Judgement]:
    number = write.exchange.number
    if read.returned is None:
        if not read.succeeded and not (read.status == 404 and _by_open_key(story, read)):
            yield _by(write, about(read, "status", str(read.status), f"a success: #{number} wrote it"))
        return
    told, now = write.returned or {}, read.returned
    resource = read.resource
    names = (*resource.keys, *write.written, *resource.set_on_create, *resource.set_on_write)
    shows = read.answer.names if read.answer else ()
    different = [name for name in dict.fromkeys(names) if name in shows and not _same(told.get(name), now.get(name))]
    for name in different:
        yield _by(write, at(read, (name,), now.get(name), f"{shown(told.get(name))}, as #{number} was answered"))
    if not different:
        yield SEEN


def _by(write: Evidence, finding: Finding) -> Finding:
    return replace(finding, steps=(write.exchange.number,))


def _by_open_key(story: Story, read: Evidence) -> bool:
    """Was it named by another key than those by which the run knows it?"""
    own = {story.name[1] if story.name else None, story.id}
    return not own & set(read.parameters.values())


def _same(one: Any, other: Any) -> bool:
    if one == other or (one in (None, {}, "") and other in (None, {}, "")):
        return True
    moment = instant(one)
    return moment is not None and moment == instant(other)


def not_found(evidence: Evidence) -> Iterator[Judgement]:
    """What is required of an answer to a read, update or delete of nobody."""
    if not evidence.is_ours or not evidence.status or evidence.status >= 500:
        return
    odd = any(not value.strip() or not value.isprintable() or "/" in value for value in evidence.parameters.values())
    if evidence.status == 404 or (odd and evidence.refused):
        yield SEEN
    elif evidence.returned is not None and _shows_named(evidence) and not _is_just_made(evidence):
        yield Vacuous("what was named is there, although this run did not make it")
    elif evidence.effect == "read" or evidence.request_kind in ("bodiless", "valid", "empty"):
        yield about(evidence, "status", str(evidence.status), "404: nobody has that name")


def _is_just_made(evidence: Evidence) -> bool:
    """Does it say that what was named was made when it was asked for?"""
    answer, shows = evidence.exchange.answer, evidence.returned or {}
    clock = http_date(answer.header("Date")) if answer is not None else None
    moments = [instant(shows.get(name)) for name in evidence.resource.set_on_create]
    return clock is not None and any(moment and abs(moment - clock) <= _JUST_NOW for moment in moments)


def _shows_named(evidence: Evidence) -> bool:
    shows = {str((evidence.returned or {}).get(key)) for key in evidence.resource.keys}
    return evidence.effect == "read" and bool(shows & set(evidence.parameters.values()))


def _unknown(history: History) -> Iterator[Judgement]:
    absent: dict[str, int] = {}
    for evidence in history.evidence:
        if evidence.effect == "read" and evidence.is_judged and history.is_nobody(evidence):
            path, number = evidence.exchange.request.path, evidence.exchange.number
            if evidence.status == 404:
                absent.setdefault(path, number)
            if evidence.succeeded and path in absent:
                required = f"404, as #{absent[path]} was answered: nobody was made since then"
                yield replace(about(evidence, "status", str(evidence.status), required), steps=(absent[path],))
            else:
                yield from not_found(evidence)


def gone(history: History) -> Iterator[tuple[Story, Evidence, Evidence]]:
    """Each one that was deleted, the deletion, and what named it afterwards."""
    for story in history.stories:
        deletion = story.deleted
        if deletion is None:
            continue
        for evidence in story.evidence:
            is_later = evidence.exchange.number > deletion.exchange.number
            if is_later and evidence.exchange.started >= deletion.exchange.ended:
                yield story, deletion, evidence


CLAUSES = (
    Clause(
        "read.last-write",
        "A read shows what the last write answered",
        Level.MUST,
        WHOLE,
        over_history=_last_write,
        needs=frozenset({"state", "read"}),
        effects=frozenset({"read"}),
        needs_meaning=True,
    ),
    Clause(
        "read.unknown-404",
        "A read of nobody: 404",
        Level.MUST,
        WHOLE,
        over_history=_unknown,
        needs=frozenset({"state", "read"}),
        effects=frozenset({"read"}),
        needs_meaning=True,
    ),
)
