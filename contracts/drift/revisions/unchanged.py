"""Components that say the same in both documents, word for word: nothing of them has to be compared."""

from __future__ import annotations

from typing import Any

from contracts.drift.revisions.node import Schemas
from contracts.drift.revisions.references import references_in, step


def unchanged(old: Schemas, new: Schemas) -> frozenset[str]:
    """Pointers of the components that say the same in every word, and lead only to such."""
    if old.follows_beside != new.follows_beside:
        return frozenset()
    sections = [one.document.get("components") for one in (old, new)]
    before, after = (one if isinstance(one, dict) else {} for one in sections)
    same: dict[str, frozenset[str]] = {}
    for section, parts in before.items():
        others: Any = after.get(section)
        if not isinstance(parts, dict) or not isinstance(others, dict):
            continue
        for name, part in parts.items():
            if name in others and isinstance(part, dict) and part == others[name]:
                same[f"#/components/{section}/{step(name)}"] = references_in(part)
    while gone := [pointer for pointer, references in same.items() if not references <= same.keys()]:
        for pointer in gone:
            del same[pointer]
    return frozenset(same)
