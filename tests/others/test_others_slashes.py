"""Paths that end in a slash, as Django REST Framework writes them: read, sent and cleaned up as any others."""

import pytest

from contracts.clauses.evidence import Evidence
from contracts.client.address import base_url
from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger
from contracts.record.exchange import Answer, Exchange, Request, json_body
from contracts.spec.first_overlay import first_overlay
from contracts.spec.loading import resource_of
from contracts.spec.overlay import apply_overlay, read_overlay
from contracts.spec.resource import compile_resource
from tests.others.gate import PREFIX, gate
from tests.others.memory import SECRET, Memory, document

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string", "minLength": 1, "maxLength": 40}, "count": {"type": "integer"}},
    "required": ["title"],
}
HOW = {"path": "/things/", "kind": "int", "moment": "created_at"}
EFFECTS = {
    ("POST", "/things/", "create"),
    ("GET", "/things/{key}/", "read"),
    ("PATCH", "/things/{key}/", "update"),
    ("DELETE", "/things/{key}/", "delete"),
}


def meant_by_overlay():
    bare = document(SCHEMA, **HOW, meaning=False)
    made, _ = apply_overlay(bare, read_overlay(first_overlay(bare, "it"), "it"), "it", lenient=False)
    return made


def effects(resource):
    return {(one.method, one.path, one.effect) for one in resource.operations}


def test_effects_are_guessed():
    resource = compile_resource(document(SCHEMA, **HOW, meaning=False))
    assert effects(resource) == EFFECTS
    assert not any(one.unfilled for one in resource.operations)


def test_a_first_overlay_says_what_they_mean():
    resource = compile_resource(meant_by_overlay())
    assert effects(resource) == EFFECTS
    assert all(one.has_meaning for one in resource.operations)
    assert (resource.name, resource.server_key, resource.set_on_create) == ("thing", "id", ("created_at",))


@pytest.mark.parametrize("made", [document(SCHEMA, **HOW), meant_by_overlay()], ids=["meaning", "overlay"])
def test_a_right_server_is_conformant_and_nothing_is_left(made):
    server = Memory(SCHEMA, **HOW)
    resource = resource_of(made)
    secrets = {scheme.name: SECRET for one in resource.security for scheme in one}
    run = gate(server.asgi(), resource, secrets, budget=150, seed=1)
    assert run.footer.verdict == "conformant", run.footer.reason
    assert not server.things
    assert run.footer.left_behind == ()
    assert all(e.request.path.partition("?")[0].endswith("/") for e in run.exchanges)


def test_items_are_named_with_their_slash():
    resource = resource_of(document(SCHEMA, **HOW))
    identity = identity_of(resource)
    assert (identity.delete_path("a b"), identity.read_path("7")) == ("/things/a%20b/", "/things/7/")


def exchange(number, method, path, status, sent=None, answered=None):
    body = None if sent is None else json_body(sent)
    return Exchange(number, Request("", method, path, body=body), Answer(status, (), json_body(answered), 0.0))


def test_what_the_run_deleted_itself_is_not_left():
    ledger = Ledger(PREFIX, identity=identity_of(resource_of(document(SCHEMA, **HOW))))
    create = exchange(1, "POST", "/things/", 201, {"title": "x"}, {"id": 7, "title": "x"})
    ledger.intend(create.request)
    ledger.observe(create)
    assert ledger.left == ("7",)
    ledger.observe(exchange(2, "DELETE", "/things/7/", 204))
    assert ledger.left == ()


@pytest.mark.parametrize("path", ["/things/7/", "/things/7"])
def test_what_no_operation_declares_is_known_by_its_path(path):
    resource = compile_resource(document(SCHEMA, **HOW, deletes=False))
    evidence = Evidence(exchange(1, "DELETE", path, 204), resource)
    assert (evidence.below_collection, evidence.effect) == ("7", "delete")
    assert Evidence(exchange(1, "DELETE", "/things/", 204), resource).below_collection is None


@pytest.mark.parametrize("target", ["http://h", "http://h/", "http://h/things", "http://h/things/"])
def test_a_target_may_name_the_operation(target):
    assert base_url(target, "/things/") == "http://h"
