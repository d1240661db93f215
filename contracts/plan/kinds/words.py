"""Words of no language, by which a drawn text is told from any other: pronounceable, plain ASCII."""

from __future__ import annotations

from random import Random

_ONSETS = ("b", "br", "d", "dr", "f", "g", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w", "z")
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ea", "ou")


def word(chance: Random, syllables: int = 2) -> str:
    """One word of ``syllables``, in lower case."""
    return "".join(chance.choice(_ONSETS) + chance.choice(_NUCLEI) for _ in range(syllables))


def words(chance: Random, count: int) -> str:
    """``count`` words, the first with a capital."""
    return " ".join(word(chance, chance.choice((1, 2, 2, 3))) for _ in range(count)).capitalize()


def letters(chance: Random, length: int) -> str:
    """Exactly ``length`` ASCII characters of words, beginning and ending with a letter."""
    made = words(chance, length // 4 + 2)
    while len(made) < length:
        made += f" {word(chance)}"
    made = made[:length]
    return made[:-1] + "n" if made.endswith(" ") else made
