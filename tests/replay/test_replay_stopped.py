"""A replay that is stopped leaves nothing behind, or says where it stands; a wrong choice is told before it sends."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.cli import replay as command
from contracts.client.ledger import reopened
from contracts.errors import ContractsError, UsageError
from contracts.matrix import gate_on_mock
from contracts.mock import wire
from contracts.mock.api import Api
from contracts.mock.server import running
from contracts.record.run import read, write
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.runner.settings import Settings
from tests.conftest import ROOT, credentials

FAULT = "created-at-moves-on-upsert"


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write(gate_on_mock(FAULT, seed=3)[0], folder / "run.ndjson")
    return folder


def replayed(record, target, environment, *more):
    arguments = ["replay", str(record), "1", *(("--target", target) if target else ()), *more]
    return CliRunner().invoke(group, arguments, env=environment)


def at_each_line(monkeypatch, do):
    """Calls ``do`` with the number of the line, from 1, as each request's line is told."""
    seen = []

    def visible(text, limit):
        if ": 200" in text:
            seen.append(text)
            do(len(seen))
        return text[:limit]

    monkeypatch.setattr(command, "visible", visible)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
def test_a_stopped_replay_cleans_up(stop, record, tmp_path, monkeypatch):
    kept = []

    def do(number):
        if number == 1:
            (ledger,) = (tmp_path / "voucherify-contracts").iterdir()
            kept.append(ledger.read_text())
            os.kill(os.getpid(), stop)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    at_each_line(monkeypatch, do)
    with running([FAULT]) as server:
        customers = len(server.customers())
        done = replayed(record, server.url, credentials(server) | {"XDG_STATE_HOME": str(tmp_path)})
        assert len(server.customers()) == customers
    assert (done.exit_code, done.output.splitlines()[-1]) == (3, "cannot tell: interrupted")
    assert '"created"' in kept[0]
    assert list((tmp_path / "voucherify-contracts").iterdir()) == []
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_stopped_again_in_its_clean_up_it_names_the_ledger(record, tmp_path, monkeypatch):
    """A second signal leaves without Python's own clean-up, so it needs a process of its own."""
    answer = Api.answer

    def told(self, call):
        if call.request.method == "POST":
            process.send_signal(signal.SIGTERM)
        elif call.request.method == "DELETE" and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            return wire.Answer(503, [], b"")
        return answer(self, call)

    monkeypatch.setattr(Api, "answer", told)
    with running([FAULT]) as server:
        environment = {**os.environ, **credentials(server), "XDG_STATE_HOME": str(tmp_path)}
        process = subprocess.Popen(
            [sys.executable, "-m", "contracts", "replay", str(record), "1", "--target", server.url],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        (ledger,) = (tmp_path / "voucherify-contracts").iterdir()
        assert f"`contracts cleanup {ledger} --target {server.url}`" in err
        assert reopened(ledger)[0].left
        command = ["cleanup", str(ledger), "--target", server.url]
        cleaned = CliRunner().invoke(group, command, env=credentials(server))
        assert cleaned.exit_code == 0, cleaned.output
        assert not [one for one in server.customers() if reopened(ledger)[0].prefix in str(one)]


def test_where_nobody_was_reached_nothing_is_left(record, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = replayed(
            record, url, {"VOUCHERIFY_APP_ID": "a", "VOUCHERIFY_APP_TOKEN": "b", "XDG_STATE_HOME": str(tmp_path)}
        )
    assert done.exit_code == 3
    assert "cannot tell: no answer: nobody answers at that address" in done.output
    assert "warning" not in done.output + done.stderr
    assert list((tmp_path / "voucherify-contracts").iterdir()) == []


def test_a_record_of_the_embedded_server_asks_for_it(tmp_path):
    make_run(Choices(Settings(budget=10), report=tmp_path / "report"), {})
    assert read(tmp_path / "report" / "run.ndjson").header.embedded
    write(embedded_run(), tmp_path / "report" / "run.ndjson")
    done = replayed(tmp_path / "report", None, {})
    assert isinstance(done.exception, UsageError)
    assert "--target embedded" in str(done.exception)
    assert "--fault" in str(done.exception)
    assert replayed(tmp_path / "report", "embedded", {}, "--fault", FAULT).exit_code == 1


def embedded_run():
    run = gate_on_mock(FAULT, seed=3)[0]
    return replace(run, header=msgspec.structs.replace(run.header, embedded=True))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fault", FAULT], "--fault is a defect of the embedded server: add --target embedded"),
        (["--target", "http://127.0.0.1:9", "--fault", FAULT], "add --target embedded"),
        (["--target", "embedded", "--timeout", "0"], "--timeout 0 is not more than 0"),
        (["--target", "embedded", "--timeout", "nan"], "--timeout nan is not more than 0"),
    ],
)
def test_a_wrong_choice_is_told_before_anything_is_sent(options, said, record, monkeypatch):
    monkeypatch.setattr(command, "replay", lambda *_: pytest.fail("something was sent"))
    done = CliRunner().invoke(group, ["replay", str(record), "1", *options])
    assert isinstance(done.exception, ContractsError)
    assert done.exception.exit_code == 2
    assert said in str(done.exception)
