"""A credential that anybody may say (``test``, ``shop``) changes no judgement, and is in no record."""

import json

import pytest

from contracts.client.redaction import Mask
from contracts.client.unescape import MOST_ESCAPES
from contracts.mock.auth import Keys
from contracts.mock.server import running
from contracts.record.run import read
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.runner.settings import Settings


@pytest.mark.parametrize("word", ["test", "shop", "customer", "0123", "null", "Renée"[:3], "string", "true"])
def test_a_conforming_server_passes_whatever_the_credentials_are(word, tmp_path):
    with running(keys=Keys(app_id=word, app_token=f"{word}s", oauth_token="another-token-1")) as server:
        environment = {"VOUCHERIFY_APP_ID": word, "VOUCHERIFY_APP_TOKEN": f"{word}s"}
        choices = Choices(Settings(known_customers=server.known_customers), target=server.url, report=tmp_path)
        run = make_run(choices, environment)
    assert run.footer.verdict == "conformant", run.findings
    assert read(tmp_path / "run.ndjson").footer.verdict == "conformant"


def test_a_word_is_masked_in_the_answers_that_are_recorded(tmp_path):
    with running(keys=Keys(app_id="customer", app_token="an-app-token", oauth_token="another-token-1")) as server:
        environment = {"VOUCHERIFY_APP_ID": "customer", "VOUCHERIFY_APP_TOKEN": "an-app-token"}
        run = make_run(Choices(target=server.url, report=tmp_path), environment)
    assert run.footer.verdict == "conformant", run.findings
    answers = [e.answer.body for e in run.exchanges if e.answer is not None]
    assert any(b'"object":"$VOUCHERIFY_APP_ID"' in body for body in answers)
    assert not any(b'"object":"customer"' in body for body in answers)


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


def test_escapes_beyond_all_measure_are_masked_unseen():
    secret = "q9Zx/7Rt+Lk2/Vw=="
    mask = Mask({"VOUCHERIFY_APP_TOKEN": secret})
    flood = b"\\u0041" * (MOST_ESCAPES + 10)
    body = b'{"a": "' + flood + escaped(secret, lambda c: f"%{ord(c):02X}").encode() + b'"}'
    masked = mask.data(body)
    assert masked.startswith(b'{"a": "\\u0041')
    assert masked.endswith(b"\\u0041$TOO_MANY_ESCAPES")
    assert mask.data(body[: 6 * MOST_ESCAPES]) == body[: 6 * MOST_ESCAPES]


def test_a_secret_is_masked_where_it_stands_between_many_escapes():
    secret = "q9Zx/7Rt+Lk2/Vw=="
    mask = Mask({"VOUCHERIFY_APP_TOKEN": secret})
    body = b"%2541\\u0041&amp;" * 500 + escaped(secret, lambda c: f"%25{ord(c):02X}").encode() + b"&#65;" * 500
    assert mask.data(body) == b"%2541\\u0041&amp;" * 500 + b"$VOUCHERIFY_APP_TOKEN" + b"&#65;" * 500
