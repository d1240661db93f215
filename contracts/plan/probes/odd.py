"""Values that servers choke on. They travel together, and are split only when such a request fails."""

from __future__ import annotations

from typing import Any

from contracts.plan.probe import Probe, Source


def _deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = {"down": value}
    return value


PROBES = (
    Probe(
        "create-with-odd-values",
        {
            "source_id": Source("ada-2"),
            "name": "Zoë Ωmega 🎉👩‍👧 שלום مرحبا 李雷 Cafe\u0301",
            "description": "First line\nsecond line, \"quoted\", 'single', back\\slash, <b>&amp;</b> 100% + {x} $1 ;--",
            "email": "ada+tag@example.co.uk",
            "birthdate": "2000-02-29",
            "address": {"line_1": "Straße 1\nHof", "postal_code": "٠٠١"},
            "metadata": {
                "nothing": None,
                "empty": "",
                "big": 9007199254740993,
                "bigger": 123456789012345678901234567890,
                "negative": -7,
                "small": 1e-7,
                "$price": "key with a dollar",
                "a.b.c": {"x.y": 1, "$in": [1, 2]},
                "clé 🔑": "key of letters beyond ASCII",
                "__proto__": "a member like any other",
                "looks": {"like": ["true", "null", "1", "2022-01-01", "1e5", ""]},
                "emptiness": {"object": {}, "list": []},
                "matrix": [[1, 2], [3, [4, None]]],
            },
        },
        creates="ada-2",
    ),
    Probe(
        "empty-strings",
        {
            "source_id": Source("Ada"),
            "description": "",
            "email": "",
            "phone": "",
            "address": None,
            "metadata": {},
        },
    ),
    Probe(
        "long-strings",
        {"source_id": Source("ada-2"), "description": "A long story. " * 60, "name": "Ann" * 120},
    ),
    Probe(
        "null-address-and-normalised",
        {
            "source_id": Source("ada-2"),
            "name": "  Ada  Padded  ",
            "email": "Mixed.Case@Example.COM",
            "address": None,
        },
    ),
    Probe("odd-nul", {"source_id": Source("ada-2"), "name": "NUL \0 inside"}),
    Probe("odd-lone-surrogate", {"source_id": Source("ada-2"), "name": "half \ud83d emoji"}),
    Probe(
        "odd-control",
        {"source_id": Source("ada-2"), "description": "bell \u0007 tab \t return \r delete \u007f"},
    ),
    Probe("odd-email-and-phone", {"source_id": Source("ada-2"), "email": "no address", "phone": "no number"}),
    Probe("odd-birthdates", {"source_id": Source("ada-2"), "birthdate": "2999-12-31", "birthday": "0000-01-01"}),
    Probe("odd-deep", {"source_id": Source("ada-2"), "metadata": {"deep": _deep(60)}}),
    Probe("odd-unknown-member", {"source_id": Source("ada-2"), "nobody_declared_this": {"a": [1]}}),
    Probe("odd-empty-id", {"id": "", "source_id": Source("ada-2"), "name": "Empty Id"}),
)
