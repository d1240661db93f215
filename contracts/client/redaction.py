"""No credential in any output: masked where it comes in, so that nothing further down ever holds one.

A secret is found as it is, in other cases, reversed, in hexadecimal, base32 and base64 (any alignment, base64 also
twice), and behind escapes: of JSON (``\\/``, ``\\u002b``), of URLs (``%2B``, also twice) and of HTML (``&#43;``,
``&amp;``), whatever characters the server chose to escape. All spellings are searched for in one pass (Aho-Corasick),
so that an answer costs time in proportion to its length. What stands behind more escapes than anybody needs is not
looked for: all of it is masked.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote_plus

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from contracts.client.unescape import Unescaped, unescaped
from contracts.record.exchange import Headers

_SHORT = 8
_LEAST = 4
"""Characters of a secret below which it is not masked: that would hide everything and protect nothing."""
_LAYERS = 3
"""Layers of escapes that are taken off: of URLs in URLs in JSON."""
_UNSEEN = b""
"""The spelling of whatever may stand behind too many escapes."""
_IN_WORD = re.compile(rb"[A-Za-z0-9_]")

_Match = tuple[int, int, bytes]
"""Start, end and spelling."""


class Mask:
    """Replaces each secret by ``$`` and the name of its variable. Secrets are ASCII, as headers are."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        names = {spelling.encode(): name for name, secret in secrets.items() for spelling in _spellings(secret)}
        self._names = names
        self._long = _Searched([one for one in names if len(one) >= _SHORT], MatchKind.LeftmostLongest)
        self._short = _Searched([one for one in names if len(one) < _SHORT], MatchKind.Standard)

    def __bool__(self) -> bool:
        return bool(self._names)

    def text(self, text: str) -> str:
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        parts: list[bytes] = []
        end = 0
        for start, until, spelling in sorted(self._found(data), key=lambda match: (match[0], -match[1])):
            if start >= end:
                parts += [data[end:start], b"$", self._names.get(spelling, "TOO_MANY_ESCAPES").encode()]
                end = until
        return b"".join((*parts, data[end:])) if parts else data

    def headers(self, headers: Headers) -> Headers:
        """Names and values without secrets."""
        return tuple((self.text(name), self.text(value)) for name, value in headers)

    def named_in(self, data: bytes | str) -> tuple[str, ...]:
        """The variables whose secrets stand in ``data``. A plain short word may stand there by chance."""
        found = {one for _, _, one in self._found(data if isinstance(data, bytes) else data.encode("utf-8", "replace"))}
        sure = (one for one in found - {_UNSEEN} if len(one) >= _SHORT or not one.isalpha())
        return tuple(sorted({self._names[one] for one in sure}))

    def _found(self, data: bytes) -> Iterator[_Match]:
        """Each secret as it stands and behind escapes, by its place in ``data``."""
        if not self._names:
            return
        layers: list[Unescaped] = []
        plain = data
        while True:
            for start, end, spelling in (*self._long.matches(plain), *self._short.words(plain)):
                yield *_placed(layers, start, end), spelling
            below = unescaped(plain) if len(layers) < _LAYERS else None
            if below is None:
                return
            layers.append(below)
            plain = below.data
            if not below.is_whole:
                yield *_placed(layers, len(plain) - len(below.parts[-1]), len(plain)), _UNSEEN


class _Searched:
    """Spellings that are searched for all at once."""

    def __init__(self, spellings: Sequence[bytes], kind: MatchKind) -> None:
        self._spellings = spellings
        self._is_standard = kind == MatchKind.Standard
        self._automaton = BytesAhoCorasick(spellings, matchkind=kind) if spellings else None

    def matches(self, data: bytes) -> Iterator[_Match]:
        if self._automaton is not None:
            for index, start, end in self._automaton.find_matches_as_indexes(data, overlapping=self._is_standard):
                yield start, end, self._spellings[index]

    def words(self, data: bytes) -> Iterator[_Match]:
        """The matches that are no part of a longer word."""
        for start, end, spelling in self.matches(data):
            if not _IN_WORD.match(data[start - 1 : start] if start else b"") and not _IN_WORD.match(data, end):
                yield start, end, spelling


def _placed(layers: Sequence[Unescaped], start: int, end: int) -> tuple[int, int]:
    """Where in the outermost text stands what is found below ``layers``."""
    for layer in reversed(layers):
        start, end = layer.span(start, end)
    return start, end


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < _LEAST:
        return
    yield secret
    yield secret[::-1]
    yield quote_plus(secret)  # a space is a plus there, which is no escape
    raw = secret.encode()
    encoded = [raw.hex(), *_base64(raw), *_aligned(raw, base64.b32encode, bits=5)]
    encoded += [twice for once in _base64(raw) for twice in _base64(once.encode())]
    encoded += [secret.lower(), secret.upper(), raw.hex().upper()]
    encoded += [one.lower() for one in _aligned(raw, base64.b32encode, bits=5)]
    yield from (one for one in encoded if len(one) >= _SHORT)


def _base64(raw: bytes) -> list[str]:
    return [one for encode in (base64.b64encode, base64.urlsafe_b64encode) for one in _aligned(raw, encode, bits=6)]


def _aligned(raw: bytes, encode: Callable[[bytes], bytes], bits: int) -> Iterator[str]:
    """``raw`` as it stands within a longer text that is encoded, ``bits`` a character, wherever it begins there.

    The characters at either end mix with the neighbours' bits: what lies between is of ``raw`` alone.
    """
    for lead in range(bits if bits % 2 else bits // 2):
        whole = encode(b"\0" * lead + raw).decode()
        yield whole[-(-8 * lead // bits) : 8 * (lead + len(raw)) // bits]
