"""Folders as they lie in repositories: which page is chosen, which is not compared, and what code is told."""

import json
import re
import shutil
from pathlib import Path

import pytest
from sdk_tree import CREATE, REQUEST, grow

FIXTURES = Path(__file__).parent / "fixtures"
DATES = {"birthday", "birthdate"}
"""PHP has one kind of date: these two differ, and are breaking, in every PHP page."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdk")
    return folder, grow(folder)


@pytest.fixture
def sdk(grown, tmp_path):
    """A copy of the pages that matter, with all others linked, in which a test may change a page."""
    folder, _ = grown
    shutil.copytree(folder, tmp_path / "sdk", copy_function=lambda a, b: Path(b).hardlink_to(a))
    return tmp_path / "sdk"


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.unlink()  # a hard link: the others keep theirs
    path.write_text(text.replace(old, new, 1), "utf-8")


def drifts_in(done):
    return json.loads(done.stdout)["drift"]


def breaking(done):
    return {(one["kind"], one["path"]) for one in drifts_in(done) if one["severity"] == "breaking"} - {
        ("format", name) for name in DATES
    }


def without_row(models, title, name):
    path = models / f"{title}.md"
    row = next(line for line in path.read_text("utf-8").splitlines() if line.startswith(f"**{name}**"))
    edit(path, row + "\n", "")
    return path


def test_the_tree_has_as_many_pages_as_an_sdk_and_all_agree(grown, drift):
    folder, models = grown
    assert len(list(models.iterdir())) >= 1300
    done = drift(folder, "--json")
    assert breaking(done) == set()
    assert {Path(one["document"]).stem for one in drifts_in(done)} == {CREATE, REQUEST}


@pytest.mark.parametrize("start", ["", "docs", "docs/Model"])
def test_the_broken_create_page_is_found_beside_its_intact_siblings(sdk, drift, start):
    page = without_row(sdk / "docs" / "Model", CREATE, "loyalty")
    done = drift(sdk / start, "--json")
    assert done.returncode == 1
    assert breaking(done) == {("missing", "loyalty")}
    found = next(one for one in drifts_in(done) if one["path"] == "loyalty")
    assert Path(found["document"]) == page
    assert page.read_text("utf-8").splitlines()[found["line"] - 1].startswith("Name | Type")


def test_a_create_page_that_lost_its_name_in_part_is_no_reason_to_take_another(sdk, drift):
    (sdk / "docs" / "Model" / f"{CREATE}.md").unlink()
    (sdk / "docs" / "Model" / f"{REQUEST}.md").unlink()
    done = drift(sdk, "--json")
    assert done.returncode == 2
    assert f"{CREATE}.md" in done.stderr


def test_the_page_of_the_request_is_judged_too(sdk, drift):
    edit(sdk / "docs" / "Model" / f"{REQUEST}.md", "**email** | **string**", "**email** | **int**")
    assert breaking(drift(sdk, "--json")) == {("type", "email")}


def test_a_page_is_known_by_the_calls_that_return_it(sdk, drift):
    models = sdk / "docs" / "Model"
    (models / f"{CREATE}.md").rename(models / "NewCustomer.md")
    calls = sdk / "docs" / "Api" / "CustomersApi.md"
    edit(calls, f"Model/{CREATE}.md", "Model/NewCustomer.md")
    without_row(models, "NewCustomer", "referrals")
    done = drift(sdk, "--json")
    assert breaking(done) == {("missing", "referrals")}
    assert {Path(one["document"]).stem for one in drifts_in(done)} >= {"NewCustomer"}


def test_pages_in_several_folders_are_each_judged(sdk, drift):
    older = sdk / "docs" / "older"
    shutil.copytree(sdk / "docs" / "Model", older, copy_function=lambda a, b: Path(b).hardlink_to(a))
    without_row(older, CREATE, "summary")
    done = drift(sdk, "--json")
    assert breaking(done) == {("missing", "summary")}
    assert any("older" in one["document"] for one in drifts_in(done))


def test_a_link_leads_to_the_page_that_it_names(sdk, drift):
    models = sdk / "docs" / "Model"
    text = (models / f"{CREATE}.md").read_text("utf-8")
    target = re.search(r"\*\*summary\*\* \| \[[^]]*\]\((\w+)\.md\)", text)[1]
    (sdk / "docs" / "parts").mkdir()
    (models / f"{target}.md").rename(sdk / "docs" / "parts" / f"{target}.md")
    edit(models / f"{CREATE}.md", f"({target}.md)", f"(../parts/{target}.md)")
    without_row(sdk / "docs" / "parts", target, "orders")
    for given in (sdk, models / f"{CREATE}.md"):
        assert breaking(drift(given, "--json")) == {("missing", "summary.orders")}


def test_of_all_pages_given_at_once_those_of_the_operation_are_compared(sdk, drift):
    models = sdk / "docs" / "Model"
    without_row(models, CREATE, "object")
    done = drift(*sorted(models.glob("*.md"))[:600], models / f"{CREATE}.md", "--json")
    assert breaking(done) == {("missing", "object")}
    done = drift(*sorted(models.glob("*.md"))[:600], models / f"{CREATE}.md")
    assert "not compared, pages of other objects" in done.stdout


@pytest.mark.parametrize(
    "name",
    ["docs/Api/CustomersApi.md", "docs/Model/CustomersListResponseBody.md", "docs/Model/Things3GetResponseBody.md"],
)
def test_a_page_of_something_else_is_said_to_be_one(sdk, drift, name):
    done = drift(sdk / name)
    assert done.returncode == 2
    assert "breaking" not in done.stdout
    assert Path(name).name in done.stderr
    assert f"{CREATE}.md" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_docs_page_of_another_object_is_said_to_be_one(drift, tmp_path):
    fields = ["id", "object", "created_at", "status", "amount", "items", "customer", "voucher", "metadata"]
    rows = "\n".join(f"| {name} | string | What it is. |" for name in fields)
    (tmp_path / "order.md").write_text(
        f"# Order object\n\n| Name | Type | Description |\n|---|---|---|\n{rows}\n", "utf-8"
    )
    done = drift("order.md")
    assert done.returncode == 2
    assert "another object" in done.stderr


CODE = {
    "customers_create_response_body.py": (
        "from typing import Any\nfrom pydantic import BaseModel\n\nclass Body(BaseModel):\n    id: str\n"
    ),
    "CustomersCreateResponseBody.cs": "using System;\nnamespace Sdk.Model\n{\n    public class Body {}\n}\n",
    "CustomersCreateResponseBody.java": "package sdk.model;\npublic class Body { String id; }\n",
    "CustomersCreateResponseBody.php": "<?php\nnamespace Sdk\\Model;\nclass Body {}\n",
    "customers_create_response_body.rb": "require 'date'\nmodule Sdk\n  class Body\n  end\nend\n",
    "CustomersCreateResponseBody.ts": "import { A } from './A';\nexport interface Body {}\n",
    "CustomersCreateResponseBody.js": "import ApiClient from '../ApiClient';\nclass Body {}\nexport default Body;\n",
}


@pytest.mark.parametrize("name", sorted(CODE))
@pytest.mark.parametrize("has_docs", [True, False])
def test_source_code_is_told_which_page_to_give(drift, tmp_path, name, has_docs):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / name).write_text(CODE[name], "utf-8")
    page = Path("docs", "Model", f"{CREATE}.md") if has_docs else Path("docs", f"{CREATE}.md")
    if has_docs:
        (tmp_path / page).parent.mkdir(parents=True)
        (tmp_path / page).write_text("x", "utf-8")
    for given in (f"src/{name}", "src"):
        done = drift(given)
        assert done.returncode == 2
        assert "source code" in done.stderr
        assert str(page) in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_the_page_of_the_calls_is_none_to_give(drift, tmp_path):
    for path in ("docs/CustomersApi.md", "apis/CustomersApi.ts"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(CODE["CustomersCreateResponseBody.ts"], "utf-8")
    assert f"docs/{CREATE}.md" in drift("apis").stderr


def test_the_page_is_found_from_as_deep_as_java_puts_its_code(drift, tmp_path):
    code = tmp_path / "src/main/java/org/example/client/model" / f"{CREATE}.java"
    code.parent.mkdir(parents=True)
    code.write_text(CODE[f"{CREATE}.java"], "utf-8")
    page = tmp_path / "docs" / "models" / f"{CREATE}.md"
    page.parent.mkdir(parents=True)
    page.write_text("x", "utf-8")
    assert str(Path("docs", "models", f"{CREATE}.md")) in drift(code).stderr


def test_a_readme_with_code_and_calls_is_no_code(drift, tmp_path):
    """As openapi-generator writes it for Python: a sample, then a table of calls whose rows begin without a bar."""
    sample = "```python\nimport sdk\nfrom sdk.rest import ApiException\nfrom pprint import pprint\n```\n"
    calls = (
        "Class | Method | HTTP request\n--- | --- | ---\n*CustomersApi* | [**create**](x.md) | **POST** /v1/customers\n"
    )
    (tmp_path / "README.md").write_text(f"# sdk\n\n{sample}\n{calls}", "utf-8")
    done = drift("README.md")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "lists the calls of an API" in done.stderr


def test_many_files_of_code_are_one_line(drift, tmp_path):
    for number in range(30):
        (tmp_path / f"Model{number}.cs").write_text(CODE["CustomersCreateResponseBody.cs"], "utf-8")
    done = drift(*sorted(tmp_path.glob("*.cs")))
    assert done.returncode == 2
    assert "29 more" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_map_whose_values_are_behind_a_link_is_followed(drift, tmp_path):
    """Python's older pages give a map a page of its own, with one row for any name."""
    for path in (FIXTURES / "python").glob("*.md"):
        shutil.copy(path, tmp_path)
    edit(
        tmp_path / "CustomerLoyalty.md",
        "[**Dict[str, CustomerLoyaltyCampaignsEntry]**](CustomerLoyaltyCampaignsEntry.md)",
        "[**Campaigns**](Campaigns.md)",
    )
    link = "[**CustomerLoyaltyCampaignsEntry**](CustomerLoyaltyCampaignsEntry.md)"
    head = "Name | Type | Description | Notes\n--- | --- | --- | ---\n"
    (tmp_path / "Campaigns.md").write_text(
        f"# Campaigns\n\n{head}**any string name** | {link} | any name | [optional]\n", "utf-8"
    )
    assert drifts_in(drift(tmp_path / f"{CREATE}.md", "--json")) == []
    edit(tmp_path / "CustomerLoyaltyCampaignsEntry.md", "**points** | **int**", "**points** | **str**")
    done = drift(tmp_path / f"{CREATE}.md", "--json")
    assert [one["path"] for one in drifts_in(done)] == ["loyalty.campaigns.*.points"]


