"""What customers mean applies to every document of the customers API, whatever it declares and however it nests."""

import copy
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from contracts.errors import DocumentError
from contracts.spec.document import load_document, pinned, resolve
from contracts.spec.loading import is_of_customers, resource_of
from contracts.spec.meaning import Meaning, OperationMeaning
from contracts.spec.overlay import apply_overlay, pinned_overlay, pinned_overlay_path
from contracts.spec.resource import compile_resource
from contracts.spec.yaml12 import load_yaml

ITEM = "/v1/customers/{customerId}"


def whole():
    file = pinned_overlay_path().with_name("customers.yaml")
    if not file.exists():
        pytest.skip("spec/customers.yaml is not here")
    return load_document(file)


def annotated(document):
    made, notes = apply_overlay(document, pinned_overlay(), "customers.overlay.yaml", lenient=True)
    return made, notes


def said(document, path, method):
    return document["paths"][path][method]["x-contract"]


def members(document, schema):
    """Each top-level member of a schema with what is said of it, references and ``allOf`` followed."""
    schema = resolve(document, schema["$ref"]) if "$ref" in schema else schema
    found = {name: one.get("x-contract") for name, one in schema.get("properties", {}).items()}
    for part in schema.get("allOf", ()):
        found |= members(document, part)
    return found


def body(holder):
    return holder["content"]["application/json"]["schema"]


TEXT = {"may-normalise": ["trim", "drop-empty"]}
OWN = {
    "name": TEXT,
    "description": TEXT,
    "email": {"looks": "email", "may-normalise": ["trim", "lower-case", "drop-empty"]},
    "phone": {"looks": "phone", **TEXT},
    "birthdate": {"looks": "past-date"},
    "birthday": {"looks": "past-date", "alias-of": "birthdate"},
    "address": None,
    "metadata": {"free-form": True, **TEXT},
}
KEYS = {"id": {"key": "server", "prefix": "cust_"}, "source_id": {"key": "client", **TEXT}}
SHOWN = {
    "summary": {"kept": True},
    "loyalty": {"kept": True},
    "referrals": {"kept": True},
    "created_at": {"set": "on-create"},
    "updated_at": {"set": "on-write"},
    "system_metadata": None,
    "assets": None,
    "object": None,
}


@pytest.mark.parametrize("document", [pinned, whole], ids=["one operation", "the whole resource"])
def test_every_action_applies_to_the_pinned_documents(document):
    made, notes = annotated(document())
    assert notes == ()
    post = made["paths"]["/v1/customers"]["post"]
    assert said(made, "/v1/customers", "post") == {
        "effect": "upsert",
        "resource": "customer",
        "precedence": ["id", "source_id"],
        "silent": ["unknown-key", "merge"],
    }
    assert members(made, body(post["requestBody"])) == {**KEYS, **OWN}
    assert members(made, body(post["responses"]["200"])) == {**KEYS, **SHOWN, **OWN}


def test_the_parts_of_an_address_may_be_normalised():
    made, _ = annotated(pinned())
    parts = made["components"]["schemas"]["CustomerBase"]["properties"]["address"]["properties"]
    assert {name: part["x-contract"] for name, part in parts.items()} == dict.fromkeys(parts, TEXT)


def test_reading_and_deleting_are_added_to_a_document_without_them_and_judge_nothing():
    made, _ = annotated(pinned())
    assert set(made["paths"]) == {"/v1/customers", ITEM}
    post, item = made["paths"]["/v1/customers"]["post"], made["paths"][ITEM]
    assert said(made, ITEM, "get") == {"effect": "read", "resource": "customer", "level": "OBSERVE"}
    assert said(made, ITEM, "delete") == {"effect": "delete", "resource": "customer", "level": "OBSERVE"}
    assert item["get"]["responses"] == post["responses"]
    assert set(item["delete"]["responses"]) == {"204", "404"}
    for method in ("get", "delete"):
        assert item[method]["security"] == post["security"]
        assert [p["x-contract"] for p in item[method]["parameters"]] == [{"key": ["server", "client"]}]
    assert set(item) == {"get", "delete"}


def test_operations_that_are_declared_have_no_level_and_stay_as_they_are():
    before = whole()
    made, _ = annotated(before)
    for path, method, effect in [
        (ITEM, "get", "read"),
        (ITEM, "put", "update"),
        (ITEM, "delete", "delete"),
        ("/v1/customers", "get", "list"),
    ]:
        operation = copy.deepcopy(made["paths"][path][method])
        meaning = operation.pop("x-contract")
        assert (meaning["effect"], meaning["resource"], "level" in meaning) == (effect, "customer", False)
        declared = before["paths"][path][method]
        assert operation["responses"] == declared["responses"]
        assert operation["security"] == declared["security"]
    holders = [*made["paths"][ITEM].values(), {"parameters": made["paths"][ITEM].get("parameters", [])}]
    parameters = [p for holder in holders if isinstance(holder, dict) for p in holder.get("parameters", ())]
    assert [p["x-contract"] for p in parameters if p["in"] == "path"] == [{"key": ["server", "client"]}]


def test_the_parameters_of_the_list_say_what_they_do():
    made, _ = annotated(whole())
    listed = made["paths"]["/v1/customers"]["get"]["parameters"]
    meanings = {}
    for one in listed:
        parameter = resolve(made, one["$ref"]) if "$ref" in one else one
        meanings[parameter["name"]] = parameter.get("x-contract")
    assert {name: meaning for name, meaning in meanings.items() if meaning} == {
        "limit": {"page": "limit"},
        "page": {"page": "number"},
        "order": {"page": "order"},
        "email": {"filters": "email"},
        "city": {"filters": "address.city"},
        "name": {"filters": "name"},
    }


