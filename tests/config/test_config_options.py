"""One table of options: the command, pytest and contracts.toml take the same, with the same defaults."""

import json
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from contracts.cli import gate
from contracts.client.limits import DEFAULT_MAX_WAIT
from contracts.config import options as table
from contracts.config.options import DEEP, DEEP_AT_ONCE, GROUPS, options
from contracts.config.targets import read_target
from contracts.errors import UsageError
from contracts.record.run import read
from contracts.runner.choices import Choices, choose
from contracts.runner.settings import Settings, settings_of
from contracts.spec.document import pinned
from contracts.spec.schema import Nulls
from tests.conftest import credentials

BY_FIELD = {option.field: option for group in GROUPS for option in group.options}
ELSEWHERE = {"on", "config"}  # they choose, and are no choice of a run
TOML = {
    "known_customers": '["a"]',
    "without": '["auth"]',
    "own_clauses": '["ours.py"]',
    "spec": '"customers"',
    "overlay": '"o.yaml"',
    "resource": '"customer"',
    "nulls": '"strict"',
    "waivers": '"w.toml"',
    "strict": "true",
    "budget": "50",
    "seconds": "1.5",
    "at_once": "4",
    "deep": "true",
    "timeout": "3",
    "max_wait": "0",
    "regressions": '"kept"',
    "ca_bundle": '"ca.pem"',
}


def of_file(folder, text):
    (folder / "contracts.toml").write_text(f'[targets.a]\nurl = "http://x"\n{text}\n')
    return read_target(folder / "contracts.toml", "a", {}, ()).options


def test_every_choice_is_an_option_and_has_its_default():
    made = [field for kind in (Choices, Settings) for field in fields(kind) if field.name != "settings"]
    assert sorted(field.name for field in made) == sorted(set(BY_FIELD) - ELSEWHERE)
    for field in made:
        default = BY_FIELD[field.name].default
        if field.name not in ("target", "spec", "seed"):  # in words: what happens without one
            assert field.default == (default if default is not None else type(field.default)()), field.name
    assert settings_of({}).seed != settings_of({}).seed


def test_what_the_table_says_in_plain_data_is_what_the_rest_means():
    assert BY_FIELD["nulls"].choices == get_args(Nulls)
    assert table.DEFAULT_MAX_WAIT == DEFAULT_MAX_WAIT


def test_the_command_takes_every_option_of_its_own():
    made = {param.name: param.opts for param in gate.command.params}
    assert made == {option.field: [f"--{option.name}"] for option in options("command")}


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_help_shows_each_group_with_an_example_that_parses(group):
    shown = CliRunner().invoke(gate.command, ["--help"], terminal_width=200).output
    assert f"{group.title}:" in shown
    assert f"$ {group.example}" in shown
    context = gate.command.make_context("gate", shlex.split(group.example)[2:])
    assert any(context.params[option.field] for option in group.options)


def test_the_file_takes_every_option_of_its_own_as_the_command_does(tmp_path):
    assert set(TOML) == {option.field for option in options("file")}
    found = of_file(tmp_path, "\n".join(f"{key} = {value}" for key, value in TOML.items()))
    argv = [part for key, value in TOML.items() for part in _as_argument(key, tomllib.loads(f"v = {value}")["v"])]
    said = gate.command.make_context("gate", argv).params
    assert found.pop("target") == "http://x"
    assert found == {key: said[key] for key in TOML}
    assert {key: type(value) for key, value in found.items()} == {key: type(said[key]) for key in TOML}


def _as_argument(key, value):
    name = f"--{BY_FIELD[key].name}"
    if value is True:
        return [name]
    return [name, *value] if isinstance(value, list) else [name, str(value)]


@pytest.mark.parametrize("key", sorted(TOML))
def test_a_value_of_another_type_is_told(tmp_path, key):
    wrong = "1" if TOML[key][0] in '["t' else '"many"'
    with pytest.raises(UsageError, match=rf"contracts.toml, line 3: {key} in targets.a is (int|str), not "):
        of_file(tmp_path, f"{key} = {wrong}")


