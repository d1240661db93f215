"""SIGKILL while requests are at once: whatever was made is in the ledger, and ``contracts cleanup`` deletes it."""

import os
import signal
import subprocess
import sys

import pytest

from contracts.client.ledger import reopened
from contracts.mock.api import Api
from contracts.mock.server import running
from tests.conftest import ROOT, credentials

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no SIGKILL elsewhere")


class Company:
    """Requests wait a little, so that those at once are served together; the gate is killed at one of their answers."""

    def __init__(self, monkeypatch, answered):
        self.inside, self.left, self.process = 0, answered, None
        receive, answer = Api.receive, Api.answer

        def received(api, request):
            call = receive(api, request)
            call.wait += 0.02
            self.inside += 1
            return call

        def told(api, call):
            made = answer(api, call)
            if self.inside > 1 and call.created and self.process.poll() is None:
                self.left -= 1
                if self.left < 0:
                    os.kill(self.process.pid, signal.SIGKILL)
                    self.process.wait(timeout=60)
            self.inside -= 1
            return made

        monkeypatch.setattr(Api, "receive", received)
        monkeypatch.setattr(Api, "answer", told)


@pytest.mark.parametrize("answered", [0, 3])
def test_nothing_is_left_after_sigkill_and_cleanup(monkeypatch, tmp_path, contracts, answered):
    folder = tmp_path / "report"
    company = Company(monkeypatch, answered)
    with running() as server:
        before = {one["id"] for one in server.customers()}
        command = [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--report", str(folder)]
        command += ["--spec", "customers", "--without", "activity", "--budget", "3000", "--at-once", "4", "--seed", "1"]
        environment = {**os.environ, **credentials(server), "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        company.process = subprocess.Popen(command, env=environment, cwd=ROOT, **quiet)
        company.process.wait(timeout=120)
        assert company.process.returncode == -signal.SIGKILL
        ledger = reopened(folder / "ledger.ndjson")[0]
        assert ledger.left
        assert any(ledger.unanswered)
        done = contracts("cleanup", folder, "--target", server.url, **credentials(server))
        assert done.returncode == 0, done.stdout + done.stderr
        assert [one for one in server.customers() if one["id"] not in before and one.get("source_id")] == []
