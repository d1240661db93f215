"""Two ways to write one document are no drift: whatever was reordered, renamed, moved, flattened or written as YAML."""

import copy
import json
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.drift.revisions import revisions
from contracts.spec.document import pinned, pinned_path, read_document, resolve

RESOURCE = Path(__file__).parents[3] / "shared" / "documents" / "customers-resource.json"
SHOP = yaml.safe_load("""
openapi: 3.0.3
info: {title: A shop, version: "1"}
servers:
  - url: https://{zone}.shop.example
    variables: {zone: {default: eu, enum: [eu, us]}}
security: [{key: []}]
paths:
  /items/{itemId}:
    parameters: [{$ref: "#/components/parameters/Item"}]
    get:
      operationId: readItem
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        "200": {$ref: "#/components/responses/Item"}
        "404": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
    put:
      operationId: writeItem
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Base"}}}}
      responses: {"200": {$ref: "#/components/responses/Item"}}
      security: [{key: []}, {open: [items]}]
components:
  parameters:
    Item: {name: itemId, in: path, required: true, schema: {type: string}}
  responses:
    Item: {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    open: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {items: x}}}}
  schemas:
    Base:
      type: object
      required: [name]
      properties: {name: {type: string, maxLength: 9}, tags: {type: array, items: {type: string}}}
    Item:
      allOf:
        - $ref: "#/components/schemas/Base"
        - type: object
          required: [id]
          properties:
            id: {type: string}
            parent: {$ref: "#/components/schemas/Item"}
            prices: {type: object, additionalProperties: {$ref: "#/components/schemas/Price"}}
            what: {oneOf: [{$ref: "#/components/schemas/Book"}, {$ref: "#/components/schemas/Disc"}]}
    Price:
      type: object
      properties: {cents: {type: integer}, until: {type: string, format: date-time, nullable: true}}
    Book: {type: object, required: [kind], properties: {kind: {type: string, enum: [book]}, pages: {type: integer}}}
    Disc: {type: object, required: [kind], properties: {kind: {type: string, enum: [disc]}, tracks: {type: integer}}}
    Error: {type: object, properties: {code: {type: integer}, key: {type: string, enum: [a, b]}}}
""")
DOCUMENTS = [pinned(), SHOP]
if RESOURCE.exists():
    DOCUMENTS.append(json.loads(RESOURCE.read_text("utf-8")))
NAMED_MAPS = ("properties", "schemas", "paths", "responses", "parameters", "securitySchemes", "content", "headers")


def walked(value, change, key=""):
    """A copy with ``change`` made of every part from the leaves up."""
    if isinstance(value, dict):
        value = {name: walked(below, change, name) for name, below in value.items()}
    elif isinstance(value, list):
        value = [walked(one, change, key) for one in value]
    return change(value, key)


def reordered(document, dice):
    def shuffle(value, key):
        if isinstance(value, dict):
            items = list(value.items())
            dice.shuffle(items)
            return dict(items)
        if isinstance(value, list) and key in (
            "enum",
            "required",
            "oneOf",
            "anyOf",
            "parameters",
            "tags",
            "security",
            "allOf",
        ):
            value = list(value)
            dice.shuffle(value)
        return value

    return walked(document, shuffle)


def with_other_labels(document, dice):
    """Schemas, parameters, answers and security schemes under other names; path parameters, too."""
    text = json.dumps(document)
    for section in ("schemas", "parameters", "responses", "requestBodies"):
        for name in document.get("components", {}).get(section, {}):
            text = text.replace(f'"#/components/{section}/{name}"', f'"#/components/{section}/New{name}"')
    document = json.loads(text)
    parts = document.get("components", {})
    for section in ("schemas", "parameters", "responses", "requestBodies"):
        if section in parts:
            parts[section] = {f"New{name}": one for name, one in parts[section].items()}
    schemes = parts.get("securitySchemes", {})
    parts["securitySchemes"] = {f"new-{name}": one for name, one in schemes.items()}

    def relabel(value, key):
        if key == "security" and isinstance(value, dict):
            return {f"new-{name}": scopes for name, scopes in value.items()}
        if isinstance(value, dict) and value.get("in") == "path":
            return {**value, "name": f"new_{value['name']}"}
        if isinstance(value, dict) and key == "paths":
            return {path.replace("{", "{new_"): item for path, item in value.items()}
        return value

    return walked(document, relabel)


def inlined(document, dice):
    """Some references to schemas become what they lead to, round no circle."""

    def inline(value, seen):
        if isinstance(value, dict):
            ref = value.get("$ref")
            if isinstance(ref, str) and ref not in seen and dice.random() < 0.7:
                return inline(copy.deepcopy(resolve(document, ref)), (*seen, ref))
            return {name: inline(below, seen) for name, below in value.items()}
        return [inline(one, seen) for one in value] if isinstance(value, list) else value

    own = {
        f"#/components/{section}/{name}": part
        for section in ("schemas", "responses")
        for name, part in document["components"].get(section, {}).items()
    }
    made = copy.deepcopy(document)
    made["paths"] = inline(made["paths"], ())
    for pointer, part in own.items():
        section, name = pointer.split("/")[2:]
        made["components"][section][name] = inline(copy.deepcopy(part), (pointer,))
    return made


