"""What a kind of value is: a named class of values that can be drawn, and recognised again in what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

Standing = Literal["required", "valid", "normalised", "odd", "wrong"]
"""``required``: a verdict needs it. ``valid``: the schema allows it, so it is accepted and comes back. ``normalised``:
valid, and commonly trimmed, dropped or refused (a SHOULD). ``odd``: a server may refuse it for what it means.
``wrong``: the schema forbids it."""


@dataclass(frozen=True)
class Kind:
    """``draw`` makes a value of this kind from a source of chance; ``fits`` says of any value whether it is of it.

    A fragment stands in a text beside others; any other kind is the whole value.
    """

    name: str
    standing: Standing
    draw: Callable[[Random], Any]
    fits: Callable[[Any], bool]
    is_fragment: bool = False
    weight: float = 1.0
    """How much more than others of its standing it is worth."""
