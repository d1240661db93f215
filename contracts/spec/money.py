"""Which fields hold money: derived from what the document says of them, never from a list of names.

Source: the descriptions of the OpenAPI document ("the value is multiplied by 100 to represent 2 decimal places").
"""

from __future__ import annotations

import re
from typing import Any

_TIMES_100 = re.compile(r"multipl\w*\s+by\s+(?:100|a\s+hundred|one\s+hundred)\b", re.IGNORECASE)
_NUMERIC = {"integer", "number"}


def is_money(schema: dict[str, Any]) -> bool:
    """Is the value of a member with this schema integer minor units (cents)?"""
    kinds = schema.get("type")
    names = set(kinds) if isinstance(kinds, list) else {kinds}
    description = schema.get("description")
    return bool(names & _NUMERIC) and isinstance(description, str) and bool(_TIMES_100.search(description))
