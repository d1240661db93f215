"""``replay`` of a finding that a sequence showed: the small sequence is sent, about customers of its own."""

from dataclasses import replace

import msgspec
import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.run import read, write
from contracts.runner.replay_sequence import sequence_of

CLAUSES = {
    "a-delete-takes-everybody-with-the-email": "read.last-write",
    "creates-at-once-make-two-customers": "at-once.one-for-one-key",
}


def replayed(folder, clause, server, monkeypatch):
    monkeypatch.setenv("VOUCHERIFY_APP_ID", server.app_id)
    monkeypatch.setenv("VOUCHERIFY_APP_TOKEN", server.app_token)
    return CliRunner().invoke(group, ["replay", str(folder), clause, "--target", server.url])


@pytest.fixture(scope="module", params=CLAUSES)
def recorded(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    # what is sent at once depends on the moment, and so does all that comes after it
    at_once = 4 if "at-once" in request.param else 1
    run, _ = gate_on_mock(request.param, budget=500, seed=2, spec="customers", at_once=at_once)
    write(run, folder / "run.ndjson")
    return request.param, folder


def by_sequence(folder, clause):
    run = read(folder / "run.ndjson")
    return next(
        str(number)
        for number, one in enumerate(run.findings, 1)
        if one.clause == clause and sequence_of(run, one) is not None
    )


def test_it_holds_until_it_is_mended(recorded, monkeypatch):
    fault, folder = recorded
    number = by_sequence(folder, CLAUSES[fault])
    with running([fault]) as server:
        before = [one["id"] for one in server.customers()]
        done = replayed(folder, number, server, monkeypatch)
        assert done.exit_code == 1, done.output
        assert "\nholds: " in done.output
        assert "a sequence: " in done.output
        assert [one["id"] for one in server.customers()] == before
        assert server.app_token not in done.output
    with running() as server:
        done = replayed(folder, number, server, monkeypatch)
    assert done.exit_code == (3 if "at-once" in fault else 0), done.output
    assert ("not provoked" if "at-once" in fault else "gone: ") in done.output


def test_it_is_about_customers_of_its_own(recorded, monkeypatch):
    fault, folder = recorded
    prefix = read(folder / "run.ndjson").header.prefix
    sent = []
    with running([fault]) as server:
        done = replayed(folder, by_sequence(folder, CLAUSES[fault]), server, monkeypatch)
        sent = done.output
    assert prefix not in sent


def test_what_was_seen_once_is_not_called_gone(recorded, monkeypatch, tmp_path):
    fault, folder = recorded
    run = read(folder / "run.ndjson")
    once = tuple(msgspec.structs.replace(line, is_repeated=False) for line in run.sequences)
    write(replace(run, sequences=once), tmp_path / "run.ndjson")
    with running() as server:
        done = replayed(tmp_path, by_sequence(folder, CLAUSES[fault]), server, monkeypatch)
    assert done.exit_code == 3, done.output
    assert ("not provoked" if "at-once" in fault else "only once") in done.output


def test_where_nobody_answers_it_cannot_be_told(recorded, monkeypatch):
    fault, folder = recorded
    with running() as server:
        pass
    done = replayed(folder, by_sequence(folder, CLAUSES[fault]), server, monkeypatch)
    assert done.exit_code == 3
    assert "cannot tell: " in done.output
