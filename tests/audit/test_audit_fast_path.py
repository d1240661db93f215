"""Shapes that were seen are counted as the clauses would count each body, by itself."""

import json
from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.audit.lines import LineJudge
from contracts.spec.document import pinned
from contracts.spec.loading import resource_of
from tests.audit.bodies import BODIES, printed, violating

CONTRACTS = {nulls: resource_of(pinned(), nulls=nulls) for nulls in ("lenient", "strict")}
JUDGES = {nulls: LineJudge(contract) for nulls, contract in CONTRACTS.items()}
"""As in a worker, what was learnt from one block is there in the next."""


@cache
def slow_judge(contract_id):
    contract = next(one for one in (*CONTRACTS.values(), tighter()[0]) if id(one) == contract_id)
    judge = LineJudge(contract)
    judge.fast.reader.works = False
    return judge


def by_clauses(contract, block):
    return slow_judge(id(contract)).judge("-", block)


def same(one, other):
    for name in ("findings", "observed", "undeclared", "marks", "skipped", "damaged", "errors"):
        assert +getattr(one, name) == +getattr(other, name), name
    assert one.first == other.first
    assert (one.lines, one.judged, one.reprinted, one.seen) == (other.lines, other.judged, other.reprinted, other.seen)


def slow_lines(monkeypatch, judge):
    """The lines that come to the clauses, and are not asked about for the sake of an example."""
    slow = []
    judged = judge._judge_line
    monkeypatch.setattr(judge, "_judge_line", lambda *given: (slow.append(given[2]), judged(*given)))
    return slow


@settings(max_examples=100)
@given(st.sampled_from(["lenient", "strict"]), st.lists(printed(), min_size=1, max_size=5))
def test_any_lines_count_as_each_by_itself(nulls, bodies):
    block = b"\n".join(bodies)
    same(JUDGES[nulls].judge("-", block), by_clauses(CONTRACTS[nulls], block))


@settings(max_examples=40)
@given(st.sampled_from(["lenient", "strict"]), st.lists(violating(), min_size=1, max_size=8), st.data())
def test_mixtures_of_violations_count_as_each_by_itself(nulls, bodies, data):
    lines = [json.dumps(body, separators=(",", ":")).encode() for body in bodies]
    mixed = data.draw(st.lists(st.sampled_from(lines), min_size=1, max_size=20))
    for judge in (LineJudge(CONTRACTS[nulls]), JUDGES[nulls]):
        same(judge.judge("-", b"\n".join(mixed)), by_clauses(CONTRACTS[nulls], b"\n".join(mixed)))


@pytest.mark.parametrize("nulls", ["lenient", "strict"])
def test_no_body_of_the_embedded_server_comes_to_the_clauses(nulls, monkeypatch):
    judge = LineJudge(CONTRACTS[nulls])
    slow = slow_lines(monkeypatch, judge)
    tally = judge.judge("-", b"".join(json.dumps(body).encode() + b"\n" for body in BODIES))
    assert (slow, tally.judged, tally.findings) == ([], len(BODIES), Counter())
    assert any(b"-02-29" in json.dumps(body).encode() for body in BODIES)


