"""A credential that anybody may say (``test``, ``shop``) changes no judgement, and is in no record."""

import json

import pytest

from contracts.gate import Choices, make_run
from contracts.mock.auth import Keys
from contracts.mock.server import running
from contracts.run import read
from contracts.target.redaction import Mask


@pytest.mark.parametrize("word", ["test", "shop", "customer", "0123", "null", "Renée"[:3], "string", "true"])
def test_a_conforming_server_passes_whatever_the_credentials_are(word, tmp_path):
    with running(keys=Keys(app_id=word, app_token=f"{word}s", oauth_token="another-token-1")) as server:
        environment = {"VOUCHERIFY_APP_ID": word, "VOUCHERIFY_APP_TOKEN": f"{word}s"}
        choices = Choices(target=server.url, known_customers=server.known_customers, report=tmp_path)
        run = make_run(choices, environment)
    assert run.footer.verdict == "conformant", run.findings
    assert read(tmp_path / "run.ndjson").footer.verdict == "conformant"


def test_a_word_is_masked_in_the_answers_that_are_recorded(tmp_path):
    with running(keys=Keys(app_id="smoke", app_token="an-app-token", oauth_token="another-token-1")) as server:
        environment = {"VOUCHERIFY_APP_ID": "smoke", "VOUCHERIFY_APP_TOKEN": "an-app-token"}
        run = make_run(Choices(target=server.url, report=tmp_path), environment)
    answers = [e.answer.body for e in run.exchanges if e.answer is not None]
    assert any(b"of the $VOUCHERIFY_APP_ID" in body for body in answers)
    assert not any(b"of the smoke" in body for body in answers)


def escaped(secret, how):
    return "".join(how(char) for char in secret)


@pytest.mark.parametrize(
    "how",
    [
        lambda c: f"\\u{ord(c):04x}",
        lambda c: f"\\u{ord(c):04X}" if not c.isalnum() else c,
        lambda c: "\\" + c if c in '/"\\' else c,
        lambda c: f"%{ord(c):02X}",
        lambda c: f"%{ord(c):02x}" if c in "+=/" else c,
        lambda c: f"&#{ord(c)};" if not c.isalnum() else c,
        lambda c: f"&#x{ord(c):X};" if not c.isalnum() else c,
    ],
)
def test_a_secret_is_found_behind_the_escapes_a_server_chose(how):
    secret = "q9Zx/7Rt+Lk2/Vw=="
    mask = Mask({"VOUCHERIFY_APP_TOKEN": secret})
    body = f'{{"a": "before {escaped(secret, how)} after"}}'.encode()
    assert mask.data(body) == b'{"a": "before $VOUCHERIFY_APP_TOKEN after"}'
    assert mask.named_in(body) == ("VOUCHERIFY_APP_TOKEN",)


def test_what_is_no_secret_stays_as_it_is():
    mask = Mask({"VOUCHERIFY_APP_TOKEN": "q9Zx/7Rt+Lk2/Vw=="})
    body = json.dumps({"name": "100%20 \\ é 🎉 &amp; \u2028 %zz &#;"}).encode()
    assert mask.data(body) == body
