"""The templates of CONTRIBUTING.md work as they stand: the clause catches the fault, the reader reads its page."""

import os
import re
import subprocess
import sys

import yaml

from tests.docs.console import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
TEMPLATES = dict(re.findall(r"<!-- template: (\w+) -->\n```python\n(.*?)```", TEXT, re.DOTALL))
GATE = """
import sys
from contracts.mock.server import running
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.runner.settings import Settings
from pathlib import Path
import the_fault
for faults in ([], ["names-have-tabs"]):
    with running(faults) as server:
        own = {"VOUCHERIFY_APP_ID": server.app_id, "VOUCHERIFY_APP_TOKEN": server.app_token}
        settings = Settings(clauses=("echo.no-tabs",))
        run = make_run(Choices(settings, target=server.url, own_clauses=(Path("the_clause.py"),)), own)
        print([(one.clause, one.outcome) for one in run.outcomes])
"""


def test_there_is_a_template_for_each():
    assert set(TEMPLATES) == {"clause", "fault", "reader"}


def test_the_clause_catches_the_fault_and_passes_the_sound_server(tmp_path):
    (tmp_path / "the_clause.py").write_text(TEMPLATES["clause"])
    (tmp_path / "the_fault.py").write_text(TEMPLATES["fault"])
    done = subprocess.run(
        [sys.executable, "-c", GATE],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = done.stdout.splitlines()
    assert told == ["[('echo.no-tabs', 'pass')]", "[('echo.no-tabs', 'warn')]"], done.stdout + done.stderr


def test_the_reader_reads_its_page():
    made = {}
    exec(TEMPLATES["reader"], made)  # noqa: S102 - our own page
    text = "# Fields of a customer\n\n- email: string\n- address.city: string\n"
    assert made["holds_a_simple_list"](text)
    document = made["read_page"](text, "x.md")
    assert document.fields[("address", "city")].line == 4
    assert document.fields[("email",)].types == {"string"}


def test_the_nightly_step_is_a_deep_run(tmp_path):
    steps = yaml.safe_load((ROOT / ".github" / "workflows" / "deep.yml").read_text("utf-8"))["jobs"]["deep"]["steps"]
    command = next(step["run"] for step in steps if step.get("name") == "Gate")
    tool = tmp_path / ".venv" / "bin" / "contracts"
    tool.parent.mkdir(parents=True)
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contracts "$@" --budget 200\n')
    tool.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TARGET": ""}
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " of 200 requests" in done.stdout
    assert (tmp_path / "regressions").is_dir()
    assert "sequence" in (tmp_path / "report" / "run.ndjson").read_text()


def test_the_workflows_are_sound_and_run_each_python():
    folder = ROOT / ".github" / "workflows"
    made = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in folder.glob("*.yml")}
    assert set(made) == {"tests.yml", "drift.yml", "deep.yml"}
    assert made["tests.yml"]["jobs"]["tests"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    for workflow in made.values():
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                assert "run" in step or "uses" in step
                assert "${{" not in step.get("run", "")
                subprocess.run(["bash", "-n", "-c", step.get("run", ":")], check=True, timeout=60)
    assert not re.search("pip install (?:-q )?voucherify-contracts", (ROOT / "README.md").read_text("utf-8"))
