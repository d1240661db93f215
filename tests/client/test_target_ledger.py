"""What a run created is deleted, whatever ends the run; what was there before is never touched."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from contracts.client.identity import identity_of
from contracts.client.ledger import about_line
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.run import read
from contracts.spec.loading import load_resource
from tests.conftest import credentials

ROOT = Path(__file__).parents[2]


def start(server, folder):
    environment = {**os.environ, **credentials(server), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "contracts", "gate", "--target", server.url, "--report", str(folder)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ids(server):
    return {customer["id"] for customer in server.customers()}


def nameless(server):
    return {customer["id"] for customer in server.customers() if not customer.get("source_id")}


def await_first_call(server, before, process):
    while ids(server) == before and process.poll() is None:
        time.sleep(0.002)


@pytest.mark.parametrize("moment", range(8))
def test_killed_at_any_moment_and_cleaned_up_nothing_is_left(moment, contracts, tmp_path):
    with running(variant="thirty-milliseconds-an-answer") as server:
        before = ids(server)
        process = start(server, tmp_path / "out")
        await_first_call(server, before, process)
        time.sleep(random.Random(moment).uniform(0, 1.8))
        process.kill()
        process.communicate()
        done = contracts("cleanup", tmp_path / "out", "--target", server.url, **credentials(server))
        left = ids(server) - before
        if left:  # the one customer that has no source_id, killed between its creation and its answer
            assert left == nameless(server)
            assert "cannot be found" in done.stderr
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_key_of_digits_whose_answer_never_came_is_deleted(contracts, tmp_path):
    key = "01234567890123"
    with running() as server:
        headers = {"X-App-Id": server.app_id, "X-App-Token": server.app_token}
        before = ids(server)
        for name in (key, "42"):
            requests.post(f"{server.url}/v1/customers", json={"source_id": name}, headers=headers, timeout=60)
        about = about_line(server.url, identity_of(load_resource()), load_resource().security, ())
        lines = [{"ledger": 2, "prefix": "contracts-0a1b2c3d-", **about}, {"intends": key}, {"intends": "42"}]
        (tmp_path / "ledger.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        done = contracts("cleanup", tmp_path / "ledger.ndjson", "--target", server.url, **credentials(server))
        left = [one["source_id"] for one in server.customers() if one["id"] not in before]
        assert left == ["42"], done.stdout + done.stderr


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_cleans_up_and_is_inconclusive(sent, tmp_path):
    with running(variant="thirty-milliseconds-an-answer") as server:
        before = ids(server)
        process = start(server, tmp_path)
        await_first_call(server, before, process)
        time.sleep(0.4)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 3, out + err
        assert "inconclusive" in out
        assert "interrupted" in out
        assert "Traceback" not in err
        assert ids(server) == before
        assert read(tmp_path / "run.ndjson").footer.verdict == "inconclusive"


@pytest.mark.parametrize(
    "fault", ["everybody-is-the-last-customer", "source-id-matched-by-prefix", "numbers-are-accepted-for-texts"]
)
def test_what_was_there_before_is_never_deleted(fault, contracts):
    with running([fault]) as server:
        key = {"X-App-Id": server.app_id, "X-App-Token": server.app_token}
        for name in ("somebody", "42"):
            requests.post(f"{server.url}/v1/customers", json={"source_id": name}, headers=key, timeout=60)
        before = ids(server)
        known = [part for name in server.known_customers for part in ("--known-customer", name)]
        contracts("gate", "--target", server.url, *known, **credentials(server))
        assert before <= ids(server)


@pytest.mark.parametrize("fault", ["body-is-wrapped-in-data", "body-is-cut", "id-is-a-number"])
def test_a_customer_whose_id_was_hidden_is_deleted_by_its_source_id(fault):
    run, left = gate_on_mock(fault)
    assert left <= 2  # those without a source_id
    assert not left or any("without a key" in note for note in run.footer.notes)


OLD = {
    "ledger": 2,
    "prefix": "contracts-old-",
    **about_line("http://127.0.0.1:9", identity_of(load_resource()), load_resource().security, ()),
}


def test_an_interrupted_ledger_is_kept_when_the_folder_is_used_again(contracts, mock, tmp_path):
    ledger = tmp_path / "ledger.ndjson"
    ledger.write_text(json.dumps(OLD) + '\n{"created": "cust_old", "name": "contracts-old-a"}\n')
    contracts("gate", "--target", mock.url, "--report", tmp_path, **credentials(mock))
    assert "cust_old" in (tmp_path / "ledger-contracts-old.ndjson").read_text()


@pytest.mark.parametrize("name", ["no-such-run", "."])
def test_a_run_that_is_none_is_one_line(contracts, name):
    done = contracts("cleanup", name)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_customer_already_gone_is_known_by_a_delete_that_works(contracts, mock, tmp_path):
    """As after a kill between a delete and its note in the ledger."""
    key = {"X-App-Id": mock.app_id, "X-App-Token": mock.app_token}
    url = f"{mock.url}/v1/customers"
    there = requests.post(url, json={"source_id": "contracts-old-b"}, headers=key, timeout=60).json()["id"]
    lines = [OLD | {"target": mock.url}]
    lines += [{"created": "cust_gone", "name": "contracts-old-a"}, {"created": there, "name": None}]
    (tmp_path / "ledger.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "contracts.toml").write_text(
        f'[targets.here]\nurl = "{mock.url}"\napp_id = "${{MY_ID}}"\napp_token = "${{MY_TOKEN}}"\n'
    )
    done = contracts("cleanup", ".", "--on", "here", MY_ID=mock.app_id, MY_TOKEN=mock.app_token)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 deleted or gone, 0 left" in done.stdout
    assert there not in ids(mock)
    again = contracts("cleanup", ".", "--on", "here", MY_ID=mock.app_id, MY_TOKEN=mock.app_token)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "0 deleted or gone, 0 left" in again.stdout
