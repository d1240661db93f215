"""Each clause over time: broke, mended, flaky."""

from dataclasses import replace

from click.testing import CliRunner

from contracts.cli import group
from contracts.compare.history import keep, timelines
from contracts.matrix import gate_on_mock

GOOD, BAD = gate_on_mock(seed=2)[0], gate_on_mock("gift-is-a-list", seed=2)[0]


def kept(folder, *runs):
    for day, run in enumerate(runs, 1):
        keep(
            replace(run, header=replace(run.header, started=f"2026-01-{day:02}T10:00:00.000+00:00")),
            folder,
            "http://shop",
        )
    return {row.clause: row for row in timelines(folder)[0].rows}


def test_says_when_a_clause_broke_and_when_it_was_mended(tmp_path):
    rows = kept(tmp_path, GOOD, BAD, BAD, GOOD)
    assert rows["schema.types"].outcomes == ("pass", "fail", "fail", "pass")
    assert [(turn.index, turn.broke) for turn in rows["schema.types"].turns] == [(1, True), (3, False)]
    assert rows["echo.strings"].turns == ()
    output = CliRunner().invoke(group, ["history", str(tmp_path)]).output
    assert "schema.types" in output
    assert "✓✗✗✓" in output
    assert "clauses kept in every run" in output


def test_broken_once_is_no_flake_and_back_and_forth_is(tmp_path):
    assert not kept(tmp_path / "once", GOOD, GOOD, BAD, BAD)["schema.types"].flaky
    assert kept(tmp_path / "often", GOOD, BAD, GOOD, BAD)["schema.types"].flaky
    assert "flaky" in CliRunner().invoke(group, ["history", str(tmp_path / "often")]).output


def test_an_empty_folder_is_a_usage_error(tmp_path):
    done = CliRunner().invoke(group, ["history", str(tmp_path)])
    assert "holds no run records" in str(done.exception)


def test_gate_keeps_its_runs_and_reads_reports_too(tmp_path):
    for _ in range(2):
        assert CliRunner().invoke(group, ["gate", "--history", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(group, ["gate", "--report", str(tmp_path / "report")]).exit_code == 0
    found = timelines(tmp_path)
    assert {timeline.target.partition(":")[0]: len(timeline.runs) for timeline in found} == {"embedded": 2, "http": 1}
