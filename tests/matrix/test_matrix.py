"""The whole matrix: each fault is caught by the clause it was made for, each conforming server by none."""

import pickle

import pytest
from filelock import FileLock

from contracts.clauses import ALL
from contracts.matrix import by_clause, gate_on_mock, is_right, rows
from contracts.mock.registry import all_faults, all_variants

FAULTS, VARIANTS = all_faults(), all_variants()


@pytest.fixture(scope="module")
def made(tmp_path_factory, testrun_uid):
    """The rows by name: made by whichever worker of xdist comes first, and read by the others."""
    shared = tmp_path_factory.getbasetemp().parent / f"matrix-{testrun_uid}.pickle"
    with FileLock(shared.with_suffix(".lock")):
        if not shared.exists():
            shared.write_bytes(pickle.dumps({row.name: row for row in rows(list(FAULTS), list(VARIANTS))}))
    return pickle.loads(shared.read_bytes())  # noqa: S301 - written a few lines above


class TestMatrix:
    def test_each_fault_is_caught_by_its_clause(self, made):
        missed = {name: made[name].failed for name, fault in FAULTS.items() if not is_right(made[name], fault)}
        assert missed == {}

    def test_no_conforming_server_is_caught(self, made):
        caught = {
            name: (made[name].verdict, made[name].failed, made[name].warned)
            for name, variant in VARIANTS.items()
            if not is_right(made[name], variant)
        }
        assert caught == {}

    def test_each_clause_catches_what_no_other_does_or_says_why_not(self, made):
        alone = by_clause([made[name] for name in FAULTS], FAULTS)
        outcomes = gate_on_mock()[0].outcomes
        # what the pinned document has nothing to judge by is caught over other documents, and by the deep faults
        judged = {one.clause for one in outcomes if not one.vacuous}
        unique = [clause for clause in ALL if clause.id in judged and not clause.why_not_unique]
        assert [clause.id for clause in unique if clause.id not in alone] == []

    def test_no_gate_is_larger_than_its_budget(self, made):
        assert max(row.requests for row in made.values()) <= 60

    def test_no_clause_breaks_on_any_server(self, made):
        assert {name: row.errors for name, row in made.items() if row.errors} == {}

    def test_conforming_servers_are_left_as_they_were(self, made):
        left = {name for name in VARIANTS if made[name].left_over}
        assert left == {"post-only", "no-delete"}


def test_there_are_enough_of_them():
    assert len(FAULTS) >= 120
    assert len(VARIANTS) >= 15
    assert {fault.caught_by for fault in FAULTS.values()} <= {clause.id for clause in ALL}


def test_at_a_budget_of_25_at_least_four_faults_in_five_are_caught():
    some = [name for name, fault in FAULTS.items() if not fault.should][::5]
    caught = sum(row.caught for row in rows(some, [], 25))
    assert caught >= 0.8 * len(some)
