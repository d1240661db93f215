"""The document drives: nothing that breaks it is sent as valid, each seed sends others, and no draw is no plan."""

import pytest

from contracts.matrix import gate_on_mock
from contracts.plan import draw
from contracts.plan.coverage import coverage, unreached
from contracts.wire import MISSING
from tests.grown import documents
from tests.plan.driving import Accepting, customers, driven

VALID = ("created", "upsert", "texts", "smoke", "odd", "the keys", "an unknown key", "without a key")


def told(exchanges):
    return [(e.request.method, e.request.path, e.request.body) for e in exchanges]


def test_one_seed_gives_the_same_requests():
    assert told(driven(Accepting(), seed=7)) == told(driven(Accepting(), seed=7))


@pytest.mark.parametrize("pair", [(1, 2), (3, 4), (10, 2**31)])
def test_two_seeds_share_at_most_two_fifths_of_their_bodies(pair):
    one, other = (
        [e.request.body for e in driven(Accepting(), seed=seed) if e.request.body is not None] for seed in pair
    )
    assert sum(body in other for body in one) <= len(one) * 2 / 5


@pytest.mark.parametrize("document", [None, *documents.TIGHTER, "grown"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_sent_as_valid_satisfies_the_document(document, seed):
    made = {**documents.TIGHTER, "grown": documents.grown}
    resource = customers(made[document]() if document else None)
    for exchange in driven(Accepting(), budget=200, seed=seed, resource=resource):
        label, sent = exchange.request.label, exchange.request.sent.value
        if label.startswith(VALID) and isinstance(sent, dict):
            assert resource.write_body.judge.violations(sent) == (), (label, sent)


def test_sixty_requests_reach_what_a_verdict_needs():
    assert unreached(coverage(driven(Accepting(), budget=54), customers())) == ()


def test_a_member_that_is_never_sent_is_named():
    resource = customers(documents.grown())
    lines = unreached(coverage(driven(Accepting(), budget=54, resource=customers()), resource))
    assert {line.partition(" ")[0] for line in lines} >= set(documents.EIGHT)
    assert "was never sent" in lines[0]


def test_a_budget_is_used_whole():
    assert len(driven(Accepting(), budget=700)) == 700


def test_without_the_generator_the_matrix_collapses(monkeypatch):
    """With nothing drawn nothing is caught that needs a value, and no verdict is green."""
    monkeypatch.setattr(draw.Drawer, "_value", lambda self, *rest: MISSING)
    run, _ = gate_on_mock()
    assert run.footer.verdict == "inconclusive"
    faults = ("emoji-are-refused", "text-is-composed")
    assert [gate_on_mock(fault)[0].footer.verdict for fault in faults] == ["inconclusive", "inconclusive"]


def test_labels_say_what_is_sent_in_words():
    labels = {exchange.request.label for exchange in driven(Accepting())}
    assert {"smoke", "created in full", "the empty object", "a body that is wrong: cut off"} <= labels


def test_a_members_values_are_drawn_not_written_down():
    """No longer text of any member stands in two runs."""
    texts = []
    for seed in (1, 2):
        sent = [e.request.sent.value for e in driven(Accepting(), seed=seed)]
        values = {v for body in sent if isinstance(body, dict) for v in body.values() if isinstance(v, str)}
        texts.append({text for text in values if len(text) > 12 and not text.startswith("contracts-")})
    assert texts[0]
    assert not texts[0] & texts[1]
