"""The command: an app's own tests run through it, and the verdict finds what they do not."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from contracts.clauses import ALL
from contracts.mock.server import running
from contracts.record.run import read
from contracts.spec.loading import load_resource
from contracts.verdict.judge import judge
from tests.conftest import ROOT

CHECKS = Path(__file__).parent / "shop" / "checks.py"


@pytest.fixture
def proxied(contracts, tmp_path):
    def run(faults=(), *more, code=()):
        with running(faults) as server:
            return contracts(
                *("proxy", "--target", server.url, "--report", tmp_path / "report", "--env", "SHOP_API", *more),
                *("--", sys.executable, CHECKS, *code),
                SHOP_ID=server.app_id,
                SHOP_TOKEN=server.app_token,
            ), server

    return run


def failed(folder):
    return {one.clause for one in read(folder / "report" / "run.ndjson").outcomes if one.outcome == "fail"}


def test_a_right_server_gives_no_finding(proxied, tmp_path):
    result, _ = proxied()
    assert result.returncode == 0, result.stdout + result.stderr
    record = read(tmp_path / "report" / "run.ndjson")
    assert (record.footer.verdict, record.findings) == ("partial", ())
    assert "nothing broken in the traffic" in result.stdout


@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("source-id-makes-a-second-customer", "upsert.same-source-id-same-customer"),
        ("an-update-moves-created-at", "update.created-at-fixed"),
        ("a-read-hides-the-metadata", "read.last-write"),
        ("a-deleted-customer-can-be-read", "delete.gone"),
        ("a-list-has-one-too-many", "list.limit"),
        ("reads-are-not-checked", "auth.no-credentials"),
        ("average-amount-is-a-float", "money.integer-minor-units"),
    ],
)
def test_the_verdict_finds_what_the_tests_of_the_app_do_not(proxied, tmp_path, fault, clause):
    result, _ = proxied([fault])
    assert result.returncode == 1, result.stdout + result.stderr
    assert "the command failed" not in result.stderr
    assert clause in failed(tmp_path)


def test_the_record_judged_again_says_the_same(proxied, tmp_path):
    proxied(["an-update-moves-created-at"])
    record = read(tmp_path / "report" / "run.ndjson")
    again = judge(record.trace, load_resource("customers"), ALL, record.header)
    assert (again.outcomes, again.findings, again.coverage) == (record.outcomes, record.findings, record.coverage)
    assert (again.verdict.word, again.verdict.reason) == (record.footer.verdict, record.footer.reason)


def test_the_failure_of_the_command_comes_first(proxied):
    result, _ = proxied(code=["7"])
    assert result.returncode == 7
    assert "the command failed with exit code 7" in result.stderr


def test_credentials_are_in_no_file_and_no_output(proxied, tmp_path):
    result, server = proxied()
    texts = [path.read_bytes() for path in (tmp_path / "report").rglob("*") if path.is_file()]
    assert texts
    for secret in (server.app_id, server.app_token):
        assert not any(secret.encode() in text for text in (*texts, result.stdout.encode(), result.stderr.encode()))


def test_coverage_is_that_of_the_tests_of_the_app(proxied, tmp_path):
    proxied()
    sent = {one.member: one.sent for one in read(tmp_path / "report" / "run.ndjson").coverage.members}
    assert sent["name"] == 5
    assert sent["phone"] == 0


def test_a_target_that_is_down_is_a_502_and_inconclusive(contracts, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = (
        "import os,requests; a=requests.post(os.environ['CONTRACTS_PROXY_URL']+'/v1/customers',json={});"
        "assert (a.status_code, a.json()['code']) == (502, 502)"
    )
    result = contracts("proxy", "--target", f"http://127.0.0.1:{port}", "--", sys.executable, "-c", code)
    assert result.returncode == 3, result.stdout + result.stderr
    assert "could not be reached" in result.stdout


@pytest.mark.parametrize("name", ["SHOP_API=x", ""])
def test_no_name_of_a_variable(contracts, name):
    result = contracts("proxy", "--target", "http://127.0.0.1:9", "--env", name, "--", "true")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "--env" in result.stderr


def test_no_such_command(contracts):
    result = contracts("proxy", "--target", "http://127.0.0.1:9", "--", "no-such-program")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "no-such-program" in result.stderr


def test_a_request_for_another_path_passes_unjudged(contracts, mock, tmp_path):
    code = "import os,requests; requests.get(os.environ['CONTRACTS_PROXY_URL']+'/health?token=very-secret')"
    result = contracts("proxy", "--target", mock.url, "--report", tmp_path / "r", "--", sys.executable, "-c", code)
    assert result.returncode == 3
    assert "1 × a request for another path" in result.stdout
    assert "very-secret" not in (tmp_path / "r" / "run.ndjson").read_text()


def test_without_a_command_it_runs_until_ctrl_c(mock, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "contracts", "proxy", "--target", mock.url, "--report", tmp_path / "r"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    url = process.stderr.readline().split()[2]

    session = requests.Session()  # its connection stays open
    answer = session.post(
        f"{url}/v1/customers",
        json={"source_id": "a", "name": "Ann"},
        headers={"X-App-Id": mock.app_id, "X-App-Token": mock.app_token},
        timeout=60,
    )
    assert answer.status_code == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    lines = [json.loads(line) for line in (tmp_path / "r" / "run.ndjson").read_text().splitlines()]
    assert lines[-1]["requests"] == 1
    assert "nothing broken" in out
