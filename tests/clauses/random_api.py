"""Random documents of a resource, each with a server in memory that keeps them, and random traffic with it."""

import copy
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import strategies as st

from contracts.record.exchange import Answer, Exchange, Request
from contracts.spec.resource import compile_resource

JSON_TYPE = ("Content-Type", "application/json")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
FREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
KINDS = {
    "text": ({"type": "string"}, TEXT),
    "tier": ({"type": "string", "enum": ["basic", "golden", "platinum"]}, st.sampled_from(["basic", "golden"])),
    "short": ({"type": "string", "maxLength": 3}, st.text("abc ", max_size=3)),
    "stock": ({"type": "integer", "minimum": 0, "maximum": 9}, st.integers(0, 9)),
    "weight": ({"type": "number"}, st.floats(-1e6, 1e6) | st.integers(-5, 5)),
    "active": ({"type": "boolean"}, st.booleans()),
    "tags": ({"type": "array", "items": {"type": "string"}}, st.lists(st.sampled_from(["b", "a"]), max_size=4)),
    "size": (
        {"type": "object", "properties": {"height": {"type": "integer"}, "unit": {"type": "string"}}},
        st.fixed_dictionaries({}, optional={"height": st.integers(0, 5), "unit": TEXT, "undeclared": TEXT}),
    ),
    "extra": ({"type": "object", "x-contract": {"free-form": True}}, st.dictionaries(TEXT, FREE, max_size=3)),
    "day": ({"type": "string", "format": "date"}, st.dates().map(str)),
    "moment": ({"type": "string", "format": "date-time"}, st.datetimes().map(lambda one: f"{one.isoformat()}Z")),
    "note": ({"type": "string", "nullable": True}, TEXT | st.none()),
    "contact": ({"type": "string", "format": "email"}, st.sampled_from(["a@b.example", "no address"])),
    "password": ({"type": "string", "writeOnly": True}, TEXT),
    "price": ({"type": "integer", "description": "Multiplied by 100."}, st.integers(0, 10**6)),
}
WRONG = st.sampled_from([[], {}, "a text", 7, 1.5, True])


@st.composite
def apis(draw):
    """A document, its resource compiled, and the strategies of its members' values."""
    names = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, unique=True))
    server_key, client_key = draw(st.sampled_from([("ref", None), ("ref", "code"), (None, "code")]))
    numbers = draw(st.booleans())
    effect = draw(st.sampled_from(["create", "upsert"])) if client_key else "create"
    key = {"type": "integer"} if numbers else {"type": "string"}
    properties = {name: KINDS[name][0] for name in names}
    own = {}
    if server_key:
        own["ref"] = {**key, "readOnly": True, "x-contract": {"key": "server"}}
    if client_key:
        own["code"] = {**key, "x-contract": {"key": "client"}}
    times = {
        "born": {"type": "string", "format": "date-time", "readOnly": True, "x-contract": {"set": "on-create"}},
        "touched": {"type": "string", "format": "date-time", "readOnly": True, "x-contract": {"set": "on-write"}},
    }
    schema = {"type": "object", "properties": {**own, **properties, **times}, "required": list(own)[:1]}
    request = {"type": "object", "properties": {**({"code": own["code"]} if client_key else {}), **properties}}
    if not server_key:
        request["required"] = ["code"]
    if effect == "upsert" and server_key and draw(st.booleans()):
        request["properties"]["ref"] = {**key, "x-contract": {"key": "server"}}
    body = {"application/json": {"schema": schema}}
    sent = {"required": True, "content": {"application/json": {"schema": request}}}
    owners = [owner for owner, name in (("server", server_key), ("client", client_key)) if name]
    parameter = {"name": "key", "in": "path", "required": True, "schema": key, "x-contract": {"key": owners}}
    page = {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "default": 5},
        "x-contract": {"page": "limit"},
    }
    listed = {
        "type": "object",
        "properties": {"data": {"type": "array", "items": schema}, "total": {"type": "integer"}},
    }

    def operation(what, responses, **more):
        return {"x-contract": {"effect": what, "resource": "thing"}, "responses": responses, **more}

    ok = {"200": {"description": "", "content": body}}
    item = {
        "parameters": [parameter],
        "get": operation("read", ok),
        "patch": operation("update", ok, requestBody=sent),
        "delete": operation("delete", {"204": {"description": ""}}),
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "post": operation(effect, {"201": {"description": "", "content": body}}, requestBody=sent),
                "get": operation(
                    "list",
                    {"200": {"description": "", "content": {"application/json": {"schema": listed}}}},
                    parameters=[page],
                ),
            },
            "/things/{key}": item,
        },
    }
    if effect == "upsert" and server_key:
        document["paths"]["/things"]["post"]["x-contract"]["precedence"] = ["ref", "code"]
    return compile_resource(document), {name: KINDS[name][1] for name in names}


