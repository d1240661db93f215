"""Reports are there whole or not at all, of one run only; and a disk that is full hides no verdict."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.errors import UsageError
from contracts.mock.server import running
from contracts.record.run import read
from contracts.report import RECORD, REPORTS, write_reports
from contracts.report.whole import replace_all
from tests.conftest import credentials
from tests.report.hostile import HOSTILE

ROOT = Path(__file__).parents[2]
FILES = {RECORD, *REPORTS}


def test_a_failure_leaves_what_was_there(tmp_path):
    (tmp_path / "a").write_text("before")

    def files():
        yield "a", [b"after"]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_all(tmp_path, files())
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "before"}
    replace_all(tmp_path, [("a", [b"after"]), ("b", [b"n", b"ew"])])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "after", "b": "new"}


def test_a_link_is_replaced_and_not_written_through(tmp_path):
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / RECORD).symlink_to(tmp_path / "elsewhere")
    write_reports(HOSTILE, tmp_path)
    assert (tmp_path / "elsewhere").read_text() == "kept"
    assert read(tmp_path / RECORD) == HOSTILE


def gate(folder, server, most=None, **more):
    """``most``: bytes that any one file may have, as on a disk that is nearly full."""
    limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))) if most else None
    command = [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--report", str(folder)]
    known = [part for name in server.known_customers for part in ("--known-customer", name)]
    environment = {**os.environ, **credentials(server), "PYTHONPATH": str(ROOT), "COLUMNS": "200", **more}
    return subprocess.run(
        [*command, *known], env=environment, capture_output=True, text=True, timeout=100, preexec_fn=limit
    )


@pytest.mark.parametrize(("faults", "code"), [([], 2), (["gift-is-a-list"], 1)], ids=["sound", "faulty"])
def test_a_disk_that_is_full_at_the_reports_hides_no_verdict(faults, code, tmp_path):
    with running() as server:
        assert gate(tmp_path, server).returncode == 0
    assert {path.name for path in tmp_path.iterdir()} - {"ledger.ndjson"} == FILES
    with running(faults) as server:
        done = gate(tmp_path, server, most=60_000)
        assert len(server.customers()) == len(server.known_customers)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("violated: " if faults else "conformant: ") in done.stdout
    assert f"--report {tmp_path}: cannot be written to (File too large)" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} <= {"ledger.ndjson"}, "nothing of the run before"


def test_a_folder_used_again_holds_one_run(tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    write_reports(HOSTILE, tmp_path)
    with running() as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--report", str(tmp_path)],
            env={**os.environ, **credentials(server), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while not (tmp_path / "ledger.ndjson").exists() and process.poll() is None:
            pass
        process.kill()
        process.communicate()
    assert not {path.name for path in tmp_path.iterdir()} & FILES
    assert (tmp_path / "mine.txt").read_text() == "kept"


def test_a_folder_that_is_gone_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="cannot be written to"):
        write_reports(HOSTILE, tmp_path / "nowhere")
