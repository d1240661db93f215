"""The kinds of change that a row of a table makes: each function gives the hook of one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.mock.answers import Problem
from contracts.mock.api import Call, invalid
from contracts.mock.faults.tools import CRASH, drop, edit, known, leaves, put, rewrite, texts
from contracts.mock.hooks import Body, Hook

Change = Callable[[Any], Any]
Condition = Callable[[Call], object]


def edits(member: str, change: Change) -> Hook[Body]:
    """The member at a dotted path is changed, where there is one."""
    return lambda body, call: edit(body, member, change)


def edits_each(parent: str, members: str, change: Change) -> Hook[Body]:
    """Several members below one are changed: their names, with spaces between."""

    def all_of_them(body: Body, call: Call) -> Body:
        for name in members.split():
            edit(body, f"{parent}.{name}", change)
        return body

    return all_of_them


def puts(member: str, value: Any) -> Hook[Body]:
    """The member at a dotted path has this value."""
    return lambda body, call: put(body, member, value)


def drops(*members: str) -> Hook[Body]:
    """The members at dotted paths are left out."""
    return lambda body, call: drop(body, *members)


def rewrites(change: Callable[[str], str]) -> Hook[Body]:
    """Every text but the identifiers is changed."""
    return lambda fields, call: rewrite(fields, change)


def metadata_leaves(change: Change) -> Hook[Body]:
    """Each leaf of the metadata is changed."""
    return lambda fields, call: edit(dict(fields), "metadata", lambda metadata: leaves(metadata, change))


def metadata_objects(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Hook[Body]:
    """The metadata is changed as a whole, where some was sent."""
    return lambda fields, call: edit(dict(fields), "metadata", lambda metadata: metadata and change(metadata))


def crashes_if(condition: Condition) -> Hook[Problem | None]:
    """The request ends in a 500 on a condition."""
    return lambda problem, call: CRASH if condition(call) else problem


def crashes_on_text(odd: Callable[[str], object]) -> Hook[Problem | None]:
    """The request ends in a 500 where one of its texts is odd."""
    return crashes_if(lambda call: any(odd(text) for text in texts(call.payload)))


def refuses_if(condition: Condition, details: str) -> Hook[Problem | None]:
    """The request is refused on a condition, though it is right."""
    return lambda problem, call: problem or (invalid("invalid_payload", details) if condition(call) else None)


def lets_in(condition: Condition) -> Hook[bool]:
    """Who meets the condition is let in, too."""
    return lambda allowed, call: allowed or bool(condition(call))


def of_known(change: Callable[[Body, Body], Body]) -> Hook[Body]:
    """What is about to be written to a known customer is changed; the change looks at what is written already."""

    def changed(fields: Body, call: Call) -> Body:
        found = known(call)
        return change(fields, found.fields) if found else fields

    return changed
