"""Where in the text of a JSON document the member at a path stands, in one bounded pass.

Values that are passed over are read by the standard library's scanner, which is in C. Nothing is looked up twice: the
members of a container are listed once, whatever number of findings ask for them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json import JSONDecoder

from contracts.wire import JSONPath

MOST_MEMBERS = 60_000
"""Members of a container that are listed: no customer has a hundred, and a hostile server must not stop a report."""
_KEY = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*+:\s*+', re.DOTALL)
_SPACE = re.compile(r"\s*+")
_SIBLINGS = 3
_NEAR = 2000
"""Characters before a member in which members before it are shown as well, ``_SIBLINGS`` at most."""
# an integer may have more digits than Python converts, and only its end is wanted
_SCAN = JSONDecoder(strict=False, parse_int=float).scan_once  # type: ignore[attr-defined]  # raw_decode wraps it


@dataclass(frozen=True)
class Place:
    """Offsets into the text. ``spans`` are the members that the path names, more than one where a name stands twice.

    Where there is none, ``nearest`` is the start of the member that lacks it, ``missing`` the steps that it lacks; no
    ``nearest`` means that the text could not be read so far. ``context`` is the start of a member a little before,
    ``depth`` how many containers are open there.
    """

    spans: tuple[tuple[int, int], ...] = ()
    nearest: int | None = None
    missing: JSONPath = ()
    context: int = 0
    depth: int = 0


@dataclass
class _Members:
    """The members of one container by where each begins, at its name in an object."""

    starts: list[int] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    """The first index by name, in an object."""
    again: dict[str, list[int]] = field(default_factory=dict)
    """The other indices of a name that stands more than once."""
    is_whole: bool = False
    """Are these all that the container has?"""

    def add(self, name: str) -> None:
        """Enter the name of the next member."""
        index = len(self.starts)
        if self.named.setdefault(name, index) != index:
            self.again.setdefault(name, []).append(index)

    def indices(self, step: str | int) -> list[int]:
        if isinstance(step, str):
            return [self.named[step], *self.again.get(step, [])] if step in self.named else []
        return [step] if not self.named and step < len(self.starts) else []

    def before(self, index: int) -> int:
        """Where a member begins that stands a little before the one at ``index``."""
        near = [one for one in self.starts[max(0, index - _SIBLINGS) : index] if self.starts[index] - one < _NEAR]
        return near[0] if near else self.starts[index]


class Locator:
    """Finds paths in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._listed: dict[int, _Members] = {}

    def find(self, path: JSONPath) -> Place:
        """The place of ``path``, or what is nearest to it."""
        start = context = self._after_space(0)
        for number, step in enumerate(path):
            members = self._members(self._value(start) if number else start)
            found = members.indices(step) if members is not None else []
            if members is None or not found:
                is_absent = members is None or members.is_whole
                return Place((), start if is_absent else None, path[number:], context, number)
            context = members.before(found[0])
            if number == len(path) - 1:
                spans = tuple((members.starts[n], self._end(members.starts[n])) for n in found)
                return Place(spans, context=context, depth=number + 1)
            start = members.starts[found[-1]]
        return Place()

    def _members(self, start: int) -> _Members | None:
        """The members of the container at ``start``; None where there is no container."""
        opening = self._text[start : start + 1]
        if opening not in ("{", "["):
            return None
        if start not in self._listed:
            self._listed[start] = self._list(start, opening == "{")
        return self._listed[start]

    def _list(self, start: int, is_object: bool) -> _Members:
        text, made, closing = self._text, _Members(), "}" if is_object else "]"
        position = self._after_space(start + 1)
        made.is_whole = text.startswith(closing, position)
        while len(made.starts) < MOST_MEMBERS and not made.is_whole:
            value = position
            if is_object:
                if (key := _KEY.match(text, position)) is None:
                    break
                made.add(_name(key[1]))
                value = key.end()
            made.starts.append(position)
            try:
                _, end = _SCAN(text, value)
            except (StopIteration, ValueError, RecursionError):
                break  # cut, malformed or too deep: what comes after it is not known
            if text[end : end + 1] <= " ":
                end = self._after_space(end)
            if text[end : end + 1] != ",":
                made.is_whole = text.startswith(closing, end)
                break
            position = end + 1
            if text[position : position + 1] <= " ":
                position = self._after_space(position)
        return made

    def _value(self, start: int) -> int:
        """Where the value of the member begins that begins at ``start``."""
        key = _KEY.match(self._text, start)
        return key.end() if key is not None else start

    def _end(self, start: int) -> int:
        try:
            return int(_SCAN(self._text, self._value(start))[1])
        except (StopIteration, ValueError, RecursionError):
            return len(self._text)

    def _after_space(self, position: int) -> int:
        if self._text[position : position + 1] > " ":
            return position
        match = _SPACE.match(self._text, position)
        return match.end() if match is not None else position


def name_of(token: str) -> str:
    """The name that a JSON string token stands for; the token itself where it is none."""
    try:
        name = json.loads(token, strict=False)
    except ValueError:
        return token
    return name if isinstance(name, str) else token


def _name(token: str) -> str:
    return token[1:-1] if "\\" not in token else name_of(token)
