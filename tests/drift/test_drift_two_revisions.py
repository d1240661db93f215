"""What a person and a program get of two revisions: groups, a summary, lines, Markdown, SARIF."""

import copy
import json
import re

import pytest
import yaml

from contracts.spec.document import pinned, pinned_path

S, I = {"type": "string"}, {"type": "integer"}  # noqa: E741 - an integer
NAMES = ("apples", "books", "cars", "desks")


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def answering(schema):
    return {"responses": {"200": {"description": "x", "content": {"application/json": {"schema": schema}}}}}


def shop():
    """The customers' operation beside four lists that share a schema, each with one of its own."""
    document = pinned()
    schemas = document["components"]["schemas"]
    schemas["Money"] = {
        "type": "object",
        "required": ["cents"],
        "properties": {"cents": I, "unit": {**S, "enum": ["eur"]}},
    }
    for name in NAMES:
        schemas[name] = {"type": "object", "properties": {"price": ref("Money"), "title": S, "size": I}}
        document["paths"][f"/v1/{name}"] = {"get": answering({"type": "array", "items": ref(name)})}
    return json.loads(json.dumps(document))


def both(folder, change, form="json"):
    new = shop()
    change(new)
    texts = [
        json.dumps(one, indent=2) if form == "json" else yaml.safe_dump(one, sort_keys=False) for one in (shop(), new)
    ]
    for name, text in zip(("old", "new"), texts, strict=True):
        (folder / name).write_text(text, "utf-8")
    return "new", "--against", "old"


def drifts_in(done):
    return json.loads(done.stdout)["drift"]


def change_much(new):
    schemas = new["components"]["schemas"]
    schemas["Money"]["properties"]["unit"]["enum"].append("usd")
    schemas["books"]["properties"]["title"] = I
    schemas["cars"]["properties"]["wheels"] = I
    schemas["CustomerBase"]["properties"]["email"] = I
    del new["paths"]["/v1/desks"]
    for name in ("plants", "rooms"):
        new["paths"][f"/v1/{name}"] = {"get": answering(ref("Money"))}


def test_a_shared_schema_is_told_once_with_all_that_it_reaches(drift, tmp_path):
    arguments = both(tmp_path, change_much)
    units = [one for one in drifts_in(drift(*arguments, "--json")) if one["kind"] == "enum"]
    assert [(one["path"], one["severity"]) for one in units] == [("schemas.Money unit", "breaking")]
    lines = drift(*arguments).stdout.splitlines()
    section = next(line for line in lines if line.startswith("schemas.Money"))
    assert "1 breaking" in section
    assert "reaches 3 operations: GET /v1/apples, GET /v1/books, GET /v1/cars" in section


def test_a_summary_comes_first_and_the_customers_operation_on_top(drift, tmp_path):
    text = drift(*both(tmp_path, change_much)).stdout
    summary = "1 removed, 4 changed in a breaking way, 0 changed harmlessly, 2 new, 0 unchanged"
    order = [
        text.index(one)
        for one in (
            summary,
            "POST /v1/customers (2 breaking)",
            "schemas.Money (",
            "GET /v1/books (",
            "removed: GET /v1/desks",
            "new: GET /v1/plants, GET /v1/rooms",
        )
    ]
    assert order == sorted(order)


def test_harmless_changes_are_counted_and_full_shows_them(drift, tmp_path):
    arguments = both(tmp_path, change_much)
    assert "wheels" not in drift(*arguments).stdout
    assert "1 harmless" in drift(*arguments).stdout
    assert "wheels" in drift(*arguments, "--full").stdout


def test_what_happened_to_many_members_alike_is_one_line(drift, tmp_path):
    def nullable(new):
        for name in NAMES:
            for member in ("title", "size"):
                new["components"]["schemas"][name]["properties"][member]["nullable"] = True

    arguments = both(tmp_path, nullable)
    lines = [line for line in drift(*arguments).stdout.splitlines() if "nullability" in line]
    assert len(lines) == len(NAMES)
    assert all("[].title, [].size" in line for line in lines)
    assert len([line for line in drift(*arguments, "--full").stdout.splitlines() if "nullability" in line]) == 8
    assert len(drifts_in(drift(*arguments, "--json"))) == 8


