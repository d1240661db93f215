"""The same seed sends the same bytes, but for the run's prefix, and finds the same."""

import pytest

from contracts.matrix import PREFIX, gate_on_mock


def sent(run):
    prefix, ids = run.header.prefix.encode(), {}
    for exchange in run.exchanges:
        if isinstance(exchange.value, dict) and isinstance(exchange.value.get("id"), str):
            ids.setdefault(exchange.value["id"].encode(), f"<id {len(ids)}>".encode())
    for exchange in run.exchanges:
        request = exchange.request
        text = b"\n".join(
            [request.method.encode(), request.path.encode(), repr(request.headers).encode(), request.body or b""]
        )
        for value, name in ids.items():
            text = text.replace(value, name)
        yield text.replace(prefix, b"<prefix>")


@pytest.mark.parametrize("fault", ["", "total-amount-is-a-float", "crash-on-emoji"])
def test_two_runs_with_one_seed_are_one(fault):
    one, other = (gate_on_mock(fault, budget=80, seed=11)[0] for _ in range(2))
    assert list(sent(one)) == list(sent(other))
    assert [(f.clause, f.where, f.required) for f in one.findings] == [
        (f.clause, f.where, f.required) for f in other.findings
    ]


def test_another_seed_sends_other_cases():
    one, other = (gate_on_mock(budget=80, seed=seed)[0] for seed in (1, 2))
    assert list(sent(one)) != list(sent(other))
    assert one.header.prefix == other.header.prefix == PREFIX
