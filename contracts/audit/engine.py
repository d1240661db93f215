"""Where the tasks of an audit run: in this process, in processes of this machine, or on a Dask cluster.

All are used through ``concurrent.futures.Executor``, and give the same tallies: which task is whose, and in which order
they are added, does not depend on who computed them.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from contracts import __version__
from contracts.audit.lines import LineJudge
from contracts.audit.sources import BLOCK, Task
from contracts.audit.tally import Tally
from contracts.audit.workers import workers_of
from contracts.errors import DocumentError
from contracts.spec.loading import resource_of
from contracts.spec.schema import Nulls


@dataclass(frozen=True)
class SetUp:
    """What every worker needs. Two of one ``key`` are the same."""

    key: str
    document: dict[str, Any] = field(compare=False)
    nulls: Nulls = field(compare=False)
    overlay: dict[str, Any] | None = field(default=None, compare=False)
    resource: str | None = field(default=None, compare=False)
    version: str = __version__


@dataclass(frozen=True)
class Engine:
    """``ahead`` tasks wait at most; ``result`` waits for one, and raises DocumentError where it never comes."""

    executor: Executor
    ahead: int
    span: int
    whole: bool
    """Is a source that can be read only from its beginning read where it is judged?"""
    result: Callable[[Future[list[Tally]]], list[Tally]]
    is_elsewhere: bool = False
    """Do the workers see other folders than this process?"""


_local = threading.local()


def work(set_up: SetUp, name: str, task: Task) -> list[Tally]:
    """A tally for each block of ``task``. The judge is kept for the next task; a thread has one of its own."""
    judge = judge_of(set_up)
    return [judge.judge(name, block) for block in task.blocks()]


def judge_of(set_up: SetUp) -> LineJudge:
    if set_up.version != __version__:
        raise DocumentError(
            f"a worker has voucherify-contracts {__version__}, and this is {set_up.version}; install the same there"
        )
    if getattr(_local, "set_up", None) != set_up:
        _local.judge = LineJudge(resource_of(set_up.document, set_up.overlay, set_up.resource, set_up.nulls))
        _local.set_up = set_up
    judge: LineJudge = _local.judge
    return judge


class _Here(Executor):
    """Does at once what is submitted."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(work(*given, **named))
        return future


@contextmanager
def in_process() -> Iterator[Engine]:
    _local.set_up = None  # what another audit learnt is none of this one's
    yield Engine(_Here(), ahead=0, span=BLOCK, whole=False, result=Future.result)


@contextmanager
def processes(count: int, set_up: SetUp, *, whole: bool) -> Iterator[Engine]:
    """``count`` processes of this machine."""
    try:
        with workers_of(count, _start, (set_up,)) as pool:
            yield Engine(pool, ahead=2 * count, span=BLOCK, whole=whole, result=Future.result)
    except BrokenProcessPool:
        raise DocumentError("a worker of the audit was ended from outside, for want of memory perhaps") from None


def _start(set_up: SetUp) -> None:
    gc.freeze()
    judge_of(set_up)
