"""``contracts mock`` as a user meets it."""

import os
import signal
import subprocess
import sys

import pytest
import requests

CONTRACTS = [sys.executable, "-m", "contracts", "mock"]
GIVEN = {"VOUCHERIFY_APP_ID": "given-id", "VOUCHERIFY_APP_TOKEN": "given-token"}


def start(environment):
    names = ("VOUCHERIFY_APP_ID", "VOUCHERIFY_APP_TOKEN", "VOUCHERIFY_OAUTH_TOKEN")
    env = {name: value for name, value in os.environ.items() if name not in names} | environment
    return subprocess.Popen(
        CONTRACTS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env | {"PYTHONUNBUFFERED": "1"},
    )


def post(lines, app_id, app_token):
    url = next(word for word in lines[0].split() if word.startswith("http"))
    headers = {"X-App-Id": app_id, "X-App-Token": app_token}
    return requests.post(url, json={"source_id": "x"}, headers=headers, timeout=60)


@pytest.mark.parametrize("given", [{}, GIVEN], ids=["own credentials", "credentials of the environment"])
def test_serves_until_ctrl_c_and_ends_with_0(given):
    process = start(given)
    lines = [process.stdout.readline().strip() for _ in range(5)]
    told = dict(line.removeprefix("export ").split("=") for line in lines if line.startswith("export "))
    keys = given or told
    assert post(lines, keys["VOUCHERIFY_APP_ID"], keys["VOUCHERIFY_APP_TOKEN"]).status_code == 200
    assert "known-everything" in lines[4]
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert not any(secret in "".join(lines) + rest + errors for secret in given.values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fault", "no-such-fault-at-all"], "unknown fault 'no-such-fault-at-all'"),
        (["--variant", "no-such-variant"], "unknown variant 'no-such-variant'"),
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1:"),
        (["--port", "70000"], "--port"),
    ],
)
def test_a_wrong_option_is_one_line_and_2(options, said):
    done = subprocess.run([*CONTRACTS, *options], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_has_an_example():
    done = subprocess.run([*CONTRACTS, "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "contracts mock --port 4010" in done.stdout


def test_the_list_tells_the_deep_ones_from_the_others():
    done = subprocess.run([*CONTRACTS, "--list"], capture_output=True, text=True, timeout=60, check=True)
    headings = [line.partition(":")[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert headings == ["faults", "variants", "deep faults", "deep variants"]
    assert "creates-at-once-make-two-customers" in done.stdout.partition("deep faults")[2]
