"""Texts: plain ones, and the classes of characters that servers lose, change or choke on.

Fragments travel together in one text; the other kinds are the whole of it. Sources: the Unicode standard (blocks,
annexes 9 and 15), RFC 8259 section 7, and what databases and templates take for their own signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

from contracts.plan.kinds.kind import Kind, Standing
from contracts.plan.kinds.words import letters, word, words

LONGEST_MUST = 255
RARE = 0.5
"""The weight of what only a rare defect is seen by."""
_DIGITS = {"leading zeros": 12.5, "looks like a number": 4.5}
"""A text of digits that becomes a number is the commonest loss of all, and shows in a whole text only."""
_EMOJI = tuple(
    chr(c) for first, last in ((0x1F300, 0x1F5FF), (0x1F600, 0x1F64F), (0x1F680, 0x1F6C5)) for c in range(first, last)
)
_JOINED = (
    "\U0001f469\u200d\U0001f467",
    "\U0001f468\u200d\U0001f4bb",
    "\u2764\ufe0f",
    "\U0001f44d\U0001f3fd",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
)
_BLOCKS = {
    "Chinese": (0x4E00, 0x9FA5),
    "Cyrillic": (0x0410, 0x044F),
    "Greek": (0x03B1, 0x03C9),
    "Devanagari": (0x0905, 0x0939),
    "Japanese": (0x30A1, 0x30FA),
    "Korean": (0xAC00, 0xD7A3),
    "Thai": (0x0E01, 0x0E2E),
    "Hebrew": (0x05D0, 0x05EA),
    "Arabic": (0x0628, 0x063A),
    "Armenian": (0x0561, 0x0586),
    "Georgian": (0x10D0, 0x10F0),
    "Tamil": (0x0B85, 0x0B8A),
    "Ethiopic": (0x1200, 0x1206),
    "Latin Extended": (0x1EA0, 0x1EF9),
    "symbols": (0x2190, 0x21FF),
    "half-width": (0xFF66, 0xFF9D),
}
_ACCENTED = "äöüßéèêñçøåãõłśžčřőæœğ"
_COMBINING = ("e\u0301", "a\u0308", "n\u0303", "o\u0302", "c\u0327", "u\u030a")
_COMPATIBLE = (
    "\ufb01",
    "\uff21\uff22",
    "\u00b2",
    "\u2122",
    "10\u00a0000",
    "\u201ccurly\u201d",
    "\u2018quotes\u2019",
    "\u2026",
    "\u00bd",
)


def _run(first: int, last: int) -> Callable[[Random], str]:
    return lambda chance: "".join(chr(chance.randint(first, last)) for _ in range(chance.randint(2, 4)))


def _holds(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.search(value) is not None


def _right_to_left(chance: Random) -> str:
    first, last = chance.choice(((0x05D0, 0x05EA), (0x0628, 0x064A)))
    text = _run(first, last)(chance)
    return f"\u200f{text}\u200e"


def _mixed_case(chance: Random) -> str:
    one = word(chance, 2)
    return f"{one[:2]}{one[2:].capitalize()} {word(chance).upper()} {word(chance)}"


_FRAGMENTS: tuple[tuple[str, Callable[[Random], str], str], ...] = (
    ("emoji", lambda c: "".join(c.choices(_EMOJI, k=c.randint(1, 2))), "[\U00010000-\U0010ffff]"),
    ("joined emoji", lambda c: c.choice(_JOINED), "[\u200d\ufe0f\U0001f3fd]"),
    (
        "another script",
        lambda c: _run(*c.choice(tuple(_BLOCKS.values())[:7]))(c),
        "[\u0370-\u04ff\u0900-\u0e7f\u3040-\u9fff\uac00-\ud7a3]",
    ),
    (
        "beyond the first planes",
        lambda c: "".join(chr(c.randint(0x20000, 0x2A6D0)) for _ in range(2)),
        "[\U00020000-\U0002ffff]",
    ),
    ("capitals beyond ASCII", lambda c: f"{c.choice('ÄÖÜÉÈÑÇØÅŁŠŽ')}{word(c)}{c.choice('ÄÖÜÉ')}", "[ÄÖÜÉÈÑÇØÅŁŠŽ]"),
    ("right to left", _right_to_left, "[\u0590-\u06ff]"),
    ("accents", lambda c: f"{word(c)}{c.choice(_ACCENTED)}{c.choice(_ACCENTED)}{c.choice('aeo')}", f"[{_ACCENTED}]"),
    ("combining marks", lambda c: f"{word(c)}{c.choice(_COMBINING)}{c.choice('nlr')}", "[\u0300-\u036f]"),
    (
        "compatibility forms",
        lambda c: " ".join(c.sample(_COMPATIBLE, 3)),
        "[\ufb01\uff21\u00b2\u2122\u00a0\u201c\u2018\u2026\u00bd]",
    ),
    ("an apostrophe", lambda c: f"{c.choice('OLD')}'{word(c)} '{word(c, 1)}'", "'"),
    ("double quotes", lambda c: f'"{word(c)}"', '"'),
    ("backslashes", lambda c: f"{word(c, 1)}\\{word(c, 1)} \\n \\t \\u00{c.randint(41, 59)}", r"\\[nt]"),
    ("markup", lambda c: f"<b>{word(c)}</b> &amp; &lt;{word(c, 1)}&gt; <{word(c, 1)}", "<.*&amp;"),
    (
        "percent signs",
        lambda c: f"%{c.randint(41, 59)}%20{word(c, 1)}+{word(c, 1)} {c.randint(2, 99)}% %s",
        "%[2-7][0-9]",
    ),
    ("braces", lambda c: f"{{{word(c, 1)}}} ${{{word(c, 1)}}} {{{{{word(c, 1)}}}}}", r"\$\{"),
    ("a comment sign", lambda c: f"; -- {word(c, 1)} /* {word(c, 1)} # {word(c, 1)}", "; --"),
    ("slashes and dots", lambda c: f"{word(c, 1)}/../{word(c, 1)} //{word(c, 1)} {word(c, 1)}..", r"/\.\./"),
    ("a newline", lambda c: f"{word(c)}\n{word(c)}", "\n"),
    ("two spaces", lambda c: f"{word(c, 1)}  {word(c, 1)}", r"\S  \S"),
    ("mixed case", _mixed_case, "[a-z][A-Z]"),
)
"""Name, how it is drawn, and the pattern that finds it again."""

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LITERALS = ("null", "true", "false", "undefined", "None", "NaN", "N/A", "nil")


def _number_like(chance: Random) -> str:
    digits = str(chance.randint(100, 99999))
    return chance.choice((f"{digits[0]}e{chance.randint(1, 9)}", f"-{digits}.50", f"{digits}.0", digits))


_CODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z]? [0-9][A-Z]{2}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x01-\x09\x0b-\x1f\x7f-\x9f]")
"""Unicode's category Cc without NUL, which is a kind of its own, and the newline, which is a part of many a text."""
_DIGITS_FIRST = re.compile("[0-9] [\u200f]?[\u0590-\u06ff]")


