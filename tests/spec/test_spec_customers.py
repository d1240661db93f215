"""The whole resource carries every fact of the published document, none of its sentences, and agrees with the seed."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from test_spec_pinned import facts, sentences

from contracts.errors import DocumentError
from contracts.spec.document import PINNED, pinned, pinned_path, resolve
from contracts.spec.loading import load_spec

ROOT = Path(__file__).parents[2]
PUBLISHED = [folder / "shared" / "documents" / "customers-resource.json" for folder in ROOT.parents]
OPERATIONS = {"list-customers", "create-customer", "get-customer", "update-customer", "delete-customer"}


@pytest.fixture(scope="module")
def published():
    found = next((path for path in PUBLISHED if path.exists()), None)
    if found is None:
        pytest.skip("the published document (../shared/documents) is not on this machine")
    return json.loads(found.read_text("utf-8"))


def test_every_fact_is_the_published_documents(published):
    ours, theirs = dict(facts(pinned("customers"))), dict(facts(published))
    assert ours.keys() == theirs.keys()
    assert {path: ours[path] for path in ours if ours[path] != theirs[path]} == {}


def test_no_sentence_is_the_published_documents(published):
    theirs = set(sentences(published))
    assert [text for text in sentences(pinned("customers")) if len(text.split()) > 5 and text in theirs] == []


def test_the_five_operations_are_there():
    paths = pinned("customers")["paths"]
    found = {op["operationId"] for item in paths.values() for op in item.values() if isinstance(op, dict)}
    assert found == OPERATIONS


def test_what_both_documents_have_is_the_same_to_the_word():
    one, whole = pinned("create-customer"), pinned("customers")
    post = "#/paths/~1v1~1customers/post"
    assert resolve(one, post) == resolve(whole, post)
    for kind in ("schemas", "securitySchemes"):
        shared = one["components"][kind]
        assert {name: whole["components"][kind].get(name) for name in shared} == shared


def test_every_reference_leads_somewhere():
    whole = pinned("customers")
    for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(whole)):
        resolve(whole, ref)


def test_money_keeps_the_words_that_it_is_found_by():
    text = pinned_path("customers").read_text("utf-8")
    assert len(re.findall(r"multiplied\s+by\s+100", text)) == 5


def test_the_default_is_the_one_operation_and_another_name_is_told():
    assert pinned() == pinned("create-customer") != pinned("customers")
    with pytest.raises(DocumentError, match="'vouchers'; they are create-customer and customers"):
        pinned("vouchers")


def test_the_name_of_a_pinned_document_loads_it():
    assert load_spec("customers") == pinned("customers")
    assert load_spec() == load_spec("create-customer") == pinned()


def test_a_file_at_the_place_of_a_pinned_document_is_the_users_own(tmp_path, monkeypatch):
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "openapi.yaml").write_text("openapi: 3.0.3\npaths: {/x: {}}\n")
    monkeypatch.chdir(tmp_path)
    assert load_spec("spec/openapi.yaml")["paths"] == {"/x": {}}


def test_each_caller_has_a_copy():
    pinned("customers")["paths"].clear()
    assert pinned("customers")["paths"]


def test_a_wheel_holds_every_pinned_document():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    wanted = {f"spec/{file}": f"contracts/spec/{file}" for file in PINNED.values()}
    assert wanted.items() <= included.items()
