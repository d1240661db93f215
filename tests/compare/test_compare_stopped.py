"""A comparison that is stopped compares nothing, and what is wrong is said before anything is sent."""

import signal
from dataclasses import replace

import msgspec
import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.compare import sides
from contracts.compare.compare import compare
from contracts.compare.show import lines
from contracts.errors import InterruptedRunError, UsageError
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.run import write
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.runner.settings import Settings
from tests.conftest import credentials


def unanswered(folder):
    """The record of a run whose target never answered."""
    run = gate_on_mock(seed=1)[0]
    outcomes = tuple(msgspec.structs.replace(one, outcome="blocked", findings=0) for one in run.outcomes)
    counts = {"blocked": len(outcomes)}
    footer = msgspec.structs.replace(
        run.footer, verdict="inconclusive", exit_code=3, reason="nobody answers", outcomes=counts, findings=0
    )
    folder.mkdir()
    write(replace(run, outcomes=outcomes, findings=(), footer=footer), folder / "run.ndjson")
    return folder


@pytest.mark.parametrize(("fault", "after"), [("", 5), ("gift-is-a-list", 40)], ids=["early", "after a breach"])
def test_ctrl_c_in_old_cleans_up_and_sends_nothing_to_new(fault, after, monkeypatch, tmp_path):
    made = []

    def interrupted(choices, environment):
        def progress(sent, budget, probe):
            if sent == after:
                signal.raise_signal(signal.SIGINT)

        made.append(make_run(choices, environment, progress))
        return made[-1]

    monkeypatch.setattr(sides, "make_run", interrupted)
    with running([fault] if fault else []) as server:
        before = len(server.customers())
        environment = credentials(server) | {"XDG_STATE_HOME": str(tmp_path)}
        with pytest.raises(InterruptedRunError) as error:
            sides.both(server.url, server.url, Choices(Settings(known_customers=server.known_customers)), environment)
        assert len(server.customers()) == before
    assert len(made) == 1
    assert made[0].footer.verdict == ("violated" if fault else "inconclusive")
    assert str(error.value) == f"interrupted in OLD {server.url}: nothing is compared, and what it created is deleted"
    assert error.value.exit_code == 3


def test_inconclusive_on_either_side_is_no_green(tmp_path):
    good = gate_on_mock(seed=1)[0]
    (tmp_path / "good").mkdir()
    write(good, tmp_path / "good" / "run.ndjson")
    blocked = str(unanswered(tmp_path / "blocked"))
    for pair in ((blocked, str(tmp_path / "good")), (str(tmp_path / "good"), blocked)):
        done = CliRunner().invoke(group, ["compare", *pair])
        assert done.exit_code == 3
        side = "OLD" if pair[0] == blocked else "NEW"
        assert f"{side} is inconclusive: nobody answers" in done.output


def test_a_new_breach_counts_beside_an_inconclusive_old(tmp_path):
    bad = gate_on_mock("gift-is-a-list", seed=1)[0]
    result = compare(sides.read_record(str(unanswered(tmp_path / "blocked"))), bad)
    assert result.exit_code(exact=False) == 1
    assert ("yellow", "OLD is inconclusive: nobody answers") in list(lines(result))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("http://", "NEW 'http://' is no http(s) URL"),
        ("http://a:b@shop", "NEW has credentials in it"),
        ("nowhere", "there is no run record here"),
    ],
)
def test_both_arguments_are_checked_before_anything_is_sent(new, said, monkeypatch):
    monkeypatch.setattr(sides, "make_run", lambda *_: pytest.fail("something was sent"))
    with pytest.raises(UsageError) as error:
        sides.both("http://127.0.0.1:9", new, Choices(), {})
    assert said in str(error.value)
    assert "--target" not in str(error.value)


def test_credentials_of_both_are_checked_before_anything_is_sent(monkeypatch):
    monkeypatch.setattr(sides, "make_run", lambda *_: pytest.fail("something was sent"))
    with pytest.raises(UsageError, match="NEW: VOUCHERIFY_APP_ID holds white space"):
        sides.both("embedded", "http://127.0.0.1:9", Choices(), {"NEW_VOUCHERIFY_APP_ID": "an-id "})


def test_fewer_than_no_requests_is_a_usage_error():
    done = CliRunner().invoke(group, ["compare", "embedded", "embedded", "--learn", "-1"])
    assert done.exit_code == 2
    assert "--learn" in done.output


def test_a_run_that_was_stopped_after_a_breach_says_so():
    def progress(sent, budget, probe):
        if sent == 40:
            signal.raise_signal(signal.SIGINT)

    with running(["gift-is-a-list"]) as server:
        choices = Choices(Settings(known_customers=server.known_customers), target=server.url)
        run = make_run(choices, credentials(server), progress)
    assert run.footer.verdict == "violated"
    assert "the run did not end: interrupted" in run.footer.notes
