"""One fixed script of requests, wide enough that every fault and every variant shows in its answers."""

import itertools
import json
import random
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.mock import answers, api, store
from contracts.mock.auth import Keys
from contracts.mock.server import create_api
from contracts.mock.wire import Request

KEYS = Keys(app_id="Id-0123456789", app_token="Token-0123456789", oauth_token="Bearer-0123456789")
APP = {"x-app-id": KEYS.app_id, "x-app-token": KEYS.app_token}
OAUTH = {"authorization": f"Bearer {KEYS.oauth_token}"}
KNOWN = [f"cust_Known0Customer0With0Act{number}" for number in range(4)]
SOURCES = ("known-everything", "known-one-order", "known-loyalty", "known-referred")


def post(payload, *, auth=APP, media_type="application/json", **headers):
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Request(
        "POST",
        "/v1/customers",
        {"content-type": media_type, "accept-encoding": "gzip", **auth, **headers},
        body,
    )


def get(name):
    return Request("GET", f"/v1/customers/{name}", {**APP, "accept-encoding": "gzip"})


def put(name, payload, *, auth=APP):
    headers = {"content-type": "application/json", "accept-encoding": "gzip", **auth}
    return Request("PUT", f"/v1/customers/{name}", headers, json.dumps(payload).encode())


def listed(query="", *, auth=APP):
    return Request("GET", "/v1/customers", {**auth, "accept-encoding": "gzip"}, query=query)


def alone(member, *values):
    return [post({"source_id": f"{member}-{number}", member: value}) for number, value in enumerate(values)]


ADDRESS = {
    "city": "Łódź",
    "state": "NY",
    "line_1": "1 Main St.",
    "line_2": "Flat 2",
    "country": "United States",
    "postal_code": "01234",
}
METADATA = {
    "n": -12,
    "f": 1.5,
    "zero": 0,
    "t": True,
    "no": False,
    "big": 2**40,
    "digits": "10001",
    "word": "true",
    "day": "2022-01-01",
    "Deep": {"a": {"b": {"c": 1}}},
    "list": ["b", "a", "b"],
    "emoji 🙂": "🙂",
    "a.b": 1,
    "$c": 1,
    "long": "x" * 300,
}
WHOLE = {
    "source_id": "Script/One@1",
    "name": 'o\'Brien  "Bob" <b>&amp;\nZoë 🙂 שלום e\u0301 ﬁ\u200d \\n 100% %41+{x}',
    "description": "d" * 300,
    "email": "Bob.Smith@Example.com",
    "phone": "+1 933 222 3333",
    "birthday": "1961-03-04",
    "birthdate": "1960-02-29",
    "address": ADDRESS,
    "metadata": METADATA,
}
WRONG_AUTH = (
    {},
    {"x-app-id": KEYS.app_id},
    {"x-app-token": KEYS.app_token},
    {**APP, "x-app-id": "wrong"},
    {**APP, "x-app-token": "wrong"},
    {**APP, "x-app-token": ""},
    {**APP, "x-app-token": KEYS.app_token.swapcase()},
    {**APP, "x-app-token": KEYS.app_token[:9]},
    {**APP, "x-app-token": KEYS.app_token + "x"},
    {"authorization": "Bearer foreign"},
    {**APP, "x-app-token": "wrong", "authorization": "Bearer foreign"},
    {"authorization": "Bearer aaa.bbb.ccc"},
    {"authorization": f"Bearer {KEYS.app_token}"},
    {"authorization": f"Bearer {KEYS.oauth_token.swapcase()}"},
)

