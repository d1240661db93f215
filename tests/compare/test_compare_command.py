"""``contracts compare`` as a user meets it: live targets, records, and what is neither."""

import json
import os
from pathlib import Path

import pytest

from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.run import write
from tests.processes import ended


def contracts(*arguments, **environment):
    return ended(list(map(str, arguments)), Path.cwd(), os.environ | environment, timeout=60)


def test_two_live_targets_with_credentials_of_their_own():
    with running() as old, running(variant="extra-members") as new:
        keys = {
            f"{side}_VOUCHERIFY_{name}": value
            for side, server in (("OLD", old), ("NEW", new))
            for name, value in (("APP_ID", server.app_id), ("APP_TOKEN", server.app_token))
        }
        before = len(old.customers()), len(new.customers())
        done = contracts("compare", old.url, new.url, "--without", "activity", "--exact", **keys)
        assert done.returncode == 1, done.stderr
        assert "member came: $.project_id" in done.stdout
        assert (len(old.customers()), len(new.customers())) == before
        assert not any(secret in done.stdout + done.stderr for secret in keys.values())
        loose = contracts("compare", old.url, new.url, "--without", "activity", "--json", **keys)
    assert loose.returncode == 0
    assert "$.project_id" in [one["where"] for one in json.loads(loose.stdout)["differences"]]


def test_two_records(tmp_path):
    for name, fault in (("old", ""), ("new", "gift-is-a-list")):
        (tmp_path / name).mkdir()
        write(gate_on_mock(fault)[0], tmp_path / name / "run.ndjson")
    done = contracts("compare", tmp_path / "old", tmp_path / "new" / "run.ndjson")
    assert done.returncode == 1
    assert "MUST schema.types at $.summary.redemptions.gift" in done.stdout
    assert contracts("compare", tmp_path / "new", tmp_path / "old").returncode == 0


@pytest.mark.parametrize(
    ("old", "code", "said"),
    [
        ("nowhere", 2, "there is no run record here"),
        ("http://127.0.0.1:9", 3, "is the target up"),
        ("http://", 2, "is no http(s) URL"),
    ],
)
def test_what_cannot_be_compared_is_one_line(old, code, said):
    done = contracts("compare", old, "embedded")
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_has_an_example():
    assert "Example: contracts compare https://" in contracts("compare", "--help").stdout
