"""What sixty requests hold, whatever the seed: many values, wrong ones in company, and keys that nearly collide."""

import unicodedata

import pytest

from contracts.client.credentials import customers_credentials
from contracts.plan.coverage import coverage, unreached
from contracts.plan.fields import fields_of
from contracts.plan.kinds.dates import LATE_DATES
from contracts.record.ways import ways
from contracts.spec.security import Scheme
from tests.grown import documents
from tests.plan.driving import Accepting, customers, driven

SEEDS = range(4)
TEXTS = ("name", "description", "email", "phone")


def sent_by(seed, budget=54, resource=None):
    """The bodies that are objects of the run's own credentials, by their labels, in order."""
    exchanges = driven(Accepting(), budget=budget, seed=seed, resource=resource)
    return [
        (e.request.label, e.request.sent.value)
        for e in exchanges
        if e.request.is_authorised and isinstance(e.request.sent.value, dict)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_text_has_each_wrong_type_in_few_requests(seed):
    wrong = [body for label, body in sent_by(seed) if label == "many members wrong"]
    assert len(wrong) == 4
    for name in TEXTS:
        types = {type(body[name]) for body in wrong}
        assert types == {int, list, dict, bool}, name
    assert {type(body["address"]) for body in wrong if "address" in body} == {list, str, dict}
    assert {type(body["metadata"]) for body in wrong if "metadata" in body} >= {list, str, bool}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_takes_a_number_for_a_text_takes_one_of_them_whole(seed):
    first = next(body for label, body in sent_by(seed) if label == "many members wrong")
    assert {name for name, value in first.items() if isinstance(value, int)} == set(TEXTS)
    broken = customers().write_body.judge.violations(first)
    assert {violation.path for violation in broken} == {(name,) for name in TEXTS}


@pytest.mark.parametrize("seed", SEEDS)
def test_keys_nearly_collide(seed):
    keys = list(dict.fromkeys(body["source_id"] for _, body in sent_by(seed) if body.get("source_id")))

    def bare(text):
        return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))

    assert len({key.lower() for key in keys}) < len(keys)
    assert len({bare(key) for key in keys}) < len(keys)
    assert len({key[:64] for key in keys}) < len(keys)
    assert any(one != other and one.startswith(other) for n, other in enumerate(keys) for one in keys[:n])
    assert any({"/", "%", "?", "'"} <= set(key) for key in keys)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_object_is_sent_by_other_parts_each_time(seed):
    resource = customers()
    sent = [body["address"] for _, body in sent_by(seed) if isinstance(body.get("address"), dict)]
    right = [one for one in sent if one and not resource.write_body.judge.violations({"address": one})]
    parts = {part for one in right for part in one}
    some = [set(one) for one in right if len(one) < len(parts)]
    assert len(some) >= 2
    assert None in [body.get("address", 0) for _, body in sent_by(seed)]


def test_a_member_that_may_be_null_becomes_null_where_it_held_a_value():
    made = [
        (label, body["nickname"]) for label, body in sent_by(1, 100, customers(documents.grown())) if "nickname" in body
    ]
    nulls = [label for label, value in made if value is None]
    assert any(label.startswith(("upsert", "the keys")) for label in nulls)
    assert not any(label.startswith(("created", "smoke")) for label in nulls)


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"type": "array", "items": {"type": "string"}}, {"an item twice", "no items"}),
        ({"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.25}, {"the minimum", "the maximum", "zero"}),
        ({"type": "string", "format": "date"}, {LATE_DATES[0].name}),
        (
            {"type": "object", "additionalProperties": {"type": "integer", "minimum": 3, "maximum": 9}},
            {"a value: the minimum", "a value: the maximum", "a key with a dot", "a key in mixed case"},
        ),
    ],
)
def test_a_member_of_any_document_has_these_kinds(schema, kinds):
    resource = customers(documents.with_member(schema))
    exchanges = driven(Accepting(), budget=100, resource=resource)
    assert unreached(coverage(exchanges, resource)) == ()
    sent = [e.request.sent.value for e in exchanges if isinstance(e.request.sent.value, dict)]
    field = next(one for one in fields_of(resource, 0) if one.path == ("more",))
    assert kinds <= {kind.name for kind in field.kinds}
    values = [body["more"] for body in sent if "more" in body]
    missing = {kind.name for kind in field.kinds if kind.name in kinds and not any(map(kind.fits, values))}
    assert missing == set()


class TestWays:
    PAIR = (Scheme("Id", "key", "header", "X-Id"), Scheme("Token", "key", "header", "X-Token"))
    BEARER = (Scheme("OAuth", "bearer"),)

    def test_a_pair_is_swapped_and_a_token_goes_beside_other_wrong_ones(self):
        made = ways((self.PAIR, self.BEARER), ["Id", "Token"], self.PAIR)
        assert [part.form for part in made["swapped:Token"]] == ["swapped", "swapped"]
        assert [(part.scheme.name, part.form) for part in made["beside:OAuth"]] == [
            ("Id", "wrong"),
            ("Token", "wrong"),
            ("OAuth", "unsigned"),
        ]
        assert "longer:Token" in made
        assert "longer:OAuth" not in made

    def test_one_scheme_is_never_beside_another_in_the_same_header(self):
        basic = (Scheme("Basic", "basic"),)
        assert not any(name.startswith("beside") for name in ways((basic, self.BEARER), ["Basic"], basic))
        assert not any(name.startswith(("beside", "swapped")) for name in ways((self.BEARER,), ["OAuth"], self.BEARER))

    def test_what_they_carry(self):
        credentials = customers_credentials("an-id", "a-token")
        assert dict(credentials.carried("swapped:X-App-Token").headers) == {
            "X-App-Id": "a-token",
            "X-App-Token": "an-id",
        }
        assert dict(credentials.carried("longer:X-App-Token").headers)["X-App-Token"] == "a-tokena"
        beside = dict(credentials.carried("beside:X-Voucherify-OAuth").headers)
        assert beside["X-App-Token"] != "a-token"
        assert beside["Authorization"].startswith("Bearer ey")
        assert "swapped:X-App-Token" not in customers_credentials("same", "same").ways
