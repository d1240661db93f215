"""``action.yml`` as far as it can be run here: its shell steps, with the runner's variables."""

import os
import re
import subprocess
import sys

import pytest
import yaml

from contracts.mock.server import running
from tests.docs.console import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step.get("id", step.get("name")): step for step in ACTION["runs"]["steps"]}


def gate(folder, server, **inputs):
    tools = folder / "bin"
    tools.mkdir()
    (tools / "contracts").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contracts "$@"\n')
    (tools / "contracts").chmod(0o755)
    defaults = {name: str(given.get("default", "")) for name, given in ACTION["inputs"].items()} | inputs
    step = STEPS["gate"]
    given = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) }}", lambda m: defaults[m[1]], value) for name, value in step["env"].items()
    }
    runner = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "VOUCHERIFY_APP_ID": server.app_id,
        "VOUCHERIFY_APP_TOKEN": server.app_token,
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env=os.environ | runner | given,
    )


@pytest.mark.parametrize(
    ("faults", "code", "verdict"), [([], 0, "partial"), (["gift-is-a-list"], 1, "violated")], ids=["sound", "faulty"]
)
def test_the_gate_step_tells_the_verdict_everywhere(tmp_path, faults, code, verdict):
    with running(faults) as server:
        done = gate(tmp_path, server, target=server.url, arguments="--without activity\n\n--seed 1\n--strict\n")
    assert done.returncode == code, done.stderr
    assert (tmp_path / "output").read_text() == f"verdict={verdict}\n"
    assert verdict in (tmp_path / "summary").read_text()
    assert ("::error file=spec/openapi.yaml,line=" in done.stdout) == bool(faults)
    assert (tmp_path / "contracts-report" / "results.sarif").exists()


def test_an_input_is_never_a_command(tmp_path):
    with running() as server:
        done = gate(tmp_path, server, target="$(touch pwned)", arguments="--clause `touch pwned`; touch pwned")
    assert done.returncode == 2
    assert not (tmp_path / "pwned").exists()
    assert not any("${{" in step.get("run", "") for step in STEPS.values())


def test_every_shell_step_is_sound_bash():
    for step in ACTION["runs"]["steps"]:
        if "run" in step:
            assert step["shell"] == "bash"
            subprocess.run(["bash", "-n", "-c", step["run"]], check=True, timeout=60)