def _code(chance: Random) -> str:
    big = "ABCDEFGHKMNPRSTUWXYZ"
    one, two = "".join(chance.choices(big, k=2)), "".join(chance.choices(big, k=2))
    return f"{one}{chance.randint(1, 9)} {chance.randint(1, 9)}{two}"


def _date_like(chance: Random) -> str:
    return f"{chance.randint(1971, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _json_like(chance: Random) -> str:
    return chance.choice(
        (f'{{"{word(chance)}":{chance.randint(1, 9)}}}', f"[{chance.randint(1, 9)},2]", f'"{word(chance)}"')
    )


LENGTHS = (64, 100, 32, 50, 128, LONGEST_MUST, 20, 40, 200, 30, 16, 63, 80, 120, 127, 150, 250)
"""Characters at which a column or a buffer ends. JSON Schema sets no limit, so all of these are accepted."""
LONG = (256, 1000, 1024, 500, 512, 2000, 4096)
"""Those beyond what has to be accepted."""
_EXPONENT = re.compile("[1-9][eE][1-9]")
_ZERO = re.compile(r"[0-9]+\.[0-9]0")
Row = tuple[str, Standing, Callable[[Random], str], Callable[[str], object]]


def _of_length(length: int, standing: Standing) -> Row:
    return f"{length} characters", standing, lambda c: letters(c, length), lambda t: len(t) == length


