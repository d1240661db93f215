"""Words of no language, by which a drawn text is told from any other: pronounceable, plain ASCII."""

from __future__ import annotations

from random import Random

_ONSETS = ("b", "br", "d", "dr", "f", "g", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w", "z")
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_VARIED = 60
"""Words of a text before they begin again: to draw each one of thousands takes longer than to send them."""


def word(chance: Random, syllables: int = 2) -> str:
    """One word of ``syllables``, in lower case."""
    return "".join(chance.choice(_ONSETS) + chance.choice(_NUCLEI) for _ in range(syllables))


def words(chance: Random, count: int) -> str:
    """``count`` words, the first with a capital."""
    return " ".join(word(chance, chance.choice((1, 2, 2, 3))) for _ in range(count)).capitalize()


def letters(chance: Random, length: int) -> str:
    """Exactly ``length`` ASCII characters of words, beginning and ending with a letter; a long text repeats itself."""
    made = words(chance, min(length // 4 + 2, _VARIED))
    made = f"{made} " * (length // len(made) + 1)
    made = made[:length]
    return made[:-1] + "n" if made.endswith(" ") else made