@pytest.mark.parametrize("language", ["dotnet", "java", "php", "ruby"])
def test_a_date_that_became_a_string_is_seen_where_the_language_has_dates(drift, tmp_path, language):
    for path in (FIXTURES / language).glob("*.md"):
        shutil.copy(path, tmp_path)
    page = tmp_path / f"{CREATE}.md"
    text = re.sub(
        r"(?im)^(\W*created_?at\*\* \| \*\*)[^*]+",
        r"\1string" if language != "java" else r"\1String",
        page.read_text("utf-8"),
    )
    page.write_text(text, "utf-8")
    found = {(one["kind"], one["path"]) for one in drifts_in(drift(page, "--json"))}
    assert ("format", "created_at") in found
    assert ("format", "updated_at") not in found


def test_a_language_without_types_for_dates_says_nothing_of_them(drift, tmp_path):
    text = (FIXTURES / "python" / f"{CREATE}.md").read_text("utf-8")
    page = tmp_path / f"{CREATE}.md"
    page.write_text(re.sub(r"\*\*(?:datetime|date)\*\*", "**str**", text), "utf-8")
    assert "format" not in {one["kind"] for one in drifts_in(drift(page, "--json"))}


@pytest.mark.parametrize("language", ["dotnet", "php"])
def test_a_default_that_is_not_told_where_all_are_told_is_none(drift, tmp_path, language):
    for path in (FIXTURES / language).glob("*.md"):
        shutil.copy(path, tmp_path)
    page = tmp_path / f"{CREATE}.md"
    before = drifts_in(drift(page, "--json"))
    assert ("default", "object") not in {(one["kind"], one["path"]) for one in before}
    page.write_text(re.sub(r"\[default to [^\]]*\]", "", page.read_text("utf-8")), "utf-8")
    found = [one for one in drifts_in(drift(page, "--json")) if one not in before]
    assert [(one["kind"], one["path"], one["says"]) for one in found] == [("default", "object", "none")]


