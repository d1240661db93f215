"""Whatever a server answers, a customer that the run did not make is neither deleted nor counted as the run's."""

import json
from dataclasses import replace

import pytest

from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger
from contracts.record.exchange import Answer, Exchange, Request
from contracts.spec.loading import load_resource

IDENTITY = identity_of(load_resource())
NOW = ("Date", "Tue, 03 Mar 2026 10:00:00 GMT")


def exchange(sent, shown, created="2026-03-03T10:00:00Z", status=200, method="POST"):
    body = json.dumps({"id": "cust_1", "created_at": created, **shown}).encode()
    answer = Answer(status, (NOW,), body, 0.01) if status else None
    return Exchange(1, Request("probe", method, "/v1/customers", (), json.dumps(sent).encode()), answer)


@pytest.mark.parametrize(
    ("sent", "shown", "created", "own"),
    [
        ({"source_id": "run-a"}, {"source_id": "run-a"}, "2999-03-03T10:00:00Z", True),
        ({"source_id": "run-a"}, {}, "2999-03-03T10:00:00Z", True),
        ({"source_id": "run-a"}, {"source_id": "RUN-A"}, "2999-03-03T10:00:00Z", True),
        ({"source_id": "run-a"}, {"source_id": "somebody"}, "2999-03-03T10:00:00Z", False),
        ({"source_id": "run-abc"}, {"source_id": "run-ab"}, "2026-03-03T10:00:00Z", True),
        ({"source_id": "run-abc"}, {"source_id": "run-ab"}, "2026-03-03T09:00:00Z", False),
        ({"source_id": "04758693728364"}, {"source_id": "4758693728364"}, "2026-03-03T10:00:00Z", True),
        ({"source_id": "04758693728364"}, {"source_id": "4758693728364"}, "2026-03-03T09:00:00Z", False),
        ({"source_id": "04758693728364"}, {"source_id": "364"}, "2026-03-03T10:00:00Z", False),
        ({"source_id": "run-a"}, {"source_id": "run-a"}, "2001-03-03T10:00:00Z", False),
        ({"source_id": "somebody"}, {"source_id": "somebody"}, "2999-03-03T10:00:00Z", False),
        ({"source_id": 42}, {"source_id": "42"}, "2999-03-03T10:00:00Z", False),
        ({"source_id": ["run-a"]}, {}, "2026-03-03T09:59:59Z", True),
        ({"source_id": ["run-a"]}, {}, "2026-03-03T09:00:00Z", False),
        ({"source_id": ["run-a"]}, {"source_id": "run-a"}, "2999-03-03T10:00:00Z", True),
        ({}, {}, "2026-03-03T09:59:59Z", True),
        ({}, {}, "2026-03-03T09:00:00Z", False),
        ({"id": "unknown", "name": "x"}, {}, "2026-03-03T09:00:00Z", False),
    ],
)
def test_whose_an_id_is(sent, shown, created, own):
    ledger = Ledger("run-", known=["known"], identity=IDENTITY)
    ledger.observe(exchange(sent, shown, created))
    assert (ledger.left == ("cust_1",)) is own


def test_a_nameless_create_whose_answer_was_lost_is_remembered_although_the_second_came():
    ledger = Ledger("run-", identity=IDENTITY)
    ledger.observe(exchange({}, {}, status=None))
    ledger.observe(exchange({}, {}))
    assert ledger.has_lost_nameless
    assert ledger.left == ("cust_1",)


def asked(method, key, shown=None, status=200):
    """A read, update or delete of the one called ``key``, and what it showed."""
    body = b"" if shown is None else json.dumps(shown).encode()
    request = Request("probe", method, f"/v1/customers/{key}", (), b"{}" if method == "PUT" else None)
    return Exchange(2, request, Answer(status, (NOW,), body, 0.01))


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_is_shown_by_a_name_of_the_run_is_its_own(method):
    ledger = Ledger("run-", identity=IDENTITY)
    ledger.observe(asked(method, "run-a", {"id": "cust_2", "source_id": "run-a"}))
    ledger.observe(asked(method, "cust_3", {"id": "cust_3", "source_id": "somebody"}))
    assert ledger.left == ("cust_2",)
    ledger.observe(asked("DELETE", "cust_2", status=204))
    ledger.observe(asked("GET", "cust_2", {"id": "cust_2", "source_id": "run-a"}))  # a copy that lags
    assert ledger.left == ()
    ledger.observe(asked("GET", "cust_2", {"id": "cust_4", "source_id": "cust_2"}))  # made by that very read
    assert ledger.left == ("cust_4",)


def test_a_delete_by_a_name_that_has_moved_deletes_nobody_for_sure():
    ledger = Ledger("run-", identity=IDENTITY)
    ledger.observe(exchange({"source_id": "run-a"}, {"source_id": "run-a"}, "2999-03-03T10:00:00Z"))
    ledger.observe(asked("PUT", "cust_1", {"id": "cust_1", "source_id": "run-b"}))
    ledger.observe(asked("DELETE", "run-a", status=204))
    assert ledger.left == ("cust_1",)
    ledger.observe(asked("DELETE", "cust_1", status=204))
    assert ledger.left == ()


def test_an_answer_about_another_one_of_the_run_leaves_this_one_to_be_found():
    ledger = Ledger("run-", identity=IDENTITY)
    asked_for = [exchange({"source_id": name}, {}).request for name in ("run-a", "run-b")]
    for request in asked_for:
        ledger.intend(request)
    ledger.observe(exchange({"source_id": "run-a"}, {"source_id": "run-b"}, "2026-03-03T10:00:00Z"))
    assert ledger.left == ()
    assert ledger.unanswered == ("run-a", "run-b")


@pytest.mark.parametrize("status", [None, 409])
def test_what_may_have_been_carried_out_is_looked_for_although_the_second_call_failed(status):
    ledger = Ledger("run-", identity=IDENTITY)
    create = {"source_id": "run-a"}
    ledger.intend(exchange(create, {}).request)
    ledger.observe(exchange(create, {}, status=None))
    if status is None:
        ledger.withdraw(exchange(create, {}).request)  # nobody listens any more
    else:
        ledger.observe(exchange(create, {}, status=status))
    assert ledger.unanswered == ("run-a",)


@pytest.mark.parametrize("types", [("integer",), ("number",), ("string", "number")])
def test_a_number_is_the_key_of_what_has_numbers_for_keys(types):
    ledger = Ledger("run-", identity=replace(IDENTITY, server_types=types))
    ledger.observe(exchange({"source_id": "run-a"}, {"id": 5, "source_id": "run-a"}, "2999-03-03T10:00:00Z"))
    assert ledger.left == ("5",)
