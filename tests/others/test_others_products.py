"""The shop keeps its document over HTTP, whatever its variant; each of its faults breaks it."""

import re
from datetime import datetime

import pytest
import requests

from tests.others import products
from tests.others.products import Products
from tests.others.web import listening

FULL = {
    "title": "A chair \U0001f4ba of more than twenty characters",
    "description": None,
    "price": 1999,
    "stock": 10_000,
    "weight": 4.25,
    "is_discontinued": True,
    "kind": "voucher",
    "tags": [f"tag number {number}" for number in range(10)],
    "available_from": "2024-02-29",
    "attributes": {"depth": 1.5, "parts": [1, {"a": None}], "is_red": True, "text": "it's"},
}
WRONG = [
    ("kind", "other"),
    ("stock", 10_001),
    ("stock", "1"),
    ("price", 1.5),
    ("price", -1),
    ("price", True),
    ("title", ""),
    ("title", None),
    ("tags", ["a"] * 11),
    ("tags", [""]),
    ("available_from", "2023-02-29"),
    ("attributes", []),
    ("sku", "a b"),
    ("is_discontinued", "yes"),
]


def moment(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)", text)
    return datetime.fromisoformat(text)


def keep_the_document(url):
    """Everything that the document and the overlay promise, in one story. Raises AssertionError."""
    shop = requests.Session()
    shop.headers["Authorization"] = f"Bearer {products.TOKEN}"

    def call(method, path, status, **kwargs):
        answer = shop.request(method, url + path, timeout=60, **kwargs)
        assert answer.status_code == status, (method, path, kwargs, answer.status_code, answer.text)
        if status == 204:
            assert answer.content == b""
            return None
        assert answer.headers["content-type"].partition(";")[0] == "application/json"
        if status >= 400:
            assert answer.json()["code"] == status
        return answer.json()

    def shows(shown, sent):
        assert {name: shown.get(name) for name in sent} == sent
        assert {name: type(shown.get(name)) for name in sent} == {name: type(value) for name, value in sent.items()}

    made = call("POST", "/products", 201, json={"sku": "Chair-1", **FULL})
    shows(made, {"sku": "Chair-1", **FULL})
    assert isinstance(made["attributes"]["depth"], float)
    assert moment(made["created_at"]) <= moment(made["updated_at"])
    item = f"/products/{made['id']}"

    again = call("POST", "/products", 200, json={"sku": "Chair-1", "title": "Second", "price": 5})
    shows(again, {**FULL, "title": "Second", "price": 5})
    assert (again["id"], again["created_at"]) == (made["id"], made["created_at"])
    assert moment(again["updated_at"]) >= moment(made["updated_at"])
    shows(call("GET", item, 200), {**FULL, "title": "Second", "price": 5})

    changed = call("PATCH", item, 200, json={"stock": 3, "sku": "Chair-9"})
    shows(changed, {**FULL, "title": "Second", "price": 5, "stock": 3, "sku": "Chair-1"})
    last = call("GET", item, 200)
    assert last == changed
    assert last["sales"] == made["sales"]
    assert last["created_at"] == made["created_at"]

    for name, value in WRONG:
        call("POST", "/products", 400, json={"sku": "Chair-1", "title": "Third", "price": 7, name: value})
    for name, value in WRONG[:-2]:
        call("PATCH", item, 400, json={name: value})
    call("POST", "/products", 400, json={"sku": "Chair-2"})
    call("POST", "/products", 400, data=b"{", headers={"Content-Type": "application/json"})
    call("POST", "/products", 400, json=[])
    call("POST", "/products", 415, data=b"sku=1", headers={"Content-Type": "text/plain"})
    assert call("GET", item, 200) == last

    for headers in (
        {"Authorization": None},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {products.TOKEN}"},
    ):
        call("GET", item, 401, headers=headers)
        call("POST", "/products", 401, json={"sku": "Chair-3", **FULL}, headers=headers)
        call("DELETE", item, 401, headers=headers)

    others = [
        call(
            "POST",
            "/products",
            201,
            json={"sku": f"T-{n}", "title": "T", "price": n, "kind": "goods" if n % 2 else "service"},
        )
        for n in range(5)
    ]
    every = call("GET", "/products", 200)
    assert [one["id"] for one in every["items"]] == [one["id"] for one in [*reversed(others), made]]
    assert every["total"] == 6
    pages = [call("GET", f"/products?limit=2&page={page}&sort=sku", 200)["items"] for page in (1, 2, 3, 4)]
    assert [one["sku"] for page in pages for one in page] == ["Chair-1", *(f"T-{n}" for n in range(5))]
    goods = call("GET", "/products?kind=goods", 200)
    assert {one["sku"] for one in goods["items"]} == {"T-1", "T-3"}
    for query in ("limit=0", "limit=51", "limit=x", "page=0", "kind=x", "sort=x"):
        call("GET", f"/products?{query}", 400)

    call("DELETE", item, 204)
    for method in ("GET", "DELETE"):
        call(method, item, 404)
    call("PATCH", item, 404, json={})
    assert call("GET", "/products", 200)["total"] == 5
    new = call("POST", "/products", 201, json={"sku": "Chair-1", "title": "New", "price": 1})
    assert new["id"] != made["id"]
    assert new.get("description") is None
    assert "stock" not in new
    call("PUT", item, 405)


@pytest.mark.parametrize("variant", [None, *Products.VARIANTS])
def test_the_shop_keeps_its_document(variant):
    with listening(Products(variant=variant).asgi()) as url:
        keep_the_document(url)


@pytest.mark.parametrize("fault", Products.FAULTS)
def test_each_fault_shows(fault):
    with listening(Products(fault).asgi()) as url, pytest.raises(AssertionError):
        keep_the_document(url)
