"""Documents are read by what they hold, and whatever they hold ends in a document or in one line."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.spec.document import load_document, pinned, pinned_path, read_document, resolve
from contracts.spec.loading import resource_of
from contracts.spec.yaml12 import load_yaml

TEXT = pinned_path().read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        json.dumps(pinned()),
        f"# A page\n\nSome words.\n\n````yaml /openapi/customers.json post /v1/customers\n{TEXT}````\n\nMore.",
        f"# A page\n\n```json\n{{}}\n```\n\n~~~~\n{json.dumps(pinned())}\n~~~~\n",
    ],
    ids=["yaml", "json", "fenced yaml", "second fence, json"],
)
def test_every_way_to_hold_a_document_gives_the_same(text):
    assert read_document(text, "it") == pinned()


def test_what_is_handed_out_cannot_spoil_the_pinned_contract():
    pinned()["paths"].clear()
    assert pinned()["paths"]


def test_yaml_is_read_with_the_types_of_json():
    text = "a: 2022-01-01\nb: no\nc: 1:30\nd: 1.5\ne: ~\nf: 200\ng: on\nh: true\ni: 0123\n"
    assert load_yaml(text) == {
        "a": "2022-01-01", "b": "no", "c": "1:30", "d": 1.5, "e": None, "f": 200, "g": "on", "h": True, "i": "0123",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("just words", "holds no OpenAPI document"),
        ("openapi: 2.0.0\npaths: {}", "this reads 3.0 and 3.1"),
        ("swagger: '2.0'", "convert it"),
        ("{", "holds no OpenAPI document"),
        ("openapi: 3.0.1\nopenapi: 3.0.1", "stands twice at line 1"),
        ("a: &a [*a, *a]\nopenapi: 3.0.1", ""),
        ("[" * 100_000, "deep"),
        ("- " * 5_000, "deep"),
        ("\0", ""),
    ],
)
def test_what_is_no_document_is_told_in_one_line(text, says):
    with pytest.raises(DocumentError) as error:
        resource_of(read_document(text, "it"))
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_an_alias_bomb_ends():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(DocumentError):
        read_document("\n".join(["openapi: 3.0.1", *levels]), "it")


def assert_document_or_one_line(text):
    told = ""
    try:
        resource_of(read_document(text, "it"))
    except DocumentError as error:
        told = str(error)
    assert "\n" not in told


@given(st.text() | st.text(alphabet="openapi: 3.01\n{}[]\"'#&*-|>`~", max_size=80))
def test_any_text_ends_in_a_document_or_one_line(text):
    assert_document_or_one_line(text)


@settings(max_examples=300)
@given(st.data())
def test_any_change_to_the_pinned_text_ends_in_a_contract_or_one_line(data):
    lines = TEXT.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.sampled_from(["", "  x:", lines[at][1:], " " + lines[at], lines[at] + ":", "- 1"]))
    assert_document_or_one_line("\n".join(lines))


@pytest.mark.parametrize("name", ["no/such/file.yaml", "."])
def test_what_cannot_be_read_is_told(name):
    with pytest.raises(DocumentError):
        load_document(name)


def test_references_are_followed_and_dangling_ones_told():
    assert resolve({"a": {"b/c": [1, 2]}}, "#/a/b~1c/1") == 2
    with pytest.raises(DocumentError, match="leads nowhere"):
        resolve({}, "#/x")
    with pytest.raises(DocumentError, match="out of the document"):
        resolve({}, "other.yaml#/x")


def test_a_document_that_creates_nothing_is_told():
    document = pinned()
    document["paths"] = {"/v1/vouchers": {"get": document["paths"]["/v1/customers"]["post"]}}
    document["paths"]["/v1/vouchers"]["get"]["operationId"] = "list-vouchers"
    with pytest.raises(DocumentError, match="no operation POST that creates something"):
        resource_of(document)
