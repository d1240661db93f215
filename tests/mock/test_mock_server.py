"""The embedded server over real HTTP, line by line of the contract."""

import json
import socket
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

from contracts.errors import UsageError
from contracts.mock.auth import Keys
from contracts.mock.rate import RateLimit
from contracts.mock.server import running


@pytest.fixture(scope="module")
def server():
    with running() as up:
        yield up


@pytest.fixture(scope="module")
def session(server):
    with requests.Session() as session:
        session.headers.update({"X-App-Id": server.app_id, "X-App-Token": server.app_token})
        yield session


@pytest.fixture
def upsert(server, session):
    def send(payload=None, *, expect=200, **options):
        options = options or {"json": payload}
        answer = session.post(f"{server.url}/v1/customers", **options)
        assert answer.status_code == expect, answer.text
        return answer.json()

    return send


@pytest.fixture
def source_id(request):
    return f"test-{request.node.name}-{time.monotonic_ns()}"


def test_a_new_customer_shows_every_required_member(upsert, source_id):
    body = upsert({"source_id": source_id})
    assert body["object"] == "customer"
    assert body["id"].startswith("cust_")
    assert set(body) >= {"summary", "loyalty", "referrals", "metadata", "system_metadata"}
    assert body["summary"]["orders"] == {
        "total_amount": 0,
        "total_count": 0,
        "average_amount": 0,
        "last_order_amount": 0,
    }
    assert body["loyalty"] == {"points": 0, "referred_customers": 0, "campaigns": {}}
    assert body["referrals"] == {"total": 0, "campaigns": []}


def test_the_answer_is_compact_json_in_utf_8_with_a_date(server, session, source_id):
    answer = session.post(f"{server.url}/v1/customers", json={"source_id": source_id, "name": "Zoë 🙂"})
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Zoë 🙂".encode() in answer.content
    assert b'": ' not in answer.content
    age = datetime.now(UTC) - parsedate_to_datetime(answer.headers["Date"])
    assert abs(age.total_seconds()) < 5


EVERYTHING = {
    "name": 'O\'Brien & "Sons" <b>\n\tשלום 🙂',
    "description": "x" * 2000,
    "email": "Not An E-mail",
    "phone": "",
    "birthday": "1904-02-29",
    "birthdate": "2999-12-31",
    "address": {p: f"{p} é" for p in ("city", "state", "line_1", "line_2", "country", "postal_code")},
    "metadata": {"n": 1, "f": 1.5, "b": True, "o": {"a": [1, None, "x"]}, "$x.y": None, "big": 2**70},
}


def test_what_was_sent_comes_back(upsert, source_id):
    body = upsert({"source_id": source_id, **EVERYTHING})
    assert {name: body[name] for name in EVERYTHING} == EVERYTHING
    assert body["source_id"] == source_id


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"address": None},
        {"address": {}},
        {"address": {"city": "Łódź"}},
        {"metadata": {}},
        {"id": ""},
        {"source_id": ""},
        {"name": "\x00\x07\ud800"},
        {"birthdate": "0000-02-29"},
        {"unknown": [1, 2]},
    ],
    ids=repr,
)
def test_whatever_the_schema_allows_is_accepted(upsert, payload):
    body = upsert(payload)
    for name in set(payload) - {"id", "unknown"}:
        assert body[name] == payload[name]


def test_null_clears_a_field(upsert, source_id):
    upsert({"source_id": source_id, **EVERYTHING})
    body = upsert({"source_id": source_id, **dict.fromkeys(EVERYTHING)})
    assert "name" not in body
    assert body["address"] is None
    assert body["metadata"] == {}


def test_a_known_source_id_is_the_same_customer_updated_at_once(upsert, source_id):
    first = upsert({"source_id": source_id, "name": "A", "email": "a@example.com", "metadata": {"a": 1}})
    time.sleep(0.002)
    second = upsert({"source_id": source_id, "name": "B", "metadata": {"b": 2}})
    assert second["id"] == first["id"]
    assert (second["name"], second["email"]) == ("B", "a@example.com")
    assert second["metadata"] == {"a": 1, "b": 2}
    assert second["created_at"] == first["created_at"] < second["updated_at"]


