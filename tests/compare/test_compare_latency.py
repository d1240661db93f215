"""A latency is a difference where it is no noise: one answer by seconds, those to a method as a rule."""

from dataclasses import replace
from functools import cache

import pytest

from contracts.compare.compare import compare
from contracts.matrix import gate_on_mock


@cache
def base():
    run, _ = gate_on_mock(seed=7, budget=40)
    return timed(run, lambda number, method: 0.002)


def timed(run, seconds):
    exchanges = [
        replace(one, answer=replace(one.answer, seconds=seconds(number, one.request.method)))
        for number, one in enumerate(run.exchanges)
    ]
    return replace(run, exchanges=tuple(exchanges))


def latencies(seconds):
    changes = compare(base(), timed(base(), seconds)).changes
    assert all(change.example.kind == "latency" for change in changes)
    return {change.example.where for change in changes}


@pytest.mark.parametrize("held_back", [0.15, 0.9])
def test_one_answer_held_back_by_a_busy_machine_is_no_difference(held_back):
    assert latencies(lambda number, method: held_back if number == 4 else 0.002) == set()


def test_one_answer_slower_by_seconds_is_one():
    assert latencies(lambda number, method: 2.5 if number == 4 else 0.002) == {"latency"}


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_a_method_that_is_slower_is_named_whatever_the_others_are(method):
    assert latencies(lambda number, other: 0.05 if other == method else 0.002) == {f"median latency of {method}"}


def test_everything_a_little_slower_is_none():
    assert latencies(lambda number, method: 0.015) == set()


def test_what_the_same_target_does_by_itself_is_learnt():
    slow = timed(base(), lambda number, method: 0.05)
    assert compare(base(), slow, [slow]).changes == ()
