"""What came back is compared with what was sent: strictly, and with the licences that the contract gives."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses.sameness import pairs
from contracts.wire import MISSING

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def likenesses(sent, returned, path=("metadata",)):
    return {pair.likeness for pair in pairs(sent, returned, path)}


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


def test_an_e_mail_in_lower_case_is_normalised_and_a_name_is_changed():
    assert likenesses("A@B.example", "a@b.example", ("email",)) == {"normalised"}
    assert likenesses("Ada", "ada", ("name",)) == {"different"}
