"""Recordings that are no recordings, and signals in the middle of one: an end, soon, in one line."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("levels", [300, 1_200, 100_000])
@pytest.mark.parametrize(("begins", "opens", "closes", "ends"), [
    ("", "[", "]", ""),
    ("", '{"a":', "}", ""),
    ('{"log":{"entries":[', "[", "]", "]}}"),
])  # fmt: skip
def test_nesting_of_any_depth_ends_in_a_line(contracts, tmp_path, levels, begins, opens, closes, ends):
    inner = opens * levels + ("1" if opens != "[" else "") + closes * levels
    (tmp_path / "deep.ndjson").write_text(f"{begins}{inner}{ends}\n")
    done = contracts("audit", "deep.ndjson")
    assert done.returncode in (1, 2, 3)
    assert "Traceback" not in done.stderr
    assert "an error of its own" not in done.stderr


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_workers_as_well(tmp_path, sent):
    """A worker that stayed would hold stdout, and the reader would wait for ever."""
    wrong = '{"object": 5, "summary": {"orders": {"total_amount": "x"}}}\n'
    (tmp_path / "wrong.ndjson").write_text(wrong * 200_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "contracts", "audit", "wrong.ndjson", "--workers", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.5)
    process.send_signal(sent)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, out + err
    assert err.strip() == "contracts: interrupted"