_WHOLES: tuple[Row, ...] = (
    (
        "leading zeros",
        "valid",
        lambda c: f"{'0' * c.randint(1, 2)}{c.randint(100, 99999)}",
        lambda t: t.isdigit() and t.startswith("0"),
    ),
    ("looks like a number", "valid", _number_like, lambda t: _NUMBER.fullmatch(t) is not None),
    ("looks like a literal", "valid", lambda c: c.choice(_LITERALS), lambda t: t in _LITERALS),
    ("looks like a date", "valid", _date_like, lambda t: _DATE.fullmatch(t) is not None),
    ("looks like JSON", "valid", _json_like, lambda t: t[:1] in '{["' and t[-1:] in '}]"' and len(t) > 2),
    ("one character", "valid", lambda c: c.choice("ABCDEFGHKMNPRSTXYZ"), lambda t: len(t) == 1),
    (
        "101 to 255 characters",
        "valid",
        lambda c: letters(c, c.randint(200, LONGEST_MUST)),
        lambda t: 100 < len(t) <= 255,
    ),
    *(_of_length(n, "valid") for n in LENGTHS),
    *(
        (f"the word {one}", "valid", lambda c, one=one: one, lambda t, one=one: t == one)
        for one in ("null", "NULL", "true", "None")
    ),
    ("an exponent", "valid", lambda c: f"{c.randint(1, 9)}{c.choice('eE')}{c.randint(1, 9)}", _EXPONENT.fullmatch),
    ("a fraction with a zero", "valid", lambda c: f"{c.randint(1, 999)}.{c.randint(1, 9)}0", _ZERO.fullmatch),
    (
        "a formula",
        "valid",
        lambda c: f"={c.randint(1, 9)}+{word(c, 1)}{c.randint(1, 9)}",
        lambda t: t[:1] in "=+@-" and len(t) > 1,
    ),
    ("a dot at the end", "valid", lambda c: f"{words(c, 2)}.", lambda t: t.endswith(".") and len(t) > 1),
    (
        "two small letters",
        "valid",
        lambda c: "".join(c.choices("abcdefghklmnoprstuvwxyz", k=2)),
        lambda t: len(t) == 2 and t.isascii() and t.islower(),
    ),
    ("a backslash at the end", "valid", lambda c: f"{word(c)}\\", lambda t: t.endswith("\\")),
    ("a code of letters, a space and digits", "valid", _code, lambda t: _CODE.fullmatch(t) is not None),
    (
        "a combining mark first",
        "valid",
        lambda c: f"{chr(c.randint(0x300, 0x30F))}{word(c)}",
        lambda t: "\u0300" <= t[:1] <= "\u036f",
    ),
    (
        "digits before right to left",
        "valid",
        lambda c: f"{c.randint(10, 99)} {c.choice(('', chr(0x200F)))}{_run(0x05D0, 0x05EA)(c)}",
        lambda t: _DIGITS_FIRST.search(t) is not None,
    ),
    ("empty", "normalised", lambda c: "", lambda t: t == ""),
    ("outer white space", "normalised", lambda c: f"  {words(c, 2)} ", lambda t: t != t.strip() and bool(t.strip())),
    *(_of_length(n, "normalised") for n in LONG),
    ("more than 1000 characters", "normalised", lambda c: letters(c, c.randint(1001, 4000)), lambda t: len(t) > 1000),
    (
        "more than 255 characters",
        "normalised",
        lambda c: letters(c, c.randint(520, 1000)),
        lambda t: len(t) > LONGEST_MUST,
    ),
    ("NUL", "odd", lambda c: f"{word(c)}\0{word(c)}", lambda t: "\0" in t),
    (
        "a lone surrogate",
        "odd",
        lambda c: f"{word(c)} {chr(c.randint(0xD800, 0xDBFF))} {word(c)}",
        lambda t: _SURROGATE.search(t) is not None,
    ),
    (
        "a control character",
        "odd",
        lambda c: f"{word(c)}{chr(c.choice((1, 7, 8, 11, 27)))}{word(c)}\x7f\t{word(c)}\r{word(c)}",
        lambda t: _CONTROL.search(t) is not None,
    ),
)
"""Name, standing, how it is drawn, and how it is recognised. An empty text is accepted (MUST) but may be dropped."""


def plain(chance: Random) -> str:
    """A few words in ASCII, long enough to be recognised wherever they turn up."""
    return words(chance, chance.randint(3, 4))


PLAIN = Kind(
    "plain",
    "required",
    plain,
    lambda value: isinstance(value, str) and value.isascii() and value.isprintable() and bool(value.strip()),
)
FRAGMENTS = tuple(Kind(name, "valid", draw, _holds(pattern), is_fragment=True) for name, draw, pattern in _FRAGMENTS)
SCRIPTS = tuple(
    Kind(name, "valid", _run(*block), _holds(f"[{chr(block[0])}-{chr(block[1])}]"), is_fragment=True, weight=RARE)
    for name, block in _BLOCKS.items()
)


def _whole(name: str, standing: Standing, draw: Callable[[Random], str], fits: Callable[[str], object]) -> Kind:
    weight = _DIGITS.get(name, RARE if name in _LATE else 1.0)
    return Kind(name, standing, draw, lambda value: isinstance(value, str) and bool(fits(value)), weight=weight)


_LATE = frozenset(
    name
    for name, *_ in _WHOLES
    if (name.endswith(" characters") and not name.startswith(("101", "more than 255")))
    or name.startswith(
        (
            "the word",
            "a formula",
            "a backslash",
            "a dot at",
            "two small",
            "a code",
            "a combining",
            "an exponent",
            "a fraction",
        )
    )
)


WHOLES = tuple(_whole(*one) for one in _WHOLES)
EVERY = (PLAIN, *FRAGMENTS, *SCRIPTS, *WHOLES)


def joined(chance: Random, fragments: list[Kind], most: int) -> tuple[str, list[Kind]]:
    """A text of at most ``most`` UTF-16 units that holds the first of ``fragments`` that have room, and which do."""
    text = ""
    held: list[Kind] = []
    for fragment in fragments:
        longer = f"{text} {word(chance, 1)} {fragment.draw(chance)}" if text else fragment.draw(chance)
        if units(longer) + 3 <= most:
            text, held = longer, [*held, fragment]
    return (f"{text} {word(chance, 1)}" if text and units(text) + 8 <= most else text), held


def units(text: str) -> int:
    """UTF-16 code units, as many servers count; never fewer than the code points that JSON Schema counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
