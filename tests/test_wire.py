"""JSON is read as it stood on the wire."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.wire import MISSING, http_date, path_text, read_json, shown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_json_writes_is_read_without_a_problem(value):
    reading = read_json(json.dumps(value).encode())
    assert reading.value == value
    assert reading.problems == ()


@given(st.binary())
def test_any_bytes_end_in_a_reading(data):
    reading = read_json(data)
    assert reading.value is not MISSING or reading.problems


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"a":1', "malformed"),
        (b'{"a":1}x', "malformed"),
        (b'{"a":1,}', "malformed"),
        (b'{"a":NaN}', "constant"),
        (b'{"a":-Infinity}', "constant"),
        (b'{"a":1,"b":{"c":1,"c":1}}', "duplicate-name"),
        (b"\xef\xbb\xbf{}", "byte-order-mark"),
        (b'{"a":"\xe9"}', "not-utf-8"),
        ('{"a":1}'.encode("utf-16"), "not-utf-8"),
        (b"[" * 200_000, "too-deep"),
    ],
)
def test_what_is_wrong_with_the_bytes_is_named(data, kind):
    assert kind in [problem for problem, _ in read_json(data).problems]


def test_an_integer_is_one_only_without_fraction_or_exponent():
    value = read_json(b'{"a":100,"b":100.0,"c":1e2}').value
    assert type(value["a"]) is int
    assert type(value["b"]) is float
    assert type(value["c"]) is float


def test_an_integer_of_ten_thousand_digits_is_read():
    assert read_json(b"1" * 10_000).problems == ()


def test_paths_read_as_people_write_them():
    assert path_text(("a", 0, "b-c", "d")) == '$.a[0]["b-c"].d'


@given(JSON)
def test_any_value_is_shown_in_one_printable_line(value):
    assert shown(value).isprintable()
    assert len(shown(value)) <= 120


def test_a_lone_surrogate_is_shown_escaped():
    assert "\\ud83d" in shown("\ud83d")


@given(JSON, st.integers(5, 200))
def test_a_value_is_shown_as_its_beginning_whatever_its_length(value, limit):
    whole = shown(value, 10**9)
    assert shown(value, limit) == (whole if len(whole) <= limit else f"{whole[: limit - 1]}…")


def test_what_does_not_fit_is_not_looked_at():
    class Trap(dict):
        def items(self):
            yield "a", "x" * 200
            yield "b", 1
            pytest.fail("looked at what does not fit")

    assert shown(Trap(), 50) == '{"a": "' + "x" * 42 + "…"
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep, 20) == "[" * 19 + "…"
    while deep:  # Python itself would take it apart one in another
        deep = deep.pop()


def test_equal_long_bodies_share_one_reading():
    body = b'{"a": "' + b"x" * 20_000 + b'"}'
    one, other = read_json(body), read_json(bytes(bytearray(body)))
    assert one is other
    assert read_json(b'{"a": 1}').value == {"a": 1}


NUMBERS = st.integers(0, 10**25)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_a_date_header_is_an_instant_or_nothing(day, year, hour, second, zone):
    read = http_date(f"Mon, {day} Jan {year} {hour}:00:{second} +{zone}")
    assert read is None or read.tzinfo is not None


def test_a_year_that_no_clock_has_is_no_date():
    assert http_date("Mon, 01 Jan 99999999999999999999 00:00:00 GMT") is None
