"""A resource: which of a document's operations does what to it."""

from contracts.spec.loading import resource_of

BODY = {"content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}}}}
ANSWER = {"200": {"description": "It is done.", **BODY}}


def resource(**on_item):
    paths = {
        "/things": {"post": {"requestBody": BODY, "responses": ANSWER}},
        "/things/{id}": {method: {"responses": ANSWER, **more} for method, more in on_item.items()},
    }
    return resource_of({"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths})


def test_an_update_has_a_json_body():
    assert resource(put={}).operation("update") is None
    both = resource(put={}, patch={"requestBody": BODY}).operation("update")
    assert both is not None
    assert both.method == "PATCH"
