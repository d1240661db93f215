"""The commands of docs/other-apis.md, run as they stand there."""

import re
import shutil

import pytest

from tests.conftest import ROOT
from tests.others.products import DOCUMENT, Products
from tests.others.web import listening

PAGE = (ROOT / "docs" / "other-apis.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ contracts (.+)$", PAGE, re.MULTILINE)
(TOKEN,) = re.findall(r"^\$ export CONTRACTS_TOKEN=(\S+)$", PAGE, re.MULTILINE)
THERE = "http://localhost:4020"


@pytest.mark.parametrize(("fault", "said"), [(None, "conformant"), ("drops-tags", "violated")])
def test_the_three_steps(contracts, tmp_path, fault, said):
    overlay, gate = COMMANDS
    shutil.copy(DOCUMENT, tmp_path / "shop.yaml")
    command, _, file = overlay.partition(" > ")
    (tmp_path / file).write_text(contracts(*command.split(), cwd=tmp_path).stdout, "utf-8")
    with listening(Products(fault).asgi()) as url:
        done = contracts(*gate.replace(THERE, url).split(), cwd=tmp_path, CONTRACTS_TOKEN=TOKEN)
    (line,) = re.findall(rf"^{said}: .+$", PAGE, re.MULTILINE)
    assert line.replace(THERE, url) in done.stdout, done.stdout[-2000:] + done.stderr
    assert TOKEN not in done.stdout
