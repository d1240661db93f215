"""A comparison that was stopped, or whose sides could not be judged, says so and is never green."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.compare.compare import compare
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from tests.conftest import credentials

ROOT = Path(__file__).parents[2]


def test_interrupted_it_stops_cleans_up_and_compares_nothing(tmp_path):
    with running(variant="thirty-milliseconds-an-answer") as server:
        before = {customer["id"] for customer in server.customers()}
        process = subprocess.Popen(
            [sys.executable, "-m", "contracts", "compare", server.url, "embedded"],
            cwd=tmp_path,
            env=os.environ | credentials(server) | {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while {customer["id"] for customer in server.customers()} == before and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 130, out + err
        assert "interrupted" in err
        assert "Traceback" not in err
        assert out == ""
        assert {customer["id"] for customer in server.customers()} == before


@pytest.mark.parametrize("sides", [("inconclusive", "conformant"), ("conformant", "inconclusive")])
def test_where_a_side_could_not_be_judged_it_is_inconclusive(sides):
    run, _ = gate_on_mock(seed=7, budget=40)
    old, new = (replace(run, footer=replace(run.footer, verdict=verdict)) for verdict in sides)
    assert compare(old, new).exit_code(exact=False) == 3


@pytest.mark.parametrize("arguments", [("embedded", "http://"), ("embedded", "embedded", "--learn", "-1")])
def test_wrong_arguments_are_told_before_anything_is_sent(contracts, arguments):
    done = contracts("compare", *arguments)
    assert done.returncode == 2
    assert "sending the plan" not in done.stderr