def test_a_schema_that_was_copied_has_changed_once(drift, tmp_path):
    def copied(new):
        schemas = new["components"]["schemas"]
        money = schemas.pop("Money")
        money["properties"]["cents"] = S
        for name in NAMES:
            schemas[name]["properties"]["price"] = copy.deepcopy(money)

    found = drifts_in(drift(*both(tmp_path, copied), "--json"))
    assert [(one["path"], one["kind"]) for one in found] == [("schemas.Money cents", "type")]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_every_finding_has_the_line_that_declares_it(drift, tmp_path, form):
    def everything(new):
        change_much(new)
        new["components"]["securitySchemes"].pop("X-App-Id")
        new["servers"] = [{"url": "https://other.example"}]
        post = new["paths"]["/v1/customers"]["post"]
        post["parameters"] = [{"name": "expand", "in": "query", "required": True, "schema": S}]
        post["responses"]["400"] = {"description": "x"}
        del new["components"]["schemas"]["CustomerSummaryOrders"]["properties"]["total_count"]

    found = drifts_in(drift(*both(tmp_path, everything, form), "--json"))
    lines = (tmp_path / "new").read_text("utf-8").splitlines()
    assert len(found) > 10
    assert all(0 < one["line"] <= len(lines) for one in found)
    expected = {
        ("enum", "schemas.Money unit"): "unit",
        ("type", "email"): "email",
        ("type", "request.email"): "email",
        ("extra", "GET /v1/plants"): "get",
        ("extra", "POST /v1/customers responses.400"): "400",
        ("missing", "servers"): "servers",
        ("missing", "summary.orders.total_count"): "CustomerSummaryOrders",
        ("type", "GET /v1/books responses.200 application/json [].title"): "title",
    }
    at = {(one["kind"], one["path"]): lines[one["line"] - 1] for one in found}
    for key, word in expected.items():
        assert re.search(rf"\b{word}\b", at[key]), (key, at[key])


def test_lines_of_a_document_on_one_line_are_the_first(drift, tmp_path):
    new = shop()
    change_much(new)
    (tmp_path / "old").write_text(json.dumps(shop()), "utf-8")
    (tmp_path / "new").write_text(json.dumps(new), "utf-8")
    assert {one["line"] for one in drifts_in(drift("new", "--against", "old", "--json"))} == {1}


def test_markdown_is_a_changelog(drift, tmp_path):
    done = drift(*both(tmp_path, change_much), "--markdown")
    assert done.returncode == 1
    assert done.stdout.startswith("## Changes in `new`\n")
    assert "1 removed, 4 changed in a breaking way" in done.stdout
    assert "- **breaking** enum: `unit` eur → eur, usd (usd added)" in done.stdout
    assert "### Removed\n\n- `GET /v1/desks`: **breaking**" in done.stdout
    assert "### New\n\n`GET /v1/plants`, `GET /v1/rooms`" in done.stdout


def test_markup_of_a_document_is_no_markup_of_the_changelog(drift, tmp_path):
    def evil(new):
        part = new["components"]["schemas"]["books"]["properties"]
        part["title"] = {**S, "enum": ["<img src=x>", "@all", "[a](http://b)", "x\n# y"]}
        part["`|`x"] = S
        part["*b*"] = {**S, "nullable": True}

    text = drift(*both(tmp_path, evil), "--markdown", "--full").stdout
    assert "<img" not in text.replace("\\<img", "")
    assert not re.search(r"(?<!\\)@all|^# y", text, re.MULTILINE)


def test_a_page_is_in_the_changelog_too(drift):
    from pathlib import Path

    page = Path(__file__).parent / "fixtures" / "php" / "CustomersCreateResponseBody.md"
    text = drift(page, "--markdown").stdout
    assert "**breaking** format: `birthdate`" in text


