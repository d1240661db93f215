"""What came back is compared with what was sent: strictly, and with the licences that the contract gives."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses.sameness import pairs
from contracts.spec.node import Node
from contracts.wire import MISSING

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


FREE = Node({}, {"x-contract": {"free-form": True, "may-normalise": ["trim", "drop-empty"]}})


def likenesses(sent, returned, path=("anything",), node=FREE):
    return {pair.likeness for pair in pairs(sent, returned, path, node)}


@given(JSON)
def test_a_copy_is_equal(value):
    assert likenesses(value, copy.deepcopy(value)) == {"equal"}


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(below) for name, below in value.items() if below is not None}
    if isinstance(value, list):
        return [without_nulls(below) for below in value if below is not None]
    return value


@given(st.dictionaries(st.text(), JSON))
def test_nulls_may_come_back_or_not(value):
    assert likenesses(value, without_nulls(value)) <= {"equal"}


@given(st.dictionaries(st.text(), JSON), st.dictionaries(st.text(), JSON))
def test_what_was_not_sent_is_nobodys_business(sent, others):
    assert likenesses(sent, {**others, **sent}) <= {"equal"}


@pytest.mark.parametrize(
    ("sent", "returned", "likeness"),
    [
        (1, "1", "different"),
        ("1", 1, "different"),
        (True, 1, "different"),
        (1, True, "different"),
        (0, False, "different"),
        (True, "true", "different"),
        (1, 1.0, "equal"),
        (1.5, 1.25, "different"),
        (2**53 + 1, float(2**53), "lost-digits"),
        (2**53 + 1, 2**53 + 1, "equal"),
        (2**53 + 1, str(2**53 + 1), "different"),
        (2**53 + 1, 5, "different"),
        ("é", "e\u0301", "different"),
        (" padded ", "padded", "normalised"),
        (" pad  ded ", "pad ded", "different"),
        ("", MISSING, "normalised"),
        ("", None, "normalised"),
        ("", "what was there before", "unwritten"),
        ("", " ", "normalised"),
        ("", 5, "different"),
        ("text", MISSING, "different"),
        (None, MISSING, "equal"),
        (None, "kept", "different"),
        ([1, 1], [1], "different"),
        ([1, 2], [2, 1], "different"),
        ({}, [], "different"),
        ({}, MISSING, "equal"),
        ({"empty": {}}, {"empty": None}, "different"),
        ({"empty": {}}, {"empty": []}, "different"),
        ({"empty": []}, {}, "different"),
        (10**400, 10**400 + 1, "lost-digits"),
        (10**400, float("inf"), "different"),
        ({"a": 1}, [], "different"),
        ({"a": 1}, '{"a": 1}', "different"),
    ],
)
def test_each_licence_and_each_limit_of_it(sent, returned, likeness):
    assert likeness in likenesses(sent, returned)


OBJECT = {"type": "object", "properties": {"part": {"type": "string"}, "secret": {"type": "string", "writeOnly": True}}}


@pytest.mark.parametrize(
    ("schema", "sent", "returned", "likeness"),
    [
        ({"type": "string"}, " padded ", "padded", "different"),
        ({"type": "string"}, "", MISSING, "different"),
        ({"type": "string", "x-contract": {"may-normalise": "lower-case"}}, "A@B", "a@b", "normalised"),
        ({"type": "string", "x-contract": {"may-normalise": "lower-case"}}, " A", "a", "different"),
        ({"type": "string", "x-contract": {"may-normalise": ["lower-case", "trim"]}}, " A", "a", "normalised"),
        ({"type": "string"}, "Ada", "ada", "different"),
        ({"type": "number"}, 5, 5.0, "equal"),
        ({"type": "number"}, 1e2, 100, "equal"),
        ({"type": "integer"}, 100, 100.0, "different"),
        ({"type": "array", "items": {"type": "string"}}, ["b", "a", "a"], ["a", "b", "a"], "different"),
        ({"type": "array", "items": {"type": "string", "nullable": True}}, ["a", None], ["a"], "different"),
        (
            {"type": "string", "format": "date-time"},
            "2020-01-01T00:00:00Z",
            "2020-01-01T01:00:00+01:00",
            "normalised",
        ),
        ({"type": "string", "format": "date-time"}, "2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", "different"),
        ({"type": "string", "format": "date"}, "2020-01-01", "2020-01-01T00:00:00Z", "equal"),
        ({"type": "string", "format": "sku"}, "a", "A", "different"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, {}, "different"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, {"a": 1.0}, "different"),
        (OBJECT, {"part": "a", "other": "b", "secret": "c"}, {"part": "a"}, "equal"),
        (OBJECT, {"part": "a"}, {"part": "b"}, "different"),
        ({"oneOf": [OBJECT, {"type": "object", "properties": {"b": {}}}]}, {"b": 1, "z": 2}, {"b": 1}, "equal"),
    ],
)
def test_the_schema_decides_what_is_the_same(schema, sent, returned, likeness):
    found = likenesses(sent, returned, ("member",), Node({}, schema))
    assert likeness in found
    assert found == {"equal"} or likeness != "equal"
