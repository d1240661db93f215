"""``--regressions``: what one run found, the next one sends first, and says whether it still shows."""

import json

import pytest
from click.testing import CliRunner

from contracts.cli import group
from contracts.mock.server import running
from contracts.record.run import read
from tests.conftest import credentials

FAULT = "a-customer-made-again-cannot-be-read"
CLAUSE = "read.last-write"
DEEP = ("--spec", "customers", "--without", "activity", "--seed", "5")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A folder with what a run against a faulty server has found, and that run's output."""
    folder = tmp_path_factory.mktemp("found") / "kept"
    with running([FAULT]) as server:
        arguments = ("--target", server.url, "--budget", "900", "--regressions", str(folder))
        done = CliRunner().invoke(group, ["gate", *DEEP, *arguments], env=credentials(server))
        assert done.exit_code == 1, done.output
        assert server.app_token not in "".join(path.read_text() for path in folder.iterdir())
    return folder, done


def test_a_sequence_is_kept_in_a_file_that_can_be_read(found):
    folder, done = found
    kept = json.loads((folder / f"{CLAUSE}.json").read_text())
    assert CLAUSE in kept["clauses"]
    assert [step["effect"] for step in kept["steps"]] == ["write", "delete", "write", "read"]
    assert f"regression {CLAUSE}.json: kept in {folder}" in done.stdout
    assert "contracts-" not in (folder / f"{CLAUSE}.json").read_text()  # whom it is about is not in it


def test_it_comes_first_and_still_shows(found, contracts, tmp_path):
    folder, _ = found
    before = sorted(path.name for path in folder.iterdir())
    with running([FAULT]) as server:
        count = len(server.customers())
        arguments = ("--target", server.url, "--budget", "60", "--regressions", folder, "--report", tmp_path)
        done = contracts("gate", *DEEP, *arguments, **credentials(server))
        assert len(server.customers()) == count
    assert done.returncode == 1
    assert f"regression {CLAUSE}.json: still shows: {CLAUSE} is not kept" in done.stdout
    run = read(tmp_path / "run.ndjson")
    assert [exchange.request.role for exchange in run.exchanges][:5] == ["smoke", *["sequence"] * 4]
    assert [line.kept for line in run.sequences] == [f"{CLAUSE}.json"]
    assert sorted(path.name for path in folder.iterdir()) == before


def test_it_is_told_as_fixed(found, contracts):
    folder, _ = found
    with running() as server:
        done = contracts(
            "gate", *DEEP, "--target", server.url, "--budget", "120", "--regressions", folder, **credentials(server)
        )
    assert f"regression {CLAUSE}.json: fixed: {CLAUSE} is kept" in done.stdout
    assert "still shows" not in done.stdout


def test_without_room_or_for_another_resource_it_is_not_sent(found, contracts, tmp_path):
    kept = json.loads((found[0] / f"{CLAUSE}.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps(kept | {"resource": "order"}))
    (tmp_path / "b.json").write_text(json.dumps(kept | {"steps": kept["steps"] * 20}))
    done = contracts("gate", "--spec", "customers", "--regressions", tmp_path)
    assert "regression a.json: not sent: it is about order, another resource" in done.stdout
    assert "regression b.json: not sent: the budget leaves no room for it" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "\x00",
        "[" * 100_000,
        '{"regression": 2, "clauses": ["a"], "instances": [""], "steps": [{"effect": "read", "who": 0}]}',
        '{"regression": 1, "clauses": ["a"], "instances": [""], "steps": [{"effect": "jump", "who": 0}]}',
        '{"regression": 1, "clauses": ["a"], "instances": [""], "steps": [{"effect": "read", "who": 1}]}',
        '{"regression": 1, "clauses": ["a"], "instances": ["\\u001b[2J"], "steps": [{"effect": "read", "who": 0}]}',
        '{"regression": 1, "clauses": ["a"], "instances": [""], "steps": []}',
    ],
)
def test_what_is_no_saved_sequence_is_one_line(contracts, tmp_path, text):
    (tmp_path / "broken.json").write_text(text)
    done = contracts("gate", "--regressions", tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    line = done.stderr.strip()
    assert "\n" not in line
    assert "broken.json" in line
    assert line.isprintable()
    assert "delete it" in line