class Server:
    """Keeps the document: merges what is sent, by the key that decides."""

    def __init__(self, resource):
        self.resource, self.things, self.count = resource, [], 0
        self.clock = datetime(2026, 11, 21, tzinfo=UTC)
        write = resource.write
        self.hidden = {m.path[0] for m in write.request.members if m.flat.get("writeOnly")}
        declared = {m.path[0]: m.flat for m in write.answer.members if len(m.path) == 1}
        self.numbers = declared.get("ref", declared.get("code", {})).get("type") == "integer"

    def answer(self, method, path, body):
        """``(status, value)``; a value of ``None`` is no body."""
        self.clock += timedelta(seconds=1)
        operation, parameters = self.resource.operation_of(method, path)
        if operation.request is not None:
            if not isinstance(body, dict) or operation.request.judge.violations(body):
                return 400, {"code": 400, "message": "wrong"}
            body = {name: value for name, value in body.items() if name in operation.request.names}
        if operation.effect == "list":
            newest = list(reversed(self.things))
            return 200, {"data": [self.shown(one) for one in newest[:5]], "total": len(newest)}
        if operation.effect in ("create", "upsert"):
            return self.made(operation, body)
        found = self.named(parameters["key"])
        if found is None:
            return 404, {"code": 404, "message": "not found"}
        if operation.effect == "delete":
            self.things.remove(found)
            return 204, None
        if operation.effect == "update":
            self.write(found, body)
        return 200, self.shown(found)

    def named(self, text):
        return next((one for key in self.resource.keys for one in self.things if str(one.get(key)) == text), None)

    def made(self, operation, body):
        found = None
        if operation.effect == "upsert":
            decides = next((key for key in self.resource.keys if body.get(key) not in (None, "")), None)
            found = next((one for one in self.things if decides and one.get(decides) == body[decides]), None)
            if decides == "ref" and found is None:
                return 404, {"code": 404, "message": "not found"}
        elif "code" in body and any(one.get("code") == body["code"] for one in self.things):
            return 409, {"code": 409, "message": "there is one"}
        if found is None:
            self.count += 1
            found = {"ref": self.count if self.numbers else f"ref_{self.count}"} if self.resource.server_key else {}
            found["born"] = self.clock.isoformat()
            if body.get("code") not in (None, ""):
                found["code"] = body["code"]
            self.things.append(found)
        self.write(found, body)
        return 201, self.shown(found)

    def write(self, found, body):
        kept = {name: value for name, value in body.items() if name not in ("ref", "code")}
        found.update(copy.deepcopy(kept))
        found["touched"] = self.clock.isoformat()

    def shown(self, found):
        return {name: value for name, value in found.items() if name not in self.hidden}


@st.composite
def traffic(draw):
    """A resource, and the exchanges of a few requests with a server that keeps its document."""
    resource, values = draw(apis())
    server, exchanges = Server(resource), []
    texts = ["1", "2", "7"] if server.numbers else ["a", "A", "a b", "ü/1", "1"]
    codes = [int(text) for text in texts] if server.numbers else texts
    for number in range(1, draw(st.integers(1, 9)) + 1):
        what = draw(st.sampled_from(["POST", "POST", "POST", "GET", "PATCH", "DELETE", "LIST"]))
        body = None
        if what in ("POST", "PATCH"):
            body = {name: draw(value) for name, value in values.items() if draw(st.booleans())}
            takes = resource.write.request.names
            if "code" in takes and draw(st.integers(0, 3)):
                body["code"] = draw(st.sampled_from(codes))
            if "ref" in takes and draw(st.booleans()):
                body["ref"] = draw(st.sampled_from([one["ref"] for one in server.things] or codes[:1]))
            if draw(st.integers(0, 5)) == 0:
                body[draw(st.sampled_from(sorted(values)))] = draw(WRONG)
        known = [str(one[key]) for one in server.things for key in resource.keys if key in one]
        path = "/things" if what in ("POST", "LIST") else None
        if path is None:
            path = resource.operation("read").at({"key": draw(st.sampled_from([*known, *texts, "999"]))})
        method = "GET" if what == "LIST" else what
        status, value = server.answer(method, path, copy.deepcopy(body))
        data = None if body is None else json.dumps(body).encode()
        request = Request("random", method, path, (JSON_TYPE,) if data else (), data)
        headers = (JSON_TYPE, ("Date", format_datetime(server.clock, usegmt=True)))
        answer = Answer(status, headers, b"" if value is None else json.dumps(value).encode(), 0.01)
        exchanges.append(Exchange(number, request, answer, started=number * 10.0, ended=number * 10.0 + 1))
    return resource, exchanges
