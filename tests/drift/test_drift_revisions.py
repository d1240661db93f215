"""Two revisions of an OpenAPI document are compared whole, with direction."""

import copy
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.drift.itself import contradictions
from contracts.drift.lines import located
from contracts.drift.revisions import revisions
from contracts.errors import DocumentError
from contracts.spec.document import pinned, pinned_path, read_document

POST = ("paths", "/v1/customers", "post")
BASE = ("components", "schemas", "CustomerBase", "properties")
ANSWER = ("components", "schemas", "CustomerWithSummaryLoyaltyReferrals", "allOf", 0)


def changed(path, value):
    document = copy.deepcopy(pinned())
    below = document
    for step in path[:-1]:
        below = below[step]
    if value is None:
        del below[path[-1]]
    else:
        below[path[-1]] = value
    return document


def found(document):
    return {(d.severity, d.kind, d.path) for d in revisions(pinned(), document, "new")}


def test_a_document_against_itself_is_empty():
    assert revisions(pinned(), pinned(), "same") == []


def test_a_renamed_schema_is_no_change():
    text = json.dumps(pinned()).replace("CustomerBase", "PersonalData")
    assert revisions(pinned(), json.loads(text), "renamed") == []


def test_prose_is_no_change():
    assert found(changed((*POST, "description"), "Other words.")) == set()


@pytest.mark.parametrize(
    ("path", "value", "drift"),
    [
        ((*ANSWER, "required"), ["summary", "loyalty", "object"], ("breaking", "required", "referrals")),
        ((*BASE, "name", "type"), "integer", ("breaking", "type", "name")),
        ((*BASE, "name", "nullable"), True, ("breaking", "nullability", "name")),
        ((*BASE, "birthdate", "format"), "date-time", ("breaking", "format", "birthdate")),
        ((*BASE, "birthdate", "format"), None, ("breaking", "format", "birthdate")),
        ((*BASE, "phone"), None, ("warning", "missing", "phone")),
        ((*BASE, "nickname"), {"type": "string"}, ("info", "extra", "nickname")),
        ((*BASE, "email", "enum"), ["a@example.com"], ("breaking", "enum", "request.email")),
        ((*ANSWER, "properties", "object", "enum"), ["customer", "lead"], ("breaking", "enum", "object")),
        ((*ANSWER, "properties", "object", "default"), "lead", ("warning", "default", "object")),
        (POST, None, ("breaking", "missing", "POST /v1/customers")),
        ((*POST, "responses", "400"), {"description": "x"}, ("info", "extra", "POST /v1/customers responses.400")),
        ((*POST, "security"), [], ("warning", "security", "POST /v1/customers security")),
        (("servers", 0, "variables", "cluster", "enum"), ["api"], ("breaking", "missing", "servers")),
        (("components", "securitySchemes", "X-App-Id"), None, ("breaking", "missing", "securitySchemes.X-App-Id")),
        (
            (*POST, "parameters"),
            [{"name": "expand", "in": "query", "required": True, "schema": {"type": "string"}}],
            ("breaking", "extra", "POST /v1/customers parameters.query.expand"),
        ),
        (
            (*POST, "requestBody", "content", "text/csv"),
            {"schema": {}},
            ("info", "extra", "POST /v1/customers requestBody text/csv"),
        ),
    ],
)
def test_each_change_is_named_with_whom_it_breaks(path, value, drift):
    document = changed(path, value)
    if path == POST:
        document["paths"]["/v2/customers"] = {"post": pinned()["paths"]["/v1/customers"]["post"]}
    assert drift in found(document)


def with_parts_referred_to():
    document = copy.deepcopy(pinned())
    post = document["paths"]["/v1/customers"]["post"]
    parts = document["components"]
    parts["responses"] = {"Customer": post["responses"]["200"]}
    parts["requestBodies"] = {"Customer": post["requestBody"]}
    post["responses"]["200"] = {"$ref": "#/components/responses/Customer"}
    post["requestBody"] = {"$ref": "#/components/requestBodies/Customer"}
    return document


