"""What the tests share: the command as a user starts it, and the embedded server."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from contracts.mock.server import running
from tests.processes import ended

with contextlib.suppress(ValueError):  # where this is no main thread
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs have it ignored, for good
ROOT = Path(__file__).parents[1]


# No test fails because the machine is busy, and the same code gives the same answer each time; new examples are
# looked for by `--hypothesis-profile search`, each night.
settings.register_profile(
    "gate", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.register_profile("search", settings.get_profile("gate"), derandomize=False)
settings.load_profile("gate")


@pytest.fixture
def contracts(tmp_path):
    """Run ``contracts ARGUMENTS`` as its own process, without credentials but those given."""

    def run(*arguments, cwd=tmp_path, **environment):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("VOUCHERIFY_")}
        clean |= {"PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment}
        return ended(list(map(str, arguments)), cwd, clean)

    return run


@pytest.fixture
def mock():
    with running() as server:
        yield server


def credentials(server):
    """The environment that lets a command in."""
    return {"VOUCHERIFY_APP_ID": server.app_id, "VOUCHERIFY_APP_TOKEN": server.app_token}
