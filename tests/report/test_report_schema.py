"""The published schema of the run record is that of its messages, and real records keep it."""

import json
from pathlib import Path

import jsonschema
import pytest

from contracts.matrix import gate_on_mock
from contracts.record.messages import schema
from contracts.record.run import lines
from tests.report.hostile import HOSTILE

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "run-record.schema.json"


def test_the_published_schema_is_up_to_date():
    """Else: python -m contracts.record > docs/schemas/run-record.schema.json."""
    assert json.loads(PUBLISHED.read_text("utf-8")) == json.loads(json.dumps(schema()))


@pytest.mark.parametrize("run", [gate_on_mock("gift-is-a-list", seed=5)[0], HOSTILE], ids=["faulty", "hostile"])
def test_real_records_keep_it(run):
    judge = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text("utf-8")))
    for line in lines(run):
        assert [error.message for error in judge.iter_errors(json.loads(line))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "exchange"},
        {"kind": "nothing"},
        {},
        {"kind": "finding", "clause": 5},
        {"kind": "coverage", "reached": 1, "wanted": 2, "shoe": 1},
    ],
)
def test_what_is_no_line_breaks_it(wrong):
    assert not jsonschema.Draft202012Validator(schema()).is_valid(wrong)
