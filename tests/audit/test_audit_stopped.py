"""An audit that is stopped ends, with its workers: whoever waits for its output would wait for ever."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.cli import group
from tests.audit.bodies import BODIES
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the workers of a process from /proc")
ENOUGH = 60
"""Seconds in which an audit of what follows would not be done, were it not stopped."""


@pytest.fixture(scope="module")
def violations(tmp_path_factory):
    """Some 80 MB in which an SDK printed each line, so that it is for the clauses, a minute of work for a core."""
    path = tmp_path_factory.mktemp("traffic") / "bad.ndjson"
    body = {**BODIES[1], "createdAt": BODIES[1]["created_at"], "metadata": {"x": "y" * 4000}}
    del body["created_at"]
    path.write_bytes((json.dumps(body).encode() + b"\n") * 16_000)
    return path


def started(path):
    audit = subprocess.Popen(
        [sys.executable, "-m", "contracts", "audit", str(path), "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    while audit.poll() is None and len(workers(audit.pid)) < 2:
        pass
    assert audit.poll() is None
    return audit


def workers(process):
    try:
        return [int(name) for name in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda stop: stop.name)
def test_a_stopped_audit_ends_with_its_workers(stop, violations):
    audit = started(violations)
    try:
        audit.send_signal(stop)
        out, told = audit.communicate(timeout=ENOUGH)  # comes back when nobody holds the pipe any more
    finally:
        for process in (*workers(audit.pid), audit.pid):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
    assert out == ""
    if stop != signal.SIGKILL:
        assert (audit.returncode, told.lstrip()) == (130, "contracts: interrupted\n")


def test_one_without_workers_says_that_it_was_stopped(monkeypatch, violations):
    def stopped(*_, **__):
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("contracts.cli.audit.audit", stopped)
    done = CliRunner().invoke(group, ["audit", str(violations)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Aborted" in done.stderr
    assert signal.getsignal(signal.SIGTERM) == before
