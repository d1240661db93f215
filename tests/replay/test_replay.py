"""``replay`` says of a finding whether it still holds, also of one that needs a customer's story."""

import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.errors import UsageError
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.run import write
from contracts.runner.replay import chosen

FAULTS = (
    "gift-is-a-list",
    "last-order-date-on-30-february",
    "descriptions-add-up",
    "created-at-moves-on-upsert",
    "customer-is-made-before-validation",
    "any-bearer-is-accepted",
    "markup-is-refused",
    "second-address-line-dropped",
    "errors-are-html",
    "malformed-json-is-accepted",
)


def replayed(record, finding, server, monkeypatch, *more):
    monkeypatch.setenv("VOUCHERIFY_APP_ID", server.app_id)
    monkeypatch.setenv("VOUCHERIFY_APP_TOKEN", server.app_token)
    arguments = ["replay", str(record), finding, "--target", server.url, *more]
    return CliRunner().invoke(group, arguments, catch_exceptions=True)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    made = {}
    for fault in FAULTS:
        folder = tmp_path_factory.mktemp("run")
        made[fault] = folder, gate_on_mock(fault, seed=3)[0]
        write(made[fault][1], folder / "run.ndjson")
    return made


@pytest.mark.parametrize("fault", FAULTS)
def test_a_finding_holds_until_it_is_mended(fault, records, monkeypatch):
    folder, run = records[fault]
    assert run.findings
    with running([fault]) as server:
        if fault == "any-bearer-is-accepted":  # a wrong one is made of a right one
            monkeypatch.setenv("VOUCHERIFY_OAUTH_TOKEN", server.oauth_token)
        before = len(server.customers())
        done = replayed(folder, run.findings[0].clause, server, monkeypatch)
        assert done.exit_code == 1, done.output
        assert "\nholds: " in done.output
        assert len(server.customers()) == before
        assert server.app_token not in done.output
    with running() as server:
        if fault == "any-bearer-is-accepted":
            monkeypatch.setenv("VOUCHERIFY_OAUTH_TOKEN", server.oauth_token)
        done = replayed(folder, "1", server, monkeypatch)
        assert done.exit_code == 0, done.output
        assert "\ngone: " in done.output


def test_says_that_it_cannot_tell(records, monkeypatch):
    folder, _ = records["gift-is-a-list"]
    with running() as server:
        monkeypatch.setenv("VOUCHERIFY_APP_ID", "wrong")
        monkeypatch.setenv("VOUCHERIFY_APP_TOKEN", "wrong-too")
        done = CliRunner().invoke(group, ["replay", str(folder), "1", "--target", server.url])
    assert done.exit_code == 3
    assert "refuses the run's own credentials" in done.output


@pytest.mark.parametrize("name", ["0", "99", "money.nothing", ""])
def test_refuses_a_finding_that_is_not_there(name, records):
    with pytest.raises(UsageError, match="there is no finding"):
        chosen(records["gift-is-a-list"][1], name)
