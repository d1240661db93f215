"""Who a request is about: the things that this run makes, named by keys that nobody else uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from contracts.client import marks
from contracts.plan.kinds import formats
from contracts.plan.kinds.words import word
from contracts.record.exchange import Exchange
from contracts.spec.flat import types_of
from contracts.spec.resource import Resource

_LONGEST = 250
_ROOM = 30
"""Characters that a key needs beyond the run's prefix."""


@dataclass
class Instance:
    """One thing of this run. ``keys`` are what the client calls it, ``server`` what the server told; ``held`` is what
    writes about it that succeeded have sent, the last value of each member."""

    keys: dict[str, Any]
    server: Any = None
    held: dict[str, Any] = field(default_factory=dict)
    is_made: bool = False
    former: Any = None
    """What the server called it before it was deleted."""
    told: dict[str, Any] = field(default_factory=dict)
    """What the last answer about it showed."""

    def learn(self, resource: Resource, exchange: Exchange, members: dict[str, Any]) -> None:
        """Note what a write about it that succeeded has told."""
        if exchange.status is None or not 200 <= exchange.status < 300:
            return
        self.is_made = True
        self.held |= members
        value = exchange.value
        told = value.get(resource.server_key) if isinstance(value, dict) and resource.server_key else None
        if self.server is None and isinstance(told, str | int) and not isinstance(told, bool) and told != "":
            self.server = told

    def leave(self) -> None:
        """Note that it was deleted."""
        self.former = self.server if self.server is not None else self.former
        self.server, self.is_made = None, False


