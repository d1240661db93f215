"""No credential in any artefact, however a server spells it in its answers."""

import base64
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.client.redaction import Mask
from contracts.report.terminal import Terminal
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.runner.settings import Settings

IS_NAME = re.compile("[A-Za-z0-9._~+-]+")
TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


def spellings(secret):
    raw = secret.encode()
    twice = base64.b64encode(base64.b64encode(b"id:" + raw)).decode()
    return [
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(b"id:" + raw + b"!").decode(),
        twice,
        quote(quote(secret, safe=""), safe=""),
        secret[::-1],
        raw.hex(),
        raw.hex().upper(),
        base64.b32encode(b"x" + raw).decode(),
        base64.b32encode(raw).decode().lower(),
    ]


@given(TEXT, st.text(max_size=20), st.text(max_size=20))
def test_a_secret_is_masked_in_every_spelling(secret, before, after):
    mask = Mask({"VOUCHERIFY_APP_TOKEN": secret})
    for spelling in spellings(secret):
        assert secret not in mask.text(before + spelling + after).replace(before, "").replace(after, "")
        assert mask.named_in(f" {spelling} ".encode()) == ("VOUCHERIFY_APP_TOKEN",)


def whole(secret):
    """Spellings of more than the secret, of which the part that is the secret's alone is masked."""
    return [spellings(secret)[6], spellings(secret)[7], spellings(secret)[-2]]


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
        for name in filter(IS_NAME.fullmatch, given):
            self.send_header(f"X-{name}", "in its name")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_DELETE = do_POST  # noqa: N815 - the names http.server looks for

    def log_message(self, *arguments):
        pass


SAFE = st.text("abcdefXYZ0189-_.~+/=%&", min_size=8, max_size=30).filter(lambda s: len(set(s)) > 4)


@contextmanager
def served(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(app_id=SAFE, token=SAFE)
def test_no_artefact_of_a_run_holds_a_secret(app_id, token, tmp_path_factory, capfd):
    folder = tmp_path_factory.mktemp("secrets")
    environment = {"VOUCHERIFY_APP_ID": app_id, "VOUCHERIFY_APP_TOKEN": token, "XDG_STATE_HOME": str(folder)}
    with served(Parrot) as url:
        run = make_run(Choices(Settings(budget=30), target=url, report=folder / "out"), environment)
    Terminal(url).show(run)
    out, err = capfd.readouterr()
    artefacts = {path.name: path.read_text("utf-8", "replace") for path in (folder / "out").iterdir()}
    assert run.footer.verdict == "violated"
    assert any(outcome.clause == "secrets.not-in-answers" and outcome.outcome == "fail" for outcome in run.outcomes)
    for name, text in {**artefacts, "stdout": out, "stderr": err}.items():
        for secret in (app_id, token):
            for spelling in (one for one in spellings(secret) if one not in whole(secret)):
                assert spelling not in text, name
            assert secret[:-1] not in text, name
            assert secret.swapcase() not in text or secret.swapcase() == secret, name


def test_a_secret_in_the_name_of_a_header_is_masked_and_a_finding(tmp_path):
    token = "a-Token.of-3-parts"
    with served(Parrot) as url:
        run = make_run(
            Choices(Settings(budget=8), target=url, report=tmp_path),
            {"VOUCHERIFY_APP_ID": "another/id/1", "VOUCHERIFY_APP_TOKEN": token},
        )
    for path in tmp_path.iterdir():
        assert token.lower() not in path.read_text("utf-8", "replace").lower(), path.name
        assert token[:-1] not in path.read_text("utf-8", "replace"), path.name
    assert any(name == "X-$VOUCHERIFY_APP_TOKEN" for name, _ in run.exchanges[0].answer.headers)
    assert any("header X-$VOUCHERIFY_APP_TOKEN" in leak for leak in run.exchanges[0].leaks)


@pytest.mark.parametrize("value", ["secret\n", " secret", "sec\tret", "sécret", "secret\x7f", "\u0142ecret"])
def test_a_credential_no_header_can_carry_is_one_line_without_its_value(contracts, value):
    done = contracts("gate", "--target", "http://127.0.0.1:9", VOUCHERIFY_APP_ID="an-id", VOUCHERIFY_APP_TOKEN=value)
    assert done.returncode == 2
    assert "VOUCHERIFY_APP_TOKEN" in done.stderr
    assert value.strip() not in done.stderr
    assert len(done.stderr.splitlines()) == 1
