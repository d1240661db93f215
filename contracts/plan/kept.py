"""Sequences as plain data: in a record, and in the files that ``--regressions`` keeps.

A file is one JSON object, made to be read and edited; ``docs/deep.md`` describes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec

from contracts.errors import DocumentError
from contracts.plan.instances import KNOWN_NEARNESS
from contracts.plan.sequences import Sequence, Step
from contracts.record.messages import SequenceLine, StepLine

VERSION = 1
_EFFECTS = {"write", "update", "read", "delete", "list", "refused"}
_WAYS = frozenset({"client", "server", "both", "former", "filter", "none"})


@dataclass(frozen=True)
class Kept:
    """A sequence under the name by which the user knows it, and the clauses that it broke."""

    name: str
    clauses: tuple[str, ...]
    sequence: Sequence
    resource: str = ""


@dataclass(frozen=True)
class Found:
    """A sequence of this run that broke ``clauses``, as small as it was made; ``exchanges`` are the numbers of one play
    that showed it. ``is_smallest``: nothing could be left out any more, and no budget ended that early.
    ``is_repeated``: it was played more than once, and showed it again."""

    clauses: tuple[str, ...]
    sequence: Sequence
    exchanges: tuple[int, ...]
    is_smallest: bool = True
    is_repeated: bool = True
    kept: str = ""
    """The name of the file that it was read from, if it was."""


@dataclass
class Journal:
    """What a plan tells beside its requests: the sequences that broke a clause, and what became of those kept."""

    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    regression: int
    clauses: tuple[str, ...]
    instances: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    resource: str = ""
    found: str = ""


def line_of(found: Found) -> SequenceLine:
    """``found`` as a line of the record."""
    steps = (_step_line(step) for step in found.sequence.steps)
    return SequenceLine(
        found.clauses,
        found.sequence.nearness,
        tuple(steps),
        found.exchanges,
        found.is_smallest,
        found.is_repeated,
        found.kept,
    )


def found_of(line: SequenceLine) -> Found:
    """What ``line`` records. Raises DocumentError."""
    steps = tuple(_step(json.loads(_text(step)), len(line.instances)) for step in line.steps)
    sequence = Sequence(line.instances, steps)
    return Found(line.clauses, sequence, line.exchanges, line.is_smallest, line.is_repeated, line.kept)


def text_of(kept: Kept, found: str) -> str:
    """The file of ``kept``; ``found`` says when and where, for people."""
    steps = [_plain(step) for step in kept.sequence.steps]
    head = {"regression": VERSION, "clauses": list(kept.clauses), "resource": kept.resource, "found": found}
    made = {**head, "instances": list(kept.sequence.nearness)}
    lines = ",\n".join(f"    {json.dumps(step)}" for step in steps)
    return json.dumps(made, indent=2)[:-2] + f',\n  "steps": [\n{lines}\n  ]\n}}\n'


def read(text: str, name: str) -> Kept:
    """The sequence that a file holds; ``name`` is the file's. Raises DocumentError, one line."""
    try:
        file = msgspec.convert(json.loads(text), _File, strict=True)
    except (ValueError, RecursionError) as error:
        why = str(error)[:200].encode("unicode_escape").decode("ascii")
        raise DocumentError(f"{name}: is no saved sequence: {why}; repair or delete it") from None
    if file.regression != VERSION:
        raise DocumentError(f"{name}: is of version {file.regression}, this contracts reads {VERSION}; delete it")
    try:
        return Kept(name, file.clauses, _sequence(file), file.resource)
    except DocumentError as error:
        raise DocumentError(f"{name}: is no saved sequence: {error}; repair or delete it") from None


def _sequence(file: _File) -> Sequence:
    unknown = [one for one in file.instances if one not in KNOWN_NEARNESS]
    if unknown:
        raise DocumentError(f"there is no instance like {unknown[0]!r}")
    if not file.steps or not file.clauses:
        raise DocumentError("it has no steps, or no clauses")
    return Sequence(file.instances, tuple(_step(step, len(file.instances)) for step in file.steps))


def _plain(step: Step) -> dict[str, Any]:
    """A step with its members as JSON, what is as usual left out."""
    usual = Step(step.effect, step.who)
    fields = ("by", "other", "query", "credentials", "at_once", "patient", "name")
    more = {name: value for name in fields if (value := getattr(step, name)) != getattr(usual, name)}
    members = {"members": dict(step.members)} if step.members else {}
    return {"effect": step.effect, "who": step.who, **more, **members}


def _step_line(step: Step) -> StepLine:
    plain = _plain(step)
    members = json.dumps(plain.pop("members")) if step.members else ""
    return StepLine(**plain, members=members)


def _text(line: StepLine) -> str:
    plain = {name: value for name, value in msgspec.to_builtins(line).items() if name != "members"}
    return json.dumps({**plain, "members": json.loads(line.members or "{}")})


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    effect: str
    who: int
    by: str = "client"
    members: dict[str, Any] = {}
    other: int | None = None
    query: str = ""
    credentials: str = "run"
    at_once: bool = False
    patient: bool = False
    name: str | None = None


def _step(plain: dict[str, Any], instances: int) -> Step:
    try:
        read = msgspec.convert(plain, _Step, strict=True)
    except msgspec.ValidationError as error:
        raise DocumentError(str(error)) from None
    if read.effect not in _EFFECTS:
        raise DocumentError(f"there is no step {read.effect!r}; they are {', '.join(sorted(_EFFECTS))}")
    if read.by not in _WAYS:
        raise DocumentError(f"a step is by {', '.join(sorted(_WAYS))}, not by {read.by!r}")
    for number in (read.who, read.other if read.other is not None else 0):
        if not 0 <= number < instances:
            raise DocumentError(f"there is no instance {number}: they count from 0, and there are {instances}")
    return Step(**{name: getattr(read, name) for name in read.__struct_fields__})
