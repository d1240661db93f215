"""A failure is laid to the one value that made it, not to its neighbours, nor to what an earlier value has poisoned."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.matrix import gate_on_mock
from contracts.plan.findings import Findings
from contracts.plan.isolate import isolated
from contracts.plan.retelling import units_of
from contracts.plan.scene import Scene
from contracts.record.exchange import Answer, Exchange
from tests.plan.driving import Allowance, customers

RESOURCE = customers()
METADATA = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), min_size=2, max_size=12)


def taken_apart(members, is_culprit, limit=100):
    """The bodies that were sent, and those of them that failed, where ``is_culprit`` finds something in one."""
    scene = Scene(RESOURCE, "contracts-00000000-", 0)
    request = scene.writer.write(scene.edge, scene.writer.keys(scene.edge), members, "whole")
    failed = Exchange(1, request, Answer(500, (), b"{}", 0.0))
    hunt = isolated(scene, [], [failed], [failed], lambda exchanges, clause: ())
    sent, broken = [], []
    try:
        wanted = next(hunt)
        while len(sent) < limit:
            body = json.loads(wanted.body)
            sent.append(body)
            status = 500 if is_culprit(body) else 200
            broken += [body] if status == 500 else []
            wanted = hunt.send(Exchange(len(sent) + 1, wanted, Answer(status, (), b'{"id":"cust_1"}', 0.0)))
    except StopIteration:
        pass
    return sent, broken


@given(METADATA, st.data())
def test_one_culprit_stands_alone(metadata, data):
    culprit = data.draw(st.sampled_from(sorted(metadata)))
    members = {"name": "n", "description": "d", "metadata": metadata}
    sent, broken = taken_apart(members, lambda body: culprit in body.get("metadata", {}))
    assert [name for name in broken[-1] if name != "source_id"] == ["metadata"]
    assert list(broken[-1]["metadata"]) == [culprit]
    assert len(sent) <= 30


def test_what_was_found_takes_no_more_than_its_share():
    scene, allowance, number = Scene(RESOURCE, "contracts-00000000-", 0), Allowance(1000), 1
    exchanges = []
    findings = Findings(scene, allowance, lambda exchanges, clause: (), lambda: exchanges)
    members = {"name": "n", "phone": "p", "email": "e@example.com", "description": "d"}
    for number in range(1, 60):
        request = scene.writer.write(scene.edge, scene.writer.keys(scene.edge), members, "whole")
        exchanges.append(Exchange(number, request, Answer(500, (), b"{}", 0.0)))
    findings.failed += exchanges
    hunt = findings.made_smaller()
    wanted = next(hunt, None)
    while wanted is not None:
        allowance.left, number = allowance.left - 1, number + 1
        try:
            wanted = hunt.send(Exchange(number, wanted, Answer(500, (), b"{}", 0.0)))
        except StopIteration:
            wanted = None
    assert 1000 - findings.kept - 20 < allowance.left <= 1000 - findings.kept


def test_each_of_two_culprits_is_found():
    members = {"name": "n", "phone": "p", "email": "e@example.com", "description": "d"}
    _, broken = taken_apart(members, lambda body: "phone" in body or "name" in body)
    alone = {tuple(name for name in body if name != "source_id") for body in broken}
    assert {("phone",), ("name",)} <= alone


def test_a_suspect_is_confirmed_about_an_instance_of_its_own():
    sent, broken = taken_apart({"name": "n", "phone": "p", "email": "e@example.com"}, lambda body: "phone" in body)
    assert broken[-1]["source_id"] not in {body["source_id"] for body in sent if "name" in body or "email" in body}


def test_a_character_in_a_text_is_closed_in_on():
    _, broken = taken_apart({"name": "abcdefghijk🎉lmnop"}, lambda body: "🎉" in body.get("name", ""))
    assert "🎉" in broken[-1]["name"]
    assert len(broken[-1]["name"]) <= 3


@given(METADATA, st.integers(0, 5))
def test_it_stops_when_no_request_is_left(metadata, limit):
    sent, _ = taken_apart({"metadata": metadata}, lambda body: True, limit)
    assert len(sent) <= limit


@pytest.mark.parametrize(
    ("fault", "clause", "value"),
    [
        ("crash-on-deep-nesting", "accepts.no-5xx", ("down",)),
        ("odd-metadata-keys-are-refused", "accepts.allowed", (".", "$")),
        ("large-integers-are-refused", "accepts.allowed", ("0", "1")),
    ],
)
def test_the_gate_names_the_one_value(fault, clause, value):
    run, _ = gate_on_mock(fault, budget=100)
    finding = next(f for f in run.findings if f.clause == clause)
    body = run.exchange(finding.exchange).request.sent.value
    members = [name for name in body if name not in ("id", "source_id")]
    assert len(members) == 1, body
    assert not isinstance(body[members[0]], dict) or len(body[members[0]]) == 1
    assert any(text in json.dumps(body, ensure_ascii=False) for text in value)


def test_a_stored_value_that_poisons_what_comes_after_makes_no_neighbour_look_guilty():
    poisoned = set()

    def is_culprit(body):
        if "\ud800" in json.dumps(body, ensure_ascii=False):
            poisoned.add(body.get("source_id"))
        return body.get("source_id") in poisoned

    members = {"description": "a \x00 b", "phone": "p", "name": "x \ud800 y", "metadata": {"a": 1, "b": 2}}
    _, broken = taken_apart(members, is_culprit)
    first = [body for body in broken if [name for name in body if name != "source_id"] == ["name"]]
    assert first
    alone = [body for body in broken[broken.index(first[0]) :] if len(body) == 2]
    assert all("\ud800" in body.get("name", "") for body in alone)


def beside_keys(run, finding):
    """What the steps of a finding send beside keys."""
    return units_of([run.exchange(number) for number in finding.steps], RESOURCE)


@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("metadata-numbers-are-strings", "echo.free-form"),
        ("text-cut-at-255", "echo.strings"),
        ("other-scripts-become-question-marks", "echo.strings"),
        ("birthdate-before-1970-is-a-century-late", "echo.dates"),
        ("total-amount-is-a-float", "money.integer-minor-units"),
        ("created-at-moves-on-upsert", "upsert.created-at-fixed"),
        ("a-new-customer-gets-the-last-ones-metadata", "echo.own-field"),
    ],
)
def test_a_finding_shows_the_smallest_request(fault, clause):
    run, left = gate_on_mock(fault, budget=60)
    found = [finding for finding in run.findings if finding.clause == clause]
    assert any(len(beside_keys(run, finding)) <= 1 and not finding.not_isolated for finding in found), found
    assert left == 0


def test_both_members_stay_where_it_takes_both():
    run, _ = gate_on_mock("address-lines-joined", budget=100)
    finding = next(f for f in run.findings if f.clause == "echo.objects")
    assert {unit[1] for unit in beside_keys(run, finding)} == {("address", "line_1"), ("address", "line_2")}
    assert not finding.not_isolated


def test_what_the_budget_does_not_reach_says_so():
    run, _ = gate_on_mock("metadata-numbers-are-strings", budget=8)
    finding = next(f for f in run.findings if f.clause == "echo.free-form")
    assert len(beside_keys(run, finding)) > 1
    assert "nothing smaller" in finding.not_isolated


def test_a_server_without_a_defect_gets_no_smaller_versions():
    run, _ = gate_on_mock(budget=200)
    assert not [e for e in run.exchanges if e.request.role == "shrink"]


def test_what_a_smaller_version_needs_is_made_again_with_it():
    run, _ = gate_on_mock("source-id-decides-over-id", budget=200)
    finding = next(f for f in run.findings if f.clause == "upsert.other-customer-untouched")
    steps = [run.exchange(number) for number in finding.steps]
    assert {step.request.role for step in steps} == {"shrink"}
    told = {step.value["id"] for step in steps[:-1]}
    named = {step.request.sent.value["id"] for step in steps if "id" in step.request.sent.value}
    assert named
    assert named <= told
