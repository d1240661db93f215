"""The members that a schema declares, however its parts are put together."""

import pytest

from contracts.spec.members import members

TWO = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
DOCUMENT = {"components": {"schemas": {"Two": TWO}}}
REF = {"$ref": "#/components/schemas/Two"}


@pytest.mark.parametrize(
    "schema",
    [
        {**TWO, "required": ["a"]},
        {"allOf": [REF], "required": ["a"]},
        {"allOf": [{"required": ["a"]}, REF]},
        {"allOf": [{"allOf": [REF]}, {"type": "object", "required": ["a"]}]},
    ],
    ids=["beside its properties", "beside allOf", "in another part", "in another part, deeper"],
)
def test_what_is_required_is_so_wherever_it_is_said(schema):
    assert {one.name: one.required for one in members(DOCUMENT, schema, "#")} == {"a": True, "b": False}


def test_what_one_alternative_requires_the_others_do_not():
    schema = {"oneOf": [{**TWO, "required": ["a"]}, REF]}
    assert [one.required for one in members(DOCUMENT, schema, "#") if one.name == "a"] == [True, False]


@pytest.mark.parametrize("required", ["a", 5, [["a"]], None])
def test_what_is_no_list_of_names_requires_nothing(required):
    assert not any(one.required for one in members(DOCUMENT, {**TWO, "required": required}, "#"))