def test_a_page_without_a_column_of_notes_tells_no_default(drift, tmp_path):
    """As typescript-fetch writes it, whose pages end like all others."""
    rows = "".join(f"`{name}` | string\n" for name in ("id", "sourceId", "object", "name", "email"))
    foot = "[[Back to top]](#) [[Back to README]](../README.md)\n"
    page = tmp_path / f"{CREATE}.md"
    page.write_text(f"# {CREATE}\n\nName | Type\n--- | ---\n{rows}\n{foot}", "utf-8")
    assert "default" not in {one["kind"] for one in drifts_in(drift(page, "--json"))}


def test_a_page_that_does_not_show_its_language_is_in_that_of_the_pages_beside_it(drift, tmp_path):
    """Julia's ``Date`` is a day; of the request's page alone nobody can tell."""
    head = "Name | Type | Description | Notes\n--- | --- | --- | ---\n"
    rows = ("id", "source_id", "name", "description", "email", "phone")
    request = "".join(f"**`{name}`** | **`String`** | x | [optional]\n" for name in rows)
    page = tmp_path / "CustomersCreateRequestBody.md"
    page.write_text(f"# Body\n\n{head}{request}**`birthdate`** | **`Date`** | x | [optional]\n", "utf-8")
    (tmp_path / "Other.md").write_text(f"# Other\n\n{head}**`at`** | **`ZonedDateTime`** | x |\n", "utf-8")
    found = drifts_in(drift(page, "--json"))
    assert ("format", "birthdate") not in {(one["kind"], one["path"]) for one in found}
    (tmp_path / "Other.md").unlink()
    found = drifts_in(drift(page, "--json"))
    assert ("format", "birthdate") in {(one["kind"], one["path"]) for one in found}


def test_no_drift_of_a_page_is_without_its_line(drift, tmp_path):
    for path in (FIXTURES / "ruby").glob("*.md"):
        shutil.copy(path, tmp_path)
    edit(tmp_path / "CustomerSummaryOrders.md", "**total_count**", "**totals**")
    edit(tmp_path / f"{CREATE}.md", "**phone**", "**telephone_number**")
    found = drifts_in(drift(tmp_path, "--json"))
    assert found
    assert all(one["line"] > 0 for one in found)
    missing = next(one for one in found if one["path"] == "summary.orders.total_count")
    assert Path(missing["document"]).name == "CustomerSummaryOrders.md"
