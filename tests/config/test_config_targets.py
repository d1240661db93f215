"""Targets by name: the command line wins over the environment, that over the file; what is wrong has a line."""

import pytest

from contracts.record.run import read
from tests.conftest import credentials

GOOD = """
[targets.here]
url = "{url}"
app_id = "${{MY_ID}}"
app_token = "${{MY_TOKEN}}"
without = ["activity"]
budget = 58
"""


def test_a_named_target_brings_its_options_and_credentials(contracts, mock, tmp_path):
    (tmp_path / "contracts.toml").write_text(GOOD.format(url=mock.url))
    done = contracts("gate", "--on", "here", "--report", "out", MY_ID=mock.app_id, MY_TOKEN=mock.app_token)
    assert done.returncode == 0, done.stdout + done.stderr
    header = read(tmp_path / "out" / "run.ndjson").header
    assert (header.budget, header.without) == (58, ("activity",))


def test_the_command_line_and_the_environment_win(contracts, mock, tmp_path):
    (tmp_path / "pyproject.toml").write_text(GOOD.format(url=mock.url).replace("[targets", "[tool.contracts.targets"))
    wrong = {"MY_ID": "wrong-wrong", "MY_TOKEN": "wrong-wrong", **credentials(mock)}
    done = contracts("gate", "--on", "here", "--budget", "57", "--report", "out", **wrong)
    assert done.returncode == 0, done.stdout + done.stderr
    assert read(tmp_path / "out" / "run.ndjson").header.budget == 57


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[targets.a]\nurl = "http://x"\nbudgte = 5', 3, "did you mean budget"),
        ('[targets.a]\nurl = "http://x"\n\nbudget = "five"', 4, "budget in targets.a is str, not int"),
        ('[targets.a]\nurl = "http://x"\nstrict = 1', 3, "strict in targets.a is int, not bool"),
        ('[targets.a]\nurl = "http://x"\nbudget = true', 3, "is bool, not int"),
        ('[targets.a]\nurl = "http://x"\nwithout = [1]', 3, "no list of texts"),
        ('[targets.a]\nurl = "http://x"\napp_token = "very-secret-value"', 3, "a secret does not stand in a file"),
        ('[targets.a]\nurl = "http://x"\napp_token = "${NOT_SET}"', 3, "needs NOT_SET in the environment"),
        ('[targets.a]\ncluster = "eu7"', 2, "there is no cluster 'eu7'"),
        ("[targets.a]\nbudget = 5", 1, "neither url nor cluster"),
        ('[target.a]\nurl = "http://x"', 1, "unknown key 'target'"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(contracts, tmp_path, text, line, says):
    (tmp_path / "contracts.toml").write_text(text)
    done = contracts("gate", "--on", "a")
    assert done.returncode == 2
    assert f"contracts.toml, line {line}: " in done.stderr
    assert says in done.stderr
    assert "very-secret-value" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_file_and_no_such_target_are_told(contracts, tmp_path):
    assert "--on needs contracts.toml" in contracts("gate", "--on", "a").stderr
    (tmp_path / "contracts.toml").write_text('[targets.b]\nurl = "http://x"')
    assert "has no target 'a'; there are b" in contracts("gate", "--on", "a").stderr
