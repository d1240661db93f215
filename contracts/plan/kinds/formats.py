"""Texts of a form: those that a ``format`` or a meaning declares, and those that a pattern describes."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from random import Random
from typing import Any

from contracts.plan.kinds.kind import Kind, Standing
from contracts.plan.kinds.words import word

POOL = 24
"""Texts drawn at once for a pattern: Hypothesis takes its time for the first, not for the next."""


def _host(chance: Random) -> str:
    return f"{word(chance)}.example.{chance.choice(('com', 'org', 'net'))}"


def _email(chance: Random) -> str:
    return f"{word(chance)}.{word(chance)}@{_host(chance)}"


def _email_of(chance: Random, length: int) -> str:
    """An address of that length: a part before the sign of at most 64 characters, a host of labels of at most 63."""
    host = f"{word(chance)}.example.com"
    left = length - len(host) - 1
    name = (word(chance) * 32)[: min(left, 60)]
    more = left - len(name)
    return f"{name}@{(word(chance) * 32)[: more - 1]}.{host}" if more > 1 else f"{name}@{'x' * more}{host}"


_FORMATS: dict[str, Callable[[Random], str]] = {
    "email": _email,
    "idn-email": _email,
    "uuid": lambda c: str(uuid.UUID(int=c.getrandbits(128), version=4)),
    "uri": lambda c: f"https://{_host(c)}/{word(c)}?{word(c, 1)}={c.randint(1, 99)}",
    "url": lambda c: f"https://{_host(c)}/{word(c)}",
    "uri-reference": lambda c: f"/{word(c)}/{c.randint(1, 99)}",
    "iri": lambda c: f"https://{_host(c)}/{word(c)}",
    "hostname": _host,
    "ipv4": lambda c: str(IPv4Address(c.randint(2**24, 2**31))),
    "ipv6": lambda c: str(IPv6Address(c.getrandbits(128))),
    "time": lambda c: f"{c.randint(10, 23)}:{c.randint(10, 59)}:{c.randint(10, 59)}Z",
    "duration": lambda c: f"P{c.randint(1, 9)}DT{c.randint(1, 9)}H",
    "byte": lambda c: base64.b64encode(word(c, 3).encode()).decode(),
    "password": lambda c: f"{word(c).capitalize()}-{c.randint(1000, 9999)}-{word(c)}",
}
PLAIN_FORMATS = frozenset({"", "binary", "string", "text", "html", "markdown"})
"""Formats that say nothing of the characters."""

_EMAILS: tuple[tuple[str, Standing, Callable[[Random], str], str], ...] = (
    ("plain", "required", _email, r"^[a-z.]+@"),
    ("with a tag", "valid", lambda c: f"{word(c)}.{word(c)}+{word(c)}@{_host(c)}", r"\+.*@"),
    ("with signs", "valid", lambda c: f"{word(c)}_{word(c, 1)}-{c.randint(1, 99)}@{word(c, 1)}.{_host(c)}", r"_.*@"),
    (
        "mixed case",
        "normalised",
        lambda c: f"{word(c).capitalize()}.{word(c).capitalize()}@{_host(c).upper()}",
        "[A-Z].*@",
    ),
    *((f"{n} characters", "valid", lambda c, n=n: _email_of(c, n), f"(?s)^.{{{n}}}$") for n in (50, 64, 100, 128)),
    ("empty", "normalised", lambda c: "", "^$"),
    ("beyond ASCII", "odd", lambda c: f"{word(c)}.{word(c)}@{word(c)}é.example.com", r"(?s)@.*[^\x00-\x7f]"),
    ("no address", "odd", lambda c: f"{word(c)} {word(c)}", "^[^@]+$"),
)
_PHONES: tuple[tuple[str, Standing, Callable[[Random], str], str], ...] = (
    ("plain", "required", lambda c: f"1202555{c.randint(1000, 9999)}", "^[0-9]+$"),
    ("with signs", "valid", lambda c: f"+1 (202) 555-{c.randint(1000, 9999)}", r"^\+.*[ (]"),
    ("with two zeros", "valid", lambda c: f"004930{c.randint(10**6, 10**9)}", "^00[0-9]+$"),
    ("with a plus", "valid", lambda c: f"+4930{c.randint(10**6, 10**9)}", r"^\+[0-9]+$"),
    (
        "with an extension",
        "odd",
        lambda c: f"+44 (0) 20 7946 0{c.randint(100, 999)} ext. {c.randint(10**5, 10**6)}",
        "ext",
    ),
    ("empty", "normalised", lambda c: "", "^$"),
    ("no number", "odd", lambda c: f"{word(c)} {word(c)}", "^[a-z]+ [a-z]+$"),
)


def _table(rows: tuple[tuple[str, Standing, Callable[[Random], str], str], ...]) -> tuple[Kind, ...]:
    return tuple(Kind(name, standing, draw, _matching(pattern)) for name, standing, draw, pattern in rows)


def _matching(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.search(value) is not None


EMAILS, PHONES = _table(_EMAILS), _table(_PHONES)


def of_format(name: str, example: Any) -> tuple[Kind, ...]:
    """Kinds of a text with a format that constrains it; of an unknown one, the example that the document gives."""
    draw = _FORMATS.get(name)
    if draw is not None:
        return (Kind("plain", "required", draw, lambda value: isinstance(value, str) and bool(value)),)
    if isinstance(example, str):
        return (Kind("the example", "required", lambda chance: example, lambda value: isinstance(value, str)),)
    return ()


def of_pattern(pattern: str, least: int, most: int | None, seed: int) -> tuple[Kind, ...]:
    """The kind of texts that ``pattern`` describes, none where none can be drawn within the lengths."""
    pool = _drawn(pattern, least, most, seed)
    if not pool:
        return ()
    return (
        Kind("of the pattern", "required", lambda chance: chance.choice(pool), lambda value: isinstance(value, str)),
    )


@cache
def _drawn(pattern: str, least: int, most: int | None, seed: int) -> tuple[str, ...]:
    from hypothesis import HealthCheck, Phase, given, settings, strategies
    from hypothesis import seed as seeded
    from hypothesis.errors import HypothesisException

    found: dict[str, None] = {}
    alphabet = strategies.characters(min_codepoint=32, max_codepoint=126)

    @seeded(seed)
    @settings(
        max_examples=POOL * 2,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.from_regex(pattern, alphabet=alphabet))
    def collect(text: str) -> None:
        text = text.rstrip("\n")
        if least <= len(text) <= (most if most is not None else 250) and re.search(pattern, text):
            found[text] = None

    try:
        collect()
    except (HypothesisException, re.error, TypeError, ValueError):
        return ()
    return tuple(found)[:POOL]
