"""Long work tells how far it is, without a terminal too; and the example of ``faults`` can be typed in."""

import json

import pytest
from click.testing import CliRunner

from contracts.cli import group, throttled_log
from contracts.cli.faults import command as faults
from contracts.cli.throttled_log import ThrottledLog
from contracts.mock.registry import all_faults
from tests.audit.bodies import BODIES


def test_a_line_comes_when_it_is_due_and_not_before(capsys):
    now = [0.0]
    lines = ThrottledLog(is_wanted=True, clock=lambda: now[0])
    for second in range(25):
        now[0] = float(second)
        lines.tell(f"at {second}")
    assert capsys.readouterr().err == "at 10\nat 20\n"
    ThrottledLog(is_wanted=False, clock=iter((0.0, 99.0)).__next__).tell("not here")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["audit", "faults"])
def test_long_work_tells_how_far_it_is(command, tmp_path, monkeypatch):
    monkeypatch.setattr(throttled_log, "EVERY", 0.0)
    path = tmp_path / "b.ndjson"
    path.write_text(json.dumps(BODIES[1]) + "\n")
    if command == "audit":
        done = CliRunner().invoke(group, ["audit", str(path)])
        assert done.stderr == f"audited {path.stat().st_size:,} bytes of {path.stat().st_size:,}\n"
    else:
        monkeypatch.setattr("contracts.cli.faults.rows", told_one)
        done = CliRunner().invoke(group, ["faults", "--group", "dates"])
        assert done.stderr.startswith("1 of ")


def told_one(faults, variants, budget, workers, done):
    done(type("Row", (), {"name": faults[0]}))
    return []


def test_the_example_of_faults_names_a_group_that_there_is():
    words = (faults.epilog or "").split()
    assert words[words.index("--group") + 1] in {fault.group for fault in all_faults().values()}