def test_what_is_referred_to_is_as_if_it_stood_there():
    assert found(with_parts_referred_to()) == set()


def test_a_shared_parameter_that_turned_required_breaks():
    old, new = copy.deepcopy(pinned()), copy.deepcopy(pinned())
    for document, required in ((old, False), (new, True)):
        shared = {"name": "expand", "in": "query", "required": required, "schema": {"type": "string"}}
        document["components"]["parameters"] = {"Expand": shared}
        document["paths"]["/v1/customers"]["post"]["parameters"] = [{"$ref": "#/components/parameters/Expand"}]
    drifts = revisions(old, new, "new")
    assert [(d.severity, d.kind, d.path) for d in drifts] == [
        ("breaking", "required", "POST /v1/customers parameters.query.expand")
    ]


@pytest.mark.parametrize("status", ["201", "default"])
def test_an_answer_that_moved_to_another_status_is_missing_and_extra(status):
    document = copy.deepcopy(pinned())
    answers = document["paths"]["/v1/customers"]["post"]["responses"]
    answers.pop("default", None)
    answers[status] = answers.pop("200")
    drifts = {(d.kind, d.path.rpartition(" ")[2]) for d in revisions(pinned(), document, "new")}
    assert {("missing", "responses.200"), ("extra", f"responses.{status}")} <= drifts
    assert not any(path in ("summary", "object") for _, path in drifts)
    assert {d.path for d in contradictions(document, "new")} == {d.path for d in contradictions(pinned(), "new")}
    located_there = located(contradictions(document, "new"), json.dumps(document, indent=1), document)
    assert all(drift.line for drift in located_there)


def test_a_changed_variable_of_a_server_is_told_once():
    variables = ("servers", 0, "variables", "cluster", "enum")
    values = [*pinned()["servers"][0]["variables"]["cluster"]["enum"], "another"]
    assert [drift[1:] for drift in found(changed(variables, values))] == [("extra", "servers")]


def test_the_width_of_an_integer_is_told_once():
    whole = (*ANSWER, "properties", "created_count")
    old, new = changed(whole, {"type": "integer"}), changed(whole, {"type": "integer", "format": "int32"})
    assert [(d.kind, d.path) for d in revisions(old, new, "new")] == [("type", "created_count")]


def test_operations_and_parameters_are_told_in_one_order():
    document = copy.deepcopy(pinned())
    for number in range(9):
        document["paths"][f"/v1/{number}"] = {"get": {"responses": {}}}
    post = document["paths"]["/v1/customers"]["post"]
    post["parameters"] = [{"name": f"p{number}", "in": "query"} for number in range(9)]
    paths = [d.path for d in revisions(pinned(), document, "new")]
    assert paths == sorted(paths, key=lambda path: (path.startswith("GET"), path))


@pytest.mark.parametrize(
    ("path", "value", "drift"),
    [
        ((*BASE, "phone", "default"), 5, ("default", "phone")),
        ((*BASE, "birthdate", "example"), "yesterday", ("type", "birthdate")),
        ((*ANSWER, "required"), ["summary", "missing_one"], ("required", "missing_one")),
        (
            (*POST, "requestBody", "content", "application/json", "examples", "Example", "value", "name"),
            5,
            ("type", "name"),
        ),
    ],
)
def test_what_contradicts_itself_is_named(path, value, drift):
    before = {(d.kind, d.path) for d in contradictions(pinned(), "it")}
    after = {(d.kind, d.path) for d in contradictions(changed(path, value), "it")}
    assert after - before == {drift}


def test_the_command_prints_json_and_exits_with_1_on_what_breaks(contracts, tmp_path):
    new = tmp_path / "new.json"
    new.write_text(json.dumps(changed((*BASE, "name", "type"), "integer")))
    done = contracts("drift", new, "--json")
    assert done.returncode == 1
    assert {"document", "path", "kind", "severity", "contract", "says", "line"} == set(
        json.loads(done.stdout)["drift"][0]
    )


