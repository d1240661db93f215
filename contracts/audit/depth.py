"""What is nested too deeply is cut out of a stream of JSON before it is parsed: a parser keeps the path of each level,
and memory and time grow with the square of the depth.
"""

from __future__ import annotations

import re
import secrets
from typing import Protocol

DEEPEST = 400
"""Levels of a file that are read: no customer has as many, and Python reads some 900."""
MARK = f"nested too deeply {secrets.token_hex(16)}"
"""Stands where something was cut out, and nowhere in any file."""

_PUT = f'"{MARK}"'.encode()
_ESCAPES = re.compile(rb"\\.", re.DOTALL)
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_TOKEN = re.compile(rb'["\[\]{}]|\\.', re.DOTALL)


class Reader(Protocol):
    """What can be read from, piece by piece; nothing read is the end."""

    def read(self, size: int, /) -> bytes: ...


class Shallow:
    """``file`` with each array and object below ``DEEPEST`` levels replaced by ``MARK``."""

    def __init__(self, file: Reader) -> None:
        self._file = file
        self._depth = 0
        self._in_text = False
        self._rest = b""
        """A backslash that ended the last piece: what it escapes is in the next."""

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes and some; nothing at the end only, and at once for none wanted."""
        while size and (piece := self._rest + self._file.read(size)):
            if piece == self._rest:
                self._rest = b""
                return piece
            odd = (len(piece) - len(piece.rstrip(b"\\"))) % 2
            self._rest = piece[-1:] if odd else b""
            if made := self._shallow(piece[:-1] if odd else piece):
                return made
        return b""

    def _shallow(self, piece: bytes) -> bytes:
        marks = _ESCAPES.sub(b"", piece) if b"\\" in piece else piece
        parts = marks.translate(None, _NOT_STRUCTURE).split(b'"')
        structure = b"".join(parts[1 if self._in_text else 0 :: 2])
        opened = structure.count(b"[") + structure.count(b"{")
        if self._depth + opened > DEEPEST:
            return self._cut(piece)
        self._depth += 2 * opened - len(structure)
        self._in_text ^= len(parts) % 2 == 0
        return piece

    def _cut(self, piece: bytes) -> bytes:
        made, start = [], 0
        for token in _TOKEN.finditer(piece):
            mark = token[0]
            if mark == b'"':
                self._in_text = not self._in_text
            elif self._in_text or mark.startswith(b"\\"):
                continue
            elif mark in b"[{":
                self._depth += 1
                if self._depth == DEEPEST + 1:
                    made += [piece[start : token.start()], _PUT]
            else:
                self._depth -= 1
                if self._depth == DEEPEST:
                    start = token.end()
        if self._depth <= DEEPEST:
            made.append(piece[start:])
        return b"".join(made)
