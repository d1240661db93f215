"""Targets and ends that are not plain: TLS, a command that is stopped, compressed answers, a secret repeated."""

import gzip
import json
import os
import signal
import subprocess
import sys

import pytest
import requests

from contracts.mock.server import running
from contracts.proxy.relay import Relay, relaying
from contracts.record.run import read
from tests.conftest import ROOT
from tests.network.test_network_tls import ca, served_with_tls  # noqa: F401 - a fixture
from tests.proxy.test_proxy_bytes import raw_server
from tests.proxy.test_traffic_stories import customer

WRITE = """
import os, sys, requests
answer = requests.post(
    os.environ["CONTRACTS_PROXY_URL"] + "/v1/customers",
    json={"source_id": "a", "name": "Ann"},
    headers={"X-App-Id": os.environ["ID"], "X-App-Token": os.environ["TOKEN"]},
    timeout=60,
)
print(answer.status_code, answer.text, file=sys.stderr, flush=True)
"""


def recorded(folder):
    return read(folder / "report" / "run.ndjson")


def test_a_target_with_tls_is_trusted_by_its_own_ca(contracts, tmp_path, ca):  # noqa: F811
    with served_with_tls(tmp_path, "127.0.0.1") as (url, keys):
        done = contracts(
            *("proxy", "--target", url, "--ca-bundle", ca, "--report", tmp_path / "report"),
            *("--", sys.executable, "-c", WRITE),
            ID=keys.app_id,
            TOKEN=keys.app_token,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.startswith("200 ")
    assert recorded(tmp_path).footer.verdict == "partial"


@pytest.mark.parametrize("names", [["127.0.0.1"], ["example.invalid"]])
def test_a_target_that_is_not_trusted_gets_no_request(contracts, tmp_path, ca, names):  # noqa: F811
    trusts = [] if names == ["127.0.0.1"] else ["--ca-bundle", ca]
    with served_with_tls(tmp_path, *names) as (url, keys):
        command = ("--", sys.executable, "-c", WRITE)
        done = contracts("proxy", "--target", url, *trusts, *command, ID=keys.app_id, TOKEN=keys.app_token)
    assert done.returncode == 3, done.stdout + done.stderr
    assert done.stderr.startswith("502 ")
    assert "certificate verify failed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bundle_without_certificates_is_one_line(contracts, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    done = contracts("proxy", "--target", "https://127.0.0.1:9", "--ca-bundle", tmp_path / "ca.pem", "--", "true")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "ca.pem" in done.stderr


def test_ctrl_c_stops_the_command_too_and_what_passed_is_judged(tmp_path):
    """The user's tests end in their own order, and the verdict is told of what there is."""
    waits = WRITE + "import signal\ntry:\n    signal.pause()\nexcept KeyboardInterrupt:\n    sys.exit(4)\n"
    with running(["average-amount-is-a-float"]) as server:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "contracts", "proxy", "--target", server.url),
                *("--report", tmp_path / "report", "--", sys.executable, "-c", waits),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT), "ID": server.app_id, "TOKEN": server.app_token},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stderr.readline().startswith("200 ")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 4, out + err
    assert "Traceback" not in err
    record = recorded(tmp_path)
    assert record.footer.requests == 1
    assert "money.integer-minor-units" in {one.clause for one in record.findings}
    assert "stopped by the user" in out


def answering(*bodies, **headers):
    """Raw answers, each with a body and headers."""
    made = []
    for body in bodies:
        head = {"Content-Type": "application/json", "Content-Length": len(body), **headers}
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
        made.append(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body)
    return made


def test_a_compressed_answer_is_judged_by_what_it_holds(contracts, tmp_path):
    body = gzip.compress(json.dumps(customer(name="Ann", created_at="2026-01-01 10:00")).encode())
    with raw_server(*answering(body, Content_Encoding="gzip")) as (url, _):
        command = ("--", sys.executable, "-c", WRITE)
        done = contracts("proxy", "--target", url, "--report", tmp_path / "report", *command, ID="i", TOKEN="t" * 20)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Ann" in done.stderr  # the client got it and decoded it
    broken = {(one.clause, one.member) for one in recorded(tmp_path).findings if one.level == "MUST"}
    assert ("dates.date-time", "created_at") in broken


@pytest.mark.parametrize("where", ["body", "header", "gzip"])
def test_a_credential_that_an_answer_repeats_is_told_and_is_in_no_file(contracts, tmp_path, where):
    secret = "a-secret-token-of-the-app"
    leaking = customer(name="Ann", metadata={"debug": secret} if where != "header" else {})
    body = json.dumps(leaking).encode()
    headers = {"X_Debug": secret} if where == "header" else {}
    if where == "gzip":
        body, headers = gzip.compress(body), {"Content_Encoding": "gzip"}
    quiet = WRITE.replace("answer.text", "''")
    with raw_server(*answering(body, **headers)) as (url, _):
        command = ("--", sys.executable, "-c", quiet)
        done = contracts("proxy", "--target", url, "--report", tmp_path / "report", *command, ID="ident", TOKEN=secret)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "secrets.not-in-answers" in {one.clause for one in recorded(tmp_path).findings}
    files = [path for path in (tmp_path / "report").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert secret.encode() not in path.read_bytes(), path
    assert secret not in done.stdout + done.stderr


def test_a_client_sees_the_answer_that_repeats_its_credential_as_it_is(tmp_path):
    """What is masked is the record, never what passes."""
    body = json.dumps({"token": "a-secret-token-of-the-app"}).encode()
    with raw_server(*answering(body)) as (target, _), relaying(Relay(target, lambda _: None)) as url:
        answer = requests.get(url, headers={"X-App-Token": "a-secret-token-of-the-app"}, timeout=60)
    assert answer.content == body
