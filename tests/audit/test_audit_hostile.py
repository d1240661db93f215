"""``contracts audit`` on what is made to break it: endless nesting, and clauses of ours that raise."""

import json
import resource
import subprocess
import sys
from dataclasses import replace

import pytest

from contracts.audit import judge as judging
from contracts.audit import lines as line_judging
from contracts.audit.audit import audit
from contracts.audit.depth import DEEPEST, MARK, Shallow
from contracts.audit.report import record, verdict
from contracts.audit.storage import Source
from contracts.audit.tally import Example, Tally
from contracts.spec.document import pinned
from tests.audit.bodies import BODIES
from tests.conftest import ROOT

GOOD = json.dumps(BODIES[1])
TOO_DEEP = "nested too deeply to be read"


def nested(depth, opened="[", closed="]"):
    return opened * depth + "1" + closed * depth


def small():
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))


def audited(path, *options):
    return subprocess.run(
        [sys.executable, "-m", "contracts", "audit", str(path), "--workers", "1", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        preexec_fn=small,
    )


@pytest.mark.parametrize(
    "text",
    [
        nested(1200),
        nested(16_000),
        nested(100_000),
        "{" + f'"log": {{"entries": [{nested(5000)}]}}' + "}",
        "[" + nested(3000, '[{"a":', "}]") + "]",
        f'{{"id": {nested(480)}}}',
        f'{{"metadata": {nested(900)}}}',
        f'{{"metadata": {nested(5000)}}}',
    ],
    ids=["1200", "16,000", "100,000", "har", "both", "480 in a body", "900 in a body", "5,000 in a body"],
)
def test_nesting_of_any_depth_is_damaged_or_judged(text, tmp_path):
    (tmp_path / "d.ndjson").write_text(text + "\n")
    done = audited(tmp_path / "d.ndjson")
    assert done.returncode in (1, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert TOO_DEEP in done.stdout or "1 answers" in done.stdout


def test_only_the_deep_entry_is_damaged(tmp_path):
    (tmp_path / "d.json").write_text(f"[{GOOD}, {nested(20_000)}, {GOOD}]")
    tally = audit([Source(str(tmp_path / "d.json"))], pinned(), "lenient", workers=1)
    assert tally.judged == 2
    assert tally.damaged.total() == 1
    (example,) = [one for key, one in tally.first.items() if key[0] == "damaged"]
    assert (example.line, example.observed) == (2, TOO_DEEP)


class Pieces:
    """A file that gives what it has in small pieces, so that each state is carried over their ends."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def read(self, _):
        piece, self.data = self.data[: self.size], self.data[self.size :]
        return piece


def shallow(text, size):
    file = Shallow(Pieces(text.encode(), size))
    return b"".join(iter(lambda: file.read(65536), b"")).decode()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 65536])
def test_what_is_too_deep_becomes_a_mark_and_all_else_stays(size):
    deep = nested(DEEPEST + 5)
    for text in (f'[{GOOD}, "[[[\\"[[\\\\", "' + "[" * 500 + '"]', "[1, 2] "):
        assert shallow(text, size) == text
    kept = "[" * DEEPEST
    assert shallow(f'{deep}, "["', size) == f'{kept}"{MARK}"{"]" * DEEPEST}, "["'
    assert shallow(kept + '["]\\"", 1], 2' + "]" * DEEPEST, size) == f'{kept}"{MARK}", 2{"]" * DEEPEST}'


def raising(*_):
    raise OverflowError("cannot convert\nfloat infinity to integer")
    yield


@pytest.fixture
def broken_clause(monkeypatch):
    clauses = tuple(
        replace(clause, check=raising) if clause.id == "dates.date-time" else clause for clause in judging.OF_A_BODY
    )
    monkeypatch.setattr(line_judging, "OF_A_BODY", clauses)


@pytest.mark.usefixtures("broken_clause")
def test_a_clause_that_raises_is_an_error_counted_and_named(tmp_path):
    path = tmp_path / "b.ndjson"
    path.write_text(json.dumps({**BODIES[1], "id": 5}) + "\n" + json.dumps({**BODIES[1], "name": 5}) + "\n")
    tally = audit([Source(str(path))], pinned(), "lenient", workers=1)
    assert tally.errors == {"dates.date-time": 2}
    assert tally.first["error", "dates.date-time"].line == 1
    assert tally.judged == 2
    assert any(clause == "schema.types" for clause, _ in tally.findings)
    made = record(tally, (), strict=False)
    assert made["errors"][0]["clause"] == "dates.date-time"
    assert made["errors"][0]["first"]["observed"] == "OverflowError: cannot convert float infinity to integer"


def test_an_error_is_never_green_and_a_breach_beside_it_counts():
    tally = Tally(lines=1, judged=1)
    assert verdict(tally, strict=False)[0] == "conformant"
    tally.fail("dates.date-time", Example("b.ndjson", 1, "$", "OverflowError: x"))
    assert verdict(tally, strict=False) == (
        "inconclusive",
        "an error of contracts itself in dates.date-time, at b.ndjson:1: OverflowError: x",
    )
    both = Tally()
    both.add(tally)
    both.add(tally)
    assert both.errors == {"dates.date-time": 2}
    both.findings["schema.types", "$.id"] += 1
    assert verdict(both, strict=False)[0] == "violated"


def test_an_error_beside_the_clauses_is_told_like_one_of_theirs(tmp_path, monkeypatch):
    path = tmp_path / "b.ndjson"
    path.write_text(json.dumps({**BODIES[1], "id": 5}) + "\n")
    monkeypatch.setattr(judging, "history", raising_at_once)
    tally = audit([Source(str(path))], pinned(), "lenient", workers=1)
    assert tally.errors == {"the audit itself": 1}
    assert verdict(tally, strict=False)[0] == "inconclusive"


def raising_at_once(*_):
    raise OverflowError("x")
