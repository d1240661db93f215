"""No credential in any artefact, however a server spells it in its answers."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.gate import Choices, make_run
from contracts.report.terminal import Terminal
from contracts.target.redaction import Mask

TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


def spellings(secret):
    raw = secret.encode()
    return [
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(b"id:" + raw + b"!").decode(),
    ]


@given(TEXT, st.text(max_size=20), st.text(max_size=20))
def test_a_secret_is_masked_in_every_spelling(secret, before, after):
    mask = Mask({"VOUCHERIFY_APP_TOKEN": secret})
    for spelling in spellings(secret):
        assert secret not in mask.text(before + spelling + after).replace(before, "").replace(after, "")
        assert mask.named_in(f" {spelling} ".encode()) == ("VOUCHERIFY_APP_TOKEN",)


class Parrot(BaseHTTPRequestHandler):
    """Shows the credentials of every request in its headers and body, in many spellings."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        given = [self.headers.get(name, "") for name in ("X-App-Id", "X-App-Token", "Authorization")]
        shown = [spelling for value in given if value for spelling in spellings(value)]
        body = json.dumps({"object": "customer", "debug": shown, "id": "cust_1"}).encode()
        self.send_response(200 if given[1] else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Debug", " ".join(quote(value) for value in given))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_DELETE = do_POST  # noqa: N815 - the names http.server looks for

    def log_message(self, *arguments):
        pass


SAFE = st.text("abcdefXYZ0189-_.~+/=%&", min_size=8, max_size=30).filter(lambda s: len(set(s)) > 4)


@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(app_id=SAFE, token=SAFE)
def test_no_artefact_of_a_run_holds_a_secret(app_id, token, tmp_path_factory, capfd):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("secrets")
    url = f"http://127.0.0.1:{server.server_port}"
    environment = {"VOUCHERIFY_APP_ID": app_id, "VOUCHERIFY_APP_TOKEN": token, "XDG_STATE_HOME": str(folder)}
    try:
        run = make_run(Choices(target=url, budget=30, report=folder / "out"), environment)
    finally:
        server.shutdown()
        server.server_close()
    Terminal(url).show(run)
    out, err = capfd.readouterr()
    artefacts = {path.name: path.read_text("utf-8", "replace") for path in (folder / "out").iterdir()}
    assert run.footer.verdict == "violated"
    assert any(outcome.clause == "secrets.not-in-answers" and outcome.outcome == "fail" for outcome in run.outcomes)
    for name, text in {**artefacts, "stdout": out, "stderr": err}.items():
        for secret in (app_id, token):
            for spelling in spellings(secret)[:6]:
                assert spelling not in text, name
            assert secret.swapcase() not in text or secret.swapcase() == secret, name


@pytest.mark.parametrize("value", ["secret\n", " secret", "sec\tret", "sécret", "secret\x7f", "\u0142ecret"])
def test_a_credential_no_header_can_carry_is_one_line_without_its_value(contracts, value):
    done = contracts("gate", "--target", "http://127.0.0.1:9", VOUCHERIFY_APP_ID="an-id", VOUCHERIFY_APP_TOKEN=value)
    assert done.returncode == 2
    assert "VOUCHERIFY_APP_TOKEN" in done.stderr
    assert value.strip() not in done.stderr
    assert len(done.stderr.splitlines()) == 1
