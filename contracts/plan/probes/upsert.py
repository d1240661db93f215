"""Create and upsert: by ``source_id``, by ``id``, by both, each writable field once alone."""

from __future__ import annotations

from contracts.plan.probe import Id, Probe, Source

STATE = frozenset({"state"})
_LONG = "A customer since the first shop opened, who writes long descriptions. " * 4

SMOKE = Probe("smoke", {"source_id": Source("Ada"), "name": "Ada of the smoke test"}, creates="Ada")

PROBES = (
    Probe(
        "create-in-full",
        {
            "source_id": Source("Ada-2"),
            "name": "Ada Second",
            "description": _LONG[:249],
            "email": "ada.second@example.com",
            "phone": "+1 202 555 0143",
            "birthdate": "1990-06-15",
            "address": {
                "city": "Springfield",
                "state": "Northland",
                "line_1": "12 First Street",
                "line_2": "Back door",
                "country": "Neverland",
                "postal_code": "00123",
            },
            "metadata": {
                "text": "plain text",
                "digits": "0123",
                "number": 42,
                "zero": 0,
                "fraction": -1.5,
                "yes": True,
                "no": False,
                "nested": {"level": {"deeper": "value", "list": [1, "two", False]}},
                "list": ["one", 2, 3.5, True, {"in": "list"}],
            },
        },
        creates="Ada-2",
    ),
    Probe("upsert-by-source-id", {"source_id": Source("Ada-2"), "name": "Ada Renamed"}),
    Probe("upsert-by-id", {"id": Id("Ada-2"), "description": "Described anew"}),
    Probe("upsert-by-both", {"id": Id("Ada-2"), "source_id": Source("Ada"), "phone": "+1 202 555 0199"}),
    Probe("read-ada", {"source_id": Source("Ada")}, needs=STATE),
    Probe("read-ada-2", {"source_id": Source("Ada-2")}, needs=STATE),
    Probe("upsert-metadata", {"source_id": Source("Ada-2"), "metadata": {"number": 43, "added": "later"}}),
    Probe("upsert-birthdate", {"id": Id("Ada-2"), "birthdate": "1969-12-31"}),
    Probe("upsert-address", {"id": Id("Ada-2"), "address": {"city": "Shelbyville"}}),
    Probe("upsert-birthday", {"source_id": Source("Ada-2"), "birthday": "1955-03-01"}),
    Probe("upsert-email", {"source_id": Source("Ada-2"), "email": "ada.renamed@example.com"}),
    Probe("empty-object", {}, creates="nameless"),
    Probe("unknown-id", {"id": "cust_0unknown0to0every0server", "name": "Nobody Yet"}, creates="unknown"),
    Probe("read-ada-2-again", {"source_id": Source("Ada-2")}, needs=STATE),
)
