"""Bodies as a person sees them: the wire's own spelling, the member marked, everything bounded."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.report.body import LONGEST_LINE, MOST_LINES, lines, visible
from contracts.wire import path_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=8,
)


def marked(data, where):
    return [line.text for line in lines(data, where) if line.marked]


@pytest.mark.parametrize(
    ("body", "where", "found"),
    [
        (b'{"a":{"b":100.0,"c":1}}', "$.a.b", ['"b": 100.0,']),
        (b'{"a":1e2}', "$.a", ['"a": 1e2']),
        (b'[{"x":1},{"x":2}]', "$[1].x", ['"x": 2']),
        (b'{"a b":{"c":1}}', '$["a b"].c', ['"c": 1']),
        (b'{"a":1,"a":2}', "$.a", ['"a": 1,', '"a": 2']),
        (b'{"a":[1,2]}', "$.a", ['"a": [', "1,", "2", "]"]),
        (b'{"a":{}}', "$.a.b", ["b is absent"]),
        (b"{}", "$.a.b", ["a.b is absent"]),
        (b'{"a": 1, "b', "$.a", ['"a": 1,']),
        (b"<html>", "$.a", []),
        (b'{"a":1}', "status", []),
    ],
)
def test_marks_the_member_at_the_path(body, where, found):
    assert marked(body, where) == found


@given(VALUES)
@settings(max_examples=60)
def test_every_leaf_of_any_json_can_be_marked_and_nothing_is_lost(value):
    def leaves(value, path=()):
        if isinstance(value, dict) and value:
            for name, below in value.items():
                yield from leaves(below, (*path, name))
        elif isinstance(value, list) and value:
            for index, below in enumerate(value):
                yield from leaves(below, (*path, index))
        elif path:
            yield path

    data = json.dumps(value).encode()
    if not isinstance(value, (dict, list)):
        return
    assert json.loads("".join(line.text for line in lines(data))) == value
    for path in leaves(value):
        assert marked(data, path_text(path))


@given(st.binary(max_size=60), st.text(max_size=10))
@settings(max_examples=80)
def test_any_bytes_become_printable_lines(data, where):
    assert all(visible(line.text) == line.text for line in lines(data, "$" + where))


@pytest.mark.parametrize("items", [50_000, 1_000_000])
def test_a_long_body_is_bounded_and_its_mark_shown_where_it_is_near(items):
    began = time.monotonic()
    shown = lines(b"[" + b'{"x":1},' * items + b'{"deep":1}]', "$[50000].deep")
    assert len(shown) <= MOST_LINES + 40
    assert all(len(line.text) < LONGEST_LINE + 60 for line in shown)
    assert items > 50_000 or [line.text for line in shown if line.marked] == ['"deep": 1']
    assert time.monotonic() - began < 10


def test_deep_nesting_is_bounded():
    began = time.monotonic()
    assert len(lines(b"[" * 500_000, "$[0][0]")) <= MOST_LINES + 40
    assert time.monotonic() - began < 10
