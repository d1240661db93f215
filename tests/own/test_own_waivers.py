"""Waivers for clauses of a user's own, and for a run that needs none."""

from dataclasses import replace

import msgspec
import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.errors import UsageError
from contracts.matrix import gate_on_mock
from contracts.record.run import write
from tests.own.test_own_clauses import OWN

NONE_NEEDED = "nothing that must hold is broken: no waiver is needed\n"
OF_MY_OWN = '[[waiver]]\nclause = "shop.tier"\nreason = "from release 9 on"\n'


def kept(folder, *, own_is_broken):
    """The record of a run, in which a clause of the user's own is broken or nothing is."""
    run = gate_on_mock("total-amount-is-a-float" if own_is_broken else "", seed=1)[0]
    if own_is_broken:
        outcomes = tuple(
            msgspec.structs.replace(one, clause="shop.tier") if one.outcome == "fail" else one for one in run.outcomes
        )
        findings = tuple(msgspec.structs.replace(one, clause="shop.tier") for one in run.findings)
        run = replace(run, outcomes=outcomes, findings=findings)
    write(run, folder / "run.ndjson")
    return str(folder)


def test_own_clauses_are_known_by_their_file(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    waivers = tmp_path / "w.toml"
    waivers.write_text(OF_MY_OWN)
    run = kept(tmp_path, own_is_broken=True)
    without = CliRunner().invoke(group, ["waivers", run, "--update", str(waivers)])
    assert isinstance(without.exception, UsageError)
    assert "there is no clause 'shop.tier'" in str(without.exception)
    done = CliRunner().invoke(group, ["waivers", run, "--update", str(waivers), "--clauses", str(tmp_path / "own.py")])
    assert done.exit_code == 0, done.output
    assert "from release 9 on" in waivers.read_text()


@pytest.mark.parametrize("update", [False, True])
def test_a_run_that_needs_no_waiver_says_so(update, tmp_path):
    waivers = tmp_path / "w.toml"
    options = ["--update", str(waivers)] if update else []
    done = CliRunner().invoke(group, ["waivers", kept(tmp_path, own_is_broken=False), *options])
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", NONE_NEEDED)
    assert not waivers.exists()


def test_waivers_that_are_needed_no_more_go(tmp_path):
    waivers = tmp_path / "w.toml"
    waivers.write_text('[[waiver]]\nclause = "money.average"\nreason = "x"\n')
    done = CliRunner().invoke(group, ["waivers", kept(tmp_path, own_is_broken=False), "--update", str(waivers)])
    assert (done.exit_code, done.stderr) == (0, NONE_NEEDED)
    assert waivers.read_text() == ""
