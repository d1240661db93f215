"""Metadata that comes back as something else: of the echo, the part with types and keys of its own."""

from __future__ import annotations

import re
from typing import Any

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import in_metadata, leaves, metadata_entries
from contracts.mock.hooks import Body
from contracts.mock.registry import Group

echo = Group("echo", FAULTS)


@echo.sent(caught_by="echo.metadata")
def metadata_numbers_are_strings(fields: Body, call: Call) -> Body:
    """Numbers in metadata become strings."""
    return in_metadata(fields, lambda leaf: str(leaf) if _number(leaf) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_booleans_are_strings(fields: Body, call: Call) -> Body:
    """Booleans in metadata become strings."""
    return in_metadata(fields, lambda leaf: str(leaf).lower() if isinstance(leaf, bool) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_booleans_are_numbers(fields: Body, call: Call) -> Body:
    """Booleans in metadata become 1 and 0."""
    return in_metadata(fields, lambda leaf: int(leaf) if isinstance(leaf, bool) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_fractions_are_cut(fields: Body, call: Call) -> Body:
    """Numbers in metadata lose their fraction."""
    return in_metadata(fields, lambda leaf: int(leaf) if isinstance(leaf, float) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_integers_wrap_at_32_bits(fields: Body, call: Call) -> Body:
    """Integers in metadata are kept in 32 bits."""
    return in_metadata(fields, lambda leaf: _wrapped(leaf) if isinstance(leaf, int) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_negative_numbers_lose_their_sign(fields: Body, call: Call) -> Body:
    """Numbers in metadata are unsigned."""
    return in_metadata(fields, lambda leaf: abs(leaf) if _number(leaf) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_digits_become_numbers(fields: Body, call: Call) -> Body:
    """Strings of digits in metadata become numbers."""
    return in_metadata(fields, lambda leaf: int(leaf) if re.fullmatch("[0-9]{1,15}", str(leaf)) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_true_in_words_becomes_a_boolean(fields: Body, call: Call) -> Body:
    """The strings true and false in metadata become booleans."""
    return in_metadata(fields, lambda leaf: leaf == "true" if leaf in ("true", "false") else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_dates_get_a_time(fields: Body, call: Call) -> Body:
    """Strings in metadata that look like a date become a date-time."""
    return in_metadata(
        fields,
        lambda leaf: f"{leaf}T00:00:00.000Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", str(leaf)) else leaf,
    )


@echo.sent(caught_by="echo.metadata")
def metadata_strings_cut_at_255(fields: Body, call: Call) -> Body:
    """Strings in metadata are cut without a word at 255 characters."""
    return in_metadata(fields, lambda leaf: leaf[:255] if isinstance(leaf, str) else leaf)


@echo.sent(caught_by="echo.metadata")
def metadata_objects_are_flattened(fields: Body, call: Call) -> Body:
    """Objects in metadata are flattened to keys with dots."""
    return metadata_entries(fields, lambda metadata: dict(_flat("", metadata)))


@echo.sent(caught_by="echo.metadata")
def metadata_objects_are_dropped(fields: Body, call: Call) -> Body:
    """Metadata keeps no objects."""
    return metadata_entries(fields, lambda data: {k: v for k, v in data.items() if not isinstance(v, dict)})


@echo.sent(caught_by="echo.metadata")
def metadata_objects_are_printed(fields: Body, call: Call) -> Body:
    """Objects in metadata become their own type name, as JavaScript prints them."""
    return metadata_entries(
        fields,
        lambda data: {k: "[object Object]" if isinstance(v, dict) else v for k, v in data.items()},
    )


@echo.sent(caught_by="echo.metadata")
def metadata_below_two_levels_is_dropped(fields: Body, call: Call) -> Body:
    """Metadata is kept to a depth of two objects."""
    return metadata_entries(fields, lambda data: {k: _shallow(v) for k, v in data.items()})


@echo.sent(caught_by="echo.metadata")
def metadata_arrays_are_dropped(fields: Body, call: Call) -> Body:
    """Metadata keeps no arrays."""
    return metadata_entries(fields, lambda data: {k: v for k, v in data.items() if not isinstance(v, list)})


@echo.sent(caught_by="echo.metadata")
def metadata_arrays_are_joined(fields: Body, call: Call) -> Body:
    """Arrays in metadata become one string with commas."""
    return metadata_entries(
        fields,
        lambda data: {k: ",".join(map(str, v)) if isinstance(v, list) else v for k, v in data.items()},
    )


@echo.sent(caught_by="echo.metadata")
def metadata_arrays_are_sets(fields: Body, call: Call) -> Body:
    """Arrays in metadata are taken for sets, and their repetitions dropped."""
    return metadata_entries(
        fields,
        lambda data: {k: _distinct(v) if isinstance(v, list) else v for k, v in data.items()},
    )


@echo.sent(caught_by="echo.metadata")
def metadata_arrays_are_sorted(fields: Body, call: Call) -> Body:
    """Arrays in metadata come back sorted."""
    return metadata_entries(
        fields,
        lambda data: {k: sorted(v, key=str) if isinstance(v, list) else v for k, v in data.items()},
    )


@echo.sent(caught_by="echo.metadata")
def metadata_values_are_wrapped(fields: Body, call: Call) -> Body:
    """Each value of metadata comes with its type."""
    return metadata_entries(
        fields,
        lambda data: {k: {"value": v, "type": type(v).__name__} for k, v in data.items()},
    )


@echo.sent(caught_by="echo.metadata")
def metadata_keys_in_lower_case(fields: Body, call: Call) -> Body:
    """Keys of metadata come back in lower case."""
    return metadata_entries(fields, lambda data: {key.lower(): value for key, value in data.items()})


@echo.sent(caught_by="echo.metadata")
def metadata_dots_in_keys_are_replaced(fields: Body, call: Call) -> Body:
    """Dots in keys of metadata become underscores."""
    return metadata_entries(fields, lambda data: {k.replace(".", "_"): v for k, v in data.items()})


@echo.sent(caught_by="echo.metadata")
def metadata_dollar_keys_are_dropped(fields: Body, call: Call) -> Body:
    """Keys of metadata that begin with a dollar sign are removed, as a MongoDB sanitiser does."""
    return metadata_entries(fields, lambda data: {k: v for k, v in data.items() if not k.startswith("$")})


@echo.sent(caught_by="echo.metadata")
def metadata_falsy_values_are_dropped(fields: Body, call: Call) -> Body:
    """Zero and false in metadata are taken for nothing."""
    return metadata_entries(fields, lambda data: {k: v for k, v in data.items() if v or v is None or v == ""})


@echo.sent(caught_by="echo.metadata")
def metadata_emoji_are_dropped(fields: Body, call: Call) -> Body:
    """Characters of four bytes are removed from metadata."""
    return metadata_entries(
        fields,
        lambda data: leaves(data, lambda v: re.sub("[\U00010000-\U0010ffff]", "", v) if isinstance(v, str) else v),
    )


@echo.customer(caught_by="echo.metadata")
def metadata_not_returned(body: Body, call: Call) -> Body:
    """Metadata is stored and never shown."""
    return {**body, "metadata": {}}


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
