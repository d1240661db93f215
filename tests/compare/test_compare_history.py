"""Each clause over time: broke, mended, flaky."""

from dataclasses import replace

import msgspec
import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.compare.history import keep, timelines
from contracts.errors import UsageError
from contracts.matrix import gate_on_mock

GOOD, BAD = gate_on_mock(seed=2)[0], gate_on_mock("gift-is-a-list", seed=2)[0]


def kept(folder, *runs):
    for day, run in enumerate(runs, 1):
        keep(
            replace(run, header=msgspec.structs.replace(run.header, started=f"2026-01-{day:02}T10:00:00.000+00:00")),
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
    assert {timeline.target: len(timeline.runs) for timeline in found} == {"embedded": 3}


def test_the_embedded_server_is_one_target_whatever_its_port(tmp_path):
    for name in ("one", "two"):
        assert CliRunner().invoke(group, ["gate", "--report", str(tmp_path / name), "--budget", "10"]).exit_code in (
            0,
            3,
        )
    assert CliRunner().invoke(group, ["gate", "--history", str(tmp_path), "--budget", "10"]).exit_code in (0, 3)
    assert [(one.target, len(one.runs)) for one in timelines(tmp_path)] == [("embedded", 3)]


def test_a_broken_record_is_named_and_the_others_are_shown(tmp_path):
    kept(tmp_path, GOOD, BAD)
    (tmp_path / "http-shop" / "cut.ndjson").write_text('{"kind": "header"}\n')
    (tmp_path / "http-shop" / "locked.ndjson").mkdir()
    (tmp_path / "ledger-contracts-1.ndjson").write_text("{}\n")
    done = CliRunner().invoke(group, ["history", str(tmp_path)])
    assert done.exit_code == 2
    assert "http-shop   2 runs" in done.stdout
    told = done.stderr.splitlines()
    assert [line.partition("http-shop/")[2].partition(":")[0] for line in told] == ["cut.ndjson", "locked.ndjson"]
    assert told[1].endswith("locked.ndjson: cannot be read as a run record: it is a folder")


def test_nothing_but_broken_records_is_told_once_for_each(tmp_path):
    (tmp_path / "cut.ndjson").write_text("")
    done = CliRunner().invoke(group, ["history", str(tmp_path)])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path, monkeypatch):
    monkeypatch.setattr("contracts.cli.gate.make_run", lambda *_: pytest.fail("something was sent"))
    (tmp_path / "taken").write_text("")
    done = CliRunner().invoke(group, ["gate", "--history", str(tmp_path / "taken" / "runs")])
    assert isinstance(done.exception, UsageError)
    assert "cannot be written to (Not a directory); name another folder" in str(done.exception)
