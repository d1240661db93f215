"""Each fault is a defect: it changes what the server answers, and says how in one sentence."""

import json
import re

import pytest
import requests
from mock_script import APP, KEYS, SCRIPT, play

from contracts.mock.registry import all_faults
from contracts.mock.server import running

FAULTS = all_faults()


@pytest.fixture(scope="module")
def honest():
    with pytest.MonkeyPatch.context() as patch:
        return play(patch)


def test_the_honest_server_keeps_its_word_all_through_the_script(honest):
    for request, answer in zip(SCRIPT, honest, strict=True):
        assert answer.status in (200, 204, 400, 401, 404, 415), request
        if answer.status != 204:
            json.loads(answer.body.decode("utf-8"))


@pytest.mark.parametrize("name", FAULTS)
def test_fault_shows(name, honest, monkeypatch):
    assert play(monkeypatch, [name]) != honest


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_fault_says_what_is_wrong_in_one_sentence(fault):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fault.name)
    assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", fault.doc), fault.doc
    assert ". " not in fault.doc


def test_no_two_faults_say_the_same():
    docs = [fault.doc for fault in FAULTS.values()]
    assert sorted(docs) == sorted(set(docs))


def test_there_are_enough_of_them_in_every_group():
    groups = {fault.group for fault in FAULTS.values()}
    assert len(groups) == 12
    assert sum(not fault.should for fault in FAULTS.values()) >= 130


@pytest.mark.parametrize("name", [f.name for f in FAULTS.values() if f.group in ("protocol", "upsert")])
def test_fault_of_the_wire_survives_a_real_connection(name):
    """Whatever HTTP makes of the answer, the next request is served."""
    with running([name], keys=KEYS) as server, requests.Session() as session:
        session.headers.update(APP)
        for payload in ({"source_id": "a", "name": "é"}, {"source_id": "a"}, {"source_id": "b"}):
            try:
                session.post(f"{server.url}/v1/customers", json=payload, timeout=60, allow_redirects=False)
            except requests.RequestException:
                continue