def test_sarif_has_each_drift_at_its_line(drift, tmp_path):
    done = drift(*both(tmp_path, change_much), "--sarif", "drift.sarif", "--json")
    log = json.loads((tmp_path / "drift.sarif").read_text("utf-8"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(drifts_in(done))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "new"
        assert place["region"]["startLine"] > 0
    assert {one["level"] for one in run["results"]} >= {"error", "note"}
    prints = [one["partialFingerprints"]["drift/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints)


def test_two_forms_of_one_output_are_wrong_usage(drift):
    assert drift(pinned_path(), "--json", "--markdown").returncode == 2


def test_documents_without_the_customers_operation_can_be_compared(drift, tmp_path):
    def other(new):
        del new["paths"]["/v1/customers"]
        change_much(new)

    old = shop()
    del old["paths"]["/v1/customers"]
    both(tmp_path, other)
    (tmp_path / "old").write_text(json.dumps(old), "utf-8")
    done = drift("new", "--against", "old", "--json")
    assert done.returncode == 1
    assert ("type", "GET /v1/books responses.200 application/json [].title") in {
        (o["kind"], o["path"]) for o in drifts_in(done)
    }
    assert drift("new", "--against", "new").stdout.endswith("no drift\n")


def test_the_customers_operation_that_is_gone_is_breaking(drift, tmp_path):
    done = drift(*both(tmp_path, lambda new: new["paths"].pop("/v1/customers")), "--json")
    assert done.returncode == 1
    assert ("missing", "POST /v1/customers") in {(one["kind"], one["path"]) for one in drifts_in(done)}


def alone(change=lambda schemas: None):
    document = pinned()
    del document["paths"]
    change(document["components"]["schemas"])
    return document


def test_a_document_of_components_alone_is_read_by_the_names_of_its_schemas(drift, tmp_path):
    (tmp_path / "same.json").write_text(json.dumps(alone(), indent=1), "utf-8")
    done = drift("same.json", "--json")
    assert done.returncode == 0, done.stderr
    assert "breaking" not in {one["severity"] for one in drifts_in(done)}

    def broken(schemas):
        schemas["CustomerBase"]["properties"]["email"]["type"] = "integer"
        del schemas["CustomersCreateRequestBody"]

    (tmp_path / "new.json").write_text(json.dumps(alone(broken), indent=1), "utf-8")
    done = drift("new.json", "--json")
    assert done.returncode == 1
    (found,) = [one for one in drifts_in(done) if one["severity"] == "breaking"]
    assert (found["kind"], found["path"]) == ("type", "email")
    assert '"email"' in (tmp_path / "new.json").read_text("utf-8").splitlines()[found["line"] - 1]


def test_a_server_may_move_its_path_into_the_paths(drift, tmp_path):
    new = shop()
    new["paths"] = {path.removeprefix("/v1"): item for path, item in new["paths"].items()}
    new["servers"][0]["url"] += "/v1"
    (tmp_path / "old").write_text(json.dumps(shop()), "utf-8")
    (tmp_path / "new").write_text(json.dumps(new), "utf-8")
    done = drift("new", "--against", "old", "--json")
    assert [one for one in drifts_in(done) if one["severity"] == "breaking"] == []


@pytest.mark.parametrize("side", ["old", "new"])
def test_all_paths_below_another_are_one_change_and_the_rest_is_compared(drift, tmp_path, side):
    """As documents of the customers API until 2022: their paths began without the version, on the same hosts."""
    arguments = both(tmp_path, change_much)
    document = json.loads((tmp_path / side).read_text("utf-8"))
    document["paths"] = {path.removeprefix("/v1"): item for path, item in document["paths"].items()}
    (tmp_path / side).write_text(json.dumps(document, indent=2), "utf-8")
    found = drifts_in(drift(*arguments, "--json"))
    assert {(one["kind"], one["path"]) for one in found} >= {("type", "email"), ("enum", "schemas.Money unit")}
    whole = [one for one in found if one["path"] == "servers"]
    assert [one["severity"] for one in whole] == ["breaking"]
    assert {whole[0]["contract"], whole[0]["says"]} == {"paths below /", "paths below /v1"}
    gone = [one["path"] for one in found if one["kind"] == "missing" and one["path"].startswith("GET")]
    assert gone == ["GET /v1/desks" if side == "new" else "GET /desks"]


def test_a_path_that_stayed_where_it_was_tells_that_not_all_moved(drift, tmp_path):
    def move(new):
        new["paths"] = {p if "books" in p else p.removeprefix("/v1"): item for p, item in new["paths"].items()}

    found = drifts_in(drift(*both(tmp_path, move), "--json"))
    assert "servers" not in {one["path"] for one in found}
    assert ("missing", "GET /v1/cars") in {(one["kind"], one["path"]) for one in found}


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_reference_that_leads_nowhere_is_one_warning_however_often_it_stands_there(drift, tmp_path, side):
    both(tmp_path, change_much)
    document = json.loads((tmp_path / side).read_text("utf-8"))
    for name in NAMES[:3]:
        document["components"]["schemas"][name]["properties"]["price"] = ref("Nothing")
    (tmp_path / side).write_text(json.dumps(document, indent=1), "utf-8")
    found = drifts_in(drift("new", "--against", "old", "--json"))
    bad = [one for one in found if one["kind"] == "reference"]
    assert [(one["document"], one["severity"]) for one in bad] == [(side, "warning")]
    assert "Nothing" in (tmp_path / side).read_text("utf-8").splitlines()[bad[0]["line"]]
    assert ("type", "email") in {(one["kind"], one["path"]) for one in found}
    assert not any("price" in one["path"] for one in found if one["kind"] != "reference")


def test_accepted_drifts_of_shared_schemas_are_accepted(drift, tmp_path):
    def dearer(new):
        new["components"]["schemas"]["Money"]["properties"]["unit"]["enum"].append("usd")

    arguments = both(tmp_path, dearer)
    assert drift(*arguments).returncode == 1
    (tmp_path / "drift.toml").write_text('[[accepted]]\npath = "schemas.Money unit"\nreason = "agreed"\n', "utf-8")
    assert drift(*arguments).returncode == 0
