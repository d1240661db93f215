"""Recorded answers of another resource: the overlay says what its members mean, and which of several is asked about."""

import json

import pytest
import yaml

from tests.others import products, tickets

ANSWER = {
    "id": "8d3f1a52-5f0c-4c2e-9b0e-2f1d3c4b5a69",
    "sku": "CHAIR-1",
    "title": "A chair",
    "description": "To sit on",
    "price": 1999,
    "stock": 3,
    "weight": 4.5,
    "is_discontinued": False,
    "kind": "goods",
    "tags": [],
    "available_from": "2024-02-29",
    "attributes": {},
    "sales": {"count": 0, "revenue": 0},
    "created_at": "2024-02-29T10:00:00.000Z",
    "updated_at": "2024-02-29T10:00:00.000Z",
}


@pytest.fixture
def audited(contracts, tmp_path):
    """What ``contracts audit`` says of one answer, each count and example as JSON."""

    def run(answer, *options):
        (tmp_path / "answers.ndjson").write_text(json.dumps(answer) + "\n")
        done = contracts("audit", "answers.ndjson", "--json", *options)
        return done, json.loads(done.stdout) if done.stdout else {}

    return run


@pytest.fixture
def two(tmp_path):
    """A document of two resources."""
    document, other = (yaml.safe_load(one.DOCUMENT.read_text()) for one in (products, tickets))
    document["paths"] |= other["paths"]
    for kind, declared in other["components"].items():
        document["components"][kind] = {**declared, **document["components"].get(kind, {})}
    (tmp_path / "two.yaml").write_text(yaml.safe_dump(document))
    return "--spec", "two.yaml"


def test_an_overlay_says_what_a_member_means(audited, tmp_path):
    overlay = yaml.safe_load(products.OVERLAY.read_text())
    weight = "$.components.schemas.ProductChange.properties.weight"
    overlay["actions"].append({"target": weight, "update": {"x-contract": {"money": True}}})
    (tmp_path / "money.yaml").write_text(yaml.safe_dump(overlay))
    document = "--spec", products.DOCUMENT
    for more in ((), ("--overlay", products.OVERLAY)):
        done, _ = audited(ANSWER, *document, *more)
        assert done.returncode == 0, done.stdout + done.stderr
    done, told = audited(ANSWER, *document, "--overlay", "money.yaml")
    assert done.returncode == 1, done.stdout + done.stderr
    assert [(one["clause"], one["path"]) for one in told["findings"]] == [("money.integer-minor-units", "$.weight")]


def test_one_of_several_resources_is_named(audited, two):
    done, _ = audited(ANSWER, *two)
    assert (done.returncode, done.stdout) == (2, "")
    assert "several resources (products, tickets); choose one by --resource" in done.stderr
    chosen, _ = audited(ANSWER, *two, "--resource", "products")
    assert chosen.returncode == 0, chosen.stdout + chosen.stderr
    other, _ = audited(ANSWER, *two, "--resource", "tickets")
    assert other.returncode == 1
    wrong, _ = audited(ANSWER, *two, "--resource", "ticket")
    assert wrong.returncode == 2
    assert "no such resource; there are products, tickets" in wrong.stderr
