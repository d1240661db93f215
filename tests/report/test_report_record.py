"""A record that was cut, edited or is of another version is refused with one clear line; a whole one is read back."""

import json
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.matrix import gate_on_mock
from contracts.record.run import lines, parse, read
from tests.report.hostile import HOSTILE

RUN, _ = gate_on_mock("gift-is-a-list", seed=5)
LINES = tuple(lines(RUN))
COUNTS = ("requests", "findings", "clauses", "exit_code")


def refused(changed):
    with pytest.raises(DocumentError) as caught:
        parse("\n".join(changed) + "\n", "run.ndjson")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("run.ndjson: ")
    return str(caught.value)


@pytest.mark.parametrize("run", [RUN, HOSTILE], ids=["faulty", "hostile"])
def test_a_whole_record_is_read_back_equal(run):
    written = list(lines(run))
    assert list(lines(parse("".join(f"{line}\n" for line in written), "x"))) == written


@given(st.integers(0, len(LINES) - 1))
@settings(max_examples=80)
def test_any_line_removed_doubled_or_garbled_is_refused(index):
    refused([*LINES[:index], *LINES[index + 1 :]])
    refused([*LINES[: index + 1], *LINES[index:]])
    refused([*LINES[:index], LINES[index][: len(LINES[index]) // 2], *LINES[index + 1 :]])


@given(st.integers(0, sum(map(len, LINES)) + len(LINES) - 3))
@settings(max_examples=60)
def test_a_record_cut_anywhere_is_refused(length):
    text = "".join(f"{line}\n" for line in LINES)
    refused(text[:length].split("\n"))


@given(st.sampled_from(COUNTS), st.integers(-5, 500) | st.booleans() | st.none() | st.text(max_size=2))
@settings(max_examples=60)
def test_any_count_of_the_footer_edited_is_refused(name, value):
    footer = json.loads(LINES[-1])
    if footer[name] == value and type(footer[name]) is type(value):
        return
    refused([*LINES[:-1], json.dumps({**footer, name: value})])


@given(st.sampled_from(sorted(json.loads(LINES[-1])["outcomes"])), st.integers(1, 9))
@settings(max_examples=20)
def test_the_outcomes_counted_are_those_of_the_clauses(name, more):
    footer = json.loads(LINES[-1])
    footer["outcomes"][name] += more
    assert "was edited: the footer says" in refused([*LINES[:-1], json.dumps(footer)])


def test_findings_cannot_be_moved_between_clauses_or_the_verdict_turned():
    clauses = [i for i, line in enumerate(LINES) if line.startswith('{"kind": "clause"')]
    broken = next(i for i in clauses if '"fail"' in LINES[i])
    other = next(i for i in clauses if i != broken)
    changed = list(LINES)
    for index, by in ((broken, -1), (other, 1)):
        record = json.loads(changed[index])
        changed[index] = json.dumps({**record, "findings": record["findings"] + by})
    assert "says" in refused(changed)
    green = {**json.loads(LINES[-1]), "verdict": "conformant", "exit_code": 0}
    assert "is not kept" in refused([*LINES[:-1], json.dumps(green)])


def test_what_a_strange_record_says_stays_on_one_line():
    clause = next(i for i, line in enumerate(LINES) if line.startswith('{"kind": "clause"') and '"fail"' in line)
    record = {**json.loads(LINES[clause]), "clause": "a\nb\u001b[31m"}
    assert "a\\nb\\x1b" in refused([*LINES[:clause], json.dumps(record), *LINES[clause + 1 :]])
    footer = {**json.loads(LINES[-1]), "requests": "\n"}
    refused([*LINES[:-1], json.dumps(footer)])


def test_another_version_is_named():
    header = {**json.loads(LINES[0]), "version": 99}
    assert "is a record of version 99, this contracts reads version 2" in refused([json.dumps(header), *LINES[1:]])


@given(st.randoms(use_true_random=False), st.integers(0, len(LINES) - 1))
@settings(max_examples=100)
def test_any_member_of_another_type_is_refused_or_read_but_never_raises(rng: random.Random, index):
    record = json.loads(LINES[index])
    name = rng.choice(sorted(record))
    changed = json.dumps({**record, name: rng.choice([None, 5, "x", [], {}, [[1]], {"a": 1}, -1.5])})
    with suppress(DocumentError):
        parse("\n".join([*LINES[:index], changed, *LINES[index + 1 :]]), "run.ndjson")


def lines_of(kind):
    return [number for number, line in enumerate(LINES) if line.startswith(f'{{"kind": "{kind}"')]


@pytest.mark.parametrize("kind", ["header", "exchange", "clause", "finding", "footer"])
def test_a_member_that_is_missing_or_unknown_is_told_with_its_line(kind):
    at = lines_of(kind)[-1]
    record = json.loads(LINES[at])
    name = list(record)[1]
    lacking = {key: value for key, value in record.items() if key != name}
    said = refused([*LINES[:at], json.dumps(lacking), *LINES[at + 1 :]])
    assert said.startswith(f"run.ndjson: line {at + 1} is no line of a run record: ")
    assert name in said
    said = refused([*LINES[:at], json.dumps({**record, "shoe": 1}), *LINES[at + 1 :]])
    assert said.startswith(f"run.ndjson: line {at + 1} is no line of a run record: ")
    assert "shoe" in said


def test_what_an_exchange_holds_is_told_in_words():
    at = lines_of("exchange")[0]
    record = json.loads(LINES[at])
    for strange in ({"request": 5}, {"request": {}}, {"answer": []}, {"leaks": 7}):
        said = refused([*LINES[:at], json.dumps({**record, **strange}), *LINES[at + 1 :]])
        assert said.startswith(f"run.ndjson: line {at + 1} is no line of a run record: ")
        assert "Error" not in said
        assert "__init__" not in said


def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path):
    (tmp_path / "latin.ndjson").write_bytes(b"\xe4\n")
    for name, why in (
        ("nowhere.ndjson", "there is no such file"),
        (".", "it is a folder"),
        ("latin.ndjson", "it is no text in UTF-8"),
    ):
        with pytest.raises(DocumentError) as caught:
            read(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: cannot be read as a run record: {why}"
