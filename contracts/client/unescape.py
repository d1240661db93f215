"""Text without the escapes of JSON, URLs and HTML, and where in the escaped text each of its bytes stands.

Only printable ASCII is unescaped: secrets are that, as headers are. Source: RFC 8259 section 7, RFC 3986 section 2.1,
HTML's character references.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html.entities import html5
from itertools import accumulate

MOST_ESCAPES = 50_000
"""Escapes of printable ASCII, which hardly needs any, of one text that are taken off."""
_NAMED = sorted({name for name, char in html5.items() if name.endswith(";") and len(char) == 1 and " " <= char <= "~"})
_ESCAPE = re.compile(
    rb"(\\u00[2-7][0-9A-Fa-f]|\\[\"\\/]|%[2-7][0-9A-Fa-f]"
    rb"|&#0{0,4}(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]);|&#[xX]0{0,4}[2-7][0-9A-Fa-f];"
    rb"|&(?:" + b"|".join(name.encode() for name in _NAMED) + b"))"
)


@dataclass(frozen=True)
class Unescaped:
    """One layer of escapes taken off. ``parts`` are text and escapes in turn, ``chars`` what the escapes stand for."""

    parts: list[bytes]
    chars: list[bytes]
    is_whole: bool
    """Are all of them taken off? Else the last part has more."""

    @cached_property
    def data(self) -> bytes:
        joined = self.parts.copy()
        joined[1::2] = self.chars
        return b"".join(joined)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the escaped text the bytes from ``start`` to ``end`` of ``data`` stand."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, position: int) -> tuple[int, int]:
        plain, escaped = self._offsets
        part = bisect_right(plain, position) - 1
        if part % 2:
            return escaped[part], escaped[part + 1]
        start = escaped[part] + position - plain[part]
        return start, start + 1

    @cached_property
    def _offsets(self) -> tuple[list[int], list[int]]:
        """Where each part begins, without and with escapes."""
        escaped = [len(part) for part in self.parts]
        plain = escaped.copy()
        plain[1::2] = [1] * len(self.chars)
        return list(accumulate(plain, initial=0)), list(accumulate(escaped, initial=0))


@lru_cache(maxsize=4)
def unescaped(data: bytes) -> Unescaped | None:
    """``data`` without one layer of escapes; None where it has none."""
    parts = _ESCAPE.split(data, MOST_ESCAPES)
    if len(parts) == 1:
        return None
    meant = {escape: _meant(escape.decode()) for escape in set(parts[1::2])}
    return Unescaped(parts, [meant[escape] for escape in parts[1::2]], _ESCAPE.search(parts[-1]) is None)


def _meant(escape: str) -> bytes:
    if escape.startswith("&"):
        return html.unescape(escape).encode()
    if escape[1] in '"\\/':
        return escape[1].encode()
    return bytes([int(escape[-2:], 16)])