def test_the_id_decides_over_the_source_id(upsert, source_id):
    one = upsert({"source_id": source_id, "name": "one"})
    two = upsert({"source_id": f"{source_id}-2", "name": "two"})
    both = upsert({"id": one["id"], "source_id": f"{source_id}-2", "name": "both"})
    assert (both["id"], both["source_id"], both["name"]) == (one["id"], source_id, "both")
    again = upsert({"source_id": f"{source_id}-2"})
    assert (again["id"], again["name"]) == (two["id"], "two")


def test_an_unknown_id_makes_a_customer_with_an_id_of_its_own(upsert):
    body = upsert({"id": "cust_nobody", "name": "N"})
    assert body["id"] != "cust_nobody"
    assert body["name"] == "N"


def test_a_shared_prefix_and_another_letter_case_are_other_customers(upsert, source_id):
    ids = {upsert({"source_id": s})["id"] for s in (source_id, source_id + "x", source_id.upper())}
    assert len(ids) == 3


def test_known_customers_have_activity_that_an_upsert_leaves_alone(server, upsert):
    bodies = [upsert({"source_id": name}) for name in server.known_customers]
    for name, body in zip(server.known_customers, bodies, strict=True):
        assert upsert({"source_id": name}) | {"updated_at": body["updated_at"]} == body
    first = bodies[0]
    for part in (first["summary"]["redemptions"], first["summary"]["orders"], first["loyalty"]):
        assert all(value for value in part.values())
    for body in bodies:
        orders = body["summary"]["orders"]
        assert orders["average_amount"] * orders["total_count"] == orders["total_amount"]
        assert ("last_order_date" in orders) == (orders["total_count"] > 0)
    assert len(first["loyalty"]["campaigns"]) >= 2
    assert len(first["referrals"]["campaigns"]) == first["referrals"]["total"] >= 2


