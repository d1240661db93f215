"""The support desk keeps its document over HTTP, whatever its variant; each of its faults breaks it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.others import tickets
from tests.others.tickets import Tickets
from tests.others.web import listening

FULL = {
    "subject": "It rains in",
    "text": "A text of more than thirty characters, \U0001f327 and\nof two lines",
    "status": "waiting",
    "priority": 5,
    "reporter": {"email": "a@example.com", "name": "Ümit"},
    "watchers": ["z@example.com", "b@example.com"],
    "due": "2030-01-02T03:04:05+02:00",
    "is_urgent": True,
}
EDGES = [{"text": None}, {"watchers": []}, {"status": "solved"}, {"due": None}, {"due": "1999-12-31t23:59:60z"}]
WRONG = [
    ("subject", "ab"),
    ("subject", "a" * 81),
    ("subject", 5),
    ("text", 5),
    ("status", "closed"),
    ("status", None),
    ("priority", 0),
    ("priority", 6),
    ("priority", "1"),
    ("reporter", {"name": "x"}),
    ("reporter", {"email": "x"}),
    ("watchers", ["x"]),
    ("watchers", ["a@example.com"] * 6),
    ("due", "2030-01-02"),
    ("due", "2030-02-30T00:00:00Z"),
    ("is_urgent", 1),
]


def keep_the_document(url):
    """Everything that the document promises, in one story. Raises AssertionError."""
    desk = requests.Session()
    desk.headers["X-Api-Key"] = tickets.KEY

    def call(method, path, status, **kwargs):
        answer = desk.request(method, url + path, timeout=60, **kwargs)
        assert answer.status_code == status, (method, path, kwargs, answer.status_code, answer.text)
        assert tickets.KEY not in answer.text
        if status == 204:
            assert answer.content == b""
            return None
        assert answer.headers["content-type"].partition(";")[0] == "application/json"
        if status >= 400:
            assert answer.json()["code"] == status
        return answer.json()

    def shows(shown, sent):
        assert {name: shown.get(name) for name in sent} == sent
        assert {name: type(shown.get(name)) for name in sent} == {name: type(value) for name, value in sent.items()}

    made = call("POST", "/tickets", 201, json=FULL)
    shows(made, FULL)
    assert type(made["number"]) is int
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)", made["opened"])
    assert abs(datetime.fromisoformat(made["opened"]) - datetime.now(UTC)) < timedelta(minutes=5)
    item = f"/tickets/{made['number']}"

    small = call("POST", "/tickets", 201, json={"subject": "abc", "number": 77, "unknown": 1})
    assert small["status"] == "open"
    assert small["number"] not in (made["number"], 77)
    for edge in EDGES:
        shows(call("POST", "/tickets", 201, json={"subject": "abc", **edge}), edge)
    assert call("GET", item, 200) == made

    for name, value in WRONG:
        call("POST", "/tickets", 422, json={**FULL, name: value})
    call("POST", "/tickets", 422, json={})
    call("POST", "/tickets", 400, data=b"{", headers={"Content-Type": "application/json"})
    call("POST", "/tickets", 400, json="text")
    call("POST", "/tickets", 415, data=b"subject=abc", headers={"Content-Type": "text/plain"})

    for key in (None, "x", tickets.KEY.upper()):
        call("GET", item, 401, headers={"X-Api-Key": key})
        call("POST", "/tickets", 401, json=FULL, headers={"X-Api-Key": key})
        call("DELETE", item, 401, headers={"X-Api-Key": key})
    assert call("GET", item, 200) == made

    call("DELETE", item, 204)
    for path in (item, "/tickets/0", "/tickets/x", "/tickets/%00"):
        call("GET", path, 404)
        call("DELETE", path, 404)
    assert call("GET", f"/tickets/{small['number']}", 200) == small
    call("PUT", item, 405)


@pytest.mark.parametrize("variant", [None, *Tickets.VARIANTS])
def test_the_desk_keeps_its_document(variant):
    with listening(Tickets(variant=variant).asgi()) as url:
        keep_the_document(url)


@pytest.mark.parametrize("fault", Tickets.FAULTS)
def test_each_fault_shows(fault):
    with listening(Tickets(fault).asgi()) as url, pytest.raises(AssertionError):
        keep_the_document(url)