def test_one_of_two_operations_is_added_where_the_document_declares_the_other():
    document = whole()
    del document["paths"][ITEM]["delete"]
    made, _ = annotated(document)
    assert "level" not in said(made, ITEM, "get")
    assert said(made, ITEM, "delete")["level"] == "OBSERVE"


def test_a_parameter_of_another_name_is_the_same_path():
    text = json.dumps(whole()).replace("customerId", "key")
    made, notes = annotated(json.loads(text))
    assert notes == ()
    assert set(made["paths"]) == {"/v1/customers", "/v1/customers/{key}"}
    assert said(made, "/v1/customers/{key}", "delete") == {"effect": "delete", "resource": "customer"}


def inlined(document, value):
    if isinstance(value, dict) and "$ref" in value:
        return inlined(document, resolve(document, value["$ref"]))
    if isinstance(value, dict):
        return {name: inlined(document, below) for name, below in value.items()}
    return [inlined(document, below) for below in value] if isinstance(value, list) else value


def test_a_document_without_components_means_the_same():
    document = inlined(pinned(), pinned())
    del document["components"]["schemas"]
    made, notes = annotated(document)
    assert notes == ()
    assert members(made, body(made["paths"]["/v1/customers"]["post"]["requestBody"])) == {**KEYS, **OWN}


def test_another_revision_is_judged_by_what_fits_and_the_rest_is_noted():
    document = pinned()
    schemas = document["components"]["schemas"]
    del schemas["CustomerBase"]["properties"]["birthday"]
    del schemas["CustomerWithSummaryLoyaltyReferrals"]["allOf"][0]["properties"]["updated_at"]
    schemas["CustomerBase"]["properties"]["nickname"] = {"type": "string"}
    schemas["CustomerBase"]["properties"]["kind"] = {"type": "string", "enum": ["a", "b"]}
    made, notes = annotated(document)
    assert len(notes) == 2
    assert any("birthday" in note for note in notes)
    assert any("updated_at" in note for note in notes)
    found = members(made, body(made["paths"]["/v1/customers"]["post"]["requestBody"]))
    assert found["nickname"] == TEXT
    assert found["kind"] is None


def test_the_credentials_of_added_operations_are_the_documents_own_where_creating_names_none():
    document = load_yaml(json.dumps(pinned()))
    del document["paths"]["/v1/customers"]["post"]["security"]
    document["security"] = [{"X-App-Id": [], "X-App-Token": []}]
    made, _ = annotated(document)
    assert "security" not in made["paths"][ITEM]["delete"]


def test_examples_and_the_pinned_overlay_itself_are_left_alone():
    made, _ = annotated(pinned())
    example = pinned()["paths"]["/v1/customers"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert made["paths"]["/v1/customers"]["post"]["requestBody"]["content"]["application/json"]["examples"] == example
    pinned_overlay()["actions"].clear()
    assert pinned_overlay()["actions"]


def test_every_word_of_meaning_is_explained_and_every_word_explained_is_read():
    page = (Path(__file__).parents[2] / "docs" / "overlay.md").read_text("utf-8")
    read = {field.name.replace("_", "-") for kind in (Meaning, OperationMeaning) for field in fields(kind)}
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == read


@pytest.mark.parametrize("document", [pinned, whole], ids=["one operation", "the whole resource"])
def test_all_that_the_pinned_overlay_says_is_read(document):
    resource = compile_resource(annotated(document())[0])
    assert resource.keys == ("id", "source_id")
    assert {one.effect for one in resource.operations} >= {"upsert", "read", "delete"}


def older():
    """As documents until 2022 had it: no version in the path, other names of operations."""
    document = json.loads(json.dumps(pinned()))
    item = document["paths"].pop("/v1/customers")
    item["post"]["operationId"] = "post-customers"
    document["paths"]["/customers"] = item
    return document


def test_an_older_document_is_one_of_the_customers_api():
    resource = resource_of(older())
    assert (resource.write.path, resource.write.effect) == ("/customers", "upsert")


def test_customers_without_the_key_of_that_api_are_somebody_elses():
    text = json.dumps(older()).replace('"source_id"', '"number"')
    assert not is_of_customers(json.loads(text))


@pytest.mark.parametrize("name", ["create-customer", "customers"])
def test_the_pinned_overlay_may_be_given_once_more(name):
    given = resource_of(pinned(name), pinned_overlay())
    assert given.meanings == resource_of(pinned(name)).meanings


def test_another_resource_beside_the_customers_is_no_customer():
    document = pinned()
    text = {"type": "string"}
    order = {"type": "object", "properties": {"id": text, "source_id": text, "status": text}}
    body = {"content": {"application/json": {"schema": order}}}
    answer = {"responses": {"200": {"description": "It is kept.", **body}}}
    document["paths"]["/v1/orders"] = {"post": {"requestBody": body, **answer}}
    made = resource_of(document, name="orders")
    assert made.write.path == "/v1/orders"
    assert not made.meanings
    assert not made.headers
    assert resource_of(document).name == "customer"
    with pytest.raises(DocumentError, match="there are customer"):
        resource_of(document, name="customers")
