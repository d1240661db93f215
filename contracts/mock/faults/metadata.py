"""Metadata that comes back as something else: of the echo, the part with types and keys of its own."""

from __future__ import annotations

import re
from typing import Any

from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import metadata_leaves, metadata_objects
from contracts.mock.registry import Group

echo = Group("echo", FAULTS)

# fmt: off
echo.sent.rows("echo.free-form",
    ("metadata-numbers-are-strings", "Numbers in metadata become strings.",
     metadata_leaves(lambda leaf: str(leaf) if _number(leaf) else leaf)),
    ("metadata-booleans-are-strings", "Booleans in metadata become strings.",
     metadata_leaves(lambda leaf: str(leaf).lower() if isinstance(leaf, bool) else leaf)),
    ("metadata-booleans-are-numbers", "Booleans in metadata become 1 and 0.",
     metadata_leaves(lambda leaf: int(leaf) if isinstance(leaf, bool) else leaf)),
    ("metadata-fractions-are-cut", "Numbers in metadata lose their fraction.",
     metadata_leaves(lambda leaf: int(leaf) if isinstance(leaf, float) else leaf)),
    ("metadata-integers-wrap-at-32-bits", "Integers in metadata are kept in 32 bits.",
     metadata_leaves(lambda leaf: _wrapped(leaf) if isinstance(leaf, int) else leaf)),
    ("metadata-negative-numbers-lose-their-sign", "Numbers in metadata are unsigned.",
     metadata_leaves(lambda leaf: abs(leaf) if _number(leaf) else leaf)),
    ("metadata-digits-become-numbers", "Strings of digits in metadata become numbers.",
     metadata_leaves(lambda leaf: int(leaf) if re.fullmatch("[0-9]{1,15}", str(leaf)) else leaf)),
    ("metadata-true-in-words-becomes-a-boolean", "The strings true and false in metadata become booleans.",
     metadata_leaves(lambda leaf: leaf == "true" if leaf in ("true", "false") else leaf)),
    ("metadata-dates-get-a-time", "Strings in metadata that look like a date become a date-time.",
     metadata_leaves(lambda leaf: f"{leaf}T00:00:00.000Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", str(leaf)) else leaf)),
    ("metadata-strings-cut-at-255", "Strings in metadata are cut without a word at 255 characters.",
     metadata_leaves(lambda leaf: leaf[:255] if isinstance(leaf, str) else leaf)),
    ("metadata-objects-are-flattened", "Objects in metadata are flattened to keys with dots.",
     metadata_objects(lambda metadata: dict(_flat("", metadata)))),
    ("metadata-objects-are-dropped", "Metadata keeps no objects.",
     metadata_objects(lambda data: {k: v for k, v in data.items() if not isinstance(v, dict)})),
    ("metadata-objects-are-printed", "Objects in metadata become their own type name, as JavaScript prints them.",
     metadata_objects(lambda data: {k: "[object Object]" if isinstance(v, dict) else v for k, v in data.items()})),
    ("metadata-below-two-levels-is-dropped", "Metadata is kept to a depth of two objects.",
     metadata_objects(lambda data: {k: _shallow(v) for k, v in data.items()})),
    ("metadata-arrays-are-dropped", "Metadata keeps no arrays.",
     metadata_objects(lambda data: {k: v for k, v in data.items() if not isinstance(v, list)})),
    ("metadata-arrays-are-joined", "Arrays in metadata become one string with commas.",
     metadata_objects(lambda data: {k: ",".join(map(str, v)) if isinstance(v, list) else v for k, v in data.items()})),
    ("metadata-arrays-are-sets", "Arrays in metadata are taken for sets, and their repetitions dropped.",
     metadata_objects(lambda data: {k: _distinct(v) if isinstance(v, list) else v for k, v in data.items()})),
    ("metadata-arrays-are-sorted", "Arrays in metadata come back sorted.",
     metadata_objects(lambda data: {k: sorted(v, key=str) if isinstance(v, list) else v for k, v in data.items()})),
    ("metadata-values-are-wrapped", "Each value of metadata comes with its type.",
     metadata_objects(lambda data: {k: {"value": v, "type": type(v).__name__} for k, v in data.items()})),
    ("metadata-keys-in-lower-case", "Keys of metadata come back in lower case.",
     metadata_objects(lambda data: {key.lower(): value for key, value in data.items()})),
    ("metadata-dots-in-keys-are-replaced", "Dots in keys of metadata become underscores.",
     metadata_objects(lambda data: {k.replace(".", "_"): v for k, v in data.items()})),
    ("metadata-dollar-keys-are-dropped",
     "Keys of metadata that begin with a dollar sign are removed, as a MongoDB sanitiser does.",
     metadata_objects(lambda data: {k: v for k, v in data.items() if not k.startswith("$")})),
    ("metadata-emoji-are-dropped", "Characters of four bytes are removed from metadata.",
     metadata_leaves(lambda leaf: re.sub("[\U00010000-\U0010ffff]", "", leaf) if isinstance(leaf, str) else leaf)),
    ("metadata-falsy-values-are-dropped", "Zero and false in metadata are taken for nothing.",
     metadata_objects(lambda data: {k: v for k, v in data.items() if v or v is None or v == ""})),
)
echo.customer.rows("echo.free-form",
    ("metadata-not-returned", "Metadata is stored and never shown.", lambda body, call: {**body, "metadata": {}}),
)
# fmt: on


def _number(leaf: Any) -> bool:
    return isinstance(leaf, int | float) and not isinstance(leaf, bool)


def _wrapped(number: int) -> int:
    return number if isinstance(number, bool) else (number + 2**31) % 2**32 - 2**31


def _flat(prefix: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict) or not value:
        return [(prefix, value)] if prefix else []
    return [pair for k, v in value.items() for pair in _flat(f"{prefix}.{k}" if prefix else k, v)]


def _shallow(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: None if isinstance(item, dict) else item for key, item in value.items()}


def _distinct(items: list[Any]) -> list[Any]:
    return [item for place, item in enumerate(items) if item not in items[:place]]
