"""Breaches of a clause by their causes: a person wants to know what is broken, not how often it was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.clauses.clause import Finding as Breach
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.record.ways import is_another
from contracts.verdict.traits import Observer, Traits, blamed
from contracts.wire import shown

OF_THE_WHOLE = ("status", "answer")
"""Where a breach stands that is about the request as a whole."""
MOST_SOUND = 500
"""Requests that succeeded, first and last ones, that are looked at for what is not to blame."""
_CUT = r"…(?=[,:;]|$)"
"""Where a value was cut that is too long to be told."""
_FOLDS = (
    (re.compile(rf'"(?:[^"\\]|\\.)*?(?:"|(?={_CUT})|$)'), "text"),
    (re.compile(r"(?<![\w.])[-#]?\d[\w.:+-]*"), "number"),
    (re.compile(r"\b(?:true|false)\b"), "boolean"),
)
_NESTED = re.compile(rf"\{{[^{{}}]*?(?:\}}|(?={_CUT})|$)|\[[^\[\]]*?(?:\]|(?={_CUT})|$)")
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Cause:
    """``breaches`` have one cause, the plainest first; ``member`` is the declared one concerned, if it is one."""

    member: str
    breaches: tuple[Breach, ...]


def causes(breaches: Sequence[Breach], history: History) -> list[Cause]:
    """``breaches`` in groups, in the order in which each cause first showed."""
    groups: dict[tuple[str, ...], list[Breach]] = {}
    failed: dict[tuple[str, ...], list[Breach]] = {}
    for breach in breaches:
        is_failure = breach.where in OF_THE_WHOLE and not 200 <= history.at(breach.exchange).status < 300
        found = failed if is_failure else groups
        found.setdefault(_key(breach, history, is_failure=is_failure), []).append(breach)
    made = [Cause(_declared(one[0], history), _smallest_first(one, history)) for one in groups.values()]
    made += [cause for group in failed.values() for cause in _by_blame(group, history)]
    return sorted(made, key=lambda cause: min(breach.exchange for breach in cause.breaches))


def _key(breach: Breach, history: History, *, is_failure: bool) -> tuple[str, ...]:
    level = breach.level or ""
    if is_failure:
        return breach.where, level, "crash" if _is_crash(history.at(breach.exchange)) else "refusal"
    member = _declared(breach, history)
    where = f"{breach.where.partition('$')[0]}{member}" if member else _INDEX.sub("[]", breach.where)
    return where, level, without_values(breach.required)


def without_values(text: str) -> str:
    """``text`` without the values in it, that differ from one answer to the next."""
    for pattern, word in _FOLDS:
        text = pattern.sub(word, text)
    while (shorter := _NESTED.sub("value", text)) != text:
        text = shorter
    return re.sub(_CUT, "", text)


def _declared(breach: Breach, history: History) -> str:
    """The declared member that a breach is about: below the user's own JSON the one that holds it."""
    evidence = history.at(breach.exchange)
    bodies = (evidence.answer, evidence.operation.request if evidence.operation else None)
    names = {member.name for body in bodies if body is not None for member in body.members}
    member = breach.member
    while member and member not in names:
        member = member[: max(member.rfind("."), member.rfind("["), 0)]
    return member or breach.member


def _by_blame(breaches: Sequence[Breach], history: History) -> Iterator[Cause]:
    """Requests that failed, by what each needs to fail: the plainest first, for it explains the others."""
    by_number = {breach.exchange: breach for breach in breaches}
    observer = Observer(history.resource)
    is_crash = _is_crash(history.at(breaches[0].exchange))
    succeeded = [evidence for evidence in history.evidence if _is_sound(evidence, is_crash=is_crash)]
    sound = {observer.traits(evidence) for evidence in (*succeeded[:MOST_SOUND], *succeeded[-MOST_SOUND:])}
    failed = [(_traits(history, number, observer), number) for number in by_number]
    alike = [traits for traits, _ in failed]
    found: dict[Traits, list[Breach]] = {}
    of: dict[int, Traits] = {}
    for traits, number in sorted(failed, key=lambda pair: (len(pair[0]), pair[1])):
        cause = next((one for one in found if one <= traits and not any(one <= other for other in sound)), None)
        cause = cause or of.get(history.versions.smallest(number)) or blamed(traits, sound, alike)
        if any(cause <= other for other in sound):  # it says nothing: what it was made of may
            cause = blamed(observer.traits(history.at(history.versions.largest(number))), sound, alike)
        of[number] = cause
        found.setdefault(cause, []).append(by_number[number])
    for group in found.values():
        sent = _members(history.at(group[0].exchange))
        told = (replace(one, observed=f"{one.observed}{_to(history.at(one.exchange))}") for one in group)
        yield Cause(next(iter(sent)) if len(sent) == 1 else group[0].member, _smallest_first(list(told), history))


def _traits(history: History, number: int, observer: Observer) -> Traits:
    """Those of a request that failed, less what it has only since it was made smaller."""
    traits = observer.traits(history.at(number))
    largest = history.versions.largest(number)
    return traits if largest == number else traits & observer.traits(history.at(largest))


def _smallest_first(breaches: Sequence[Breach], history: History) -> tuple[Breach, ...]:
    """``breaches`` with the one before all others that takes the fewest steps, and of these the shortest bodies."""
    smallest = min(breaches, key=lambda one: _size(one, history))
    return (smallest, *(one for one in breaches if one is not smallest))


def _size(breach: Breach, history: History) -> tuple[bool, int, int]:
    """What only some credentials of the run show comes last: who repeats it may not have them."""
    requests = [history.exchange(step).request for step in breach.steps or (breach.exchange,)]
    is_another_way = any(is_another(request.credentials) for request in requests)
    return is_another_way, len(requests), sum(len(request.body or b"") for request in requests)


def _members(evidence: Evidence) -> dict[str, Any]:
    """What was sent beside the keys."""
    return {name: value for name, value in evidence.sent.items() if name not in evidence.resource.keys}


def _to(evidence: Evidence) -> str:
    sent = _members(evidence)
    return f" to {shown(sent)}" if sent else ""


def _is_crash(evidence: Evidence) -> bool:
    return evidence.status >= 500 or not evidence.status


def _is_sound(evidence: Evidence, *, is_crash: bool) -> bool:
    return 0 < evidence.status < 500 if is_crash else 200 <= evidence.status < 300
