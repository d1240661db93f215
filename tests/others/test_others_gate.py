"""Documents of other resources, end to end: right servers are conformant, nothing is left behind, no secret shows."""

import pytest

from contracts.record.run import lines
from contracts.spec.loading import load_resource, resource_of
from tests.others import products, tickets
from tests.others.gate import gate
from tests.others.memory import SECRET, Memory, document
from tests.others.products import Products
from tests.others.tickets import Tickets

ALL_KINDS = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 40},
        "note": {"type": ["string", "null"]},
        "size": {"oneOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "string", "enum": ["S", "L"]}]},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "version": {"const": 3},
        "code": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
        "big": {"type": "integer", "format": "int64"},
        "ref": {"type": "string", "format": "uuid"},
        "password": {"type": "string", "writeOnly": True, "minLength": 4},
        "state": {"type": "string", "readOnly": True},
        "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
        "lines": {
            "type": "array",
            "maxItems": 5,
            "items": {
                "type": "object",
                "required": ["count"],
                "properties": {"count": {"type": "integer", "minimum": 0}, "what": {"type": "string"}},
            },
        },
    },
}


def with_key(name, schema):
    return {
        **ALL_KINDS,
        "required": ["title", name],
        "properties": {**ALL_KINDS["properties"], name: schema},
    }


A_NUMBER = {"properties": {"kind": {"const": "number"}, "number": {"type": "integer"}}, "required": ["kind", "number"]}
A_WORD = {"properties": {"kind": {"enum": ["word"]}, "word": {"type": "string"}}, "required": ["kind", "word"]}

SHAPES = {
    "three members at least": ({**ALL_KINDS, "minProperties": 3}, {}),
    "five members at most": ({**ALL_KINDS, "maxProperties": 5}, {}),
    "a note or a code": ({**ALL_KINDS, "anyOf": [{"required": ["note"]}, {"required": ["code"]}]}, {}),
    "one of two objects": ({"type": "object", "oneOf": [A_NUMBER, A_WORD]}, {}),
    "an update that asks for the title": (ALL_KINDS, {"whole_update": True}),
    "an integer of the server's": (ALL_KINDS, {"kind": "int", "moment": "made", "created": 202}),
    "a pattern of the client's": (
        with_key("sku", {"type": "string", "pattern": "^[A-Z]{3}[0-9]{5}$"}),
        {"kind": None, "key": "sku", "upsert": True},
    ),
    "an integer of the client's": (
        with_key("nr", {"type": "integer", "minimum": 1, "maximum": 99999}),
        {"kind": None, "key": "nr", "upsert": True},
    ),
    "the key in the path": (ALL_KINDS, {"kind": None, "key": "slug", "upsert": True, "method": "PUT"}),
    "an update without a body": (ALL_KINDS, {"silent_update": True}),
    "a deletion of whose body nothing is said": (ALL_KINDS, {"told_delete": True}),
}


def made(schema, how, budget=60, seed=0, api=None):
    server = api or Memory(schema, **how)
    return gate(server.asgi(), resource_of(document(schema, **how)), {"login": SECRET}, budget, seed), server


@pytest.mark.parametrize("shape", SHAPES)
def test_a_right_server_is_conformant(shape):
    run, server = made(*SHAPES[shape])
    assert run.footer.verdict == "conformant", (run.footer.reason, run.findings)
    assert not server.things
    assert not run.footer.left_behind


def test_what_was_there_before_stays():
    schema, how = SHAPES["an integer of the client's"]
    server = Memory(schema, **how)
    there = {str(nr): {"title": "there before", "nr": nr} for nr in range(1, 100000)}
    server.things.update(there)
    run, _ = made(schema, how, api=server)
    assert server.things.keys() == there.keys()
    sent = [one for one in run.exchanges if one.answer is not None and one.request.is_authorised]
    deleted = [one for one in sent if one.request.method == "DELETE" and one.status == 204]
    assert not deleted
    assert not run.footer.left_behind


def test_without_a_delete_nothing_is_sent_for_the_clean_up():
    run, server = made(ALL_KINDS, {"deletes": False})
    assert sorted(run.footer.left_behind) == sorted(server.things)
    assert any("declares no operation that deletes" in note for note in run.footer.notes)
    assert "DELETE" not in {one.request.method for one in run.exchanges}


def test_without_an_overlay_the_verdict_says_what_is_missing():
    run, server = made(ALL_KINDS, {"meaning": False})
    assert run.footer.verdict == "partial", run.footer.reason
    assert "overlay names no key" in run.footer.reason
    assert not server.things


def test_a_path_parameter_that_is_no_key_is_filled():
    how = {"path": "/shops/s-7/things"}
    made_of = document(ALL_KINDS, **how)
    parameter = {"name": "shop", "in": "path", "required": True, "schema": {"type": "string"}, "example": "s-7"}
    for path in list(made_of["paths"]):
        item = made_of["paths"].pop(path)
        item["parameters"] = [*item.get("parameters", ()), parameter]
        made_of["paths"][path.replace("s-7", "{shop}")] = item
    server = Memory(ALL_KINDS, **how)
    run = gate(server.asgi(), resource_of(made_of), {"login": SECRET})
    assert run.footer.verdict == "conformant", (run.footer.reason, run.findings)
    assert not server.things


def test_a_member_that_no_value_can_be_drawn_for_is_named():
    strange = {"type": "string", "pattern": "^(?=a)b"}
    schema = {**ALL_KINDS, "properties": {**ALL_KINDS["properties"], "strange": strange}}
    run, _ = made(schema, {})
    assert run.footer.verdict == "inconclusive"
    assert "strange" in run.footer.reason


@pytest.mark.parametrize(("api", "token"), [(Products, products.TOKEN), (Tickets, tickets.KEY)])
def test_products_and_tickets(api, token):
    module = products if api is Products else tickets
    resource = load_resource(str(module.DOCUMENT), module.OVERLAY)
    server = api()
    (scheme,) = resource.security[0]
    run = gate(server.asgi(), resource, {scheme.name: token})
    assert run.footer.verdict == "conformant", (run.footer.reason, run.findings)
    assert not (server.products if api is Products else server.tickets)
    assert token not in "".join(lines(run))
    assert "X-Voucherify-API-Version" not in "".join(lines(run))
