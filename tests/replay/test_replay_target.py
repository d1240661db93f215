"""Credentials go to no target that a record or a ledger names and the user does not."""

import json
import os
import pty
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from contracts.client.identity import identity_of
from contracts.client.ledger import about_line
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.run import write
from contracts.spec.loading import load_resource
from tests.conftest import credentials

ROOT = Path(__file__).parents[2]
FAULT = "gift-is-a-list"
SECRETS = {"VOUCHERIFY_APP_ID": "an-app-id-123", "VOUCHERIFY_APP_TOKEN": "an-app-token-123"}


@contextmanager
def thief():
    """A server that keeps the headers of what it gets."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(dict(self.headers))
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_DELETE = do_POST  # noqa: N815 - the names http.server looks for

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        server.server_close()


@cache
def run_on_mock():
    return gate_on_mock(FAULT, seed=3)[0]


def record(folder, target, **changes):
    run = run_on_mock()
    header = msgspec.structs.replace(run.header, target=target, **changes)
    write(replace(run, header=header), folder / "run.ndjson")


def ledger(folder, target):
    resource = load_resource()
    about = about_line(target, identity_of(resource), resource.security, ())
    head = {"ledger": 2, "prefix": "contracts-0a1b2c3d-", **about}
    (folder / "ledger.ndjson").write_text(json.dumps(head) + '\n{"created": "cust_1", "name": null}\n')


@pytest.mark.parametrize("command", [["replay", ".", "1"], ["cleanup", "."]], ids=["replay", "cleanup"])
def test_a_target_that_only_the_file_names_gets_nothing(command, contracts, tmp_path):
    with thief() as (url, got):
        record(tmp_path, url)
        ledger(tmp_path, url)
        done = contracts(*command, XDG_STATE_HOME=str(tmp_path / "state"), **SECRETS)
        assert done.returncode == 2
        assert done.stderr.rstrip().endswith(f"type: contracts {' '.join(command)} --target {url}")
        assert len(done.stderr.splitlines()) == 1
        assert got == []
        typed = done.stderr.rstrip().rpartition("type: contracts ")[2].split()
        contracts(*typed, XDG_STATE_HOME=str(tmp_path / "state"), **SECRETS)
        assert got[0]["X-App-Token"] == SECRETS["VOUCHERIFY_APP_TOKEN"]


def test_another_target_than_the_ledgers_is_refused(contracts, tmp_path):
    with thief() as (url, got):
        ledger(tmp_path, "http://127.0.0.1:9")
        done = contracts("cleanup", ".", "--target", url, **SECRETS)
        assert done.returncode == 2
        assert "is of http://127.0.0.1:9, not of" in done.stderr
        assert got == []


def test_a_target_of_the_configuration_is_named(contracts, tmp_path):
    with running([FAULT]) as server:
        record(tmp_path, server.url)
        (tmp_path / "contracts.toml").write_text(
            f'[targets.here]\nurl = "{server.url}"\napp_id = "${{MY_ID}}"\napp_token = "${{MY_TOKEN}}"\n'
        )
        own = {"MY_ID": server.app_id, "MY_TOKEN": server.app_token, "XDG_STATE_HOME": str(tmp_path / "state")}
        done = contracts("replay", ".", "1", "--on", "here", **own)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "holds: " in done.stdout


@pytest.mark.parametrize(("answer", "code"), [("y", 1), ("n", 2)])
def test_at_a_terminal_the_user_is_asked(answer, code, tmp_path):
    with running([FAULT]) as server:
        record(tmp_path, server.url)
        ours, theirs = pty.openpty()
        environment = {**os.environ, **credentials(server), "PYTHONPATH": str(ROOT)}
        environment["XDG_STATE_HOME"] = str(tmp_path / "state")
        command = [sys.executable, "-m", "contracts", "replay", str(tmp_path), "1"]
        process = subprocess.Popen(
            command, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        os.write(ours, f"{answer}\n".encode())
        out, err = process.communicate(timeout=60)
        os.close(ours)
        os.close(theirs)
        assert process.returncode == code, out + err
        assert f"names {server.url}" in err.decode()


@pytest.mark.parametrize("prefix", ["", "c", "contracts-"])
def test_a_record_whose_prefix_may_be_anybodys_is_refused(prefix, contracts, tmp_path):
    record(tmp_path, "http://127.0.0.1:9", prefix=prefix)
    done = contracts("replay", ".", "1", "--target", "http://127.0.0.1:9", **SECRETS)
    assert done.returncode == 2
    assert "its prefix is none" in done.stderr


def test_a_path_that_leads_to_another_server_is_refused(contracts, tmp_path):
    with thief() as (url, got):
        record(tmp_path, "http://127.0.0.1:9")
        text = (tmp_path / "run.ndjson").read_text()
        (tmp_path / "run.ndjson").write_text(text.replace('"/v1/customers', f'"@{url[7:]}/v1/customers'))
        done = contracts("replay", ".", "1", "--target", "http://127.0.0.1:9", **SECRETS)
        assert done.returncode == 2
        assert "would lead to another server" in done.stderr
        assert got == []


class Resets(BaseHTTPRequestHandler):
    """Closes the connection after each 500, though it has said that it keeps it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"code": 500, "key": "internal_error", "message": "no"}'
        self.send_response(500)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    do_GET = do_DELETE = do_POST  # noqa: N815 - the names http.server looks for

    def log_message(self, *arguments):
        pass


def test_a_connection_that_was_kept_and_is_gone_is_tried_again(contracts, tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Resets)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        environment = {**SECRETS, "XDG_STATE_HOME": str(tmp_path / "state")}
        judged = contracts("gate", "--target", url, "--budget", "20", "--report", "out", **environment)
        assert judged.returncode == 1, judged.stdout
        done = contracts("replay", "out", "1", "--target", url, **environment)
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 1, done.stdout + done.stderr
