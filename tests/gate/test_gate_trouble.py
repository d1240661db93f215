"""Trouble of our own making or of the machine's: one line, an exit code that claims nothing, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.mock.server import running
from tests.conftest import credentials

ROOT = Path(__file__).parents[2]


def one_line(text):
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


def shell(line, cwd, **environment):
    return subprocess.run(
        ["bash", "-c", line.replace("contracts", f"{sys.executable} -m contracts", 1)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        timeout=60,
    )


def test_a_state_folder_that_cannot_be_written_is_a_usage_error(contracts, mock, tmp_path):
    (tmp_path / "file").touch()
    done = contracts("gate", "--target", mock.url, XDG_STATE_HOME=str(tmp_path / "file"), **credentials(mock))
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert "--report" in done.stderr


def test_a_terminal_that_knows_ascii_only_gets_the_same_verdict(contracts):
    done = contracts("gate", "--clause", "money", PYTHONIOENCODING="ascii", COLUMNS="60")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", ["contracts clauses | head -1", "contracts faults --help | head -1"])
def test_a_reader_that_goes_away_is_no_violation(line, tmp_path):
    done = shell(f"set -o pipefail; {line}", tmp_path)
    assert done.returncode in (0, 141)
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_no_violation(tmp_path):
    done = shell("contracts gate --clause money > /dev/full", tmp_path)
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert b"partial: only money was judged" in done.stderr
    assert b"Traceback" not in done.stderr


def test_without_stderr_the_verdict_is_the_same(tmp_path):
    assert shell("contracts gate --clause money 2>&-", tmp_path).returncode == 0


@pytest.mark.parametrize("option", ["--timeout", "--max-wait"])
@pytest.mark.parametrize("value", ["inf", "nan", "-1", "1e10"])
def test_a_time_nobody_waits_is_a_usage_error(contracts, option, value):
    done = contracts("gate", option, value)
    assert done.returncode == 2
    assert one_line(done.stderr)


def test_a_known_customer_without_a_name_is_a_usage_error(contracts):
    done = contracts("gate", "--known-customer", "")
    assert done.returncode == 2
    assert "--known-customer" in done.stderr


def test_an_error_of_our_own_is_one_line_and_no_verdict(contracts, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import contracts.runner.runner\ncontracts.runner.runner.Runner.run = lambda self: 1 / 0\n"
    )
    done = contracts("gate", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 3
    assert one_line(done.stderr)
    assert "ZeroDivisionError" in done.stderr


def test_a_known_customer_that_was_not_there_is_named(contracts, mock):
    done = contracts("gate", "--target", mock.url, "--known-customer", "a-typo", **credentials(mock))
    assert "'a-typo' was created by this run" in done.stdout


def test_a_request_schema_that_nothing_fulfils_is_a_note(contracts, tmp_path):
    spec = (ROOT / "spec" / "openapi.yaml").read_text()
    assert "    CustomersCreateRequestBody:" in spec
    cut = spec.replace("    CustomersCreateRequestBody:", "    CustomersCreateRequestBody:\n      not: {}", 1)
    (tmp_path / "no.yaml").write_text(cut)
    done = contracts("gate", "--spec", tmp_path / "no.yaml", "--budget", "130")
    assert done.returncode in (0, 1, 3)
    assert "Traceback" not in done.stderr


def test_a_path_without_rights_is_a_usage_error(contracts, tmp_path):
    """By a patched ``stat``: root, as whom CI runs, may look at everything."""
    (tmp_path / "sitecustomize.py").write_text(
        "import pathlib\n"
        "stat = pathlib.Path.stat\n"
        "def refused(path, *args, **options):\n"
        "    if 'locked' in path.parts:\n"
        "        raise PermissionError(13, 'Permission denied', str(path))\n"
        "    return stat(path, *args, **options)\n"
        "pathlib.Path.stat = refused\n"
    )
    done = contracts("waivers", "locked/run.ndjson", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 2
    assert one_line(done.stderr)
    assert "locked/run.ndjson: Permission denied; check its rights" in done.stderr


def test_another_resource_has_no_embedded_server(contracts):
    done = contracts("gate", "--spec", ROOT / "tests" / "others" / "products.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the embedded server serves customers only; give --target URL" in done.stderr


def test_the_line_that_sends_a_finding_again_names_the_target(contracts, tmp_path):
    with running(["gift-is-a-list"]) as server:
        run = ("gate", "--target", server.url, "--report", "out", "--seed", 7)
        done = contracts(*run, "--known-customer", "known-everything", **credentials(server))
        again = [line.split() for line in done.stdout.splitlines() if line.startswith("  again ")]
        assert again
        replayed = contracts(*again[0][2:], **credentials(server))
        assert replayed.returncode == 1, replayed.stdout + replayed.stderr
