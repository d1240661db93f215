"""A finding is a cause, not an occurrence: what broke is told once, with the places where it was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses import ALL
from contracts.client.credentials import customers_credentials
from contracts.client.ledger import Ledger
from contracts.client.session import Session
from contracts.matrix import gate_on_mock
from contracts.mock import wire
from contracts.mock.api import Api
from contracts.mock.server import running
from contracts.runner.runner import Runner
from contracts.runner.settings import Settings
from contracts.spec.loading import load_resource
from contracts.verdict.causes import without_values
from contracts.verdict.traits import blamed


def gate(faults, budget=60, seed=3):
    with running(faults) as server:
        settings = Settings(budget=budget, seed=seed, known_customers=server.known_customers)
        session = Session(
            url=server.url,
            credentials=customers_credentials(server.app_id, server.app_token, server.oauth_token),
            budget=budget,
            ledger=Ledger("contracts-cause-", known=server.known_customers),
        )
        return Runner(load_resource(), session, settings, ALL).run()


def crashes(run):
    return [finding for finding in run.findings if finding.clause == "accepts.no-5xx"]


def test_one_defect_in_every_answer_is_one_finding_with_its_places():
    run, _ = gate_on_mock("total-amount-is-a-float", budget=100, seed=5)
    (finding,) = run.findings
    assert finding.member == "summary.orders.total_amount"
    assert finding.seen > len(finding.places) == 20
    assert (finding.places[0].exchange, finding.places[0].where) == (finding.exchange, finding.where)
    assert len({place.exchange for place in finding.places}) == 20
    assert finding.exchange in finding.steps


@pytest.mark.parametrize("fault", ["created-at-moves-on-upsert", "id-is-a-number"])
def test_values_that_differ_from_answer_to_answer_do_not_make_findings(fault):
    run, _ = gate_on_mock(fault, seed=5)
    keys = [(finding.clause, finding.member, without_values(finding.required)) for finding in run.findings]
    assert keys
    assert len(keys) == len(set(keys))


REASONS = (
    "crash-on-nul",
    "crash-on-long-texts",
    "crash-on-leap-days",
    "crash-on-a-null-address",
    "crash-on-emoji",
    "crash-on-the-empty-object",
)


def test_six_crashes_for_six_reasons_are_six_findings():
    found = crashes(gate(REASONS, budget=400))
    assert len(found) == 6, [finding.observed for finding in found]


@pytest.mark.parametrize("reason", REASONS)
def test_one_crash_for_one_reason_is_one_finding(reason):
    found = crashes(gate([reason], budget=120))
    assert len(found) == 1, [finding.observed for finding in found]


def test_a_crash_on_everything_is_one_finding(monkeypatch):
    answer = Api.answer

    def broken(self, call):
        return wire.Answer(500, [], b"") if call.request.method == "POST" else answer(self, call)

    monkeypatch.setattr(Api, "answer", broken)
    found = crashes(gate([]))
    assert len(found) == 1
    assert found[0].seen > 10


def test_a_crash_without_credentials_is_another_than_one_with_a_value(monkeypatch):
    answer = Api.answer

    def broken(self, call):
        sent = call.request
        is_crash = sent.method == "POST" and not sent.header("x-app-id") and not sent.header("authorization")
        return wire.Answer(500, [], b"") if is_crash else answer(self, call)

    monkeypatch.setattr(Api, "answer", broken)
    assert len(crashes(gate(["crash-on-nul"], budget=120))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"cust_1", the customer that was named', '"cust_22", the customer that was named'),
        ("42, as before", "-1.5e3, as before"),
        ('{"a": [1, "x"]}, updated', '{"b": {"c": []}}, updated'),
        ("nothing of what was refused (#12)", "nothing of what was refused (#7)"),
        ('"cut off …', '"another that is cut'),
        ("true, as it was sent", "false, as it was sent"),
        ('{"a": ["x", {"b": "cut off"…, as it was sent', '{"a": ["x"]}, as it was sent'),
        ('{"a": "cut o…: #3 named it', '{"a": 1}: #4 named it'),
    ],
)
def test_the_values_in_a_text_are_folded(one, other):
    assert without_values(one) == without_values(other)


def test_what_is_no_value_is_not_folded():
    assert (
        len({without_values(text) for text in ("integer", "string", '"a text"', "42", "null", "401 to a", "401 to b")})
        == 7
    )


TRAITS = st.frozensets(st.sampled_from([("member", "a"), ("member", "b"), ("value", "a", "x"), ("value", "", "x")]))


@given(TRAITS, st.lists(TRAITS))
def test_what_is_blamed_no_sound_request_has(failed, sound):
    cause = blamed(failed, sound)
    assert cause <= failed
    if not any(failed <= other for other in sound):
        assert not any(cause <= other for other in sound)
        assert all(any(cause - {trait} <= other for other in sound) for trait in cause)
