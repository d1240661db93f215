"""No credential in any output: masked where it comes in, so that nothing further down ever holds one.

A secret is found as it is, URL-encoded, in base64 (any alignment) and with JSON escapes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

_SHORT = 8


class Mask:
    """Replaces each secret by ``$`` and the name of its variable."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        spellings = sorted(
            {spelling: name for name, secret in secrets.items() for spelling in _spellings(secret)}.items(),
            key=lambda item: -len(item[0]),
        )
        self._names = dict(spellings)
        patterns = [_pattern(spelling) for spelling, _ in spellings]
        self._text = re.compile("|".join(patterns)) if patterns else None
        self._bytes = re.compile("|".join(patterns).encode()) if patterns else None

    def text(self, text: str) -> str:
        return self._text.sub(lambda match: f"${self._names[match[0]]}", text) if self._text else text

    def data(self, data: bytes) -> bytes:
        if self._bytes is None:
            return data
        return self._bytes.sub(lambda match: f"${self._names[match[0].decode()]}".encode(), data)

    def named_in(self, data: bytes | str) -> tuple[str, ...]:
        """The variables whose secrets stand in ``data``. A plain short word may stand there by chance."""
        if self._bytes is None:
            return ()
        raw = data if isinstance(data, bytes) else data.encode(errors="replace")
        found = {match.decode() for match in self._bytes.findall(raw)}
        return tuple(sorted({self._names[text] for text in found if len(text) >= _SHORT or not text.isalpha()}))


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < 4:
        return  # a mask of so little would hide everything and protect nothing
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
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
