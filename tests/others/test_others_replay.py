"""A finding about another resource is sent again with the document and the overlay that it was found by."""

import pytest

from tests.others import products
from tests.others.products import Products
from tests.others.web import listening

KEY = {"CONTRACTS_TOKEN": products.TOKEN}


@pytest.mark.parametrize("fault", ["cuts-title", "ignores-sku", "patch-replaces", "crashes-on-voucher", "any-token"])
def test_it_holds_until_it_is_mended(contracts, fault):
    broken, sound = Products(fault), Products()
    with listening(broken.asgi()) as url, listening(sound.asgi()) as mended:
        run = ("--spec", products.DOCUMENT, "--overlay", products.OVERLAY, "--seed", 1, "--report", "out")
        found = contracts("gate", "--target", url, *run, **KEY)
        assert found.returncode == 1, found.stdout + found.stderr
        there = len(broken.products)
        again = contracts("replay", "out", 1, "--target", url, **KEY)
        assert again.returncode == 1, again.stdout + again.stderr
        gone = contracts("replay", "out", 1, "--target", mended, **KEY)
        assert gone.returncode == 0, gone.stdout + gone.stderr
    assert len(broken.products) == there
    assert not sound.products
