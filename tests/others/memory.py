"""A server made of a document alone: it validates by jsonschema, stores in memory, and keeps what it promises.

The judge of the values is jsonschema on the document's own schema, not ``contracts``'.
"""

import itertools
import threading
import uuid

from jsonschema import Draft202012Validator, FormatChecker
from starlette.routing import Route

from tests.others import web
from tests.others.web import Api, Refused

FORMATS = FormatChecker(("uuid", "ipv4", "ipv6"))
FORMATS.checks("date")(lambda v: not isinstance(v, str) or web.a_date(v))
FORMATS.checks("date-time")(lambda v: not isinstance(v, str) or web.a_moment(v))
FORMATS.checks("email")(lambda v: not isinstance(v, str) or web.an_email(v))
FORMATS.checks("uri")(lambda v: not isinstance(v, str) or ":" in v)
SECRET = "memory-secret-5be1f0"


class Memory(Api):
    """``schema`` is that of a request (OpenAPI 3.1). ``key`` names the server's key, of ``kind`` int or uuid; without a
    kind the client gives it, in the path where ``method`` is PUT. ``upsert``: a known key updates."""

    def __init__(
        self, schema, *, path="/things", key="id", kind="uuid", upsert=False, method="POST", moment=None, **how
    ):
        super().__init__()
        self.validator = Draft202012Validator(schema, format_checker=FORMATS)
        self.partial = Draft202012Validator(loosened(schema, how), format_checker=FORMATS)
        self.path, self.key, self.kind, self.upsert, self.method = path, key, kind, upsert, method
        self.moment, self.how = moment, how
        self.numbers = itertools.count(1)
        self.things = {}
        self.lock = threading.Lock()
        properties = {
            name: one for part in (schema, *schema.get("oneOf", ())) for name, one in part.get("properties", {}).items()
        }
        self.hidden = {name for name, one in properties.items() if one.get("writeOnly")}
        self.own = {name for name, one in properties.items() if one.get("readOnly")} | {moment}
        self.open = set(properties)

    def is_let_in(self, request):
        return self.how.get("lets_in", lambda r: r.headers.get("authorization") == f"Bearer {SECRET}")(request)

    def shown(self, thing):
        return {name: value for name, value in thing.items() if name not in self.hidden}

    def taken(self, sent, validator):
        for error in validator.iter_errors(sent):
            raise Refused(400, error.message[:200])
        return {name: value for name, value in sent.items() if name in self.open and name not in self.own}

    async def write(self, request):
        sent = await web.body_of(request)
        with self.lock:
            taken = self.taken(sent, self.validator)
            if self.kind is not None:
                name = str(next(self.numbers)) if self.kind == "int" else str(uuid.uuid4())
                shown = int(name) if self.kind == "int" else name
            else:
                shown = name = request.path_params["key"] if self.method == "PUT" else taken[self.key]
            known = self.things.get(str(name))
            if known is not None and not self.upsert:
                raise Refused(409, "there is one")
            if known is not None:
                known |= taken
                return self.answer(self.how.get("updated", 200), self.shown(known))
            made = {**taken, self.key: shown}
            if self.moment:
                made[self.moment] = web.now()
            self.things[str(name)] = made
            return self.answer(self.how.get("created", 201), self.shown(made))

    def found(self, request):
        thing = self.things.get(request.path_params["key"])
        if thing is None:
            raise Refused(404, "there is none")
        return thing

    async def read(self, request):
        with self.lock:
            return self.answer(200, self.shown(self.found(request)))

    async def change(self, request):
        sent = await web.body_of(request)
        with self.lock:
            thing = self.found(request)
            taken = self.taken(sent, self.partial)
            taken.pop(self.key, None)
            thing |= taken
            return self.answer(204) if self.how.get("silent_update") else self.answer(200, self.shown(thing))

    async def delete(self, request):
        with self.lock:
            del self.things[str(self.found(request)[self.key])]
            return self.answer(200, {"deleted": True}) if self.how.get("told_delete") else self.answer(204)

    def asgi(self):
        one = below(self.path)
        every = [
            Route(one if self.method == "PUT" else self.path, self.endpoint(self.write), methods=[self.method]),
            Route(one, self.endpoint(self.read), methods=["GET"]),
            Route(one, self.endpoint(self.change), methods=["PATCH"]),
            Route(one, self.endpoint(self.delete), methods=["DELETE"]),
        ]
        return self.app(every)


def below(path):
    """The path of one of the collection, which ends in a slash where that of the collection does."""
    return f"{path.rstrip('/')}/{{key}}{'/' if path.endswith('/') else ''}"


def loosened(schema, how):
    """The schema of an update."""
    return schema if how.get("whole_update") else {name: one for name, one in schema.items() if name != "required"}


def document(
    schema, *, path="/things", key="id", kind="uuid", upsert=False, method="POST", moment=None, meaning=True, **how
):
    """The OpenAPI 3.1 document that ``Memory`` with the same arguments keeps; with its meaning, where ``meaning``."""
    shown = {name: one for name, one in schema.get("properties", {}).items() if not one.get("writeOnly")}
    owner = "client" if kind is None else "server"
    own = {"type": "integer"} if kind == "int" else shown.get(key, {"type": "string"})
    own = {**own, **({"readOnly": True} if kind is not None else {})}
    declared = {**shown, key: own}
    if moment:
        declared[moment] = {"type": "string", "format": "date-time", "readOnly": True}
    needed = [name for name in (*schema.get("required", ()), key, moment) if name in declared]
    answer = {**schema, "properties": declared, "required": sorted(set(needed))}
    answer.pop("maxProperties", None)  # of what is sent, without the server's own
    request = {**schema, "properties": dict(schema.get("properties", {}))}
    if meaning:
        declared[key] = {**own, "x-contract": {"key": owner}}
        if key in request["properties"]:
            request["properties"][key] = declared[key]
        if moment:
            declared[moment] = {**declared[moment], "x-contract": {"set": "on-create"}}

    def operation(effect, codes, body=None):
        made = {"responses": {code: _content(answer) if code != "204" else {"description": ""} for code in codes}}
        if body is not None:
            made["requestBody"] = {"required": True, **_content(body)}
        if meaning:
            made["x-contract"] = {"effect": effect, "resource": "thing"}
        return made

    created, updated = str(how.get("created", 201)), str(how.get("updated", 200))
    codes = sorted({created, updated} if upsert else {created})
    write = operation("upsert" if upsert else "create", codes, request)
    parameter = {
        "name": "key",
        "in": "path",
        "required": True,
        "schema": {"type": "integer" if kind == "int" else "string"},
    }
    if meaning:
        parameter["x-contract"] = {"key": owner}
    loose = loosened(request, how)
    loose["properties"] = {name: one for name, one in request["properties"].items() if name != key}
    item = {
        "parameters": [parameter],
        "get": operation("read", ["200"]),
        "patch": operation("update", ["204" if how.get("silent_update") else "200"], loose),
    }
    if how.get("deletes", True):
        item["delete"] = operation("delete", ["204"])
        if how.get("told_delete"):
            item["delete"]["responses"] = {"200": {"description": "It is gone; with what body is not said."}}
    paths = {below(path): item}
    if method == "PUT":
        item["put"] = write
    else:
        paths[path] = {"post": write}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "security": [{"login": []}],
        "components": {"securitySchemes": {"login": {"type": "http", "scheme": "bearer"}}},
    }


def _content(schema):
    return {"description": "", "content": {"application/json": {"schema": schema}}}
