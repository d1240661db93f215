"""``compare`` against the embedded server: silent on itself, and naming the difference wherever there is one."""

from dataclasses import replace
from functools import cache

import pytest

from contracts.compare.compare import compare
from contracts.matrix import gate_on_mock

SEED = 7

FAULTS = {
    "average-amount-absent-without-orders": ("member went", "$.summary.orders.average_amount"),
    "amount-to-go-is-a-string": ("type", "$.summary.redemptions.gift.amount_to_go"),
    "gift-is-a-list": ("type", "$.summary.redemptions.gift"),
    "created-at-is-null": ("null", "$.created_at"),
    "created-at-is-local-time-called-utc": ("value", "$.created_at"),
    "updated-at-offset-has-no-minutes": ("format", "$.updated_at"),
    "last-order-date-on-30-february": ("value", "$.summary.orders.last_order_date"),
    "inner-white-space-collapses": ("value", "$.name"),
    "second-address-line-dropped": ("member went", "$.address.line_2"),
    "descriptions-add-up": ("value", "$.description"),
    "unchanged-upsert-is-a-304": ("status", "status"),
    "markup-is-refused": ("status", "status"),
    "malformed-json-is-accepted": ("status", "status"),
    "crash-on-lone-surrogates": ("status", "status"),
    "crash-on-birthdates-before-1970": ("status", "status"),
    "update-is-a-redirect": ("status", "status"),
    "body-comes-twice": ("body", "body"),
    "any-bearer-is-accepted": ("status", "status"),
    "errors-are-html": ("header", "header content-type"),
    "referral-has-no-referrer": ("member went", "$.referrals.campaigns[0].referrer_id"),
}
VARIANTS = {
    "extra-members": ("member came", "$.project_id"),
    "members-in-any-order": ("key order", "$.summary"),
    "no-fractions": ("format", "$.created_at"),
    "offsets-for-z": ("format", "$.created_at"),
    "null-for-an-unset-address": ("member came", "$.address"),
    "ids-of-another-format": ("value", "$.id"),
    "no-rate-limit-headers": ("header went", "header x-rate-limit-limit"),
    "refused-with-422": ("status", "status"),
    "no-charset": ("header", "header content-type"),
    "big-integers-lose-digits": ("value", "$.metadata."),
}


@cache
def base():
    return gate_on_mock(seed=SEED)[0], gate_on_mock(seed=SEED, budget=30)[0]


def changed(**of):
    old, again = base()
    result = compare(old, gate_on_mock(seed=SEED, **of)[0], [again])
    return result, [(change.example.kind, change.example.where) for change in result.changes]


def test_the_embedded_server_and_itself_show_no_difference_ten_times_over():
    for _ in range(10):
        old, again, new = (gate_on_mock(seed=SEED)[0] for _ in range(3))
        for result in (compare(old, new, [again]), compare(old, new)):
            assert (result.changes, result.appeared, result.gone, result.outcomes) == ((), (), (), ())
            assert result.compared == 60
            assert result.exit_code(exact=True) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_names_what_a_fault_changes(fault):
    result, changes = changed(fault=fault)
    assert FAULTS[fault] in changes
    assert result.appeared
    assert result.exit_code(exact=False) == 1 or all(finding.level != "MUST" for finding in result.appeared)


@pytest.mark.parametrize("variant", VARIANTS)
def test_names_what_breaks_no_clause(variant):
    result, changes = changed(variant=variant)
    kind, where = VARIANTS[variant]
    assert any(one == kind and place.startswith(where) for one, place in changes), changes
    assert result.exit_code(exact=False) == 0
    assert result.exit_code(exact=True) == 1


def test_names_thirty_milliseconds_an_answer():
    """Against two milliseconds, however busy this machine is."""
    quick = [replace(one, answer=one.answer and replace(one.answer, seconds=0.002)) for one in base()[0].exchanges]
    new, _ = gate_on_mock(seed=SEED, variant="thirty-milliseconds-an-answer")
    result = compare(replace(base()[0], exchanges=tuple(quick)), new)
    assert any(one.example.where == "median latency of POST" for one in result.changes)
    assert result.exit_code(exact=False) == 0
    assert result.exit_code(exact=True) == 1


def test_a_fault_that_is_mended_is_gone():
    broken, _ = gate_on_mock("gift-is-a-list", seed=SEED)
    result = compare(broken, base()[0])
    assert [finding.clause for finding in result.gone] == ["schema.types"]
    assert not result.appeared
    assert result.exit_code(exact=False) == 0
    both = compare(broken, broken)
    assert [finding.clause for finding in both.still] == ["schema.types"]
    assert both.exit_code(exact=True) == 0


def test_learns_what_varies_from_repetition_alone():
    old, again = base()
    learnt = compare(old, again).learnt
    assert ("header", "header x-rate-limit-remaining") in learnt
    assert ("value", "$.request_id") in learnt
    assert not any("name" in where or "summary" in where for _, where in learnt)
