"""What is to blame for a request that failed: the traits that it has, and that none has which did not fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from contracts.clauses.evidence import Evidence, strings
from contracts.plan.fields import Field, fields_of
from contracts.plan.kinds.kind import Kind
from contracts.record.ways import NONE, form_of
from contracts.spec.resource import Resource

Trait = tuple[str, ...]
"""``("operation", pointer)``, ``("credentials",)``, ``("credentials", what is wrong, scheme)``, ``("kind", of body)``,
``("member", name)``, or ``("value", name, what it is)``, whose name is empty for such a value in any member."""
Traits = frozenset[Trait]
_OF_BYTES = ("wrong-media-type", "malformed", "no-object", "empty", "extension")


class Observer:
    """Tells the traits of requests, in the words of the plan: its kinds of values."""

    def __init__(self, resource: Resource) -> None:
        self._schemes = tuple(scheme for alternative in resource.security for scheme in alternative)
        tops = fields_of(resource, 0)
        self._fields: tuple[Field, ...] = tuple(field for top in tops for field in top.below())

    def traits(self, evidence: Evidence) -> Traits:
        """Of the request: which operation, whose credentials, what kind of body, which members with which values."""
        request, operation = evidence.exchange.request, evidence.operation
        found: set[Trait] = {("operation", operation.pointer if operation else request.method)}
        if not request.is_authorised:
            found |= {("credentials",), *self._credentials(request.credentials)}
        if evidence.request_kind in _OF_BYTES:
            return frozenset({*found, ("kind", evidence.request_kind)})
        found.update(("member", name) for name in evidence.sent)
        if not evidence.sent.keys() & set(evidence.resource.keys):
            found.add(("kind", "without a key"))
        for name, what in (*self._values(evidence), *_odd(evidence), *_characters(evidence)):
            found |= {("value", name, what), ("value", "", what)}
        return frozenset(found)

    def _credentials(self, way: str) -> Iterator[Trait]:
        """What is missing or wrong of them: what is sent empty is missing as well."""
        form, scheme = form_of(way)
        if way == NONE:
            yield from (("credentials", "without", one.name) for one in self._schemes)
        else:
            yield "credentials", "without" if form == "empty" else form, scheme

    def _values(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        for field in self._fields:
            for value in field.value_of(evidence.sent):
                yield from ((field.name, kind.name) for kind in (*field.kinds, *field.wrong) if _fits(kind, value))


def _fits(kind: Kind, value: object) -> bool:
    try:
        return kind.fits(value)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return False  # it was made to recognise values of its own type


def _characters(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What texts are made of, wherever they stand in a member: a crash on emoji is one, in a name as in a key."""
    for name, value in evidence.sent.items():
        seen = {char for text in strings(value) for char in text if not (char.isascii() and char.isalnum())}
        yield from {(name, _class_of(char)) for char in seen}


def _class_of(char: str) -> str:
    if " " <= char <= "~":
        return f"the character {char}"
    if char < " " or char == "\x7f":
        return f"control character {ord(char)}"
    if "\ud800" <= char <= "\udfff":
        return "half of a surrogate pair"
    return "a character beyond the basic plane" if char > "\uffff" else "a character beyond ASCII"


def _odd(evidence: Evidence) -> Iterator[tuple[str, str]]:
    yield from ((str(v.path[0]), f"breaks {v.keyword}") for v in evidence.sent_violations if v.path)
    yield from ((str(path[0]), odd) for path, odd in evidence.edges)


def blamed(failed: Traits, sound: Iterable[Traits], alike: Iterable[Traits] = ()) -> Traits:
    """The fewest of the traits of one that failed that no request has which did not fail.

    Left out first is what often occurs in ``sound`` ones, then what seldom occurs in those that failed ``alike``, then
    a value in a member before the same one anywhere.
    """
    others = [traits & failed for traits in sound]
    times = Counter(trait for other in others for trait in other)
    shared = Counter(trait for other in alike for trait in other)
    left = set(failed)
    for trait in sorted(failed, key=lambda trait: (-times[trait], shared[trait], trait[1:2] == ("",), trait)):
        fewer = left - {trait}
        if not any(fewer <= other for other in others):
            left = fewer
    return frozenset(left)