VALUES = {
    "budget": st.integers(2, 999),
    "seconds": st.floats(1, 99),
    "at_once": st.integers(1, 64),
    "target": st.just("http://127.0.0.1:9"),
    "seed": st.just(0),
    "strict": st.just(True),
}
said_anywhere = st.fixed_dictionaries({}, optional=VALUES)


@given(given=said_anywhere, deep=st.booleans())
def test_deep_gives_way_to_what_is_said(given, deep):
    choices, _ = choose({**dict.fromkeys(BY_FIELD), **given, "deep": deep}, {})
    at_once = DEEP_AT_ONCE if deep and "target" not in given else 1
    expected = {"budget": 60, "seconds": None, **(DEEP if deep else {}), "at_once": at_once, **given}
    target = expected.pop("target", None)
    assert choices.target == target
    assert {name: getattr(choices.settings, name) for name in expected} == expected
    assert choices.settings.deep is deep


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at_once": 0}, "--at-once 0 is not between 1 and 64"),
        ({"regressions": Path(__file__)}, "is no folder"),
        ({"ca_bundle": "none.pem"}, "there is no such file"),
        ({"config": Path("a.toml")}, "says nothing without --on"),
    ],
)
def test_a_choice_that_is_wrong_whatever_is_judged(wrong, said):
    with pytest.raises(UsageError, match=said):
        choose({**dict.fromkeys(BY_FIELD), **wrong}, {})


@pytest.mark.parametrize(("option", "meant"), [("--budgte", "--budget"), ("--at-ones", "--at-once")])
def test_a_misspelt_option_suggests_the_right_one(contracts, option, meant):
    done = contracts("gate", option, "5")
    assert done.returncode == 2
    assert meant in done.stderr
    assert len(done.stderr.splitlines()) == 1


def without(name, value):
    """``value`` without the members of that name, however deep."""
    if isinstance(value, dict):
        return {key: without(name, below) for key, below in value.items() if key != name}
    return [without(name, one) for one in value] if isinstance(value, list) else value


def test_the_record_says_by_what_it_was_judged(contracts, mock, tmp_path):
    """An overlay of the user's own on a document of the customers API, beside the pinned one."""
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: ours, version: '1'}\nactions:\n  - {target: $.info, update: {x-team: shop}}\n"
    )
    document = tmp_path / "mine.yaml"
    document.write_text(json.dumps(without("birthday", pinned())))
    arguments = ("--target", mock.url, "--spec", document, "--overlay", overlay, "--resource", "customer")
    done = contracts("gate", *arguments, "--report", tmp_path / "out", "--clause", "money", **credentials(mock))
    assert done.returncode == 0, done.stdout + done.stderr
    run = read(tmp_path / "out" / "run.ndjson")
    assert (run.header.spec, run.header.overlay, run.header.resource) == (str(document), str(overlay), "customer")
    assert any("birthday selects nothing in this document" in note for note in run.footer.notes), run.footer.notes


def test_the_pinned_document_says_nothing_of_an_overlay_made_for_more(contracts, tmp_path):
    contracts("gate", "--report", tmp_path / "out", "--clause", "money")
    run = read(tmp_path / "out" / "run.ndjson")
    assert (run.header.spec, run.header.overlay, run.header.resource) == ("create-customer", "", "customer")
    assert not any("selects nothing" in note for note in run.footer.notes)


def test_an_overlay_that_applies_to_nothing_is_one_line(contracts, tmp_path):
    overlay = tmp_path / "own.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: ours, version: '1'}\nactions:\n  - {target: $.nothing, update: {a: 1}}\n"
    )
    done = contracts("gate", "--overlay", overlay)
    assert done.returncode == 2
    assert "$.nothing" in done.stderr
    assert len(done.stderr.splitlines()) == 1
