"""One value in hundreds comes back changed, crashes or is refused: a length, a day of the year, a block of Unicode."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Callable
from typing import Any

from contracts.mock.api import Call
from contracts.mock.deep import deep_group
from contracts.mock.faults.kinds import (
    crashes_if,
    crashes_on_text,
    edits,
    metadata_leaves,
    metadata_objects,
    refuses_if,
)
from contracts.mock.faults.tools import TEXT_FIELDS, drop, everything
from contracts.mock.hooks import Body, Hook

values = deep_group("values")


def own_texts(change: Callable[[str], str]) -> Hook[Body]:
    """Name, description, e-mail and phone are changed, and no text within address or metadata."""
    return lambda fields, call: {
        name: change(value) if name in TEXT_FIELDS and isinstance(value, str) else value
        for name, value in fields.items()
    }


def texts_like(pattern: str, change: Callable[[re.Match[str]], str]) -> Hook[Body]:
    """Those of them that match as a whole are changed."""
    return own_texts(lambda text: change(match) if (match := re.fullmatch(pattern, text, re.DOTALL)) else text)


def days(change: Callable[[str], str]) -> Hook[Body]:
    """The birthdate is changed."""
    return edits("birthdate", change)


def day_is_lost(ending: str) -> Hook[Body]:
    """A birthdate that ends like this is left out."""
    return lambda body, call: drop(body, "birthdate") if str(body.get("birthdate")).endswith(ending) else body


def numbers(change: Callable[[Any], Any]) -> Hook[Body]:
    """Each number in the metadata is changed."""
    return metadata_leaves(lambda leaf: change(leaf) if type(leaf) in (int, float) else leaf)


def below(change: Callable[[Any], Any]) -> Hook[Body]:
    """Each value of the metadata is changed, with objects and arrays whole."""
    return metadata_objects(lambda data: {key: change(value) for key, value in data.items()})


# fmt: off
values.sent.rows("echo.strings",
    ("text-of-64-characters-loses-the-last", "A column of 64 characters keeps one for the end of the text.",
     own_texts(lambda text: text[:-1] if len(text) == 64 else text)),
    ("text-of-255-characters-loses-the-last", "A text that just fits the column of 255 loses its last character.",
     own_texts(lambda text: text[:-1] if len(text) == 255 else text)),
    ("text-beyond-1000-characters-is-cut", "A text is cut without a word at a thousand characters.",
     own_texts(lambda text: text[:1000])),
    ("greek-letters-become-question-marks", "The block of Greek letters is missing from a table of characters.",
     own_texts(lambda text: re.sub("[\u0370-\u03ff]", "?", text))),
    ("the-second-plane-is-replaced", "Ideographs of the second plane of Unicode are replaced, emoji are not.",
     own_texts(lambda text: re.sub("[\U00020000-\U0002ffff]", "\ufffd", text))),
    ("text-is-decomposed", "Text is normalised to decomposed characters, as one file system does it.",
     own_texts(lambda text: unicodedata.normalize("NFD", text))),
    ("capitals-beyond-ascii-are-lowered", "Capital letters outside of ASCII come back as small ones.",
     own_texts(lambda text: "".join(char if char.isascii() else char.lower() for char in text))),
    ("digits-lose-leading-zeros", "A text of digits alone loses its leading zeros.",
     texts_like("0+([0-9]+)", lambda match: match[1])),
    ("text-that-says-null-is-dropped", "The text null is taken for no text.",
     lambda fields, call: {n: v for n, v in fields.items() if n not in TEXT_FIELDS or str(v).lower() != "null"}),
    ("text-that-is-a-date-gets-a-time", "A text that looks like a date becomes a date-time.",
     texts_like(r"\d{4}-\d\d-\d\d", lambda match: f"{match[0]}T00:00:00.000Z")),
    ("text-in-exponent-form-is-written-out", "A text that a spreadsheet takes for a number is written out.",
     texts_like(r"([1-9])[eE]\+?([1-9])", lambda match: match[1] + "0" * int(match[2]))),
    ("formulas-get-an-apostrophe", "A text that begins like a formula is guarded with an apostrophe.",
     texts_like("[=@].*", lambda match: f"'{match[0]}")),
    ("a-final-backslash-is-lost", "A backslash at the end of a text escapes its closing quote, and is gone.",
     texts_like(r"(.*)\\", lambda match: match[1])),
)
values.customer.rows("echo.client-key",
    ("source-id-is-composed", "The source_id comes back with its accents composed.",
     edits("source_id", lambda text: unicodedata.normalize("NFC", text))),
    ("source-id-of-digits-loses-leading-zeros", "A source_id of digits alone comes back without leading zeros.",
     edits("source_id", lambda text: re.sub(r"\A0+(?=[0-9]+\Z)", "", text))),
)
values.customer.rows("echo.dates",
    ("birthdate-at-the-end-of-december-is-a-year-late", "The year is that of the ISO week, from 29 December on.",
     days(lambda day: f"{int(day[:4]) + 1:04}{day[4:]}" if day[5:] >= "12-29" and day < "9999" else day)),
    ("birthdate-on-new-years-day-is-dropped", "The first of January stands for a day that is not known.",
     day_is_lost("-01-01")),
    ("birthdate-in-october-is-in-january", "The month 10 loses its zero.",
     days(lambda day: day.replace("-10-", "-01-", 1))),
    ("birthdate-on-a-31st-moves", "All months have thirty days, and the day after is clamped.",
     days(lambda day: re.sub("31$", "30", day))),
    ("birthdate-before-1900-is-in-the-1900s", "Years are kept in two digits where they are before 1900.",
     days(lambda day: f"19{day[2:]}" if "1000" <= day < "1900" and day[2:] != "00-02-29" else day)),
    ("birthdate-of-the-epoch-is-lost", "The day with the number zero, 1970-01-01, is taken for none.",
     day_is_lost("1970-01-01")),
)
values.customer.rows("echo.objects",
    ("address-lines-are-cut-at-35", "Lines of an address have 35 characters, as a label has it.",
     edits("address", lambda address: address and {part: text[:35] for part, text in address.items()})),
    ("a-full-address-loses-its-state", "Of six parts of an address five are kept.",
     edits("address", lambda address: drop(dict(address), "state") if len(address or ()) == 6 else address)),
    ("postal-code-loses-its-space", "A space within a postal code is removed.",
     edits("address.postal_code", lambda code: re.sub(r"(?<=\w) (?=\w)", "", code))),
)
values.sent.rows("echo.free-form",
    ("metadata-hundreds-become-units", "A whole multiple of 100 is taken for cents, and divided.",
     numbers(lambda number: number // 100 if number and number == number // 1 and number % 100 == 0 else number)),
    ("metadata-bytes-are-signed", "Whole numbers from 128 to 255 are kept in a signed byte.",
     numbers(lambda number: number - 256 if isinstance(number, int) and 128 <= number <= 255 else number)),
    ("metadata-fractions-have-two-digits", "Numbers are rounded to two digits after the point.",
     numbers(lambda number: round(number, 2) if isinstance(number, float) else number)),
    ("metadata-fractions-are-single-precision", "Numbers with a fraction are kept in 32 bits.",
     numbers(lambda number: _single(number) if isinstance(number, float) else number)),
    ("metadata-long-keys-are-cut", "Keys of metadata are cut at forty characters.",
     metadata_objects(lambda data: {key[:40]: value for key, value in data.items()})),
    ("metadata-arrays-keep-five-items", "Arrays in metadata are cut at five items.",
     below(lambda value: value[:5] if isinstance(value, list) else value)),
    ("metadata-arrays-in-arrays-are-flattened", "An array within an array in metadata becomes part of it.",
     below(lambda value: _flattened(value) if isinstance(value, list) else value)),
    ("metadata-empty-objects-become-null", "Objects and arrays with nothing in them become null in metadata.",
     below(lambda value: value if value or not isinstance(value, dict | list) else None)),
)
values.sent.rows("echo.not-normalised",
    ("metadata-empty-texts-become-null", "Empty texts become null in metadata.",
     metadata_leaves(lambda leaf: None if leaf == "" else leaf)),
    should=True,
)
values.customer.rows("echo.free-form",
    ("metadata-keeps-eight-keys", "Metadata has room for eight keys, those written first.",
     edits("metadata", lambda data: dict(list(data.items())[:8]))),
)
values.problem.rows("accepts.no-5xx",
    ("crash-on-256-characters", "The length of a text is kept in a byte, and 256 overflows it: 500.",
     crashes_on_text(lambda text: len(text) == 256)),
    ("crash-on-the-year-9999", "The day after the last one of the calendar is computed: 500.",
     crashes_if(lambda call: str(call.payload.get("birthdate")).startswith("9999"))),
    ("crash-on-the-first-year-of-a-century", "A year that ends in 00 is divided by itself: 500.",
     crashes_if(lambda call: str(call.payload.get("birthdate"))[2:4] == "00")),
    ("crash-on-a-leading-combining-mark", "A mark with no letter before it cannot be drawn: 500.",
     crashes_on_text(lambda text: text and unicodedata.combining(text[0]))),
    ("crash-on-right-to-left-after-digits", "Digits before right-to-left letters send a layout into a loop: 500.",
     crashes_on_text(lambda text: re.search("[0-9] ?[\u0590-\u06ff]", text))),
)
values.problem.rows("accepts.allowed",
    ("postal-codes-with-letters-are-refused", "A postal code must be of digits.",
     refuses_if(lambda call: re.search("[A-Za-z]", _postal_code(call)), "postal_code must be of digits")),
    ("long-metadata-keys-are-refused", "Keys of metadata of more than forty characters are refused.",
     refuses_if(lambda call: any(len(key) > 40 for key in _keys(call.payload.get("metadata"))), "A key is too long.")),
    ("deep-metadata-is-refused", "Metadata may nest five levels, and is refused beyond.",
     refuses_if(lambda call: _depth(call.payload.get("metadata")) > 5, "metadata is nested too deeply")),
)
# fmt: on


def _single(number: float) -> float:
    try:
        single: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return number
    return single


def _flattened(items: list[Any]) -> list[Any]:
    return [below for item in items for below in (item if isinstance(item, list) else [item])]


def _postal_code(call: Call) -> str:
    address = call.payload.get("address")
    return str(address.get("postal_code") or "") if isinstance(address, dict) else ""


def _keys(value: Any) -> list[str]:
    return [key for holder in everything(value) if isinstance(holder, dict) for key in holder]


def _depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inside)) if inside else int(isinstance(value, dict | list))
