"""The one shape that every document is read into: a set of fields, each aspect stated or not stated.

Silence is no drift: what a document does not speak of is ``NOT_STATED``, and never compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


class _NotStated:
    def __repr__(self) -> str:
        return "NOT_STATED"

    def __bool__(self) -> bool:
        return False


NOT_STATED: Final[Any] = _NotStated()

Path = tuple[str, ...]
"""Names on the wire; ``[]`` for the items of an array, ``*`` for the values of a map."""


def path_text(path: Path) -> str:
    """``("referrals", "campaigns", "[]", "date")`` as ``referrals.campaigns[].date``."""
    return ".".join(path).replace(".[]", "[]")


@dataclass(frozen=True)
class Field:
    """One field of one document. ``spelling`` is its type as the document writes it, ``line`` counts from 1.

    ``types`` are JSON Schema's names; ``bits`` is the width of a bounded integer type.
    """

    path: Path
    types: frozenset[str] | Any = NOT_STATED
    format: str | Any | None = NOT_STATED
    required: bool | Any = NOT_STATED
    nullable: bool | Any = NOT_STATED
    enum: tuple[Any, ...] | Any | None = NOT_STATED
    default: Any = NOT_STATED
    deprecated: bool | Any = NOT_STATED
    line: int = 0
    spelling: str = ""
    bits: int = 0
    source: str = ""
    """The file with the line, where it is another than the document's."""


@dataclass(frozen=True)
class Damage:
    """A row that could not be read whole: ``before`` and ``after`` are its neighbours, ``near`` the object."""

    line: int
    text: str
    near: Path = ()
    before: str = ""
    after: str = ""
    name: str = ""
    """The field it is, where that can be told."""
    source: str = ""


@dataclass(frozen=True)
class Place:
    """A line, and its file where that is another than the document's."""

    line: int
    source: str = ""


@dataclass(frozen=True)
class Document:
    """``complete`` are the objects whose fields are all listed, and where: only there can one be missing."""

    name: str
    kind: str
    fields: dict[Path, Field] = field(default_factory=dict)
    complete: Mapping[Path, Place] = field(default_factory=dict)
    damaged: tuple[Damage, ...] = ()
    moments: frozenset[str] = frozenset()
    """The formats (``date``, ``date-time``) for which its language has types: there a plain string says something."""
