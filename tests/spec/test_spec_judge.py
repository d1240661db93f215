"""The judge: two validators, one verdict, strict integers, formats that assert."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.spec.document import pinned
from contracts.spec.formats import is_date, is_date_time, unproven
from contracts.spec.judge import MANY, Judge, prove_formats
from contracts.spec.loading import resource_of
from contracts.spec.members import pattern_text
from contracts.spec.schema import to_json_schema

ANSWER = resource_of(pinned()).write_answer
STRICT = resource_of(pinned(), nulls="strict").write_answer
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
    for body in (ANSWER, STRICT):
        assert body.judge.acquits(answer) == (not body.judge.convicts(answer))


def test_the_documents_own_example_is_acquitted():
    assert ANSWER.judge.violations(EXAMPLE) == ()


@pytest.mark.parametrize("value", [100.0, "100", True, None])
def test_cents_are_integers_as_on_the_wire(value):
    answer = changed(("summary", "orders", "total_amount"), value, remove=False)
    assert [v.path for v in ANSWER.judge.violations(answer)] == [("summary", "orders", "total_amount")]


@pytest.mark.parametrize("name", ["summary", "loyalty", "referrals"])
def test_null_beside_all_of_depends_on_the_reading(name):
    answer = changed((name,), None, remove=False)
    assert ANSWER.judge.violations(answer) == ()
    assert [v.path for v in STRICT.judge.violations(answer)] == [(name,)]


def test_address_may_be_null_in_both_readings():
    answer = changed(("address",), None, remove=False)
    assert ANSWER.judge.violations(answer) == STRICT.judge.violations(answer) == ()


def test_below_a_nullable_member_the_very_place_is_named():
    answer = changed(("summary", "redemptions", "gift", "amount_to_go"), "7", remove=False)
    (violation,) = ANSWER.judge.violations(answer)
    assert violation.path == ("summary", "redemptions", "gift", "amount_to_go")
    assert violation.keyword == "type"


def test_money_is_found_from_the_document():
    assert {pattern_text(path) for path in ANSWER.money} == {
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
    assert ("credit",) in resource_of(document).write_answer.money


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
    assert [v.path for v in resource_of(document).write_answer.judge.violations(answer)] == [("name",)]


ITEMS = {"type": "array", "items": {"type": "integer"}}


def test_one_wrong_item_far_behind_is_found():
    assert [one.path for one in Judge(ITEMS, draft4=True).convicts([1] * 5000 + ["x"])] == [(5000,)]


def test_items_that_are_all_wrong_are_told_up_to_a_bound():
    found = Judge(ITEMS, draft4=True).convicts(["x"] * 5000)
    assert [one.path for one in found] == [(index,) for index in range(MANY)]


def test_an_array_that_needs_many_items_is_never_cut():
    assert Judge({**ITEMS, "minItems": MANY + 1}, draft4=True).convicts([1] * (MANY + 1)) == ()


def test_a_schema_that_is_not_valid_is_told_with_its_place():
    with pytest.raises(DocumentError, match=r"not valid JSON Schema at /properties/a~1b/type: 'text' is not valid"):
        Judge({"properties": {"a/b": {"type": "text"}}}, draft4=True)


READ_ONLY = {"type": "string", "readOnly": True}
SHAPES = {
    "in the object": {"required": ["a", "b"], "properties": {"a": READ_ONLY, "b": {}}},
    "behind a reference": {"required": ["a", "b"], "properties": {"a": {"$ref": "#/components/schemas/A"}, "b": {}}},
    "in allOf": {"required": ["a", "b"], "properties": {"a": {"allOf": [READ_ONLY]}, "b": {}}},
    "beside allOf": {"required": ["a", "b"], "allOf": [{"properties": {"a": READ_ONLY, "b": {}}}]},
    "in another part": {"allOf": [{"required": ["a", "b"]}, {"properties": {"a": READ_ONLY, "b": {}}}]},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_only_an_answer_carries_is_not_asked_of_a_request(shape, version):
    document = {"openapi": version, "components": {"schemas": {"A": READ_ONLY}}}
    schema = {"type": "object", **SHAPES[shape]}
    asked = {
        direction: Judge(to_json_schema(document, schema, "lenient", direction), draft4=version < "3.1")
        for direction in ("request", "answer")
    }
    assert asked["request"].allows({"b": 1})
    assert not asked["request"].allows({"a": "x"})
    assert not asked["answer"].allows({"b": 1})