def test_what_is_accepted_breaks_no_more_and_a_stale_one_is_told(contracts, tmp_path):
    (tmp_path / "new.json").write_text(json.dumps(changed((*BASE, "name", "type"), "integer")))
    accepted = '[[accepted]]\npath = "{}"\nreason = "known"\n'
    names = ("name", "request.name", "phone")
    (tmp_path / "drift.toml").write_text("\n".join(accepted.format(name) for name in names))
    done = contracts("drift", "new.json")
    assert done.returncode == 0, done.stdout
    assert "no longer there: phone" in done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[accepted]]\nroad='x'", "unknown key 'road'"),
        ("accepted = 3", "no list"),
        ("[", "is no TOML"),
        ("x=1", "unknown key 'x'"),
    ],
)
def test_a_wrong_acceptance_is_one_line(contracts, tmp_path, text, says):
    (tmp_path / "drift.toml").write_text(text)
    done = contracts("drift", pinned_path())
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_update_pins_the_new_document(contracts, tmp_path):
    pin, new = tmp_path / "pinned.yaml", tmp_path / "new.json"
    pin.write_text(pinned_path().read_text("utf-8"), "utf-8")
    new.write_text(json.dumps(changed((*BASE, "nickname"), {"type": "string"})))
    assert "nickname" in contracts("drift", new, "--spec", pin, "--update").stdout
    assert "nickname" not in contracts("drift", new, "--spec", pin, "--json").stdout


def test_html_is_one_page_without_anything_from_elsewhere(contracts, tmp_path):
    fixture = Path(__file__).parent / "fixtures" / "php"
    contracts("drift", fixture, "--html", tmp_path / "drift.html")
    page = (tmp_path / "drift.html").read_text("utf-8")
    assert "birthdate" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("name", ["no-such-file", "."])
def test_what_cannot_be_read_is_one_line(contracts, name):
    done = contracts("drift", name)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("form", ["yaml", "json", "page"])
def test_a_drift_of_an_openapi_document_has_its_line(contracts, tmp_path, form):
    text = pinned_path().read_text("utf-8").replace("type: integer", "type: number")
    if form == "json":
        text = json.dumps(yaml.safe_load(text), indent=2, default=str)
    if form == "page":
        text = f"# A page\n\nSome words.\n\n```yaml\n{text}\n```\n"
    (tmp_path / "other").write_text(text, "utf-8")
    drifts = json.loads(contracts("drift", "other", "--json").stdout)["drift"]
    amounts = [drift for drift in drifts if drift["path"] == "summary.orders.total_amount" and drift["kind"] == "type"]
    assert len(amounts) == 1
    assert "total_amount" in text.splitlines()[amounts[0]["line"] - 1]
    assert all(drift["line"] for drift in drifts if drift["path"].startswith(("summary", "loyalty", "birth")))


STRANGE = st.sampled_from(
    [None, True, 0, -1.5, "", "x", [], [1], {}, {"$ref": "#/nowhere"}, {"$ref": "#"}, {"a": {"b": []}}]
)


def places(value, path=()):
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield from places(below, (*path, step))


PLACES = [path for path in places(pinned()) if path]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(PLACES), STRANGE), min_size=1, max_size=3))
@example([((*ANSWER, "type"), [])])
@example([((*ANSWER, "required"), {"a": {"b": []}}), ((*BASE, "name", "maxLength"), "x")])
def test_whatever_stands_in_an_openapi_document_it_ends_in_a_result_or_one_line(changes):
    document, said = pinned(), ""
    for path, value in changes:
        above = document
        try:
            for step in path[:-1]:
                above = above[step]
            above[path[-1]] = copy.deepcopy(value)
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change took the place away
    text = json.dumps(document)
    try:
        loaded = read_document(text, "it")
        found = [*revisions(pinned(), loaded, "it"), *contradictions(loaded, "it")]
        assert len(located(found, text, loaded)) == len(found)
    except DocumentError as error:
        said = str(error)
    assert "\n" not in said
