"""Who says so, as the overlay names it, stands in the findings: of the member first, else of the operation."""

import pytest
import yaml

from contracts.spec.loading import load_resource
from tests.others import products
from tests.others.gate import gate
from tests.others.products import Products

CITES = {
    "$.components.schemas.ProductChange.properties.price": "The price list, page 3",
    "$.paths['/products'].post": "The shop's handbook, chapter 2",
}


@pytest.mark.parametrize(
    ("fault", "cited"),
    [("price-in-euros", "; The price list, page 3"), ("cuts-title", "; The shop's handbook, chapter 2")],
)
def test_a_finding_names_the_source(tmp_path, fault, cited):
    overlay = yaml.safe_load(products.OVERLAY.read_text())
    overlay["actions"] += [{"target": at, "update": {"x-contract": {"cite": source}}} for at, source in CITES.items()]
    (tmp_path / "cited.yaml").write_text(yaml.safe_dump(overlay))
    resource = load_resource(str(products.DOCUMENT), tmp_path / "cited.yaml")
    run = gate(Products(fault).asgi(), resource, {"token": products.TOKEN})
    said = [one for one in run.findings if one.clause.startswith("echo.")]
    posted = [one for one in said if run.exchange(one.exchange).request.method == "POST"]
    assert posted
    assert all(one.authority.endswith(cited) for one in posted)
