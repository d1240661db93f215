"""The command in this process: a process of its own takes a second to start, and there are hundreds of cases."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from contracts.cli.drift import command
from contracts.errors import ContractsError


@pytest.fixture
def drift(tmp_path, monkeypatch):
    """Run ``contracts drift ARGUMENTS`` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        done = CliRunner().invoke(command, list(map(str, arguments)))
        if isinstance(done.exception, ContractsError):
            return SimpleNamespace(
                returncode=done.exception.exit_code, stdout=done.stdout, stderr=f"{done.exception}\n"
            )
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return SimpleNamespace(returncode=done.exit_code, stdout=done.stdout, stderr=done.stderr)

    return run