class Instances:
    """Makes instances whose keys are near to each other, where the document's key leaves room for that."""

    def __init__(self, resource: Resource, prefix: str, chance: Random, seed: int) -> None:
        self.resource = resource
        self.prefix = prefix
        self.chance = chance
        self.seed = seed
        self._given: set[Any] = set()
        self._base = self._word()

    def new(self, nearness: str = "") -> Instance:
        """An instance of its own; ``nearness`` says what its key is like (see ``NEAR``, ``NUMBERS``, ``LENGTHS``)."""
        return Instance({name: self._key(name, nearness) for name in self.resource.client_keys})

    def fresh(self, nearness: str = "") -> Instance:
        """An instance whose key is near to nobody's before it."""
        self._base = self._word()
        return self.new(nearness)

    @property
    def token(self) -> str:
        """The part of the run's prefix that no other run has."""
        return marks.token(self.prefix)

    def __contains__(self, key: Any) -> bool:
        """Was ``key`` given to one of them?"""
        return isinstance(key, str | int) and key in self._given

    def beside(self, name: str, old: Any, beginning: str) -> Any:
        """A key for another instance, as near to others of that ``beginning`` as ``old`` was to theirs if it can be."""
        if isinstance(old, str) and old.startswith(self.prefix):
            made = f"{self.prefix}{beginning}{old.removeprefix(self.prefix)}"
            violations = self.resource.write_body.judge.violations({name: made})
            if made not in self._given and not any(violation.path[:1] == (name,) for violation in violations):
                self._given.add(made)
                return made
        return self.fresh().keys[name]

    def _word(self) -> str:
        self._number = str(self.chance.randint(10 ** (marks.DIGITS - 1), 10**marks.DIGITS - 1))
        return f"{word(self.chance).capitalize()}{word(self.chance, 1).capitalize()}@{word(self.chance)}"

    def _key(self, name: str, nearness: str) -> Any:
        member = self.resource.write_body.member((name,))
        flat = member.flat if member is not None else {}
        for _ in range(50):
            made = self._near(flat, nearness)
            if made not in self._given:
                break
            self._base = self._word()
        self._given.add(made)
        return made

    def _near(self, flat: dict[str, Any], nearness: str) -> Any:
        """A key by its nearness: a number, a text of some length, or one that ends in some way."""
        if nearness in NUMBERS and self._is_free(flat, 2 * marks.DIGITS):
            return NUMBERS[nearness].format(self._number)
        if nearness in LENGTHS and self._is_free(flat, length := LENGTHS[nearness][0]):
            start, end = f"{self.prefix}{self._base}", LENGTHS[nearness][1]
            return start.ljust(length - len(end), "x") + end
        suffix = NEAR.get(nearness, NEAR[""])(self._base)
        is_in_path = bool(self.resource.write.path_parameters)
        return self._drawn(flat, suffix.replace("/", "") if is_in_path else suffix)

    def _is_free(self, flat: dict[str, Any], length: int) -> bool:
        """May a key be any text of that length?"""
        most, declared = flat.get("maxLength"), str(flat.get("format", ""))
        is_text = "integer" not in types_of(flat) and "pattern" not in flat and declared in formats.PLAIN_FORMATS
        return is_text and flat.get("minLength", 0) <= length <= (most or _LONGEST)

    def _drawn(self, flat: dict[str, Any], suffix: str) -> Any:
        if "integer" in types_of(flat):
            low, high = flat.get("minimum", 1), flat.get("maximum", 2**31 - 1)
            return self.chance.randint(max(low, (low + high) // 2), high)
        least, most, pattern = flat.get("minLength", 0), flat.get("maxLength"), flat.get("pattern")
        if isinstance(pattern, str):
            for candidate in self._candidates(pattern, suffix, most):
                if least <= len(candidate) <= (most or _LONGEST) and _fits(pattern, candidate):
                    return candidate
            pool = formats.of_pattern(pattern, least, most, self.seed + len(self._given))
            return pool[0].draw(self.chance) if pool else self.prefix + suffix
        declared = str(flat.get("format", ""))
        if declared not in formats.PLAIN_FORMATS and (kinds := formats.of_format(declared, None)):
            return kinds[0].draw(self.chance)
        if most is None or most >= len(self.prefix) + _ROOM:
            return (self.prefix + suffix).ljust(least, "0")
        token = self.token[: max(2, most // 2)]
        return (token + suffix.replace("@", ""))[: max(most, 1)].ljust(least, "0")

    def _candidates(self, pattern: str, suffix: str, most: int | None) -> Iterator[str]:
        """Keys with the run's prefix, or the part of it that no other run has, in the alphabets of most patterns."""
        for start in (self.prefix, self.prefix.replace("-", "_")):
            allowed = "".join(char for char in suffix if _fits(pattern, f"{start}a{char}a"))
            yield f"{start}{allowed}{'' if allowed == suffix else 'x'}"
        text = f"{self.token}{re.sub('[^A-Za-z0-9]', '', suffix)}"[:most]
        yield from (text, text.lower(), text.upper(), f"A{text}"[:most].upper())


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _ending(text: str) -> Callable[[str], str]:
    return lambda word: f"{word}{text}"


_SIGNS = " +#%"
"""No letter: without its signs the key is its neighbour's."""
_IN_PATHS = "/%41?'&\u00e9"
"""What has a meaning in addresses and queries, or is changed on the way. Many servers take no slash within a step of a
path, however it is written: such a key is sent in bodies only."""
NEAR: dict[str, Callable[[str], str]] = {
    "": lambda word: word,
    "same beginning": _ending(_SIGNS),
    "another case": lambda word: f"{word.lower()}{_SIGNS}",
    "another sign": _ending("-"),
    "a code and an accent": _ending("%41e\u0301"),
    "an e": _ending("e"),
    "an e with an accent": _ending("\u00e9"),
    "an accent of its own": _ending("e\u0301"),
    "a capital with an accent": _ending("\u00c9"),
    "two letters": _ending("fi"),
    "a ligature": _ending("\ufb01"),
    "a space between": _ending("a b"),
    "two spaces between": _ending("a  b"),
    "a space at the end": _ending("e "),
    "an underscore": _ending("a_b"),
    "a letter for a sign": _ending("axb"),
    "a percent sign": _ending("a%b"),
    "an escaped space": _ending("a%20b"),
    "a plus": _ending("a+b"),
    "a backslash": _ending("a\\b"),
    "nothing between": _ending("ab"),
    "an accent after signs and a long beginning": _ending(f"{_IN_PATHS}{'x' * 64}e\u0301"),
    "the beginning of that": _ending(f"{_IN_PATHS}{'x' * 64}e"),
    "a long beginning": _ending("x" * 64 + "a"),
    "the same long beginning": _ending("x" * 64 + "b"),
    "a whole number": _ending("10"),
    "the number with a fraction": _ending("10.0"),
    "the number with a zero": _ending("010"),
}
"""What a key ends in, after the run's prefix and one word."""

NUMBERS = {"digits": "{}", "digits with a zero": "0{}", "digits with a fraction": "{}.0"}
"""Keys that are a number and nothing else, which the run's prefix is not."""
LENGTHS = {
    **{f"{length} characters": (length, "") for length in (50, 64, 100, 128, 200)},
    "250 characters": (250, "a"),
    "250 characters with another end": (250, "b"),
}
"""Keys of exactly so many characters, and what they end in."""

KNOWN_NEARNESS = frozenset({*NEAR, *NUMBERS, *LENGTHS})
"""All words for what a key is like."""

GROUPS = (
    (
        "an e",
        "an e with an accent",
        "an accent of its own",
        "a capital with an accent",
        "a space at the end",
        "two letters",
        "a ligature",
    ),
    (
        "a space between",
        "an escaped space",
        "two spaces between",
        "a plus",
        "nothing between",
        "a backslash",
        "a letter for a sign",
        "an underscore",
        "a percent sign",
    ),
    (
        "digits",
        "digits with a zero",
        "digits with a fraction",
        "a whole number",
        "the number with a fraction",
        "250 characters",
        "250 characters with another end",
        "same beginning",
        "another case",
        "another sign",
    ),
    ("50 characters", "64 characters", "100 characters", "128 characters", "200 characters"),
)
"""Keys that are near to each other, many at a time."""

PAIRS = (
    ("", "same beginning"),
    ("same beginning", "another case"),
    ("", "another sign"),
    ("an e", "an e with an accent"),
    ("an e with an accent", "an accent of its own"),
    ("an e with an accent", "a capital with an accent"),
    ("two letters", "a ligature"),
    ("a space between", "two spaces between"),
    ("an e", "a space at the end"),
    ("a letter for a sign", "an underscore"),
    ("a letter for a sign", "a percent sign"),
    ("a space between", "an escaped space"),
    ("a space between", "a plus"),
    ("nothing between", "a backslash"),
    ("a long beginning", "the same long beginning"),
    ("a whole number", "the number with a fraction"),
    ("digits", "digits with a zero"),
    ("digits", "digits with a fraction"),
    ("250 characters", "250 characters with another end"),
    ("a whole number", "the number with a zero"),
)
"""Ends that careless servers take for one: by case, by Unicode form, as patterns, as numbers, cut."""
