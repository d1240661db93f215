"""Which goals a trace has reached: of each declared member, which kinds of values were sent and answered.

Read off the bytes of the requests, never off what the plan meant to send, so that a record gives the same again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from contracts.plan.fields import Field, fields_of
from contracts.record.exchange import Exchange
from contracts.record.messages import Coverage, MemberCoverage
from contracts.spec.resource import Resource

UNDRAWN = "no value can be drawn for it; give it an example in the document"
"""Said of a member for whose schema nothing of ours makes a value."""
_TOLD = 8
"""Kinds of values that a note names."""


def coverage(exchanges: Iterable[Exchange], resource: Resource) -> Coverage:
    """Goals reached of goals wanted, by member; ``missing`` names the required kinds that nobody sent."""
    fields = [below for top in fields_of(resource, 0) for below in top.below()]
    goals = {(field.name, kind.name) for field in fields for kind in field.kinds}
    reached: set[tuple[str, str]] = set()
    sent: dict[str, int] = {}
    for exchange in exchanges:
        if not _counts(exchange, resource):
            continue
        body = exchange.request.sent.value
        for field in fields:
            for value in field.value_of(body):
                sent[field.name] = sent.get(field.name, 0) + 1
                for kind in field.kinds:
                    if (field.name, kind.name) not in reached and kind.fits(value):
                        reached.add((field.name, kind.name))
    members = tuple(_member(field, reached, sent.get(field.name, 0)) for field in fields)
    return Coverage(reached=len(reached), wanted=len(goals), members=members, notes=_notes(goals - reached))


def _notes(left: set[tuple[str, str]]) -> tuple[str, ...]:
    """What a larger budget would still look at, by kind, the most frequent first; none where nothing is left."""
    if not left:
        return ()
    counted = sorted(Counter(kind for _, kind in left).items(), key=lambda one: (-one[1], one[0]))
    told = ", ".join(f"{kind} ({count})" for kind, count in counted[:_TOLD])
    more = f" and {len(counted) - _TOLD} kinds more" if len(counted) > _TOLD else ""
    return (f"a larger budget also sends, with the number of members: {told}{more}",)


def _counts(exchange: Exchange, resource: Resource) -> bool:
    """Is it a write or an update that was answered, with the run's own credentials?"""
    request = exchange.request
    found = resource.operation_of(request.method, request.path)
    is_write = found is not None and found[0].effect in ("create", "upsert", "update")
    return is_write and request.is_authorised and exchange.answer is not None and exchange.is_judged


def _member(field: Field, reached: set[tuple[str, str]], sent: int) -> MemberCoverage:
    names = {kind.name for kind in field.kinds}
    missing = tuple(k.name for k in field.kinds if k.standing == "required" and (field.name, k.name) not in reached)
    if not names and not field.fields:
        missing = (UNDRAWN,)
    return MemberCoverage(
        member=field.name,
        wanted=len(names),
        reached=sum((field.name, name) in reached for name in names),
        sent=sent,
        missing=missing,
    )


def unreached(covered: Coverage) -> tuple[str, ...]:
    """One line a member that was never sent, or not with each value that a verdict needs; none where all was seen."""
    lines = []
    for one in covered.members:
        if not one.wanted and not one.sent and UNDRAWN in one.missing:
            lines.append(f"{one.member} was never sent: {UNDRAWN}")
        elif one.wanted and not one.sent:
            lines.append(f"{one.member} was never sent")
        elif one.missing:
            lines.append(f"{one.member} was never sent as {' or '.join(one.missing)}")
    return tuple(lines)
