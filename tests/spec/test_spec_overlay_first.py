"""A first overlay applies to its document, whatever that declares, and guesses what a person would confirm."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.spec.document import load_document, pinned
from contracts.spec.first_overlay import first_overlay
from contracts.spec.overlay import apply_overlay, read_overlay
from contracts.spec.resource import compile_resource
from tests.others import products, tickets


def applied(document, text=None):
    text = text or first_overlay(document, "it")
    made, notes = apply_overlay(document, read_overlay(text, "it"), "it", lenient=False)
    assert notes == ()
    return made


def unsure_too(text):
    return re.sub(r"^  # (- target|  update)", r"  \1", text, flags=re.MULTILINE)


def test_customers_are_an_upsert_with_two_keys():
    resource = compile_resource(applied(pinned()))
    assert (resource.name, resource.write.effect, resource.server_key, resource.client_keys) == (
        "customer",
        "upsert",
        "id",
        ("source_id",),
    )
    assert resource.set_on_create == ("created_at",)
    assert resource.set_on_write == ("updated_at",)
    assert resource.free_form == ("metadata",)
    assert resource.aliases == (frozenset({"birthday", "birthdate"}),)
    assert resource.kept == ()
    more = compile_resource(applied(pinned(), unsure_too(first_overlay(pinned(), "it"))))
    assert {"summary", "loyalty", "referrals"} <= set(more.kept)
    assert more.keys == ("id", "source_id")


@pytest.mark.parametrize("other", [products, tickets])
def test_of_the_other_resources_it_guesses_what_their_overlays_say(other):
    document = load_document(other.DOCUMENT)
    guessed = compile_resource(applied(document))
    theirs = compile_resource(applied(document, other.OVERLAY.read_text()))
    assert guessed.name == theirs.name
    assert {(o.method, o.path, o.effect) for o in guessed.operations} == {
        (o.method, o.path, o.effect) for o in theirs.operations
    }
    assert (guessed.server_key, guessed.client_keys) == (theirs.server_key, theirs.client_keys)
    assert (guessed.set_on_create, guessed.set_on_write) == (theirs.set_on_create, theirs.set_on_write)
    assert guessed.free_form == theirs.free_form
    for one in guessed.operations:
        same = next(o for o in theirs.operations if (o.method, o.path) == (one.method, one.path))
        assert [p.meaning for p in one.parameters] == [p.meaning for p in same.parameters]


def small(operations, shown, sent=None, **more):
    def holder(schema):
        return {"content": {"application/json": {"schema": {"type": "object", "properties": schema}}}}

    sent = shown if sent is None else sent
    paths = {}
    for method, path in operations:
        operation = {"responses": {"204": {"description": "d"}}}
        if method in ("post", "put", "patch"):
            operation = {"requestBody": holder(sent), "responses": {"200": {"description": "d", **holder(shown)}}}
        paths.setdefault(path, {})[method] = {**operation, **more.get(method, {})}
    return {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}


TEXT = {"type": "string"}
NO_BODY = {"put": {"requestBody": {"content": {"application/x-www-form-urlencoded": {}}}}}


@pytest.mark.parametrize(
    ("operations", "more", "effects"),
    [
        ([("post", "/a")], {}, {"post": "create"}),
        ([("post", "/a")], {"post": {"summary": "Upsert an a"}}, {"post": "upsert"}),
        ([("post", "/a")], {"post": {"description": "Where it already exists, it is\nupdated."}}, {"post": "upsert"}),
        ([("post", "/a")], {"post": {"description": "Never updates."}}, {"post": "create"}),
        ([("put", "/a/{id}"), ("delete", "/a/{id}")], {}, {"put": "upsert", "delete": "delete"}),
        ([("post", "/a"), ("put", "/a/{id}")], {}, {"post": "create", "put": "update"}),
        ([("post", "/a"), ("patch", "/a/{id}"), ("post", "/login")], {}, {"post": "create", "patch": "update"}),
        ([("post", "/a"), ("put", "/a/{id}"), ("get", "/a/{id}")], NO_BODY, {"post": "create", "get": "read"}),
    ],
)
def test_effects_are_guessed(operations, more, effects):
    made = applied(small(operations, {"id": TEXT, "name": TEXT}, **more))
    found = {
        method: operation["x-contract"]["effect"]
        for item in made["paths"].values()
        for method, operation in item.items()
        if "x-contract" in operation
    }
    assert found == effects


@pytest.mark.parametrize(
    ("name", "schema", "sent", "says"),
    [
        ("code", {**TEXT, "description": "Unique in the shop."}, True, {"key": "client"}),
        ("code", {**TEXT, "description": "An identifier of it."}, True, {"key": "client"}),
        ("title", {**TEXT, "description": "Helps to identify it."}, True, None),
        ("code", {"type": "boolean", "description": "Is it unique?"}, True, None),
        ("made", {**TEXT, "format": "date-time", "description": "When it was created."}, False, {"set": "on-create"}),
        ("changed", {**TEXT, "format": "date-time"}, False, {"set": "on-write"}),
        ("createdAt", {**TEXT, "format": "date-time"}, True, None),
        ("createdAt", {**TEXT, "format": "date-time", "readOnly": True}, True, {"set": "on-create"}),
        ("price", {"type": "integer", "description": "In cents."}, True, {"money": True}),
        ("price", {"type": "number", "description": "In cents."}, True, None),
        ("price", {"type": "integer", "description": "Multiplied by 100."}, True, {"money": True}),
        ("extra", {"type": "object"}, True, {"free-form": True}),
        ("extra", {"type": "object", "properties": {"a": TEXT}}, True, None),
        ("extra", {"type": "object", "additionalProperties": TEXT}, True, None),
        ("contact", {**TEXT, "format": "email"}, True, {"looks": "email"}),
        ("phone", TEXT, True, {"looks": "phone"}),
        ("birthday", {**TEXT, "format": "date"}, True, {"looks": "past-date"}),
        ("start", {**TEXT, "format": "date"}, True, None),
        ("label", {**TEXT, "description": "Deprecated, use `name`."}, True, {"alias-of": "name"}),
        ("label", {**TEXT, "description": "Like `name`."}, True, None),
    ],
)
def test_a_member_is_guessed_by_what_it_declares(name, schema, sent, says):
    shown = {"id": TEXT, "name": TEXT, name: schema}
    without = {key: value for key, value in shown.items() if key != "id" and (sent or key != name)}
    made = applied(small([("post", "/a"), ("delete", "/a/{id}")], shown, without))
    answer = made["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["properties"][name].get("x-contract") == says
    assert answer["properties"]["id"]["x-contract"] == {"key": "server"}


@pytest.mark.parametrize(
    ("name", "description", "sent", "says"),
    [
        ("sku", "", True, {"key": "client"}),
        ("id", "", True, {"key": "server"}),
        ("x", "", True, {"key": "server"}),
        ("x", "Its `sku`.", True, {"key": "client"}),
        ("x", "Its `id` or `sku`.", True, {"key": ["server", "client"]}),
        ("x", "Its identity.", True, {"key": "server"}),
        ("x", "", False, {"key": "server"}),
    ],
)
def test_a_path_takes_the_key_that_it_names(name, description, sent, says):
    sku = {**TEXT, "description": "Unique."}
    parameter = {"name": name, "in": "path", "description": description}
    document = small(
        [("post", "/a"), ("get", f"/a/{{{name}}}")],
        {"id": TEXT, "sku": sku},
        {"sku": sku} if sent else {"name": TEXT},
        get={"parameters": [parameter]},
    )
    made = applied(document)
    assert made["paths"][f"/a/{{{name}}}"]["get"]["parameters"][0].get("x-contract") == says


def test_what_the_path_names_and_requests_send_is_the_clients_key():
    document = small([("put", "/a/{code}"), ("get", "/a/{code}")], {"code": TEXT, "name": TEXT})
    assert compile_resource(applied(document)).client_keys == ("code",)


def test_a_reference_may_be_percent_encoded():
    document = small([("post", "/a")], {})
    schemas = {"My a": {"type": "object", "properties": {"id": TEXT}}}
    answer = document["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]
    answer["schema"] = {"$ref": "#/components/schemas/My%20a"}
    made = applied({**document, "components": {"schemas": schemas}})
    assert made["components"]["schemas"]["My a"]["properties"]["id"]["x-contract"] == {"key": "server"}


def test_two_resources_have_two_words():
    document = small(
        [("post", "/v1/boxes"), ("get", "/v1/boxes/{id}"), ("post", "/v1/companies"), ("get", "/v1/companies/{id}")],
        {"id": TEXT},
    )
    made = applied(document)
    assert {made["paths"][path]["post"]["x-contract"]["resource"] for path in ("/v1/boxes", "/v1/companies")} == {
        "box",
        "company",
    }
    assert compile_resource(made, name="company").name == "company"


def test_two_resources_of_one_name_have_two_words():
    paths = [("post", "/v1/things"), ("get", "/v1/things/{id}"), ("post", "/v2/things"), ("get", "/v2/things/{id}")]
    made = applied(small([("post", "/things"), *paths], {"id": TEXT}))
    words = [item["post"].get("x-contract", {}).get("resource") for item in made["paths"].values() if "post" in item]
    assert words == [None, "thing", "thing-2"]


def test_what_the_document_says_itself_is_not_guessed():
    document = small([("post", "/a")], {"id": {**TEXT, "x-contract": {"key": "client"}}})
    assert "properties.id" not in first_overlay(document, "it")


def test_a_path_that_no_yaml_can_hold_is_left_out():
    document = small([("post", "/\ud800"), ("get", "/\ud800/{id}"), ("post", "/a"), ("get", "/a/{id}")], {"id": TEXT})
    made = applied(document)
    assert "x-contract" in made["paths"]["/a"]["post"]
    assert "x-contract" not in made["paths"]["/\ud800"]["post"]


def test_a_document_that_says_all_itself_leaves_nothing_to_guess():
    said = {"post": {"x-contract": {"effect": "create", "resource": "a"}}}
    with pytest.raises(DocumentError, match=r"^it: nothing is left to guess"):
        first_overlay(small([("post", "/a")], {"name": TEXT}, **said), "it")


def test_a_document_that_creates_nothing_is_told():
    with pytest.raises(DocumentError, match=r"^it: no operation makes something"):
        first_overlay({"openapi": "3.0.1", "paths": {"/a": {"get": {}}}}, "it")


NAMES = st.sampled_from(
    [
        "id",
        "sku",
        "created_at",
        "email",
        "it's",
        'a"b',
        "\\",
        "a/b",
        "a~b",
        "ключ",
        "\U0001f600",
        "x y",
        "",
        "a\nb",
        "#",
        "%41",
    ]
) | st.text(max_size=5)
WORDS = st.sampled_from(
    ["", "Unique identifier", "Created", "Deprecated, `sku`", "multiplied by 100", "# no\n- comment", "\x07'\""]
)
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "object", "array", "number", "boolean"]),
        "format": st.sampled_from(["date-time", "date", "email", "uuid"]),
        "description": WORDS,
        "readOnly": st.booleans(),
        "nullable": st.booleans(),
        "deprecated": st.booleans(),
        "example": st.sampled_from(["prod_abcdef", 1, None]),
        "x-contract": st.just({"key": "client"}),
        "$ref": st.just("#/components/schemas/Part"),
    },
)
MEMBERS = st.dictionaries(NAMES, SCHEMAS, max_size=5)
SEGMENTS = st.sampled_from(["a", "things", "it's", "x y", "ключи", "ss", "s", "%7B"])
PARAMETERS = st.lists(
    st.fixed_dictionaries({"name": NAMES.filter(bool), "in": st.sampled_from(["query", "path"]), "description": WORDS}),
    max_size=3,
)


@st.composite
def documents(draw):
    base, sent, shown = f"/{draw(SEGMENTS)}", draw(MEMBERS), draw(MEMBERS)
    methods = draw(st.lists(st.sampled_from(["get", "put", "patch", "delete"]), unique=True))
    parameter = draw(st.sampled_from(["id", "sku", "x"]))
    operations = [("post", base), *((method, f"{base}/{{{parameter}}}") for method in methods)]
    made = small(operations, shown, sent, post={"description": draw(WORDS)}, get={"parameters": draw(PARAMETERS)})
    if draw(st.booleans()):
        made["paths"][base]["get"] = {"responses": {}, "parameters": draw(PARAMETERS)}
    made["components"] = {"schemas": {"Part": draw(SCHEMAS.filter(lambda schema: "$ref" not in schema))}}
    return made


@settings(max_examples=30)
@given(documents())
def test_it_applies_to_its_document_whatever_that_declares(document):
    text = first_overlay(document, 'a\nname: "x"')
    assert text.startswith('# A first overlay for a name: "x"\n')
    made = applied(document, text)
    compile_resource(made)
    applied(document, unsure_too(text))
    assert any("x-contract" in operation for item in made["paths"].values() for operation in item.values())


def test_the_command_prints_it_and_writes_it_once(contracts, tmp_path):
    printed = contracts("overlay", products.DOCUMENT)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert compile_resource(applied(load_document(products.DOCUMENT), printed.stdout)).client_keys == ("sku",)
    written = contracts("overlay", products.DOCUMENT, "--output", "my.overlay.yaml")
    assert written.returncode == 0
    assert (tmp_path / "my.overlay.yaml").read_text() == printed.stdout
    assert compile_resource(applied(pinned(), contracts("overlay", "create-customer").stdout)).name == "customer"
    again = contracts("overlay", products.DOCUMENT, "--output", "my.overlay.yaml")
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps({"openapi": "3.0.1", "paths": {}}),
        "openapi: 3.0.1\npaths: {/a: {post: {requestBody: {$ref: '#/x'}}}}",
    ],
)
def test_the_command_tells_what_is_wrong_in_one_line(contracts, tmp_path, text):
    (tmp_path / "d.yaml").write_text(text)
    run = contracts("overlay", "d.yaml")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("contracts: d.yaml: ")
    assert run.stderr.count("\n") == 1
    assert contracts("overlay", "d.yaml", "--output", "no/such/folder").returncode == 2
