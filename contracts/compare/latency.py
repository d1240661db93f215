"""Answers that take an order of magnitude more time, or less: single ones, and those to a method as a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from statistics import median

from contracts.compare.difference import Difference
from contracts.compare.pairing import Pair

FACTOR = 5
"""By how much it is another order of magnitude: a busy machine makes the quick answers slower by some."""
LEAST = 1.0
"""Seconds by which a single answer must be slower: a busy machine holds one back for a fraction of that."""
LEAST_MEDIAN = 0.02
"""Seconds by which half of the answers to a method must be slower."""
FEW = 3
"""Answers to a method, below which there is no rule."""


def latencies(pairs: Iterable[Pair]) -> Iterator[Difference]:
    """Latencies of two runs that differ by more than noise."""
    by_method: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for pair in pairs:
        old, new = pair.old.exchange, pair.new.exchange
        if old.answer is None or new.answer is None:
            continue
        seconds = old.answer.seconds, new.answer.seconds
        by_method[old.request.method].append(seconds)
        yield from _apart("latency", *seconds, LEAST, pair.name)
    for method, many in by_method.items():
        if len(many) >= FEW:
            before, after = (median(of_run) for of_run in zip(*many, strict=True))
            yield from _apart(f"median latency of {method}", before, after, LEAST_MEDIAN, f"all {len(many)}")


def _apart(where: str, old: float, new: float, least: float, probe: str) -> Iterator[Difference]:
    low, high = sorted((old, new))
    if high > low * FACTOR and high - low > least:
        yield Difference("latency", where, _milliseconds(old), _milliseconds(new), probe)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"
