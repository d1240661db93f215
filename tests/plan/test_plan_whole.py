"""What a schema asks of a body as a whole: what is lacking is added, and what is too much is left out."""

from itertools import islice

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.matrix import PREFIX
from contracts.plan.lanes.wrong import drafts
from contracts.plan.scene import Scene
from contracts.plan.unions import spread
from contracts.plan.whole import fitting, is_bound, lacking
from contracts.spec.document import pinned
from contracts.spec.loading import resource_of

NAMES = "abcdef"
some = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "minProperties": st.integers(0, 4),
        "maxProperties": st.integers(1, 6),
        "anyOf": st.lists(some.map(lambda names: {"required": names}), min_size=1, max_size=3),
        "oneOf": st.lists(some.map(lambda names: {"required": names}), min_size=1, max_size=2),
        "not": some.map(lambda names: {"required": names or ["a"]}),
    },
)


def bodies(schema):
    every = [{name: 1 for bit, name in enumerate(NAMES) if number >> bit & 1} for number in range(1 << len(NAMES))]
    return [body for body in every if jsonschema.Draft202012Validator(schema).is_valid(body)]


@given(SCHEMAS, some)
def test_the_fewest_members_are_added(schema, first):
    def allows(body):
        return jsonschema.Draft202012Validator(schema).is_valid(body)

    members = dict.fromkeys(first, 1)
    others = {name: 1 for name in NAMES if name not in members}
    larger = [body for body in bodies(schema) if members.keys() <= body.keys()]
    added = lacking(allows, members, others)
    assert allows({**members, **dict.fromkeys(added, 1)}) == bool(larger)
    assert len(members) + len(added) == min((len(body) for body in larger), default=len(members))
    assert is_bound(schema) or not added


@given(SCHEMAS, st.permutations(NAMES))
def test_the_fewest_members_are_left_out(schema, loose):
    def allows(body):
        return jsonschema.Draft202012Validator(schema).is_valid(body)

    members = dict.fromkeys(NAMES, 1)
    made = fitting(allows, members, loose, schema.get("maxProperties"))
    assert allows(made) == bool(bodies(schema))
    assert len(made) == max((len(body) for body in bodies(schema)), default=len(members))


def test_the_one_with_the_least_to_show_is_left_out_first():
    schema = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
    validator = jsonschema.Draft202012Validator(schema)
    for first, second in ("ab", "ba"):
        assert fitting(validator.is_valid, {"a": 1, "b": 1}, [first, second], None) == {second: 1}


def test_a_body_has_the_members_of_all_its_alternatives():
    one = {"properties": {"kind": {"const": "a"}, "size": {"type": "integer"}}, "required": ["kind", "size"]}
    other = {"properties": {"kind": {"const": "b"}}, "required": ["kind"]}
    made = spread({}, {"type": "object", "oneOf": [one, other]})
    assert made["properties"] == {"kind": {"anyOf": [{"const": "a"}, {"const": "b"}]}, "size": {"type": "integer"}}
    assert made["required"] == ["kind"]


TIGHTER = {
    "an address for mail or a number": {"anyOf": [{"required": ["email"]}, {"required": ["phone"]}]},
    "never both": {"oneOf": [{"required": ["email"]}, {"required": ["phone"]}]},
    "a key": {"anyOf": [{"required": ["id"]}, {"required": ["source_id"]}]},
    "three at least": {"minProperties": 3},
    "four at most": {"maxProperties": 4},
}


@pytest.mark.parametrize("name", TIGHTER)
def test_nothing_else_is_drawn_than_what_the_document_allows(name):
    document = pinned()
    document["components"]["schemas"]["CustomersCreateRequestBody"] |= TIGHTER[name]
    resource = resource_of(document)
    scene = Scene(resource, PREFIX, 1)
    body = scene.telling(3) | scene.first.keys
    assert scene.is_allowed(body), body
    assert scene.is_allowed(scene.required() | scene.first.keys)


def test_what_lets_everything_pass_leaves_nothing_wrong_to_send():
    document = pinned()
    schemas = document["components"]["schemas"]
    more = {"required": ["ref"], "properties": {"ref": {"type": "string"}}}
    schemas["CustomersCreateRequestBody"] = {"oneOf": [schemas["CustomersCreateRequestBody"], more]}
    scene = Scene(resource_of(document), PREFIX, 1)
    assert {one.path for one in scene.fields} > {("ref",), ("name",)}
    for draft in islice(drafts(scene), 40):
        assert not scene.is_allowed(draft.request.sent.value)
