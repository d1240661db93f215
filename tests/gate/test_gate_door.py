"""The pytest door reaches the verdict of the gate, and behaves as people expect of pytest."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from contracts.clauses import ALL
from contracts.mock.rate import RateLimit
from contracts.mock.server import running
from contracts.spec.loading import load_resource
from tests.conftest import credentials

ROOT = Path(__file__).parents[2]
CONCERNED = [clause for clause in ALL if clause.concerns(load_resource())]
LEAN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # half of the start of pytest is other people's plugins


def door(*arguments, server=None, cwd=ROOT, **more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("VOUCHERIFY_", "PYTEST_"))}
    environment |= {"PYTHONPATH": str(ROOT), **LEAN, **(credentials(server) if server else {}), **more}
    target = ["--contracts-target", server.url] if server else []
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "contracts.pytest_plugin"]
    return subprocess.run(
        [*command, *target, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120
    )


def cases(path):
    return {case.get("name"): [child.tag for child in case] for case in ET.parse(path).getroot().iter("testcase")}


def test_without_a_target_every_clause_passes_on_the_embedded_server(tmp_path):
    done = door("--junitxml", tmp_path / "j.xml")
    assert done.returncode == 0, done.stdout
    assert set(cases(tmp_path / "j.xml")) == {clause.id for clause in CONCERNED}


def test_one_item_fails_with_its_finding(tmp_path):
    with running(["total-amount-is-a-float"]) as server:
        done = door("--junitxml", tmp_path / "j.xml", server=server)
    assert done.returncode == 1
    failed = {name for name, tags in cases(tmp_path / "j.xml").items() if "failure" in tags}
    assert failed == {"money.integer-minor-units"}
    assert "observed   0.0" in done.stdout
    assert "Traceback" not in done.stdout


def test_k_selects_by_clause_id():
    done = door("-k", "id-decides", "-v")
    assert "spec/openapi.yaml::upsert.id-decides PASSED" in done.stdout
    assert "1 passed" in done.stdout


def test_an_unsupported_clause_is_skipped_with_its_reason():
    done = door("-k", "auth", "-rs", "--contracts-without", "auth")
    assert done.returncode == 0
    assert "the target is declared without auth" in done.stdout


def test_a_should_is_a_warning():
    with running(["error-has-no-message"]) as server:
        done = door("-k", "errors.code", server=server)
    assert done.returncode == 0
    assert "ShouldWarning: errors.code" in done.stdout


def test_a_blocked_clause_is_an_error_never_a_pass(tmp_path):
    done = door("--contracts-target", "http://127.0.0.1:9", "--junitxml", tmp_path / "j.xml", "-k", "schema.types")
    assert done.returncode == 1
    assert "error" in cases(tmp_path / "j.xml")["schema.types"]
    assert "the set-up is wrong" in done.stdout


@pytest.mark.parametrize("workers", ["2"])
def test_under_xdist_the_target_sees_one_run(workers):
    with running(rate_limit=RateLimit(calls=60, seconds=3600)) as server:
        before = len(server.customers())
        done = door(
            "-p", "xdist", "-n", workers, "--contracts-known-customer", server.known_customers[0], server=server
        )
        assert done.returncode == 0, done.stdout
        assert f"{len(CONCERNED)} passed" in done.stdout
        assert len(server.customers()) == before


def test_a_wrong_option_is_told_without_a_traceback():
    done = door("--contracts-target", "nonsense", "-k", "schema.types")
    assert done.returncode != 0
    assert "is no http(s) URL" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["one", "xdist"])
def test_a_run_that_is_inconclusive_fails_the_session_and_says_so(workers):
    """As the gate exits with 3, where a clause was judged and others could not be."""
    with running(rate_limit=RateLimit(calls=12, seconds=3600)) as server:
        done = door("-k", "answer.declared", "--contracts-max-wait", "0", *workers, server=server)
    assert "1 passed" in done.stdout
    assert done.returncode == 1, done.stdout
    assert f"inconclusive: {server.url}: " in done.stdout


@pytest.mark.parametrize(
    "wrong", [("--contracts-target", "nonsense"), ("--contracts-without", "nope"), ("--contracts-budget", "1")]
)
def test_a_wrong_choice_is_one_line(wrong):
    done = door(*wrong)
    assert done.returncode == 4
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stdout.strip() == ""


def test_a_document_without_the_operation_is_told_without_frames(tmp_path):
    (tmp_path / "openapi.yaml").write_text("openapi: 3.0.0\npaths: {}\n")
    done = door(tmp_path / "openapi.yaml")
    assert done.returncode != 0
    assert "no operation POST" in done.stdout
    assert "contract.py" not in done.stdout


def test_what_is_blocked_is_told_in_a_few_lines(tmp_path):
    done = door("--contracts-target", "http://127.0.0.1:9", "-k", "schema.types")
    assert len(done.stdout.splitlines()) < 25, done.stdout