SCRIPT = [
    get(KNOWN[0]),
    *(post({"source_id": source}) for source in SOURCES),
    post({"source_id": "known-everything"}),
    get(KNOWN[0]),
    post({}),
    post(WHOLE),
    post({"source_id": WHOLE["source_id"], "name": "", "address": {"city": "Rome"}}),
    post({"source_id": WHOLE["source_id"], "description": "new", "address": {"line_2": "Z"}}),
    post({"source_id": WHOLE["source_id"], "description": "newer", "address": None}),
    post({"source_id": WHOLE["source_id"], "metadata": {"other": None, "": 1, "__proto__": 1}}),
    get("Script%2FOne@1"),
    post({"source_id": WHOLE["source_id"].lower()}),
    post({"source_id": "ScriptOne1"}),
    post({"source_id": WHOLE["source_id"] + "0"}),
    post({"source_id": "other", "email": WHOLE["email"]}),
    post({"id": KNOWN[1], "name": "By id"}),
    post({"id": KNOWN[1], "source_id": "known-loyalty", "description": "Both"}),
    post({"source_id": "known-loyalty"}),
    post({"id": KNOWN[1], "source_id": "not-yet-known"}),
    post({"id": "cust_nobody"}),
    post({"source_id": ""}),
    post({"source_id": "by-bearer"}, auth=OAUTH),
    *alone("birthdate", "0000-01-01", "2999-01-02", "1990-05-06", "1969-12-31", "1990-02-30", "", "x", 5),
    *alone("name", None, " outer ", "\0", "\x07", "\ud800", 5, True, [1], "日本", "x" * 256),
    *alone("email", "", "Not One", 5, "ada+tag@example.com", "ada@exämple.com"),
    *alone("phone", "+1 (933) 222-3333, extension 4455", []),
    *alone("description", True),
    *alone("address", {}, "x", [], {"city": 5}, {"country": "x"}, {"state": None}),
    *(post({"source_id": source}) for source in ("accént", "accent", "acc", "b" * 64, "b" * 64 + "1")),
    *alone("metadata", {}, "x", [], {"big": 2**70 + 1, "n": None}, {"n": 2**60}, {"a": {"b": [{}]}}),
    *alone("unknown", 1),
    post({"source_id": "nested", "metadata": {"a": json.loads("[" * 150 + "]" * 150)}}),
    post({"source_id": "known-loyalty", "name": "Refused", "birthdate": 5}),
    get("known-loyalty"),
    post({"source_id": "refused", "birthdate": 5}),
    get("refused"),
    post({"source_id": "refused-type"}, media_type="text/plain"),
    get("refused-type"),
    post(b'{"source_id": "cut"'),
    get("cut"),
    post(b"source_id=form", media_type="application/x-www-form-urlencoded"),
    post({"source_id": "xml"}, media_type="application/xml"),
    *(post(body) for body in (b"", b"null", b"5", b'"x"', b"[]", b'[{"name":"x"}]', b"{", b"{'name':'x'}")),
    *(post(body) for body in (b'{"name":"x",}', b'{"name":"x"} x', b'{"metadata":{"a":NaN}}', b'{"name":"\xe9"}')),
    *(post({"source_id": f"stranger-{n}"}, auth=auth) for n, auth in enumerate(WRONG_AUTH)),
    *(get(f"stranger-{n}") for n in range(len(WRONG_AUTH))),
    post({"source_id": "known-referred", "name": "Stranger"}, auth={**APP, "x-app-token": "wrong"}),
    get("known-referred"),
    put(KNOWN[0], {"name": "Updated", "source_id": "moved", "metadata": {"u": 1}}),
    put("known-one-order", {"description": None, "address": {"city": "Rome"}}),
    put("known-one-order", {}),
    put("known-one-order", {"birthdate": "x", "name": "Refused"}),
    put("known-one-order", {"name": "Stranger"}, auth={}),
    put("nobody", {"name": "N"}),
    get("known-one-order"),
    *(listed(query) for query in ("", "limit=2&page=2", "order=source_id", "city=Rome", "email=nobody", "limit=x")),
    listed(auth={}),
    Request("DELETE", f"/v1/customers/{KNOWN[2]}", APP),
    get(KNOWN[2]),
    listed("limit=100"),
]


class _Clock(datetime):
    """A millisecond passes with each look."""

    ticks = itertools.count()

    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 5, 6, 7, 8, 9, 123000, UTC) + timedelta(milliseconds=next(cls.ticks))


def play(monkeypatch, faults=(), variant=None, script=SCRIPT):
    """The answers to the script, comparable: with a clock and identifiers that are the same each time."""
    numbers = random.Random(0)
    _Clock.ticks = itertools.count()
    monkeypatch.setattr(store, "datetime", _Clock)
    monkeypatch.setattr(secrets, "choice", numbers.choice)
    monkeypatch.setattr(answers, "uuid4", lambda: UUID(int=numbers.getrandbits(128)))
    monkeypatch.setattr(api, "formatdate", lambda usegmt: "Wed, 06 May 2026 07:08:09 GMT")
    server = create_api(faults, variant=variant, keys=KEYS)
    # A fault may answer with one object again and again.
    played = [replace(answer, headers=list(answer.headers)) for answer in map(server.handle, script)]
    for answer in played:
        answer.drop_header("X-Rate-Limit-Retry")
    return played
