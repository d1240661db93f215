"""Each clause is a record that can be cited: unique words for an id, a title that is a fact, a place that exists."""

import re
from pathlib import Path

import pytest

from contracts.clauses import ALL
from contracts.clauses.texts import TEXTS
from contracts.config.options import CAPABILITIES
from contracts.spec.document import pinned, resolve

HEADINGS = {
    line.lstrip("# ").strip()
    for line in (Path(__file__).parents[2] / "docs" / "contract.md").read_text("utf-8").splitlines()
    if line.startswith("##")
}


def test_ids_and_titles_are_unique():
    assert len({clause.id for clause in ALL}) == len(ALL)
    assert len({clause.title for clause in ALL}) == len(ALL)


@pytest.mark.parametrize("clause", ALL, ids=lambda clause: clause.id)
def test_a_clause_is_well_formed(clause):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*", clause.id)
    assert len(clause.title) <= 72
    assert " should " not in clause.title.lower()
    assert (clause.check is None) != (clause.over_history is None)
    assert clause.needs <= set(CAPABILITIES)
    for text in (clause.why, clause.advice):
        assert text.endswith(".")
        assert len(text) <= 120


def test_each_text_is_of_a_clause():
    assert set(TEXTS) == {clause.id for clause in ALL}


@pytest.mark.parametrize("clause", ALL, ids=lambda clause: clause.id)
def test_its_citation_leads_somewhere(clause):
    citation = clause.citation
    if citation.document == "spec":
        resolve(pinned(), citation.place)
    elif citation.document == "docs":
        assert citation.place in HEADINGS
    else:
        assert f"{citation.document}: {citation.place}" in HEADINGS
