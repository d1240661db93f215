"""What the fast types acquit, the clauses acquit; and they count what the clauses would merely observe."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.audit.acquit import Acquitter
from contracts.audit.judge import LineJudge
from contracts.audit.tally import Tally
from contracts.spec.contract import compile_contract
from contracts.spec.document import pinned
from tests.audit.bodies import BODIES, printed

CONTRACTS = {nulls: compile_contract(pinned(), nulls) for nulls in ("lenient", "strict")}


def by_clauses(contract, block):
    judge = LineJudge(contract)
    judge.acquitter.works = False
    return judge.judge("-", block)


def by_types(contract, lines, learnt=()):
    acquitter = Acquitter(contract, Tally())
    for pattern in learnt:
        acquitter.learn(pattern)
    return acquitter.tally if acquitter.acquits(lines) else None


def same(one, other):
    return (one.judged, one.seen, +one.observed, +one.undeclared) == (
        other.judged,
        other.seen,
        +other.observed,
        +other.undeclared,
    )


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["lenient", "strict"]), printed())
def test_what_is_acquitted_has_nothing_in_it(nulls, body):
    contract = CONTRACTS[nulls]
    fast = by_types(contract, body + b"\n")
    if fast is None:
        return
    slow = by_clauses(contract, body)
    assert slow.findings == Counter()
    assert slow.damaged == Counter()
    assert same(fast, slow), (fast, slow)


@settings(max_examples=60, deadline=None)
@given(st.lists(printed(), min_size=1, max_size=5))
def test_lines_judged_together_count_as_each_by_itself(bodies):
    contract = CONTRACTS["lenient"]
    together = LineJudge(contract).judge("-", b"\n".join(bodies))
    apart = by_clauses(contract, b"\n".join(bodies))
    assert together.findings == apart.findings
    assert together.damaged == apart.damaged
    assert together.first == apart.first
    assert together.lines == apart.lines
    assert same(together, apart)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_learnt_members_are_counted_and_change_no_verdict(data):
    body = dict(data.draw(st.sampled_from(BODIES)))
    body["tier"] = data.draw(
        st.sampled_from([1, 1.5, "gold", None, [1], {"a": 1}, {"object": "customer", "summary": 1}])
    )
    line = data.draw(printed(st.just(body)))
    contract = CONTRACTS["lenient"]
    fast = by_types(contract, line + b"\n", [("tier",)])
    if fast is not None:
        assert same(fast, slow := by_clauses(contract, line))
        assert not slow.findings


@pytest.mark.parametrize("nulls", ["lenient", "strict"])
def test_every_body_of_the_embedded_server_is_acquitted(nulls):

    lines = b"".join(json.dumps(body).encode() + b"\n" for body in BODIES)
    leap_day = sum(b"-02-29" in line for line in lines.splitlines())
    found = [by_types(CONTRACTS[nulls], line + b"\n") for line in lines.splitlines()]
    assert sum(one is None for one in found) == leap_day < len(BODIES)


@settings(max_examples=100, deadline=None)
@given(st.integers(-9, 99), st.integers(-3, 9), st.integers(-9, 99))
def test_an_average_is_acquitted_where_the_clause_finds_nothing(total, count, average):
    body = json.loads(json.dumps(BODIES[0]).replace("-02-29", "-02-28"))
    body["summary"]["orders"] |= {"total_amount": total, "total_count": count, "average_amount": average}
    line = json.dumps(body).encode()
    fast = by_types(CONTRACTS["lenient"], line + b"\n")
    assert (fast is not None) == (not by_clauses(CONTRACTS["lenient"], line).findings)