def extracted(document, dice):
    """Some inline schemas become components."""
    made = copy.deepcopy(document)
    schemas = made["components"].setdefault("schemas", {})

    def extract(value, key, above):
        if isinstance(value, dict):
            value = {name: extract(below, name, key) for name, below in value.items()}
            if (above == "properties" or key in ("items", "schema")) and "$ref" not in value and dice.random() < 0.4:
                name = f"Extracted{len(schemas)}"
                schemas[name] = value
                return {"$ref": f"#/components/schemas/{name}"}
            return value
        return [extract(one, "", key) for one in value] if isinstance(value, list) else value

    made["paths"] = {path: extract(item, path, "paths") for path, item in made["paths"].items()}
    for name, schema in list(document["components"].get("schemas", {}).items()):
        schemas[name] = extract(copy.deepcopy(schema), name, "schemas")
    return made


def flattened(document, dice):
    """``allOf`` merged into one schema, as far as members alone are in it."""

    def flat(value, key):
        if not isinstance(value, dict) or "allOf" not in value or not isinstance(value["allOf"], list):
            return value
        parts = []
        for part in value["allOf"]:
            while "$ref" in part:
                part = resolve(document, part["$ref"])
            parts.append(flat(part, ""))
        if any(set(part) & {"allOf", "oneOf", "anyOf", "nullable"} for part in parts):
            return value
        whole = {name: below for name, below in value.items() if name != "allOf"}
        for part in parts:
            whole = {**part, **whole, "properties": {**whole.get("properties", {}), **part.get("properties", {})},
                     "required": [*whole.get("required", []), *part.get("required", [])]}  # fmt: skip
        if not whole["required"]:
            del whole["required"]
        if not whole["properties"]:
            del whole["properties"]
        return whole

    return walked(document, flat)


def wrapped(document, dice):
    """Schemas as the only part of an ``allOf``, or the only form of a ``oneOf``."""

    def wrap(value, key):
        if isinstance(value, dict) and key in ("schema", "items") and dice.random() < 0.5:
            return {dice.choice(["allOf", "oneOf", "anyOf"]): [value]}
        return value

    return walked(document, wrap)


def as_yaml(document, dice):
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    return read_document(text, "it")


def with_other_prose(document, dice):
    def rewrite(value, key):
        if isinstance(value, dict) and "type" in value and isinstance(value["type"], str):
            told = str(value.get("description", ""))
            return {**value, "title": "Other", "description": told if "eprecated" in told else "Other words."}
        return value

    return walked(document, rewrite)


def with_expanded_servers(document, dice):
    made = copy.deepcopy(document)
    servers = []
    for server in made.get("servers", ()):
        urls = [server["url"]]
        for name, variable in server.get("variables", {}).items():
            urls = [
                url.replace(f"{{{name}}}", value)
                for url in urls
                for value in variable.get("enum", [variable["default"]])
            ]
        servers += [{"url": url} for url in urls]
    if servers:
        default = document["servers"][0]
        first = default["url"]
        for name, variable in default.get("variables", {}).items():
            first = first.replace(f"{{{name}}}", variable["default"])
        servers.sort(key=lambda one: one["url"] != first)
        made["servers"] = servers
    return made


def in_3_1(document, dice):
    """The same in OpenAPI 3.1: null among the types, one value as ``const``."""

    def newer(value, key):
        if isinstance(value, dict) and value.get("nullable") is True and isinstance(value.get("type"), str):
            value = {**value, "type": [value["type"], "null"]}
            del value["nullable"]
        if isinstance(value, dict) and isinstance(value.get("enum"), list) and len(value["enum"]) == 1:
            value = {**value, "const": value["enum"][0]}
            del value["enum"]
        return value

    return {**walked(document, newer), "openapi": "3.1.0"}


WAYS = [reordered, with_other_labels, inlined, extracted, flattened, wrapped, as_yaml, with_other_prose,
        with_expanded_servers, in_3_1]  # fmt: skip


def differences(old, new):
    return [
        (one.path, one.kind, one.contract, one.says) for one in revisions(copy.deepcopy(old), copy.deepcopy(new), "new")
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_each_way_alone_is_no_drift(way, number):
    document = DOCUMENTS[number]
    new = way(document, random.Random(1))
    assert differences(document, new) == []
    assert differences(new, document) == []


@settings(max_examples=60)
@given(
    st.sampled_from(DOCUMENTS),
    st.lists(st.sampled_from(WAYS), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_several_ways_together_are_no_drift(document, ways, dice):
    new = document
    for way in ways:
        new = way(new, dice)
    assert differences(document, new) == []


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WAYS), max_size=3), st.randoms(use_true_random=False))
def test_a_change_is_found_however_the_document_is_written(ways, dice):
    """The other side: what is no drift hides none."""
    changed = json.loads(json.dumps(SHOP).replace('"enum": ["book"]', '"enum": ["book", "map"]'))
    new = changed
    for way in ways:
        new = way(new, dice)
    found = [one for one in revisions(copy.deepcopy(SHOP), copy.deepcopy(new), "new") if one.severity == "breaking"]
    assert found
    assert all("map" in one.says or "map" in one.reason for one in found if one.kind == "enum")


def test_the_command_says_so(drift, tmp_path):
    document = pinned()
    new, dice = document, random.Random(2)
    for way in (extracted, with_other_labels, reordered):
        new = way(new, dice)
    (tmp_path / "new.json").write_text(json.dumps(new), "utf-8")
    done = drift("new.json", "--against", pinned_path(), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["drift"] == []
