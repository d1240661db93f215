"""Two ``source_id``s that nearly are one, and are taken for one: by accent, case, space, wildcard, number or length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from contracts.mock.api import Call
from contracts.mock.deep import deep_group
from contracts.mock.faults.tools import like, upserting
from contracts.mock.hooks import Hook
from contracts.mock.store import Customer

keys = deep_group("keys")


def taken_for(key: Callable[[str], str]) -> Hook[Customer | None]:
    """An upsert by a new ``source_id`` falls on the customer whose own has the same key."""
    return lambda found, call: found or (like(call, key) if upserting(call) else None)


def wildcard(sign: str, stands_for: str) -> Hook[Customer | None]:
    """A sign in a new ``source_id`` stands for others, as in SQL's LIKE."""

    def matched(found: Customer | None, call: Call) -> Customer | None:
        sent = call.payload.get("source_id")
        if found or not upserting(call) or not isinstance(sent, str) or sign not in sent:
            return found
        pattern = re.compile(stands_for.join(map(re.escape, sent.split(sign))), re.DOTALL)
        customers = call.api.store.customers.values()
        return next((one for one in customers if one.source_id and pattern.fullmatch(one.source_id)), None)

    return matched


def plain(text: str) -> str:
    """The text without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def number(text: str) -> str:
    """One form of a text that is a number, and the text itself where it is none."""
    return str(float(text)) if re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", text) else text


# fmt: off
keys.found.rows("upsert.two-source-ids-two-customers",
    ("source-ids-collide-by-accent", "Accents make no difference between source_ids.", taken_for(plain)),
    ("source-ids-collide-by-unicode-form", "Composed and decomposed characters make no difference between source_ids.",
     taken_for(lambda text: unicodedata.normalize("NFC", text))),
    ("source-ids-collide-by-compatible-form", "Ligatures and wide letters of a source_id are taken for plain ones.",
     taken_for(lambda text: unicodedata.normalize("NFKC", text))),
    ("source-ids-collide-by-case-beyond-ascii", "Letter case outside of ASCII makes no difference between source_ids.",
     taken_for(lambda text: "".join(char if char.isascii() else char.lower() for char in text))),
    ("source-ids-collide-by-outer-space", "White space around a source_id makes no difference.", taken_for(str.strip)),
    ("source-ids-collide-by-inner-space", "One space or several within a source_id make no difference.",
     taken_for(lambda text: re.sub(r"(?<=\S)\s+(?=\S)", " ", text))),
    ("source-ids-collide-as-numbers", "Source_ids that are the same number are the same source_id.", taken_for(number)),
    ("source-ids-collide-by-64-characters", "Only the first 64 characters of a source_id are in the index.",
     taken_for(lambda text: text[:64])),
    ("source-ids-collide-without-backslashes", "Backslashes are taken out of a source_id before it is looked up.",
     taken_for(lambda text: text.replace("\\", ""))),
    ("source-ids-collide-after-decoding", "Percent escapes in a source_id are decoded before it is looked up.",
     taken_for(lambda text: re.sub(r"%([0-7][0-9A-Fa-f])", lambda match: chr(int(match[1], 16)), text))),
    ("an-underscore-is-any-character", "An underscore in a source_id stands for any character.", wildcard("_", ".")),
    ("a-percent-sign-is-anything", "A percent sign in a source_id stands for anything.", wildcard("%", ".*")),
)
# fmt: on
