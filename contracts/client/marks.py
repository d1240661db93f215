"""What tells a key that this run gave from anybody else's: its prefix's own part, a UUID, or many digits."""

from __future__ import annotations

import re

TELLING = 8
"""Characters that nobody else has by chance."""
DIGITS = 14
"""Of a key that is drawn as a number: so many that nobody else has it."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONG_NUMBER = re.compile(rf"\d{{{DIGITS},}}(\.0)?")


def token(prefix: str) -> str:
    """The part of a run's prefix that no other run has: what a server makes of a name with it is the run's."""
    return prefix.strip("-").rpartition("-")[2]


def is_marked(name: str, prefix: str) -> bool:
    """Does ``name`` bear the mark of the run with ``prefix``, whatever a server made of the rest?"""
    own = token(prefix)
    return name.startswith(prefix) or (len(own) >= TELLING and own in name.lower())


def is_certain(name: str, prefix: str) -> bool:
    """Is ``name`` one that only the run with ``prefix`` can have given?"""
    is_drawn = _UUID.fullmatch(name) or _LONG_NUMBER.fullmatch(name)
    return is_drawn is not None or is_marked(name, prefix)
