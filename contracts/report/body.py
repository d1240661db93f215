"""A body as lines for a person, with the offending member marked.

It re-indents the very characters that came over the wire instead of parsing them: ``100.0`` stays ``100.0``, a name
that stands twice stands twice, and a body that is no JSON at all is still shown.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contracts.wire import JSONPath, path_text

MOST_BYTES = 512 * 1024
"""Bytes of a body that are looked at: a customer has two thousand, and a hostile server must not stop a report."""
DEEPEST = 200
MOST_LINES = 400
LONGEST_LINE = 1200
"""Characters of a line beyond which it is cut: no screen is wider, and a string may have megabytes."""
_AROUND = 12
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_STEP = re.compile(r'\.([^.\[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


@dataclass(frozen=True)
class Line:
    """``marked`` is whether the line is (part of) the member asked for."""

    indent: int
    text: str
    marked: bool = False


@dataclass
class _Open:
    """A container that is being read: ``name`` is the member's, ``index`` counts an array's."""

    is_object: bool
    path: JSONPath
    index: int = 0
    name: str | None = None

    def step(self) -> JSONPath:
        return self.path if self.is_object and self.name is None else (*self.path, self._last())

    def _last(self) -> str | int:
        return self.index if not self.is_object else self.name or ""


@dataclass
class _Writer:
    stack: list[_Open] = field(default_factory=list)
    text: str = ""
    path: JSONPath = ()

    def lines(self, tokens: Iterable[str]) -> Iterator[tuple[int, str, JSONPath]]:
        """``(indent, text, path)`` of each line."""
        opened = ""
        for part in tokens:
            if opened and part in ("}", "]"):
                self.text += part  # an empty container stays on its line
                opened = ""
                continue
            if opened:
                yield from self._flush()
                self.stack.append(_Open(opened == "{", self.path))
                opened = ""
            top = self.stack[-1] if self.stack else None
            if part in ("{", "["):
                self._begin(top)
                self.text += part
                opened = part
            elif part in ("}", "]"):
                yield from self._flush()
                if top is not None:
                    self.stack.pop()
                    self.path = top.path
                self.text = part
            elif part == ",":
                self.text += part
                yield from self._flush()
                if top is not None:
                    top.index += 1
                    top.name = None
            elif part == ":":
                self.text += ": "
            else:
                if top is not None and top.is_object and top.name is None:
                    top.name = _name(part)
                self._begin(top)
                self.text += part
        yield from self._flush()

    def _begin(self, top: _Open | None) -> None:
        self.path = () if top is None else top.step() if len(self.stack) < DEEPEST else top.path

    def _flush(self) -> Iterator[tuple[int, str, JSONPath]]:
        if self.text:
            yield len(self.stack), self.text, self.path
        self.text = ""


def lines(data: bytes, where: str = "") -> tuple[Line, ...]:
    """``data`` re-indented, the member at ``where`` marked; where it is absent, a line in its place says so.

    At most ``MOST_LINES`` lines: the beginning, and what stands around the mark.
    """
    text = data[:MOST_BYTES].decode("utf-8", errors="backslashreplace")
    if text.strip()[:1] not in ("{", "[", '"'):
        return tuple(Line(0, visible(line)) for line in text[: MOST_LINES * 80].splitlines()[:MOST_LINES])
    path = _path(where)
    wanted = _nearest(text, path) if path else None
    missing = path_text(path[len(wanted) :])[1:].lstrip(".") if wanted is not None and wanted != path else None
    shown: list[Line] = []
    before: deque[Line] = deque(maxlen=_AROUND)
    left_out, after = 0, 0
    for indent, content, here in _Writer().lines(_tokens(text)):
        if missing is not None and here == wanted:
            absent = Line(indent + 1, f"{missing} is absent", True)
            shown, missing, after = [*shown, *before, Line(indent, visible(content)), absent], None, _AROUND
            before.clear()
            continue
        marked = bool(wanted) and wanted == path and here[: len(path)] == path
        line = Line(min(indent, 40), visible(content), marked)
        if len(shown) < MOST_LINES // 2 or (marked and len(shown) < MOST_LINES):
            shown += [Line(0, f"… {left_out - len(before)} lines left out …")] if left_out > len(before) else []
            shown += [*before, line]
            before.clear()
            left_out, after = 0, _AROUND if marked else 0
        elif after > 0:
            shown.append(line)
            after -= 1
        else:
            before.append(line)
            left_out += 1
    shown += [Line(0, f"… {left_out} more lines, in run.ndjson …")] if left_out else []
    if len(data) > MOST_BYTES:
        shown.append(Line(0, f"… {len(data) - MOST_BYTES:,} more bytes, in run.ndjson …"))
    return tuple(shown)


def visible(text: str, limit: int = LONGEST_LINE) -> str:
    """``text`` with everything that does not print written out: no control or bidi character does its work."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() or char in "\u200d\ufe0f" else _escape(char) for char in cut)
    return cut if len(text) <= limit else f"{cut} … {len(text) - limit} more characters"


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _tokens(text: str) -> Iterator[str]:
    return (match[0] for match in _TOKEN.finditer(text))


def _name(token: str) -> str:
    try:
        name = json.loads(token, strict=False)
    except ValueError:
        return token
    return name if isinstance(name, str) else token


def _path(where: str) -> JSONPath:
    """``$.a[0].b`` taken apart; nothing where it is no JSON path."""
    if not where.startswith("$"):
        return ()
    steps = _STEP.findall(where)
    return tuple(int(index) if index else _name(quoted) if quoted else name for name, index, quoted in steps)


def _nearest(text: str, path: JSONPath) -> JSONPath | None:
    """``path``, or the nearest place above it that is there."""
    best: JSONPath | None = None
    for _, _, here in _Writer().lines(_tokens(text)):
        if here == path[: len(here)] and (best is None or len(here) > len(best)):
            best = here
            if best == path:
                break
    return best
