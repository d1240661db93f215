"""One signal ends a gate in order, whenever it comes; a second one leaves at once and says what is left."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from contracts.client.ledger import reopened
from contracts.mock.api import Api
from contracts.mock.server import running
from contracts.record.run import read
from contracts.report import REPORTS
from tests.conftest import ROOT, credentials

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the handlers of a process from /proc")


def start(server, folder, *more, ignoring=(), command="gate"):
    def before():
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN if one in ignoring else signal.SIG_DFL)

    known = [part for name in server.known_customers for part in ("--known-customer", name)]
    target = ["--target", server.url, "--report", str(folder), *known] if command == "gate" else []
    return subprocess.Popen(
        [sys.executable, "-m", "contracts", command, *target, *more],
        env={**os.environ, **credentials(server), "XDG_STATE_HOME": str(folder.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=before,
    )


def is_ready(process):
    """Are our handlers there? Python has one of its own for SIGINT, and none for SIGTERM."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


@pytest.fixture
def stopping(monkeypatch):
    """Calls what was given for each request that the server of this process gets, with the method and its count."""
    receive, seen, hooks = Api.receive, {}, []

    def told(self, request):
        seen[request.method] = seen.get(request.method, 0) + 1
        for hook in hooks:
            hook(request.method, seen[request.method])
        return receive(self, request)

    monkeypatch.setattr(Api, "receive", told)
    return hooks.append


def in_order(process, folder, server, before):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, out + err
    assert "Traceback" not in out + err
    assert [one for one in server.customers() if one["id"] not in before] == []
    assert {path.name for path in folder.iterdir()} >= {"run.ndjson", *REPORTS}
    run = read(folder / "run.ndjson")
    assert run.footer.left_behind == ()
    return run


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
@pytest.mark.parametrize("moment", [("POST", 1), ("POST", 20), ("DELETE", 1), ("DELETE", 2), None], ids=str)
def test_one_signal_at_any_moment_ends_it_in_order(moment, sent, stopping, tmp_path):
    folder = tmp_path / "report"
    with running() as server:
        before = {one["id"] for one in server.customers()}
        process = start(server, folder)
        stopping(lambda method, count: process.send_signal(sent) if (method, count) == moment else None)
        if moment is None:  # while it starts
            while not is_ready(process):
                assert process.poll() is None
            process.send_signal(sent)
        run = in_order(process, folder, server, before)
    assert run.footer.interrupted
    assert run.footer.verdict == "inconclusive"
    assert run.footer.reason == "interrupted"


def test_a_second_signal_leaves_at_once_and_names_what_is_left(stopping, tmp_path, contracts):
    folder = tmp_path / "report"
    again = threading.Event()

    def hook(method, count):
        if method == "POST" and count in (12, 13):
            process.send_signal(signal.SIGTERM)
        elif method == "DELETE" and not again.is_set():
            again.set()
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)  # it does not wait for this answer

    with running() as server:
        before = {one["id"] for one in server.customers()}
        process = start(server, folder)
        stopping(hook)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 130, out + err
        assert "interrupted twice: the clean-up is not done: still at the target: cust_" in err
        assert f"`contracts cleanup {folder / 'ledger.ndjson'} --target {server.url}` deletes them" in err
        assert "Traceback" not in out + err
        assert reopened(folder / "ledger.ndjson")[0].left
        assert contracts("cleanup", folder, "--target", server.url, **credentials(server)).returncode == 0
        assert [one for one in server.customers() if one["id"] not in before and one.get("source_id")] == []


def test_a_signal_that_is_ignored_stays_so_as_under_nohup(stopping, tmp_path):
    with running() as server:
        process = start(server, tmp_path / "report", ignoring=(signal.SIGINT,))
        stopping(lambda method, count: process.send_signal(signal.SIGINT) if count == 5 else None)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    assert not read(tmp_path / "report" / "run.ndjson").footer.interrupted


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_the_matrix_ends_after_the_gates_that_run(sent, tmp_path):
    with running() as server:
        process = start(server, tmp_path / "none", "--group", "dates", "--budget", "200", command="faults")
        while not is_ready(process):
            assert process.poll() is None
        process.send_signal(sent)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 3, out + err
    assert "contracts: interrupted after" in err
    assert "Traceback" not in out + err


def test_a_comparison_is_ended_in_order(stopping, tmp_path):
    with running() as server:
        before = {one["id"] for one in server.customers()}
        process = start(server, tmp_path / "none", server.url, server.url, command="compare")
        stopping(lambda method, count: process.send_signal(signal.SIGTERM) if (method, count) == ("POST", 9) else None)
        out, err = process.communicate(timeout=120)
        assert [one for one in server.customers() if one["id"] not in before] == []
    assert process.returncode == 3, out + err
    assert "interrupted in OLD" in err
    assert "what it created is deleted" in err


def test_pytest_ends_with_the_run(stopping, tmp_path):
    with running() as server:
        before = {one["id"] for one in server.customers()}
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:randomly",
                "spec/openapi.yaml",
                "--contracts-target",
                server.url,
            ],
            env={**os.environ, **credentials(server), "XDG_STATE_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        stopping(lambda method, count: process.send_signal(signal.SIGINT) if (method, count) == ("POST", 9) else None)
        out, _ = process.communicate(timeout=120)
        assert [one for one in server.customers() if one["id"] not in before] == []
    assert process.returncode == 3, out
    assert "interrupted; what the run created is deleted" in out
