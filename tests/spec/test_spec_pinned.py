"""The pinned contract carries every fact of the operation's page, and none of its sentences."""

import re
from pathlib import Path

import pytest

from contracts.spec.document import pinned, read_document

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
PROSE = ("description", "summary")


@pytest.fixture(scope="module")
def seed():
    pages = [path for path in sorted(SEEDS.glob("*.txt")) if "\nopenapi: 3" in path.read_text("utf-8")]
    if not pages:
        pytest.skip("the seed documents (../shared/seeds) are not on this machine")
    return read_document(pages[0].read_text("utf-8"), pages[0].name)


def facts(value, path="#"):
    """Every leaf with its place; of prose only that it is there."""
    if isinstance(value, dict):
        yield path, sorted(value)
        for name, below in value.items():
            is_prose = isinstance(below, str) and (name in PROSE or path.endswith("/scopes"))
            yield from [(f"{path}/{name}", "prose")] if is_prose else facts(below, f"{path}/{name}")
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from facts(below, f"{path}/{index}")
    else:
        yield path, value


def sentences(value):
    if isinstance(value, dict):
        for name, below in value.items():
            if isinstance(below, str) and name in PROSE:
                yield from (part.strip() for part in re.split(r"[.:;]\s|\n", " ".join(below.split())) if part.strip())
            else:
                yield from sentences(below)
    elif isinstance(value, list):
        for below in value:
            yield from sentences(below)


def test_every_fact_is_the_seeds(seed):
    ours, theirs = dict(facts(pinned())), dict(facts(seed))
    assert ours.keys() == theirs.keys()
    assert {path: ours[path] for path in ours if ours[path] != theirs[path]} == {}


def test_no_sentence_is_the_seeds(seed):
    theirs = set(sentences(seed))
    assert [text for text in sentences(pinned()) if len(text.split()) > 5 and text in theirs] == []
