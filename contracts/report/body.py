"""A body as lines for a person, with the offending member marked.

It re-indents the very characters that came over the wire instead of parsing them: ``100.0`` stays ``100.0``, a name
that stands twice stands twice, and a body that is no JSON at all is still shown. What is looked at is bounded: a
hostile server must not stop a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from contracts.report.locate import Locator, Place, name_of
from contracts.wire import JSONPath, path_text

MOST_BYTES = 400 * 1024
"""Bytes of a body that are looked at: a customer has two thousand."""
MOST_LINES = 400
MOST_TOKENS = 8_000
"""Tokens of a body that are laid out at one place: twenty a line."""
LONGEST_LINE = 1200
"""Characters of a line beyond which it is cut: no screen is wider, and a string may have megabytes."""
DEEPEST = 40
"""Steps of indentation beyond which a line is indented no further."""
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_STEP = re.compile(r'\.([^.\[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


@dataclass(frozen=True)
class Line:
    """``marked`` is whether the line is (part of) the member asked for."""

    indent: int
    text: str
    marked: bool = False


@dataclass(frozen=True)
class _Laid:
    """One line as laid out; ``offset`` is where in the text it begins, ``end`` where the next one does."""

    indent: int
    text: str
    offset: int
    end: int


class _Body:
    """One body, laid out once for all the findings about it."""

    def __init__(self, data: bytes) -> None:
        self.text = data[:MOST_BYTES].decode("utf-8", errors="backslashreplace").rstrip()
        self.left_out = max(0, len(data) - MOST_BYTES)
        self.is_json = self.text.lstrip()[:1] in ("{", "[", '"')
        self.locator = Locator(self.text)

    @cached_property
    def head(self) -> tuple[_Laid, ...]:
        """The first lines."""
        return tuple(_laid_out(self.text, 0, 0, MOST_LINES))


@lru_cache(maxsize=8)
def _body(data: bytes) -> _Body:
    return _Body(data)


def lines(data: bytes, where: str = "") -> tuple[Line, ...]:
    """``data`` re-indented, the member at ``where`` marked; where it is absent, a line in its place says so.

    At most ``MOST_LINES`` lines: the beginning, and what stands around the mark.
    """
    body = _body(data)
    if not body.is_json:
        return tuple(Line(0, visible(line)) for line in body.text[: MOST_LINES * 80].splitlines()[:MOST_LINES])
    path = _path(where)
    place = body.locator.find(path) if path else Place()
    head = body.head
    seen_until = head[-1].end if head else 0
    wanted = place.spans[0][0] if place.spans else place.nearest or 0
    if wanted < seen_until:
        shown = [*_marked(head, place)]
    else:
        head = head[: MOST_LINES // 2]
        start = place.context if place.context >= head[-1].end else wanted
        window = tuple(_laid_out(body.text, start, place.depth, MOST_LINES // 2))
        seen_until = window[-1].end if window else seen_until
        gap = Line(0, f"… {start - head[-1].end:,} more characters …")
        shown = [*_marked(head, place), gap, *_marked(window, place)]
    if (more := len(body.text) - seen_until + body.left_out) > 0:
        shown.append(Line(0, f"… {more:,} more characters, in run.ndjson …"))
    return tuple(shown)


def visible(text: str, limit: int = LONGEST_LINE) -> str:
    """``text`` with everything that does not print written out: no control or bidi character does its work."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(char if char.isprintable() or char in "\u200d\ufe0f" else _escape(char) for char in cut)
    return cut if len(text) <= limit else f"{cut} … {len(text) - limit} more characters"


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _marked(laid: tuple[_Laid, ...], place: Place) -> Iterator[Line]:
    missing = path_text(place.missing)[1:].lstrip(".") if place.nearest is not None else ""
    for one in laid:
        is_marked = any(start <= one.offset < end for start, end in place.spans)
        yield Line(min(one.indent, DEEPEST), visible(one.text), is_marked)
        if missing and one.offset == place.nearest:
            yield Line(min(one.indent, DEEPEST) + 1, f"{visible(missing)} is absent", True)


def _laid_out(text: str, start: int, depth: int, most: int) -> Iterator[_Laid]:
    """At most ``most`` lines of ``text`` from the offset ``start``, where ``depth`` containers are open."""
    parts: list[str] = []
    offset = end = start
    count = 0
    opened = False
    tokens = (match for match, _ in zip(_TOKEN.finditer(text, start), range(MOST_TOKENS), strict=False))
    for match in tokens:
        part = match[0]
        is_close = part in ("}", "]")
        if (opened or is_close) and not (opened and is_close) and parts:  # an empty container stays on its line
            yield _Laid(depth, "".join(parts), offset, match.start())
            parts, count = [], count + 1
        depth += opened
        depth -= is_close and depth > 0
        if count >= most:
            return
        if not parts:
            offset = match.start()
        parts.append(": " if part == ":" else part)
        opened, end = part in ("{", "["), match.end()
        if part == ",":
            yield _Laid(depth, "".join(parts), offset, end)
            parts, count = [], count + 1
            if count >= most:
                return
    if parts:
        yield _Laid(depth, "".join(parts), offset, end)


def _path(where: str) -> JSONPath:
    """``$.a[0].b`` taken apart; nothing where it is no JSON path."""
    if not where.startswith("$"):
        return ()
    steps = _STEP.findall(where)
    return tuple(int(index) if index else name_of(quoted) if quoted else name for name, index, quoted in steps)
