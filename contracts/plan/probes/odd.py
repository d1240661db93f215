"""Values that servers choke on. They travel together, and are split only when such a request fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.plan.probe import Id, Probe, Source


def _deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = {"down": value}
    return value


_NULLABLE_TO_SOME = ("name", "description", "email", "phone", "birthdate", "birthday", "address", "metadata")
"""What a client that knows no absent members sends as null. All but address break the schema; no 5xx is due to that."""

ODD = Source("ada@shop +")
_CHARACTERS = {
    "odd-nul": {"name": "NUL \0 inside"},
    "odd-lone-surrogate": {"phone": "half \ud83d emoji"},
    "odd-control": {"description": "bell \u0007 tab \t return \r delete \u007f"},
}
_MEANING: dict[str, dict[str, Any]] = {
    "odd-email": {"email": "no address"},
    "odd-phone": {"phone": "no number"},
    "odd-future-birthdate": {"birthdate": "2999-12-31"},
    "odd-year-0000": {"birthday": "0000-01-01"},
    "odd-empty-source-id": {"id": Id(ODD.name), "source_id": ""},
}
_SHAPE: dict[str, dict[str, Any]] = {
    "odd-deep": {"metadata": {"deep": _deep(120)}},
    "odd-unknown-member": {"nobody_declared_this": {"a": [1]}},
}


def _together(name: str, parts: Mapping[str, Mapping[str, Any]], **identity: Any) -> tuple[Probe, ...]:
    """All of ``parts`` in one request; each by itself only where that one was not accepted."""
    whole: dict[str, Any] = {"source_id": ODD, **identity}
    for part in parts.values():
        whole |= part
    alone = (Probe(key, {"source_id": ODD, **part}, instead_of=name) for key, part in parts.items())
    return (Probe(name, whole), *alone)


PROBES = (
    Probe(
        "create-with-odd-values",
        {
            "source_id": ODD,
            "name": "Zoë Ωmega 🎉👩\u200d👧 שלום مرحبا 李雷 Cafe\u0301\nsecond line, \"quoted\", 'single', "
            "back\\slash \\n \\u0041, <b>&amp;</b> 100% + {x} ${y} --;",
            "description": "Анна, Σίσυφος, हिन्दी, ❤\ufe0f, “curly” ‘quotes’, 10\u00a0000, \u200fשלום\u200e, %41%20{}",
            "email": "ada.renamed@example.com",
            "phone": "12025550143",
            "birthdate": "2000-02-29",
            "address": {
                "line_1": "Straße 1\nHof 🏰 's, the third door behind the second gate on the far side of the old yard",
                "postal_code": "٠٠١",
            },
            "metadata": {
                "nothing": None,
                "empty": "",
                "big": 9007199254740993,
                "bigger": 123456789012345678901234567890,
                "negative": -7,
                "small": 1e-7,
                "$price": "key with a dollar",
                "a.b.c": {"x.y": 1, "$in": [1, 2]},
                "clé 🔑": 'Emoji 🎉 and <tags> & "quotes"\nin metadata',
                "__proto__": "a member like any other",
                "looks": {"like": ["true", "null", "1", "2022-01-01", "1e5", ""]},
                "emptiness": {"object": {}, "list": []},
                "matrix": [[1, 2], [3, [4, None]]],
            },
        },
        creates="ada@shop +",
    ),
    Probe(
        "empty-strings",
        {
            "source_id": Source("Ada@shop"),
            "name": "",
            "description": "",
            "address": {"city": "", "line_2": "Back door"},
            "metadata": {"": "", "list": [""]},
        },
    ),
    Probe(
        "long-strings",
        {
            "source_id": ODD,
            "description": "A long story. " * 60,
            "name": "Ann" * 120,
            "metadata": {"long": "And a longer one. " * 40},
        },
    ),
    Probe(
        "null-address-and-normalised",
        {"source_id": ODD, "name": "  Ada  Padded  ", "email": "Mixed.Case@Example.COM", "address": None},
    ),
    Probe("nulls", {"source_id": ODD, **dict.fromkeys(_NULLABLE_TO_SOME)}),
    *_together("odd-characters", _CHARACTERS),
    *_together("odd-meaning", _MEANING, id=Id(ODD.name), source_id=""),
    *_together("odd-shape", _SHAPE),
    Probe("odd-empty-id", {"id": "", "source_id": Source("Ada@shop_"), "name": "Empty Id"}, creates="empty id"),
)
