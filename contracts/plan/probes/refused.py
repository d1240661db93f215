"""Requests that are no customer. Violations stand alone, since a server may refuse for the wrong reason."""

from __future__ import annotations

from typing import Any

from contracts.plan.probe import Probe, Source

NEEDS = frozenset({"validation"})
_SAYS = "written though refused"


def _field(name: str, field: str, value: Any, customer: str = "Ada@shop +") -> Probe:
    """A body that is right but for ``field``: what is right must not be written either."""
    says = f"{_SAYS}: {name}"
    right = {"name": says, "description": says, "address": {"line_1": says}, "metadata": {"refused": says}}
    return Probe(f"refused-{name}", {"source_id": Source(customer), **right, field: value}, needs=NEEDS)


def _raw(name: str, raw: str | bytes, content_type: str = "application/json") -> Probe:
    return Probe(f"refused-{name}", raw=raw, content_type=content_type, needs=NEEDS)


_WHOLE = '{"source_id":"{PREFIX}Ada@shop +","description":"' + _SAYS + ': {NAME}"'

PROBES = (
    _raw("truncated-json", _WHOLE.replace("{NAME}", "truncated").replace("Ada@shop +", "ada@shop +")),
    _raw("trailing-comma", _WHOLE.replace("{NAME}", "comma") + ",}"),
    _raw("not-utf-8", b'{"source_id":"{PREFIX}Ada@shop +","description":"written though refused: \xff\xfe"}'),
    _raw("trailing-text", _WHOLE.replace("{NAME}", "trailing") + "} and more"),
    _raw("nan", _WHOLE.replace("{NAME}", "NaN") + ',"metadata":{"number":NaN}}'),
    _raw("single-quotes", "{'source_id':'{PREFIX}Ada@shop +','description':'written though refused: quotes'}"),
    _raw("empty-body", ""),
    _raw("array", "[" + _WHOLE.replace("{NAME}", "array") + "}]"),
    _raw("string", '"written though refused: string"'),
    _raw("null", "null"),
    _raw("text-plain", _WHOLE.replace("{NAME}", "text/plain") + "}", "text/plain"),
    _raw(
        "form",
        "source_id={PREFIX}Ada%40shop+%2B&description=written+though+refused",
        "application/x-www-form-urlencoded",
    ),
    _field("birthdate-format", "birthdate", "2022-02-30", customer="ada@shop +"),
    _field("birthdate-type", "birthdate", 20220230),
    _field("birthday-format", "birthday", "15.06.1990"),
    _field("name-type", "name", 1815),
    _field("description-type", "description", ["a", "list"]),
    _field("email-type", "email", {"work": "ada@example.com"}),
    _field("phone-type", "phone", 12025550143),
    _field("address-type", "address", "12 First Street"),
    _field("postal-code-type", "address", {"line_1": f"{_SAYS}: address", "postal_code": 123}),
    _field("metadata-type", "metadata", "text"),
    Probe(
        "refused-source-id-type",
        # a list with a name of the run: whatever a server makes of it, it is no other customer's
        {"source_id": [Source("Ada@shop +")], "description": f"{_SAYS}: source_id"},
        needs=NEEDS,
    ),
    _field("id-type", "id", 7),
)