JSON_TYPE = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("status", "headers", "data"),
    [
        (400, JSON_TYPE, b"{"),
        (400, JSON_TYPE, b""),
        (400, JSON_TYPE, b"[]"),
        (400, JSON_TYPE, b"null"),
        (400, JSON_TYPE, b'{"metadata":{"a":NaN}}'),
        (400, JSON_TYPE, b'{"metadata":{"a":1e999}}'),
        (400, JSON_TYPE, b'{"name":"\xe9"}'),
        (400, JSON_TYPE, b'{"metadata":{"a":' + b"9" * 5000 + b"}}"),
        (400, JSON_TYPE, b'{"metadata":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"),
        (400, JSON_TYPE, b'{"metadata":{"a":' + b"[" * 250 + b"]" * 250 + b"}}"),
        (415, {"Content-Type": "text/plain"}, b"{}"),
        (415, {"Content-Type": "application/x-www-form-urlencoded"}, b"name=a"),
        (415, {}, b"{}"),
        (415, {"Content-Type": "application/json; charset=utf-16"}, b"{}"),
        (415, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"{}"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_json_object_is_refused_and_not_written(server, upsert, status, headers, data):
    before = server.customers()
    body = upsert(expect=status, data=data, headers=headers)
    assert set(body) == {"code", "key", "message", "details", "request_id"}
    assert body["code"] == status
    assert server.customers() == before


@pytest.mark.parametrize(
    "payload",
    [
        *({name: 5} for name in ("id", "source_id", "name", "description", "email", "phone", "birthdate")),
        *({name: True} for name in ("birthday", "address", "metadata", "name")),
        {"metadata": []},
        {"address": []},
        {"address": {"city": 5}},
        *({"birthdate": d} for d in ("", "2023-02-29", "2023-2-3", "2023-02-03\n", "٢٠٢٣-٠١-٠١", "20230101")),
        {"birthday": "2022-01-01T00:00:00Z"},
    ],
    ids=repr,
)
def test_a_field_of_the_wrong_type_or_format_is_refused_and_not_written(server, upsert, source_id, payload):
    before = server.customers()
    upsert({"source_id": source_id, **payload}, expect=400)
    assert server.customers() == before


def test_read_and_delete(server, session, upsert, source_id):
    body = upsert({"source_id": source_id})
    for name in (body["id"], source_id):
        assert session.get(f"{server.url}/v1/customers/{name}").json() == body
    one = f"{server.url}/v1/customers/{body['id']}"
    assert session.delete(one).status_code == 204
    assert session.delete(one).status_code == 404
    assert session.get(one).status_code == 404
    assert upsert({"source_id": source_id})["id"] != body["id"]


def test_a_source_id_may_hold_a_slash(server, session, upsert, source_id):
    upsert({"source_id": f"{source_id}/é"})
    assert session.get(f"{server.url}/v1/customers/{source_id}%2F%C3%A9").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/v2/customers", 404),
        ("GET", "/v1/customers/a/b", 404),
        ("PATCH", "/v1/customers", 405),
        ("PUT", "/v1/customers", 405),
        ("POST", "/v1/customers/a", 405),
    ],
)
def test_other_routes_and_methods_are_refused_in_json(server, session, method, path, status):
    answer = session.request(method, server.url + path)
    assert (answer.status_code, answer.json()["code"]) == (status, status)


def test_either_scheme_opens(server, source_id):
    for headers in (
        {"X-App-Id": server.app_id, "X-App-Token": server.app_token},
        {"Authorization": f"Bearer {server.oauth_token}"},
    ):
        answer = requests.post(f"{server.url}/v1/customers", json={"source_id": source_id}, headers=headers, timeout=60)
        assert answer.status_code == 200


KEYS = Keys(app_id="Id-Abc", app_token="Token-Abc", oauth_token="Bearer-Abc")
APP = {"X-App-Id": KEYS.app_id, "X-App-Token": KEYS.app_token}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-App-Id": KEYS.app_id},
        {"X-App-Token": KEYS.app_token},
        {**APP, "X-App-Id": "wrong"},
        {**APP, "X-App-Token": "wrong"},
        {**APP, "X-App-Token": ""},
        {**APP, "X-App-Token": KEYS.app_token.swapcase()},
        {**APP, "X-App-Token": KEYS.app_token[:-1]},
        {**APP, "X-App-Id": KEYS.app_id.lower()},
        {**APP, "Authorization": "Bearer foreign"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {KEYS.app_token}"},
        {"Authorization": f"Basic {KEYS.oauth_token}"},
        {"Authorization": f"Bearer {KEYS.oauth_token.upper()}"},
        {"Authorization": "Bearer ü".encode()},
    ],
    ids=repr,
)
def test_anything_else_is_401_and_not_written(headers):
    with running(keys=KEYS) as server:
        before = server.customers()
        answer = requests.post(f"{server.url}/v1/customers", json={"source_id": "x"}, headers=headers, timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (401, 401)
        assert server.customers() == before


def test_the_rate_limit_is_counted_and_enforced():
    with running(rate_limit=RateLimit(calls=2, seconds=60), keys=KEYS) as server:
        answers = [requests.post(f"{server.url}/v1/customers", json={}, headers=APP, timeout=60) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a.headers["X-Rate-Limit-Remaining"] for a in answers] == ["1", "0", "0"]
    assert {a.headers["X-Rate-Limit-Limit"] for a in answers} == {"2"}
    assert 0 < int(answers[0].headers["X-Rate-Limit-Retry"]) - time.time() <= 61
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60


def test_it_is_up_inside_the_block_and_down_after_it():
    with running() as server:
        host, port = server.url.removeprefix("http://").split(":")
        # An open connection must not hold the end up.
        idle = socket.create_connection((host, int(port)))
        began = time.monotonic()
    assert time.monotonic() - began < 0.5
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


def test_each_start_has_credentials_of_its_own():
    with running() as one, running() as two:
        assert len({one.app_id, one.app_token, one.oauth_token, two.app_id, two.app_token, two.oauth_token}) == 6


def test_a_taken_port_is_said_in_one_line():
    with running() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(UsageError, match=rf"cannot listen on 127\.0\.0\.1:{port}: "), running(port=port):
            pass


def test_no_answer_costs_the_forty_milliseconds_of_a_delayed_acknowledgement(server, session):
    took = []
    for _ in range(20):
        began = time.monotonic()
        session.post(f"{server.url}/v1/customers", data=json.dumps({}), headers=JSON_TYPE)
        took.append(time.monotonic() - began)
    # The delay would be in each answer, and a busy machine is not slow each time.
    assert min(took) < 0.03
