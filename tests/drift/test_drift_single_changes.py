"""One change at a time, both ways round, in an answer and in a request: how bad it is, and nothing beside it.

Looser hurts who reads an answer; tighter hurts who sends a request.
"""

import copy
import json

import pytest

from contracts.drift.revisions import revisions

S, N, I = {"type": "string"}, {"type": "number"}, {"type": "integer"}  # noqa: E741 - an integer
BREAKING, WARNING, INFO = "breaking", "warning", "info"


def obj(required=(), **properties):
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def limited(**limits):
    return {**S, **limits}


def of(*values):
    return {**S, "enum": list(values)}


A, B = obj(kind=of("a"), size=I), obj(kind=of("b"), weight=I)

SCHEMAS = {
    # name: (old, new, kind, answer →, request →, answer ←, request ←)
    "an optional member goes": (obj(a=S, b=S), obj(a=S), "missing", WARNING, WARNING, None, None),
    "a required member goes": (obj(["b"], a=S, b=S), obj(a=S), "missing", BREAKING, WARNING, None, None),
    "an optional member comes": (obj(a=S), obj(a=S, b=S), "extra", INFO, INFO, None, None),
    "a required member comes": (obj(a=S), obj(["b"], a=S, b=S), "extra", INFO, BREAKING, None, None),
    "a member becomes optional": (obj(["a"], a=S), obj(a=S), "required", BREAKING, INFO, INFO, BREAKING),
    "another type": (obj(a=S), obj(a=I), "type", BREAKING, BREAKING, BREAKING, BREAKING),
    "a wider type": (obj(a=I), obj(a=N), "type", BREAKING, INFO, INFO, BREAKING),
    "any type": (obj(a=S), obj(a={}), "type", BREAKING, INFO, INFO, BREAKING),
    "null": (obj(a=S), obj(a={**S, "nullable": True}), "nullability", BREAKING, INFO, INFO, BREAKING),
    "a value more": (obj(a=of("x", "y")), obj(a=of("x", "y", "z")), "enum", BREAKING, INFO, INFO, BREAKING),
    "another value": (obj(a=of("x", "y")), obj(a=of("x", "z")), "enum", BREAKING, BREAKING, BREAKING, BREAKING),
    "any value": (obj(a=of("x", "y")), obj(a=S), "enum", BREAKING, INFO, INFO, BREAKING),
    "a date without its form": (obj(a=limited(format="date")), obj(a=S), "format", BREAKING, INFO, INFO, BREAKING),
    "a date with a time": (
        obj(a=limited(format="date")), obj(a=limited(format="date-time")), "format", *[BREAKING] * 4,
    ),
    "a hint": (obj(a=limited(format="uuid")), obj(a=S), "format", WARNING, INFO, INFO, WARNING),
    "a longer text": (
        obj(a=limited(maxLength=5)), obj(a=limited(maxLength=9)), "limit", BREAKING, INFO, INFO, BREAKING,
    ),
    "any length": (obj(a=limited(maxLength=5)), obj(a=S), "limit", BREAKING, INFO, INFO, BREAKING),
    "a shorter least": (
        obj(a=limited(minLength=5)), obj(a=limited(minLength=2)), "limit", BREAKING, INFO, INFO, BREAKING,
    ),
    "no pattern": (obj(a=limited(pattern="^x")), obj(a=S), "limit", BREAKING, INFO, INFO, BREAKING),
    "another pattern": (obj(a=limited(pattern="^x")), obj(a=limited(pattern="^y")), "limit", *[BREAKING] * 4),
    "a greater number": (
        obj(a={**I, "maximum": 5}), obj(a={**I, "maximum": 6}), "limit", BREAKING, INFO, INFO, BREAKING,
    ),
    "more items": (
        obj(a={"type": "array", "items": S, "maxItems": 5}), obj(a={"type": "array", "items": S}),
        "limit", BREAKING, INFO, INFO, BREAKING,
    ),
    "another default": (obj(a=limited(default="x")), obj(a=limited(default="y")), "default", *[WARNING] * 4),
    "deprecated": (obj(a=S), obj(a=limited(deprecated=True)), "deprecation", WARNING, WARNING, INFO, INFO),
    "items of another type": (
        obj(a={"type": "array", "items": S}), obj(a={"type": "array", "items": I}), "type", *[BREAKING] * 4,
    ),
    "items of any type": (
        obj(a={"type": "array", "items": S}), obj(a={"type": "array"}), "missing", BREAKING, INFO, None, None,
    ),
    "values of a map": (
        {"type": "object", "additionalProperties": I}, {"type": "object", "additionalProperties": N},
        "type", BREAKING, INFO, INFO, BREAKING,
    ),
    "values of a map described no more": (
        obj(m={"type": "object", "additionalProperties": obj(["x"], x=I)}), obj(m={"type": "object"}),
        "missing", BREAKING, INFO, None, None,
    ),
    "a map that is closed": (
        obj(m={"type": "object", "additionalProperties": True}),
        obj(m={"type": "object", "additionalProperties": False}),
        "type", INFO, BREAKING, INFO, INFO,
    ),
    "a form more": ({"oneOf": [A, B]}, {"oneOf": [A, B, obj(kind=of("c"))]}, "type", BREAKING, INFO, INFO, BREAKING),
    "a value more below oneOf": (
        {"oneOf": [A, B]}, {"oneOf": [A, obj(kind=of("b"), weight=I, unit=S)]}, "extra", INFO, INFO, None, None,
    ),
    "a type below anyOf": (
        {"anyOf": [A, B]}, {"anyOf": [A, obj(kind=of("b"), weight=N)]}, "type", BREAKING, INFO, INFO, BREAKING,
    ),
    "an enum below oneOf": (
        {"oneOf": [obj(k=of("a"), s=of("x")), obj(k=of("b"), t=I)]},
        {"oneOf": [obj(k=of("a"), s=of("x", "y")), obj(k=of("b"), t=I)]}, "enum", BREAKING, INFO, INFO, BREAKING,
    ),
    "32 bits": (obj(a=I), obj(a={**I, "format": "int32"}), "type", INFO, WARNING, WARNING, INFO),
}  # fmt: skip
BACK = {"missing": "extra", "extra": "missing"}


