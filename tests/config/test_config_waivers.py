"""A waived clause still runs: it no longer fails, and a waiver that is stale or expired fails the gate."""

import pytest

from contracts.mock.server import running
from contracts.record.run import read
from tests.conftest import credentials

WAIVER = '[[waiver]]\nclause = "{}"\nreason = "mended in release 8"\n'


@pytest.fixture
def broken():
    with running(["total-amount-is-a-float"]) as server:
        yield server


def gate(contracts, server, *arguments):
    return contracts("gate", "--target", server.url, *arguments, **credentials(server))


def test_what_is_waived_no_longer_fails_and_is_told(contracts, broken, tmp_path):
    (tmp_path / "w.toml").write_text(WAIVER.format("money.integer-minor-units"))
    done = gate(contracts, broken, "--waivers", "w.toml", "--report", "out")
    assert done.returncode == 0, done.stdout
    assert "waived: mended in release 8: money.integer-minor-units" in done.stdout
    (finding,) = read(tmp_path / "out" / "run.ndjson").findings
    assert finding.waived == "mended in release 8"


def test_another_place_of_the_same_clause_still_fails(contracts, broken, tmp_path):
    text = WAIVER.format("money.integer-minor-units") + 'path = "$.summary.orders.average_amount"\n'
    (tmp_path / "w.toml").write_text(text)
    assert gate(contracts, broken, "--waivers", "w.toml").returncode == 1


def test_a_waiver_that_is_needed_no_more_fails_as_stale(contracts, mock, tmp_path):
    (tmp_path / "w.toml").write_text(WAIVER.format("money.integer-minor-units"))
    done = gate(contracts, mock, "--waivers", "w.toml")
    assert done.returncode == 1
    assert "is stale: it passes again" in done.stdout


def test_an_expired_waiver_fails(contracts, broken, tmp_path):
    (tmp_path / "w.toml").write_text(WAIVER.format("money.integer-minor-units") + "until = 2020-01-31\n")
    done = gate(contracts, broken, "--waivers", "w.toml")
    assert done.returncode == 1
    assert "expired on 2020-01-31" in done.stdout


def test_waivers_are_written_from_a_run(contracts, broken, tmp_path):
    gate(contracts, broken, "--report", "out")
    done = contracts("waivers", "out", "--update", "w.toml")
    assert done.returncode == 0, done.stderr
    assert "1 waivers in w.toml" in done.stdout
    assert gate(contracts, broken, "--waivers", "w.toml").returncode == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WAIVER.format("no.such"), "no clause 'no.such'"),
        ('[[waiver]]\nclause = "money.average"', "has no reason"),
        (WAIVER.format("money.average") + 'untill = "x"', "unknown key 'untill'"),
        (WAIVER.format("money.average") + 'until = "soon"', "until is no date"),
        ("waivers = 3", "unknown key 'waivers'"),
        ("[", "is no TOML"),
    ],
)
def test_a_wrong_file_is_one_line(contracts, tmp_path, text, says):
    (tmp_path / "w.toml").write_text(text)
    done = contracts("gate", "--waivers", "w.toml")
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
