"""A capability that a target seems not to have is suggested, and only suggested."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contracts.matrix import gate_on_mock
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.runner.settings import settings_of


class Canned(BaseHTTPRequestHandler):
    """The same customer for everybody who posts, and nothing else."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"id": "cust_1", "object": "customer"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_DELETE(self):
        self.send_response(405)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def canned():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canned)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def suggested(run):
    return {note.rpartition("--without ")[2] for note in run.footer.notes if "--without" in note}


def test_a_canned_server_gets_every_suggestion_and_the_verdict_stays_its_own(canned, tmp_path):
    run = make_run(Choices(target=canned, report=tmp_path / "a"), {})
    assert suggested(run) == {"state", "auth", "validation", "delete"}
    assert run.footer.verdict == "violated"
    outcomes = {outcome.outcome for outcome in run.outcomes}
    assert "unsupported" not in outcomes


def test_what_is_declared_is_not_suggested(canned, tmp_path):
    declared = ("state", "auth", "validation", "delete")
    assert (
        suggested(make_run(Choices(settings_of({"without": declared}), target=canned, report=tmp_path / "b"), {}))
        == set()
    )


def test_a_server_that_does_it_all_gets_none():
    run, _ = gate_on_mock()
    assert suggested(run) == set()


def test_one_open_door_is_a_finding_and_no_suggestion():
    run, _ = gate_on_mock("token-is-not-checked")
    assert run.footer.verdict == "violated"
    assert suggested(run) == set()
