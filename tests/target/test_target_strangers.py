"""Whatever a server answers, a customer that the run did not make is neither deleted nor counted as the run's."""

import json

import pytest

from contracts.exchange import Answer, Exchange, Request
from contracts.target.ledger import Ledger

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
    ledger = Ledger("run-", known=["known"])
    ledger.observe(exchange(sent, shown, created))
    assert (ledger.left == ("cust_1",)) is own


def test_a_nameless_create_whose_answer_was_lost_is_remembered_although_the_second_came():
    ledger = Ledger("run-")
    ledger.observe(exchange({}, {}, status=None))
    ledger.observe(exchange({}, {}))
    assert ledger.has_lost_nameless
    assert ledger.left == ("cust_1",)
