"""What the tests share: the command as a user starts it, and the embedded server."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.mock.server import running

with contextlib.suppress(ValueError):  # where this is no main thread
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs have it ignored, for good
ROOT = Path(__file__).parents[1]


@pytest.fixture
def contracts(tmp_path):
    """Run ``contracts ARGUMENTS`` as its own process, without credentials but those given."""

    def run(*arguments, cwd=tmp_path, **environment):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("VOUCHERIFY_")}
        clean |= {"PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment}
        command = [sys.executable, "-m", "contracts", *map(str, arguments)]
        return subprocess.run(
            command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )

    return run


@pytest.fixture
def mock():
    with running() as server:
        yield server


def credentials(server):
    """The environment that lets a command in."""
    return {"VOUCHERIFY_APP_ID": server.app_id, "VOUCHERIFY_APP_TOKEN": server.app_token}
