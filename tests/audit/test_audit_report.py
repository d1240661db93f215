"""``audit --json`` and ``--html``: clauses by family, findings grouped, the example marked and nothing else shown."""

import json

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from contracts.audit.example import HIDDEN, excerpt, path_of
from contracts.audit.judge import OF_AN_EXCHANGE
from tests.audit.bodies import BODIES, violating

GOOD = {**BODIES[1], "name": "Somebody <script>alert(1)</script>", "phone": "+1 555 0100"}
BAD = {**GOOD, "created_at": "2026-01-31 09:30", "email": None}


@pytest.fixture
def page(contracts, tmp_path):
    (tmp_path / "t.ndjson").write_text("".join(json.dumps(body) + "\n" for body in (GOOD, BAD, BAD)))
    done = contracts("audit", "t.ndjson", "--html", "audit.html")
    assert done.returncode == 1, done.stderr
    return BeautifulSoup((tmp_path / "audit.html").read_bytes(), "html.parser")


def test_findings_are_grouped_and_their_place_is_marked(page):
    assert page.h1.text == "violated"
    articles = {one.select_one(".id").text: one for one in page.select("article.finding")}
    assert set(articles) == {"dates.date-time", "schema.nulls"}
    dates = articles["dates.date-time"]
    assert "$.created_at" in dates.header.text
    assert "2 of 3" in dates.header.text
    assert [mark.text for mark in dates.select("mark")] == ['"created_at": "2026-01-31 09:30",']
    assert "t.ndjson:2" in dates.text


def test_no_other_value_of_a_customer_and_no_script_is_in_it(page):
    assert page.find("script") is None
    for value in ("Somebody", "+1 555 0100", GOOD["id"]):
        assert value not in page.text
    assert "connect-src" not in str(page.meta)
    assert "default-src 'none'" in page.select("meta")[1]["content"]


def test_every_clause_is_there_by_family_with_its_outcome(page, contracts):
    shown = {one["id"].removeprefix("clause-"): one.select_one(".outcome").text for one in page.select("li.clause")}
    assert set(shown) == {clause.id for clause in OF_AN_EXCHANGE}
    assert shown["dates.date-time"] == "fail"
    assert shown["dates.date"] == "pass"
    assert shown["answer.declared-status"] == "blocked"
    told = json.loads(contracts("audit", "t.ndjson", "--json").stdout)
    assert {c["clause"]: c["outcome"] for ones in told["families"].values() for c in ones} == shown
    dates = next(c for c in told["families"]["dates"] if c["clause"] == "dates.date-time")
    assert (dates["level"], dates["findings"], dates["authority"]) == ("MUST", 2, "RFC 3339 Internet date-time format")


def test_a_page_that_cannot_be_written_is_one_line(contracts, tmp_path):
    (tmp_path / "t.ndjson").write_text(json.dumps(GOOD) + "\n")
    done = contracts("audit", "t.ndjson", "--html", "no/such/folder.html")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


@given(violating(), st.data())
def test_an_excerpt_shows_one_value_and_hides_the_others(body, data):
    name = data.draw(st.sampled_from(sorted(body)))
    shown = json.loads(excerpt(body, f"$.{name}"))
    assert {key for key, value in shown.items() if value != HIDDEN} <= {name}
    if not isinstance(body[name], dict | list | str):
        assert shown[name] == body[name]


@pytest.mark.parametrize("where", ["body", "status", "header Content-Type", "line"])
def test_what_is_no_place_in_a_body_has_no_excerpt(where):
    assert path_of(where) is None
    assert excerpt(GOOD, where) == b""


def test_a_place_in_an_item_is_reached():
    body = {"a": [{"b": 1}, {"b": 2, "c": "secret"}], "d": "secret"}
    assert json.loads(excerpt(body, "$.a[1].b")) == {"a": [HIDDEN, {"b": 2, "c": HIDDEN}], "d": HIDDEN}
    assert path_of('$.a["x y"][3]') == ("a", "x y", 3)


def test_a_report_folder_of_our_own_is_read_for_its_traffic(contracts):
    assert contracts("gate", "--report", "report", "--seed", 3).returncode == 0
    done = contracts("audit", "report", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["findings"] == []
    for name in ("ledger.ndjson", "results.sarif"):
        alone = contracts("audit", f"report/{name}")
        assert alone.returncode == 2
        assert "no recorded traffic" in alone.stderr
