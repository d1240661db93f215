"""Whatever cases a seed brings, the faultless server passes without a finding."""

import pytest

from contracts.matrix import gate_on_mock


@pytest.mark.parametrize("seed", range(12))
def test_no_seed_raises_a_false_alarm(seed):
    run, left = gate_on_mock(budget=130, seed=seed)
    assert [(f.clause, f.where, f.observed, f.required) for f in run.findings] == []
    assert run.footer.verdict == "conformant"
    assert left == 0