CLEAN = json.loads(json.dumps(BODIES[1]))
ORDERS = CLEAN["summary"]["orders"]
KINDS = {
    "null": {**CLEAN, "email": None},
    "number for a text": {**CLEAN, "name": 5},
    "money with a fraction": {**CLEAN, "summary": {**CLEAN["summary"], "orders": {**ORDERS, "total_amount": 12.5}}},
    "date without zone": {**CLEAN, "created_at": "2026-01-31 09:30"},
    "no summary": {name: value for name, value in CLEAN.items() if name != "summary"},
    "another object": {**CLEAN, "object": "client"},
    "text for an object": {**CLEAN, "address": "somewhere"},
    "wrong average": {**CLEAN, "summary": {**CLEAN["summary"], "orders": {**ORDERS, "average_amount": 999_999}}},
    "id of another form": {**CLEAN, "id": "x"},
    "29 February": {**CLEAN, "birthdate": "2024-02-29"},
    "leap second": {**CLEAN, "created_at": "2016-12-31T23:59:60Z"},
    "undocumented": {**CLEAN, "tier": "gold"},
    "empty list for an object": {**CLEAN, "metadata": []},
    "epoch": {**CLEAN, "created_at": 1673769909042},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_comes_to_the_clauses_once(kind, monkeypatch):
    judge = LineJudge(CONTRACTS["lenient"])
    slow = slow_lines(monkeypatch, judge)
    block = (json.dumps(KINDS[kind]).encode() + b"\n") * 50
    tally = judge.judge("-", block)
    assert len(slow) <= 1
    same(tally, by_clauses(CONTRACTS["lenient"], block))


def test_wrong_items_of_a_map_come_to_the_clauses_once_whatever_their_names(monkeypatch):
    judge = LineJudge(CONTRACTS["lenient"])
    slow = slow_lines(monkeypatch, judge)
    wrong = {"points": "x", "referred_customers": 0}
    loyalty = {"points": 1, "referred_customers": 0}
    bodies = [{**CLEAN, "loyalty": {**loyalty, "campaigns": {f"c{n}": wrong, f"d{n}": wrong}}} for n in range(20)]
    block = b"".join(json.dumps(body).encode() + b"\n" for body in bodies)
    tally = judge.judge("-", block)
    assert len(slow) == 1
    assert len(judge.fast.known) == 1
    assert tally.findings["schema.types", "$.loyalty.campaigns.*.points"] == 40
    same(tally, by_clauses(CONTRACTS["lenient"], block))


def test_a_name_twice_does_not_come_to_the_clauses(monkeypatch):
    judge = LineJudge(CONTRACTS["lenient"])
    slow = slow_lines(monkeypatch, judge)
    line = json.dumps(CLEAN).encode()
    block = (line + b"\n" + line[:1] + b'"id": "cust_0",' + line[1:] + b"\n") * 20
    tally = judge.judge("-", block)
    assert slow == []
    assert tally.findings == {("answer.unique-names", "body"): 20}
    same(tally, by_clauses(CONTRACTS["lenient"], block))


@settings(max_examples=40)
@given(st.data())
def test_learnt_members_are_counted_and_change_no_verdict(data):
    body = dict(data.draw(st.sampled_from(BODIES)))
    body["tier"] = data.draw(
        st.sampled_from([1, 1.5, "gold", None, [1], {"a": 1}, {"object": "customer", "summary": 1}])
    )
    block = data.draw(printed(st.just(body))) + b"\n" + json.dumps({**BODIES[1], "tier": 1}).encode()
    same(JUDGES["lenient"].judge("-", block), by_clauses(CONTRACTS["lenient"], block))


@settings(max_examples=60)
@given(st.integers(-9, 99) | st.floats(-9, 99), st.integers(-3, 9) | st.booleans(), st.integers(-9, 99) | st.none())
def test_an_average_is_judged_as_the_clause_judges_it(total, count, average):
    body = json.loads(json.dumps(BODIES[1]))
    body["summary"]["orders"] |= {"total_amount": total, "total_count": count, "average_amount": average}
    line = json.dumps(body).encode()
    same(JUDGES["lenient"].judge("-", line), by_clauses(CONTRACTS["lenient"], line))


def test_a_clause_that_nobody_knows_is_asked_about_every_body(monkeypatch):
    monkeypatch.setattr("contracts.audit.facts.BY_SHAPE", frozenset())
    judge = LineJudge(CONTRACTS["lenient"])
    assert not judge.fast.reader.works
    assert judge.judge("-", json.dumps(BODIES[1]).encode()).judged == 1


def test_a_bounded_number_of_verdicts_is_kept(monkeypatch):
    monkeypatch.setattr("contracts.audit.fast_path.KNOWN", 3)
    judge = LineJudge(CONTRACTS["lenient"])
    block = b"".join(json.dumps(body).encode() + b"\n" for body in KINDS.values()) * 3
    same(judge.judge("-", block), by_clauses(CONTRACTS["lenient"], block))
    assert 0 < len(judge.fast.known) <= 3


TIGHTER = {"maxLength": 5, "pattern": "^[A-Z]"}


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["Ann", "ann", "Elisabeth", "elisabeth", "", None, 5, True]), min_size=1, max_size=9))
def test_a_tighter_document_has_a_fast_path_as_well(names):
    contract, judge = tighter()
    assert judge.fast.reader.works
    block = b"\n".join(json.dumps({**BODIES[1], "name": name}).encode() for name in names)
    same(judge.judge("-", block), by_clauses(contract, block))


@cache
def tighter():
    document = json.loads(json.dumps(pinned()))
    for properties in tightened(document["components"]):
        properties["name"] |= TIGHTER
    contract = resource_of(document)
    return contract, LineJudge(contract)


def tightened(value):
    """The properties of the answer that hold ``name``."""
    if isinstance(value, dict):
        if "name" in value.get("properties", {}) and "birthdate" in value["properties"]:
            yield value["properties"]
        for below in value.values():
            yield from tightened(below)
    elif isinstance(value, list):
        for below in value:
            yield from tightened(below)
