"""The judge: two validators, one verdict, strict integers, formats that assert."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.spec.contract import compile_contract
from contracts.spec.document import pinned
from contracts.spec.formats import is_date, is_date_time, unproven
from contracts.spec.judge import Judge, prove_formats
from contracts.spec.members import pattern_text

CONTRACT = compile_contract(pinned())
STRICT = compile_contract(pinned(), "strict")
EXAMPLE = pinned()["paths"]["/v1/customers"]["post"]["responses"]["200"]["content"]["application/json"]["examples"][
    "Example"
]["value"]

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([100.0, 1e2, "customer", "2022-02-30", "2022-08-30T06:32:07Z", "2016-12-31T23:59:60Z", {}, []]),
    st.text(max_size=5),
)


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for name, below in value.items():
            yield from places(below, (*path, name))


def changed(path, value, remove):
    answer = copy.deepcopy(EXAMPLE)
    if not path:
        return value
    below = answer
    for step in path[:-1]:
        below = below[step]
    if remove:
        del below[path[-1]]
    else:
        below[path[-1]] = value
    return answer


@settings(max_examples=400)
@given(st.sampled_from(sorted(places(EXAMPLE), key=str)), VALUES, st.booleans())
def test_both_validators_reach_one_verdict(path, value, remove):
    answer = changed(path, value, remove)
    for contract in (CONTRACT, STRICT):
        assert contract.answer.acquits(answer) == (not contract.answer.convicts(answer))


def test_the_documents_own_example_is_acquitted():
    assert CONTRACT.answer.violations(EXAMPLE) == ()


@pytest.mark.parametrize("value", [100.0, "100", True, None])
def test_cents_are_integers_as_on_the_wire(value):
    answer = changed(("summary", "orders", "total_amount"), value, remove=False)
    assert [v.path for v in CONTRACT.answer.violations(answer)] == [("summary", "orders", "total_amount")]


@pytest.mark.parametrize("name", ["summary", "loyalty", "referrals"])
def test_null_beside_all_of_depends_on_the_reading(name):
    answer = changed((name,), None, remove=False)
    assert CONTRACT.answer.violations(answer) == ()
    assert [v.path for v in STRICT.answer.violations(answer)] == [(name,)]


def test_address_may_be_null_in_both_readings():
    answer = changed(("address",), None, remove=False)
    assert CONTRACT.answer.violations(answer) == STRICT.answer.violations(answer) == ()


def test_below_a_nullable_member_the_very_place_is_named():
    answer = changed(("summary", "redemptions", "gift", "amount_to_go"), "7", remove=False)
    (violation,) = CONTRACT.answer.violations(answer)
    assert violation.path == ("summary", "redemptions", "gift", "amount_to_go")
    assert violation.keyword == "type"


def test_money_is_found_from_the_document():
    assert {pattern_text(path) for path in CONTRACT.money} == {
        "summary.orders.total_amount",
        "summary.orders.average_amount",
        "summary.orders.last_order_amount",
        "summary.redemptions.gift.redeemed_amount",
        "summary.redemptions.gift.amount_to_go",
    }


def test_money_of_another_document_is_found_too():
    document = pinned()
    base = document["components"]["schemas"]["CustomerBase"]["properties"]
    base["credit"] = {"type": "integer", "description": "Multiplied by 100: cents."}
    assert ("credit",) in compile_contract(document).money


def test_formats_are_proven_and_the_proof_can_fail():
    prove_formats()
    assert len(list(unproven(lambda name, value: True))) > 10
    assert len(list(unproven(lambda name, value: False))) > 5


@given(st.dates())
def test_every_day_is_a_date(day):
    assert is_date(day.isoformat())
    assert not is_date(day.isoformat() + "\n")


@given(st.datetimes(), st.integers(-23 * 60 - 59, 23 * 60 + 59), st.sampled_from("Tt"))
def test_every_time_with_a_zone_is_a_date_time(time, offset, letter):
    sign = "-" if offset < 0 else "+"
    text = time.isoformat().replace("T", letter) + f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    assert is_date_time(text)
    assert not is_date_time(time.isoformat())


@given(st.text())
def test_any_text_is_judged_as_a_date(text):
    assert is_date(text) in (True, False)
    assert is_date_time(text) in (True, False)


def test_in_openapi_3_1_integers_are_strict_as_well():
    judge = Judge({"type": "integer"}, draft4=False)
    assert judge.violations(100) == ()
    assert judge.violations(100.0)


def test_a_3_1_document_is_judged():
    document = pinned()
    document["openapi"] = "3.1.0"
    schemas = document["components"]["schemas"]
    schemas["CustomerBase"]["properties"]["address"]["type"] = ["object", "null"]
    answer = changed(("name",), 5, remove=False)
    assert [v.path for v in compile_contract(document).answer.violations(answer)] == [("name",)]
