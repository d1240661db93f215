"""No credential in any output: masked where it comes in, so that nothing further down ever holds one.

A secret is found as it is, in base64 (any alignment), and behind escapes: of JSON (``\\/``, ``\\u002b``), of URLs
(``%2B``) and of HTML (``&#43;``, ``&amp;``), whatever characters the server chose to escape.
"""

from __future__ import annotations

import base64
import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from urllib.parse import quote_plus

_SHORT = 8
_LEAST = 4
"""Characters of a secret below which it is not masked: that would hide everything and protect nothing."""
_ESCAPE = re.compile(
    r"\\u([0-9A-Fa-f]{4})|\\([\"\\/])|%([0-9A-Fa-f]{2})|(&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[a-z]{2,5});)"
)


class Mask:
    """Replaces each secret by ``$`` and the name of its variable. Secrets are ASCII, as headers are."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        spellings = sorted(
            {spelling: name for name, secret in secrets.items() for spelling in _spellings(secret)}.items(),
            key=lambda item: -len(item[0]),
        )
        self._names = dict(spellings)
        self._pattern = re.compile("|".join(_pattern(spelling) for spelling, _ in spellings)) if spellings else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def text(self, text: str) -> str:
        parts: list[str] = []
        end = 0
        for start, until, spelling in sorted(self._found(text)):
            if start >= end:
                parts += [text[end:start], f"${self._names[spelling]}"]
                end = until
        return "".join((*parts, text[end:])) if parts else text

    def data(self, data: bytes) -> bytes:
        return self.text(data.decode("latin-1")).encode("latin-1")

    def named_in(self, data: bytes | str) -> tuple[str, ...]:
        """The variables whose secrets stand in ``data``. A plain short word may stand there by chance."""
        text = data if isinstance(data, str) else data.decode("latin-1")
        found = {spelling for _, _, spelling in self._found(text)}
        return tuple(sorted({self._names[one] for one in found if len(one) >= _SHORT or not one.isalpha()}))

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and spelling of each secret, as it stands and behind escapes."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            yield match.start(), match.end(), match[0]
        if any(sign in text for sign in "\\%&"):
            plain, places = _unescaped(text)
            for match in self._pattern.finditer(plain):
                yield _place(places, match.start()), _place(places, match.end()), match[0]


def _unescaped(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``text`` without escapes of printable ASCII, and the places in both from which on they run alike."""
    parts: list[str] = []
    places = [(0, 0)]
    end = length = 0
    for match in _ESCAPE.finditer(text):
        char = _meant(match)
        if char is None:
            continue
        parts += [text[end : match.start()], char]
        length += match.start() - end
        places += [(length, match.start()), (length + 1, match.end())]
        length, end = length + 1, match.end()
    return "".join((*parts, text[end:])), places


def _meant(match: re.Match[str]) -> str | None:
    unicode, escaped, percent, entity = match.groups()
    char = escaped or (html.unescape(entity) if entity else chr(int(unicode or percent, 16)))
    return char if len(char) == 1 and " " <= char <= "~" else None


def _place(places: list[tuple[int, int]], position: int) -> int:
    """Where in the text with escapes ``position`` of the one without lies."""
    plain, escaped = places[bisect_right(places, (position, float("inf"))) - 1]
    return escaped + position - plain


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < _LEAST:
        return
    yield secret
    yield quote_plus(secret)  # a space is a plus there, which is no escape
    raw = secret.encode()
    for lead in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\0" * lead + raw).decode().rstrip("=")
            # the characters at either end mix with the neighbours' bits: what lies between is the secret's alone
            inner = whole[(0, 2, 3)[lead] : len(whole) - (1 if (len(raw) + lead) % 3 else 0)]
            if len(inner) >= _SHORT:
                yield inner


def _pattern(spelling: str) -> str:
    escaped = re.escape(spelling)
    return escaped if len(spelling) >= _SHORT else rf"(?<![A-Za-z0-9_]){escaped}(?![A-Za-z0-9_])"
