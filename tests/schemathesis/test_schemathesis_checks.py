"""The clauses as a check of Schemathesis: what it tells of a run under way, and its own command with it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.clauses import ALL
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.runner.settings import Settings
from contracts.schemathesis_checks.groups import Groups
from contracts.schemathesis_checks.judging import Judging
from contracts.spec.loading import load_resource

ROOT = Path(__file__).parents[2]
FAULTS = ("", "birthdate-a-day-early", "text-is-html-escaped", "total-amount-is-a-float")
RESOURCE = load_resource()


@pytest.fixture(scope="module")
def runs():
    """A run of the gate for each fault, made once."""
    return {fault: gate_on_mock(fault, seed=1)[0] for fault in FAULTS}


def told(run, exchanges=None, **options):
    """The findings about the exchanges of a run, one after the other as Schemathesis would give them."""
    known = Settings(known_customers=run.header.known_customers)
    judging = Judging(Groups(RESOURCE), ALL, known, "http://here")
    found = []
    for exchange in exchanges or [one for one in run.exchanges if one.is_judged]:
        found += judging.judged(lambda number, one=exchange: replace(one, number=number), **options)
    return found + judging.rest()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_told_bit_by_bit_has_the_findings_of_the_whole(runs, fault):
    """But for what a gate alone can say: which credentials it could not make, which request is a smaller version."""
    whole = {finding.clause for finding in runs[fault].findings if finding.level == "MUST"}
    parts = {finding.clause for finding in told(runs[fault])}
    assert whole <= parts
    assert bool(whole) == bool(parts)


def test_each_finding_is_told_once(runs):
    findings = told(runs["birthdate-a-day-early"])
    assert len({(finding.clause, finding.member) for finding in findings}) == len(findings)
    assert all(finding.curl.startswith("curl ") for finding in findings)


@given(data=st.data())
@settings(max_examples=15)
def test_any_beginning_of_a_sound_run_is_without_a_finding(runs, data):
    exchanges = [one for one in runs[""].exchanges if one.is_judged]
    assert told(runs[""], exchanges[: data.draw(st.integers(1, len(exchanges)))]) == []


def test_requests_under_way_at_one_moment_are_not_judged_by_each_other(runs):
    run = runs["birthdate-a-day-early"]
    at_once = [replace(one, started=1.0, ended=2.0) for one in run.exchanges if one.is_judged]
    assert {finding.clause for finding in told(run)} == {"echo.dates"}
    assert all(finding.steps == (finding.exchange,) for finding in told(run, at_once))


def test_with_several_workers_stories_wait_for_the_end(runs):
    findings = told(runs["birthdate-a-day-early"], with_stories=False)
    assert {finding.clause for finding in findings} == {"echo.dates"}


def command(server, folder, *arguments):
    hooks = {"SCHEMATHESIS_HOOKS": "contracts.schemathesis_checks", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "spec" / "openapi.yaml")),
            *("--url", server.url, "--seed", "1", "--no-color", "--phases", "examples,coverage"),
            *("-H", f"X-App-Id: {server.app_id}", "-H", f"X-App-Token: {server.app_token}"),
            *("--checks", "contracts", *arguments),
        ],
        cwd=folder,
        env=os.environ | hooks,
        capture_output=True,
        text=True,
        timeout=200,
    )


def test_the_command_passes_a_sound_server(tmp_path, mock):
    done = command(mock, tmp_path)
    assert done.returncode == 0, done.stdout
    assert "No issues found" in done.stdout


def test_the_command_sees_what_no_single_answer_shows(tmp_path):
    with running(["birthdate-a-day-early", "created-at-moves-on-upsert"]) as server:
        done = command(server, tmp_path)
        assert server.app_token not in done.stdout
    assert done.returncode == 1, done.stdout
    assert done.stdout.count("- ST901 MUST echo.dates: Echoes a date to the day, and a time to the instant\n") == 1
    assert "observed " in done.stdout
    assert "- ST901 MUST upsert." in done.stdout


def test_options_stand_in_the_configuration_of_schemathesis(tmp_path, mock):
    (tmp_path / "schemathesis.toml").write_text('[checks.contracts]\nclause = ["no-such-clause"]\n')
    done = command(mock, tmp_path)
    assert done.returncode != 0
    assert "there is no clause 'no-such-clause'" in done.stdout + done.stderr
