"""Kinds of values: what a field draws satisfies its schema, is recognised again, and comes anew with each seed."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plan.draw import EDGE, ODD, PLAIN, Drawer, goals_in
from contracts.plan.fields import fields_of
from contracts.spec.document import pinned
from contracts.spec.judge import Judge
from contracts.spec.loading import resource_of
from contracts.spec.schema import to_json_schema
from contracts.wire import MISSING

TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"minLength": st.integers(0, 12), "maxLength": st.integers(12, 300)},
)
CHOICES = st.lists(st.text(min_size=1), min_size=1, unique=True).map(lambda v: {"type": "string", "enum": v})
FORMS = st.sampled_from(["date", "date-time", "email", "uuid", "uri", "ipv4"]).map(
    lambda name: {"type": "string", "format": name}
)
BOUNDED = st.builds(
    lambda low, width: {"type": "integer", "minimum": low, "maximum": low + width},
    st.integers(-(10**6), 10**6),
    st.integers(0, 10**6),
)
INTEGERS = (
    BOUNDED | st.just({"type": "integer"}) | st.integers(1, 50).map(lambda n: {"type": "integer", "multipleOf": n})
)
NUMBERS = st.just({"type": "number"}) | st.builds(
    lambda low, width: {"type": "number", "minimum": low, "maximum": low + width},
    st.integers(-1000, 1000),
    st.integers(0, 1000),
)
LEAVES = TEXTS | CHOICES | FORMS | INTEGERS | NUMBERS | st.just({"type": "boolean"})
SCHEMAS = st.recursive(
    LEAVES,
    lambda below: (
        st.builds(lambda items, most: {"type": "array", "items": items, "maxItems": most}, below, st.integers(0, 6))
        | st.builds(
            lambda members, count: {"type": "object", "properties": members, "required": sorted(members)[:count]},
            st.dictionaries(st.sampled_from(["a", "b", "c"]), below, min_size=1),
            st.integers(0, 3),
        )
    ),
    max_leaves=5,
)


def document_of(members, required=()):
    """A document whose one resource has ``members``."""
    document = pinned()
    schema = {"type": "object", "properties": members, "required": list(required)}
    content = {"content": {"application/json": {"schema": schema}}}
    post = document["paths"]["/v1/customers"]["post"]
    post["requestBody"] = {"required": True, **content}
    post["responses"] = {"200": {"description": "made", **content}}
    post["operationId"] = "make-one"
    document["paths"] = {"/things": {"post": post}}
    return document


@given(schema=SCHEMAS, nullable=st.booleans(), seed=st.integers(0, 2**32), odd=st.booleans())
def test_what_is_drawn_satisfies_its_schema_and_is_recognised(schema, nullable, seed, odd):
    schema = {**schema, "nullable": True} if nullable else schema
    document = document_of({"member": schema})
    resource = resource_of(document)
    judge = Judge(to_json_schema(document, schema, "lenient", "request"), draft4=True)
    fields = fields_of(resource, seed)
    drawer = Drawer(fields, Random(seed))
    for _ in range(12):
        value = drawer.value(fields[0], EDGE | ODD if odd else EDGE)
        if value is MISSING:
            continue
        assert judge.violations(value) == ()
        body = {"member": value}
        assert any(goal[0] == "member" for goal in goals_in(fields, body)), value
        drawer.reached(body)


@given(schema=LEAVES, seed=st.integers(0, 2**32))
def test_a_wrong_kind_breaks_the_schema(schema, seed):
    document = document_of({"member": schema})
    resource = resource_of(document)
    judge = Judge(to_json_schema(document, schema, "lenient", "request"), draft4=True)
    for kind in fields_of(resource, seed)[0].wrong:
        if kind.standing == "wrong":
            assert judge.violations(kind.draw(Random(seed))), kind.name


@pytest.mark.parametrize("pattern", [r"^[A-Z]{3}-\d{4}$", r"^\w+$", "^[a-f0-9]{8}$", "x"])
def test_a_pattern_is_kept_and_broken(pattern):
    resource = resource_of(document_of({"member": {"type": "string", "pattern": pattern, "maxLength": 20}}))
    field = fields_of(resource, 3)[0]
    values = {field.kinds[0].draw(Random(seed)) for seed in range(20)}
    assert len(values) > 3
    assert all(re.search(pattern, value) and len(value) <= 20 for value in values)
    assert not any(re.search(pattern, kind.draw(Random(1))) for kind in field.wrong if kind.name.startswith("against"))


@pytest.mark.parametrize("standings", [PLAIN, EDGE], ids=["plain", "edge"])
def test_every_required_kind_is_drawn_in_a_few_values(standings):
    resource = resource_of(pinned())
    fields = fields_of(resource, 1)
    drawer = Drawer(fields, Random(1))
    for _ in range(8):
        drawer.reached({one.path[0]: drawer.value(one, standings) for one in fields})
    assert "required" not in drawer.open.values()
    assert drawer.needed() == 0


def test_each_kind_of_the_pinned_document_recognises_what_it_draws():
    resource = resource_of(pinned())
    for top in fields_of(resource, 1):
        for field in top.below():
            for kind in field.kinds:
                if field.fields and not kind.is_fragment:
                    continue  # an object's members are drawn by its fields
                for seed in range(20):
                    assert kind.fits(kind.draw(Random(seed))), (field.name, kind.name, seed)