def document(answer=None, request=None, **operation):
    post = {
        "responses": {"200": {"description": "x", "content": {"application/json": {"schema": answer or S}}}},
        **({"requestBody": {"content": {"application/json": {"schema": request}}}} if request else {}),
        **operation,
    }
    return {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {"/things": {"post": post}}}


def found(old, new):
    return [(one.severity, one.kind) for one in revisions(copy.deepcopy(old), copy.deepcopy(new), "new")]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("side", ["answer", "request"])
def test_a_change_of_a_body(name, side):
    old, new, kind, in_answer, in_request, answer_back, request_back = SCHEMAS[name]
    severity, back = (in_answer, answer_back) if side == "answer" else (in_request, request_back)
    assert found(document(**{side: old}), document(**{side: new})) == [(severity, kind)]
    if back is not None:
        assert found(document(**{side: new}), document(**{side: old})) == [(back, BACK.get(kind, kind))]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_change_below_a_reference_is_the_same_change(name):
    old, new, kind, severity, *_ = SCHEMAS[name]
    documents = [
        document(answer={"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}) for _ in (old, new)
    ]
    for one, schema in zip(documents, (old, new), strict=True):
        one["components"] = {"schemas": {"Thing": schema}}
    assert found(*documents) == [(severity, kind)]


def query(**parameter):
    return {"parameters": [{"name": "q", "in": "query", "schema": S, **parameter}]}


LIST = {"type": "array", "items": S}
KEY = {"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}}
OPERATIONS = {
    # name: (old, new, severity →, kind →, severity ←, kind ←)
    "a parameter goes": (query(), {}, WARNING, "missing", INFO, "extra"),
    "a required parameter comes": ({}, query(required=True), BREAKING, "extra", WARNING, "missing"),
    "a parameter becomes required": (query(), query(required=True), BREAKING, "required", INFO, "required"),
    "a narrower parameter": (query(), query(schema=of("x")), BREAKING, "enum", INFO, "enum"),
    "a parameter of another type": (query(), query(schema=I), BREAKING, "type", BREAKING, "type"),
    "a parameter with another default": (
        query(schema=limited(default="x")), query(schema=limited(default="y")), WARNING, "default", WARNING, "default",
    ),
    "a list written another way": (
        query(schema=LIST), query(schema=LIST, explode=False), BREAKING, "format", BREAKING, "format",
    ),
    "a body is demanded": (
        {"requestBody": {"content": {"application/json": {"schema": S}}}},
        {"requestBody": {"required": True, "content": {"application/json": {"schema": S}}}},
        BREAKING, "required", INFO, "required",
    ),
    "another media type to send": (
        {"requestBody": {"content": {"application/json": {"schema": S}}}},
        {"requestBody": {"content": {"application/json": {"schema": S}, "text/csv": {"schema": S}}}},
        INFO, "extra", BREAKING, "missing",
    ),
    "another error": (
        {"responses": {"200": {"description": "x"}}},
        {"responses": {"200": {"description": "x"}, "400": {"description": "x"}}}, INFO, "extra", INFO, "missing",
    ),
    "another success": (
        {"responses": {"200": {"description": "x"}}},
        {"responses": {"200": {"description": "x"}, "202": {"description": "x"}}},
        WARNING, "extra", BREAKING, "missing",
    ),
    "a range of statuses": (
        {"responses": {"200": {"description": "x"}}}, {"responses": {"2XX": {"description": "x"}}},
        INFO, "type", INFO, "type",
    ),
    "a header goes": (
        {"responses": {"200": {"description": "x", "headers": {"X-Left": {"schema": I, "required": True}}}}},
        {"responses": {"200": {"description": "x"}}}, BREAKING, "missing", INFO, "extra",
    ),
    "the operation is deprecated": ({}, {"deprecated": True}, WARNING, "deprecation", INFO, "deprecation"),
    "signing in is demanded": (
        {"security": []}, {"security": [{"key": []}]}, BREAKING, "security", WARNING, "security",
    ),
    "it moves": (
        {"servers": [{"url": "https://a.example"}]},
        {"servers": [{"url": "https://a.example"}, {"url": "https://b.example"}]},
        INFO, "extra", BREAKING, "missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_change_of_an_operation(name):
    old, new, severity, kind, severity_back, kind_back = OPERATIONS[name]
    documents = [{**document(**one), **KEY} for one in (old, new)]
    assert found(*documents) == [(severity, kind)]
    assert found(*reversed(documents)) == [(severity_back, kind_back)]


def test_there_are_forty_of_them():
    assert len(SCHEMAS) + len(OPERATIONS) >= 40


def test_what_only_an_answer_carries_is_no_part_of_a_request():
    old, new = obj(a=S, b={**S, "readOnly": True}), obj(["b"], a=S, b={**I, "readOnly": True})
    assert found(document(request=old), document(request=new)) == []
    assert (BREAKING, "type") in found(document(answer=old), document(answer=new))


def test_a_webhook_is_read_by_the_client():
    documents = [
        {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "webhooks": {"made": {"post": {
            "requestBody": {"content": {"application/json": {"schema": obj(a=of(*values))}}}, "responses": {}}}}}
        for values in (("x",), ("x", "y"))
    ]  # fmt: skip
    assert found(*documents) == [(BREAKING, "enum")]
    assert found(*reversed(documents)) == [(INFO, "enum")]


@pytest.mark.parametrize("side", ["answer", "request"])
def test_values_are_spelt_as_json_spells_them(side):
    schemas = [obj(a={"type": "boolean", "default": value}) for value in (True, False)]
    drifts = revisions(document(**{side: schemas[0]}), document(**{side: schemas[1]}), "new")
    assert [(one.contract, one.says) for one in drifts] == [("true", "false")]
    schemas = [obj(a={**S, **default}) for default in ({}, {"default": None})]
    assert found(document(**{side: schemas[0]}), document(**{side: schemas[1]})) == []


def test_a_parameter_is_told_in_words():
    old, new = document(**query(schema=of("x", "y"))), document(**query(schema=of("x")))
    (drift,) = revisions(old, new, "new")
    assert (drift.path, drift.contract, drift.says) == ("POST /things parameters.query.q", "x, y", "x")
    assert "{" not in json.dumps([drift.contract, drift.says, drift.reason])
