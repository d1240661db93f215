"""Create and upsert: by ``source_id``, by ``id``, by both, each writable field once alone."""

from __future__ import annotations

from contracts.plan.probe import Id, Probe, Source

STATE = frozenset({"state"})
_LONG = "A customer since the first shop opened, who writes long descriptions. " * 4

SMOKE = Probe("smoke", {"source_id": Source("Ada@shop"), "name": "Ada of the smoke test"}, creates="Ada@shop")

PROBES = (
    Probe(
        "create-in-full",
        {
            "source_id": Source("Ada@shop +"),
            "name": "Renée Second",
            "description": _LONG[:249],
            "email": "ada.second+shop@example.com",
            "phone": "12025550143",
            "birthdate": "1990-03-07",
            "address": {
                "city": "São Paulo",
                "state": "Northland",
                "line_1": "12 First Street",
                "line_2": "Back door",
                "country": "United States",
                "postal_code": "00123",
            },
            "metadata": {
                "text": "plain text",
                "digits": "0123",
                "number": 42,
                "large": 3_000_000_000,
                "zero": 0,
                "fraction": -1.5,
                "yes": True,
                "no": False,
                "nested": {"level": {"deeper": "value", "list": [1, "two", False], "camelKey": "kept"}},
                "unsorted": ["pear", "apple", "fig"],
                "no_parts": {},
                "no_items": [],
                "name": "a key like any other",
                "email": "another one",
                "list": ["one", "one", 2, 2, 3.5, True, {"in": "list"}],
                "CamelCase": "Key and Value",
            },
        },
        creates="Ada@shop +",
    ),
    Probe("upsert-by-source-id", {"source_id": Source("Ada@shop +"), "email": "ada.renamed@example.com"}),
    Probe("upsert-by-id", {"id": Id("Ada@shop +"), "description": 'Described "anew",\nin two lines, 100%20% of it'}),
    Probe(
        "upsert-by-both",
        {"id": Id("Ada@shop +"), "source_id": Source("Ada@shop"), "phone": "+1 202 555 0199", "name": "Null"},
    ),
    Probe("read-ada", {"source_id": Source("Ada@shop"), "address": {}, "metadata": {}}, needs=STATE),
    Probe(
        "upsert-metadata",
        {
            "source_id": Source("Ada@shop +"),
            "metadata": {
                "number": 43,
                "added": "later",
                "text": 7,
                "list": ["anew"],
                "nested": {"level": {"deeper": "changed"}},
            },
        },
        content_type="application/json; charset=utf-8",
    ),
    Probe("upsert-birthdate", {"id": Id("Ada@shop +"), "birthdate": "1901-12-31"}),
    Probe(
        "upsert-address-and-birthday",
        {
            "source_id": Source("Ada@shop +"),
            "name": "Z",
            "address": {"city": "Shelbyville", "postal_code": "SW1A 2-AB"},
            "birthday": "1955-03-01",
            "birthdate": "1985-06-15",
        },
    ),
    Probe("empty-object", {}, creates="nameless"),
    Probe(
        "unknown-id",
        {"id": "cust_0unknown0to0every0server", "source_id": Source("Ada@shop-"), "description": "Nobody Yet at All"},
        creates="unknown",
    ),
)
