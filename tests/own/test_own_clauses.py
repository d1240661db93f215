"""A clause of a user's own, in a temporary project: in the gate, under pytest, in every report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = """
from contracts.clauses.clause import SEEN, Citation, Clause, Level, at

def _check(evidence):
    if evidence.returned is None:
        return
    if "loyalty_tier" in evidence.returned:
        yield SEEN
    else:
        yield at(evidence, ("loyalty_tier",), None, "the tier of our shop")

CLAUSES = (
    Clause("shop.tier", "Every customer has a tier", Level.MUST, Citation("shop handbook", "Tiers"), _check),
)
"""
PYTEST = ("pytest", "-p", "no:cacheprovider", "-p", "contracts.pytest_plugin")
LEAN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
MADE_BY_A_FUNCTION = OWN.replace("CLAUSES = (", "def CLAUSES(): return (")


def run(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.parametrize("text", [OWN, MADE_BY_A_FUNCTION], ids=["tuple", "function"])
def test_runs_in_the_gate_and_in_every_report(tmp_path, text):
    (tmp_path / "ours.py").write_text(text)
    done = run(tmp_path, "contracts", "gate", "--clauses", "ours.py", "--report", "out")
    assert done.returncode == 1, done.stderr
    assert "MUST shop.tier" in done.stdout
    for name in ("run.ndjson", "junit.xml", "report.html", "summary.md", "results.sarif"):
        assert "shop.tier" in (tmp_path / "out" / name).read_text(), name
    assert json.loads((tmp_path / "out" / "traffic.har").read_text())["log"]["entries"]


def test_runs_under_pytest(tmp_path):
    (tmp_path / "ours.py").write_text(OWN)
    (tmp_path / "openapi.yaml").write_bytes((ROOT / "spec" / "openapi.yaml").read_bytes())
    done = run(tmp_path, *PYTEST, "--contracts-clauses", "ours.py", "-q", "openapi.yaml", **LEAN)
    assert done.returncode == 1, done.stdout
    assert "openapi.yaml::shop.tier" in done.stdout
    assert "1 failed" in done.stdout


def test_is_found_by_its_entry_point(tmp_path):
    (tmp_path / "shop_clauses.py").write_text(OWN)
    info = tmp_path / "shop-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[contracts.clauses]\nshop = shop_clauses:CLAUSES\n")
    done = run(tmp_path, "contracts", "gate", PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert "MUST shop.tier" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CLAUSES = (1,)", "holds a int, which is no Clause"),
        ("x = 1", "has no CLAUSES"),
        ("import nothing_like_that", "ours.py, line 1: cannot be loaded: ModuleNotFoundError"),
        ("def broken(:", "ours.py, line 1: cannot be loaded: SyntaxError"),
        (OWN.replace("shop.tier", "money.average"), "two clauses have the id 'money.average'"),
        (OWN.replace("shop.tier", "Tier"), "is not like family.what-holds"),
        (OWN.replace(", _check)", ")"), "judges nothing"),
        (None, "there is no such file"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_line_and_2(tmp_path, text, said):
    if text is not None:
        (tmp_path / "ours.py").write_text(text)
    done = run(tmp_path, "contracts", "gate", "--clauses", "ours.py")
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_under_pytest_what_is_wrong_in_the_file_is_one_line(tmp_path):
    done = run(tmp_path, *PYTEST, "--contracts-clauses", "ours.py", "--contracts-spec", "create-customer", **LEAN)
    assert done.returncode == 4
    assert done.stderr.startswith("ERROR: --contracts-clauses ours.py: there is no such file")


def test_a_clause_that_raises_is_an_error_and_never_a_pass(tmp_path):
    (tmp_path / "ours.py").write_text(OWN.replace("if evidence.returned is None:\n        return", "1 / 0"))
    done = run(tmp_path, "contracts", "gate", "--clauses", "ours.py")
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stdout


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("import sys\nsys.exit(0)\n", 2, "SystemExit"),
        (OWN.replace("yield SEEN", 'yield "breach"'), 3, "which is no judgement"),
        (OWN.replace("if evidence.returned is None:\n        return", "raise SystemExit(0)"), 3, "SystemExit"),
    ],
    ids=["exits", "unknown", "exits later"],
)
def test_no_file_of_a_users_own_makes_a_green_run(tmp_path, text, code, said):
    (tmp_path / "ours.py").write_text(text.replace('if "loyalty_tier" in', 'if "id" in'))
    done = run(tmp_path, "contracts", "gate", "--clauses", "ours.py")
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
