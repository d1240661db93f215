"""The command: several documents at once, what it prints where, and what it says of what it cannot read."""

import json
from pathlib import Path

import pytest

from contracts.spec.document import pinned_path

FIXTURES = Path(__file__).parent / "fixtures"
ROOT = "CustomersCreateResponseBody.md"
PAGES = sorted((FIXTURES / "php").glob("*.md"))


def drifts_in(done):
    return json.loads(done.stdout)["drift"]


def test_pages_that_another_links_to_are_part_of_it(contracts):
    alone = drifts_in(contracts("drift", FIXTURES / "php" / ROOT, "--json"))
    assert drifts_in(contracts("drift", *PAGES, "--json")) == alone
    assert f"with {len(PAGES) - 1} pages" in contracts("drift", *PAGES).stdout


def test_a_part_alone_is_one_line(contracts):
    done = contracts("drift", FIXTURES / "php" / "CustomerSummaryOrders.md")
    assert done.returncode == 2
    assert "is a part of the customer object" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_line_is_in_the_file_that_is_named_with_it(contracts, tmp_path):
    for path in PAGES:
        text = path.read_text("utf-8").replace("**total_amount** | **int**", "**total_amount** | **string**")
        (tmp_path / path.name).write_text(text, "utf-8")
    for given in (tmp_path, tmp_path / ROOT):
        found = [one for one in drifts_in(contracts("drift", given, "--json")) if one["path"].endswith("total_amount")]
        assert [Path(one["document"]).name for one in found] == ["CustomerSummaryOrders.md"]
        line = Path(found[0]["document"]).read_text("utf-8").splitlines()[found[0]["line"] - 1]
        assert "total_amount" in line
        assert "≠" in next(one for one in contracts("drift", given).stdout.splitlines() if "total_amount" in one)


def test_a_page_of_a_request_is_held_against_the_request(contracts, tmp_path):
    rows = ["id", "source_id", "name", "description", "email", "phone"]
    table = ["Name | Type | Description | Notes", "--- | --- | --- | ---"]
    table += [f"**{name}** | **str** | x | [optional]" for name in rows]
    table += [f"**{name}** | **date** | x | [optional]" for name in ("birthday", "birthdate")]
    table += [f"**{name}** | **object** | x | [optional]" for name in ("address", "metadata")]
    page = tmp_path / "CustomersCreateRequestBody.md"
    page.write_text("\n".join(["# CustomersCreateRequestBody", "", *table, ""]), "utf-8")
    assert drifts_in(contracts("drift", page, "--json")) == []
    page.write_text(page.read_text("utf-8").replace("**email**", "**mail**"), "utf-8")
    assert [(one["kind"], one["path"]) for one in drifts_in(contracts("drift", page, "--json"))] == [
        ("missing", "email"),
        ("extra", "mail"),
    ]


def test_an_empty_name_is_wrong_usage(contracts):
    done = contracts("drift", "")
    assert done.returncode == 2
    assert "empty" in done.stderr


def test_one_that_cannot_be_read_hides_no_other(contracts, tmp_path):
    (tmp_path / "bad").write_text("no table, and nothing else", "utf-8")
    done = contracts("drift", tmp_path / "bad", FIXTURES / "php" / ROOT, "--json")
    assert done.returncode == 2
    assert str(tmp_path / "bad") in done.stderr
    assert drifts_in(done)


def test_a_page_without_a_known_table_is_told_so(contracts, tmp_path):
    (tmp_path / "page.md").write_text("| Colour | Size |\n|---|---|\n| red | 5 |\n", "utf-8")
    done = contracts("drift", tmp_path / "page.md")
    assert "no table of attributes is recognised" in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("option", ["--against", "--spec"])
def test_one_bad_reference_is_one_warning_that_names_its_file(contracts, tmp_path, option):
    bad = "#/components/schemas/None"
    text = pinned_path().read_text("utf-8").replace("#/components/schemas/CustomerBase", bad)
    text = text.replace("type: integer", "type: number")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text, "utf-8")
    done = contracts("drift", pinned_path(), option, broken, "--json")
    assert done.returncode in (0, 1)
    found = [drift for drift in drifts_in(done) if drift["kind"] == "reference"]
    assert [(one["document"], one["severity"]) for one in found] == [(str(broken), "warning")]
    assert bad in text.splitlines()[found[0]["line"] - 1] + text.splitlines()[found[0]["line"]]
    assert "type" in {one["kind"] for one in drifts_in(done)}, "the rest is compared"
    missing_there = {"name", "email", "address"}
    assert not missing_there & {one["path"] for one in drifts_in(done)}, "what is not known is not compared"


@pytest.mark.parametrize("columns", ["0", "1", "20", "80"])
def test_marks_are_printed_however_narrow_it_is(contracts, columns):
    documents = [FIXTURES / name / ROOT for name in ("php", "java", "ruby", "python", "dotnet", "javascript")] * 2
    lines = contracts("drift", *documents, COLUMNS=columns).stdout.splitlines()
    row = next(line for line in lines if line.startswith("birthdate"))
    assert sum(row.count(sign) for sign in "✓≠") == len(documents)
    assert any("[12]" in line and "[1]" in line for line in lines)


def test_what_is_written_may_be_read_by_others(contracts, tmp_path):
    pin, page = tmp_path / "pinned.yaml", tmp_path / "drift.html"
    pin.write_text(pinned_path().read_text("utf-8"), "utf-8")
    pin.chmod(0o664)
    done = contracts("drift", pinned_path(), "--spec", pin, "--update", "--html", page)
    assert str(pin) in done.stderr
    assert pin.stat().st_mode & 0o777 == 0o664
    assert page.stat().st_mode & 0o044
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drift.html", "pinned.yaml"]
