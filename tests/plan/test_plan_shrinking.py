"""A finding names the one value that broke the request, not the dozen it travelled with."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.exchange import Answer, Exchange, Request, json_body
from contracts.matrix import gate_on_mock
from contracts.plan.split import shrink


def exchange(number, body, status):
    return Exchange(number, Request("p", "POST", "/v1/customers", (), body), Answer(status, (), b"{}", 0.0))


def shrunk(body, is_culprit, limit=100):
    """Shrink against a server that fails where ``is_culprit`` finds something in the body."""
    sent = []

    def send(smaller, number):
        if len(sent) >= limit:
            return None
        sent.append(json.loads(smaller))
        return exchange(len(sent) + 1, smaller, 500 if is_culprit(sent[-1]) else 200)

    found = shrink(exchange(1, json_body(body), 500), send, lambda body: True)
    return json.loads(found.request.body), sent


METADATA = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), min_size=2, max_size=12)


@given(METADATA, st.data())
def test_one_culprit_stands_alone(metadata, data):
    culprit = data.draw(st.sampled_from(sorted(metadata)))
    body = {"source_id": "s", "name": "n", "metadata": metadata}
    found, sent = shrunk(body, lambda body: culprit in body.get("metadata", {}))
    assert found["source_id"] == "s"
    assert list(found.get("metadata", {})) == [culprit]
    assert len(found) == 2
    assert len(sent) <= 40


@given(METADATA, st.integers(0, 5))
def test_it_stops_when_no_request_is_left(metadata, limit):
    _, sent = shrunk({"source_id": "s", "metadata": metadata}, lambda body: True, limit)
    assert len(sent) <= limit


def test_two_culprits_together_are_left_together():
    body = {"source_id": "s", "name": "n", "phone": "p", "metadata": {"a": 1, "b": 2}}
    found, _ = shrunk(body, lambda body: "name" in body and "b" in body.get("metadata", {}))
    assert "name" in found
    assert "b" in found["metadata"]


def test_a_character_in_a_text_is_closed_in_on():
    found, _ = shrunk({"source_id": "s", "name": "abcdefghijk🎉lmnop"}, lambda body: "🎉" in body.get("name", ""))
    assert "🎉" in found["name"]
    assert len(found["name"]) <= 3


@pytest.mark.parametrize(
    ("fault", "clause", "value"),
    [
        ("emoji-are-refused", "accepts.allowed", "🎉"),
        ("odd-metadata-keys-are-refused", "accepts.allowed", "$"),
        ("crash-on-deep-nesting", "accepts.no-5xx", "deep"),
        ("large-integers-are-refused", "accepts.allowed", "9007199254740993"),
    ],
)
def test_the_gate_names_the_one_value(fault, clause, value):
    run, _ = gate_on_mock(fault)
    finding = next(f for f in run.findings if f.clause == clause)
    body = run.exchange(finding.exchange).request.sent.value
    members = [name for name in body if name not in ("id", "source_id")]
    assert len(members) == 1
    parts = body[members[0]]
    assert not isinstance(parts, dict) or len(parts) <= 2
    assert value in json.dumps(body, ensure_ascii=False)


def test_a_generated_case_that_fails_is_shrunk_within_the_budget():
    run, _ = gate_on_mock("crash-on-control-characters", budget=120, seed=5)
    assert run.footer.requests <= 120
    assert run.footer.verdict == "violated"
