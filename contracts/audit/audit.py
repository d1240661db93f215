"""Audit files on all cores: blocks go out to workers, tallies come back in order, and never many at once."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from contracts.audit.judge import LineJudge
from contracts.audit.sources import Block, Span, blocks, size_of
from contracts.audit.tally import Tally
from contracts.audit.workers import workers_of
from contracts.errors import DocumentError
from contracts.spec.contract import compile_contract
from contracts.spec.judge import prove_formats
from contracts.spec.schema import Nulls

SMALL = 2 * 1024 * 1024
"""Bytes in all below which starting workers takes longer than the work."""

Progress = Callable[[int], None]
"""Called with the bytes read since the last call."""

_judge: LineJudge | None = None


def audit(
    sources: Sequence[str],
    document: dict[str, Any],
    nulls: Nulls,
    workers: int | None = None,
    progress: Progress = lambda size: None,
) -> Tally:
    """Judge the answers recorded in ``sources``. Raises DocumentError for one that cannot be read."""
    prove_formats()
    count = os.cpu_count() or 1 if workers is None else workers
    sizes = [size_of(name) for name in sources]
    if count == 1 or (None not in sizes and sum(size or 0 for size in sizes) < SMALL):
        judge = LineJudge(compile_contract(document, nulls))
        return _gathered(sources, lambda name, block: _done(judge.judge(name, block.read())), progress, ahead=0)
    try:
        with workers_of(count, _start, (document, nulls)) as pool:
            return _gathered(sources, lambda name, block: pool.submit(_work, name, block), progress, ahead=2 * count)
    except BrokenProcessPool:
        raise DocumentError("a worker of the audit was ended from outside, for want of memory perhaps") from None


def _gathered(
    sources: Sequence[str],
    submit: Callable[[str, Span | Block], Future[Tally]],
    progress: Progress,
    ahead: int,
) -> Tally:
    """The sum of all blocks, of which no more than ``ahead`` wait."""
    total = Tally()
    for name in sources:
        lines = 0
        for tally, size in _in_order(name, submit, ahead):
            total.add(tally.moved(lines))
            lines += tally.lines
            progress(size)
    return total


def _in_order(
    name: str, submit: Callable[[str, Span | Block], Future[Tally]], ahead: int
) -> Iterator[tuple[Tally, int]]:
    waiting: deque[tuple[Future[Tally], int]] = deque()
    for block in blocks(name):
        size = block.size if isinstance(block, Block) else block.end - block.start
        waiting.append((submit(name, block), size))
        if len(waiting) > ahead:
            future, done = waiting.popleft()
            yield future.result(), done
    for future, done in waiting:
        yield future.result(), done


def _done(tally: Tally) -> Future[Tally]:
    future: Future[Tally] = Future()
    future.set_result(tally)
    return future


def _start(document: dict[str, Any], nulls: Nulls) -> None:
    global _judge
    gc.freeze()
    _judge = LineJudge(compile_contract(document, nulls))


def _work(name: str, block: Span | Block) -> Tally:
    assert _judge is not None  # noqa: S101 - the pool's initializer set it
    return _judge.judge(name, block.read())
