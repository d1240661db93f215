"""The ways to send credentials, right and wrong, as a document's security schemes let them be made.

A way has a name, which stands in the record, and says of each scheme what goes in the place of its secret. Whoever has
the secrets makes headers of that, and whoever has none a line for a shell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from contracts.spec.security import Alternative, Scheme, Security

Form = Literal["right", "wrong", "wrong-user", "case", "cut", "longer", "empty", "swapped", "foreign", "unsigned"]
"""The secret itself; its last character changed (of a password, for HTTP basic; or of the user's name); in another
letter case; without its last character; with one more; nothing at all; the secret of the other one of a pair; a token
that is another's; a JSON Web Token that nobody signed."""

RUN, NONE = "run", "none"
_ANOTHER = "run:"
"""Begins the name of another way in than that of the run: right as well."""
_FORMS: dict[str, tuple[Form, ...]] = {
    "key": ("wrong", "case", "cut", "longer", "empty"),
    "bearer": ("wrong", "foreign", "unsigned", "case", "cut", "longer"),
    "basic": ("wrong", "wrong-user", "case", "cut", "longer", "empty"),
}
_MADE_UP: dict[str, tuple[Form, ...]] = {
    "key": ("wrong",),
    "bearer": ("foreign", "unsigned"),
    "basic": ("wrong",),
}
"""Forms that need no secret."""


@dataclass(frozen=True)
class Part:
    """What goes in the place of the secret of ``scheme``."""

    scheme: Scheme
    form: Form = "right"


Way = tuple[Part, ...]


def is_right(name: str) -> bool:
    """Does the way called ``name`` carry credentials of the run's own?"""
    return name == RUN or name.startswith(_ANOTHER)


def is_another(name: str) -> bool:
    """Does it carry other credentials of the run than most requests? Nobody need offer all ways in."""
    return name.startswith(_ANOTHER)


def form_of(name: str) -> tuple[str, str]:
    """The form (or ``without``) and the scheme that the name of a wrong way says."""
    form, _, scheme = name.partition(":")
    return form, scheme


def ways(security: Security, held: Collection[str], own: Alternative) -> dict[str, Way]:
    """Every way that the secrets of the schemes ``held`` let be made, by name; the wrong ones by worth.

    ``own`` is the alternative that the run uses.
    """
    made: dict[str, Way] = {RUN: tuple(map(Part, own))}
    wrong: list[tuple[int, str, Way]] = []
    for alternative in security:
        if alternative and alternative != own and all(scheme.name in held for scheme in alternative):
            made[_ANOTHER + "+".join(scheme.name for scheme in alternative)] = tuple(map(Part, alternative))
        wrong += _wrong(alternative, all(scheme.name in held for scheme in alternative))
        wrong += _beside(alternative, security)
    if any(security):
        made[NONE] = ()
    for _, name, way in sorted(wrong, key=lambda one: one[0]):
        made.setdefault(name, way)
    return made


def _wrong(alternative: Alternative, is_held: bool) -> Iterator[tuple[int, str, Way]]:
    """The wrong ways of one alternative, each with its rank. Of a pair the first says who asks, the last proves it."""
    right = tuple(map(Part, alternative))
    if is_held:
        yield from _swapped(alternative)
    for place, part in enumerate(right):
        is_last = place == len(right) - 1
        if len(right) > 1 and is_held:
            yield _rank("without", part.scheme, is_last), f"without:{part.scheme.name}", _put(right, place, None)
        if is_held:
            for form in _FORMS[part.scheme.kind]:
                way = _put(right, place, replace(part, form=form))
                yield _rank(form, part.scheme, is_last), f"{form}:{part.scheme.name}", way
        elif is_last:
            for form in _MADE_UP[part.scheme.kind]:
                beside = tuple(replace(one, form="wrong") for one in right)
                way = _put(beside, place, replace(part, form=form))
                yield _rank(form, part.scheme, is_last), f"{form}:{part.scheme.name}", way


def _swapped(pair: Alternative) -> Iterator[tuple[int, str, Way]]:
    """Each key of a pair in the place of the other one."""
    if len(pair) == 2 and all(scheme.kind == "key" for scheme in pair):
        yield _rank("swapped", pair[-1], True), f"swapped:{pair[-1].name}", tuple(Part(one, "swapped") for one in pair)


def _beside(alternative: Alternative, security: Security) -> Iterator[tuple[int, str, Way]]:
    """A bearer token that nobody signed, beside other credentials that are wrong: what asks for either may ask for
    neither."""
    for other in security if len(alternative) == 1 and alternative[0].kind == "bearer" else ():
        carried = {(scheme.place, scheme.parameter) for scheme in (*other, *alternative)}
        if other and other != alternative and len(carried) == len(other) + 1:
            scheme = alternative[0]
            way = (*(Part(one, "wrong") for one in other), Part(scheme, "unsigned"))
            yield _rank("beside", scheme, True), f"beside:{scheme.name}", way
            return


def _put(way: Way, place: int, part: Part | None) -> Way:
    return way[:place] + (() if part is None else (part,)) + way[place + 1 :]


_RANKS = (
    ("wrong", "secret"),
    ("without", "name"),
    ("wrong", "name"),
    ("wrong-user", "secret"),
    ("wrong", "bearer"),
    ("case", "secret"),
    ("without", "secret"),
    ("foreign", "bearer"),
    ("unsigned", "bearer"),
    ("cut", "secret"),
    ("empty", "secret"),
    ("beside", "bearer"),
    ("case", "bearer"),
    ("longer", "secret"),
    ("swapped", "secret"),
)
"""What each next wrong way can show that none before it could: servers check the one and forget the other."""


def _rank(form: str, scheme: Scheme, is_last: bool) -> int:
    role = "bearer" if scheme.kind == "bearer" else "secret" if is_last else "name"
    return _RANKS.index((form, role)) if (form, role) in _RANKS else len(_RANKS)
