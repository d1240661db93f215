"""Each variant is odd, and right: it shows, and does the plain things that a caller relies on."""

import re

import pytest
import requests
from mock_script import APP, KEYS, OAUTH, WHOLE, play

from contracts.mock.registry import all_variants
from contracts.mock.server import running

VARIANTS = all_variants()


@pytest.fixture(scope="module")
def honest():
    with pytest.MonkeyPatch.context() as patch:
        return play(patch)


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_shows(name, honest, monkeypatch):
    # Time is all that a lag changes: it needs real time to show, and has a test of its own.
    assert name == "reads-lag-behind" or play(monkeypatch, variant=name) != honest


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_variant_says_what_is_odd_in_one_sentence(variant):
    assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", variant.doc), variant.doc


def test_there_are_enough_of_them():
    assert sum(not variant.should for variant in VARIANTS.values()) >= 18


# Texts of this test are long, and refusing those is all that one variant is odd for.
@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "long-texts-are-refused"])
def test_variant_keeps_the_heart_of_the_contract(name):
    with running(variant=name, keys=KEYS) as server, requests.Session() as session:
        session.headers.update(OAUTH if name == "oauth-only" else APP)

        def upsert(payload):
            answer = session.post(f"{server.url}/v1/customers", json=payload, timeout=60)
            assert answer.status_code == 200, answer.text
            assert answer.headers["Content-Type"].lower().startswith("application/json")
            return answer.json()

        sent = {"source_id": "Heart/1", "metadata": {"a": {"b": [1, True, "é🙂"]}}, **_fields()}
        first, second = upsert(sent), upsert({"source_id": "Heart/1", "name": "New"})
        assert {field: first[field] for field in sent if field != "metadata"} == _fields() | {"source_id": "Heart/1"}
        assert first["metadata"] == sent["metadata"]
        assert (second["id"], second["name"], second["object"]) == (first["id"], "New", "customer")
        assert upsert({"id": first["id"], "name": "Newer"})["id"] == first["id"]
        wrong = session.post(f"{server.url}/v1/customers", data=b"{", timeout=60)
        assert 400 <= wrong.status_code < 500
        session.headers.update({"X-App-Token": "wrong", "Authorization": "Bearer wrong"})
        assert session.post(f"{server.url}/v1/customers", json=sent, timeout=60).status_code == 401


def test_one_answer_in_twenty_is_429_and_says_when_to_ask_again():
    with running(variant="one-429-in-twenty", keys=KEYS) as server:
        answers = [requests.post(f"{server.url}/v1/customers", json={}, headers=APP, timeout=60) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.headers["Retry-After"] for answer in refused] == ["0", "1", "0"]


def test_a_read_lags_behind_a_write_and_then_shows_it():
    with running(variant="reads-lag-behind", keys=KEYS) as server, requests.Session() as session:
        session.headers.update(APP)
        session.post(f"{server.url}/v1/customers", json={"source_id": "late"}, timeout=60)
        one = f"{server.url}/v1/customers/late"
        statuses = [session.get(one, timeout=60).status_code]
        for _ in range(500):
            statuses.append(session.get(one, timeout=60).status_code)
            if statuses[-1] == 200:
                break
    assert (statuses[0], statuses[-1]) == (404, 200)


def _fields():
    return {name: WHOLE[name] for name in ("name", "description", "birthdate", "address")}
