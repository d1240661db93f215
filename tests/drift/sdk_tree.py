"""Grows the ``docs/`` folder of an SDK: 1,300 small pages of openapi-generator's kind, facts only.

Run: python tests/drift/sdk_tree.py FOLDER. The customer's pages are made from the pinned contract.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from contracts.spec.document import pinned, resolve

CREATE, REQUEST = "CustomersCreateResponseBody", "CustomersCreateRequestBody"
HEAD = "Name | Type | Description | Notes\n------------ | ------------- | ------------- | -------------\n"
FOOT = "\n[[Back to Model list]](../../README.md#models) [[Back to README]](../../README.md)\n"
SIMPLE = {"string": "string", "integer": "int", "number": "float", "boolean": "bool", "object": "object"}
ACTIONS = ("Create", "Get", "Update", "List", "Delete", "Enable", "Import", "Export")
COMMON = ["id", "object", "name", "metadata", "created_at", "updated_at", "source_id", "description", "email"]


def grow(folder: Path, pages: int = 1300) -> Path:
    """Writes ``folder``/docs with ``pages`` model pages and two of calls; answers the folder of models."""
    models = folder / "docs" / "Model"
    calls = folder / "docs" / "Api"
    models.mkdir(parents=True)
    calls.mkdir(parents=True)
    schemas = pinned()["components"]["schemas"]
    for action in ("Create", "Get", "Update"):
        write(models, f"Customers{action}ResponseBody", schemas[CREATE])
    for action in ("Create", "Update"):
        write(models, f"Customers{action}RequestBody", schemas[REQUEST])
    write(models, "CustomerBase", schemas["CustomerBase"])
    listed = [("object", "string"), ("data_ref", "string"), ("total", "int")]
    rows = [f"**{name}** | **{kind}** | What it is. | " for name, kind in listed]
    rows.append("**customers** | [**CustomersGetResponseBody[]**](CustomersGetResponseBody.md) | What it is. | ")
    (models / "CustomersListResponseBody.md").write_text(page("CustomersListResponseBody", rows), "utf-8")
    (calls / "CustomersApi.md").write_text(CALLS, "utf-8")
    (folder / "README.md").write_text("# An SDK\n\nName | Type\n--- | ---\nid | string\n", "utf-8")
    dice = random.Random(13)
    number = 0
    while len(list(models.iterdir())) < pages:
        for action in ACTIONS:
            own = [f"field_{dice.randrange(999)}" for _ in range(dice.randrange(2, 9))]
            fields = [*dice.sample(COMMON, dice.randrange(1, len(COMMON))), *own]
            rows = [f"**{name}** | **string** | What it is. | [optional]" for name in fields]
            title = f"Things{number}{action}ResponseBody"
            (models / f"{title}.md").write_text(page(title, rows), "utf-8")
        number += 1
    return models


def page(title: str, rows: list[str]) -> str:
    return f"# # {title}\n\n## Properties\n\n{HEAD}" + "\n".join(rows) + f"\n{FOOT}"


def write(folder: Path, title: str, schema: dict) -> None:
    """The page of a schema, and those of the objects in it."""
    properties, required = flat(schema)
    rows = []
    for name, part in properties.items():
        kind, link = spelled(folder, title + name.title().replace("_", ""), part)
        default = f" [default to '{part['default']}']" if "default" in part else ""
        note = ("" if name in required else "[optional]") + default
        rows.append(f"**{name}** | {f'[**{kind}**]({link}.md)' if link else f'**{kind}**'} | What it is. | {note}")
    (folder / f"{title}.md").write_text(page(title, rows), "utf-8")


def flat(schema: dict) -> tuple[dict, set]:
    if "$ref" in schema:
        return flat(resolve(pinned(), schema["$ref"]))
    properties, required = dict(schema.get("properties", {})), set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        more, musts = flat(part)
        properties, required = {**properties, **more}, required | musts
    return properties, required


def spelled(folder: Path, title: str, schema: dict) -> tuple[str, str]:
    """The type as PHP's pages write it, and the page that it links to."""
    if "format" in schema:
        return "\\DateTime", ""
    properties, _ = flat(schema)
    if properties:
        write(folder, title, schema)
        return f"\\Sdk\\Model\\{title}", title
    if schema.get("type") == "array":
        kind, link = spelled(folder, f"{title}Item", schema["items"])
        return f"{kind}[]", link
    if isinstance(schema.get("additionalProperties"), dict):
        kind, link = spelled(folder, f"{title}Entry", schema["additionalProperties"])
        return f"array<string,{kind}>", link
    return SIMPLE[schema["type"]], ""


CALLS = f"""# Sdk\\CustomersApi

| Method | HTTP request | Description |
| ------------- | ------------- | ------------- |
| [**createCustomer()**](CustomersApi.md#createCustomer) | **POST** /v1/customers | Create |
| [**getCustomer()**](CustomersApi.md#getCustomer) | **GET** /v1/customers/{{customerId}} | Get |

## `createCustomer()`

### Parameters

| Name | Type | Description | Notes |
| ------------- | ------------- | ------------- | ------------- |
| **body** | [**\\Sdk\\Model\\{REQUEST}**](../Model/{REQUEST}.md)| What to make. | [optional] |

### Return type

[**\\Sdk\\Model\\{CREATE}**](../Model/{CREATE}.md)

## `getCustomer()`

### Return type

[**\\Sdk\\Model\\CustomersGetResponseBody**](../Model/CustomersGetResponseBody.md)
"""

if __name__ == "__main__":
    grow(Path(sys.argv[1]))
