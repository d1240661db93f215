"""Audit sources on all cores: tasks go out to an engine, tallies come back in order, and never many at once."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from contracts.audit.cluster import SCHEME, cluster
from contracts.audit.engine import Engine, SetUp, in_process, processes, work
from contracts.audit.sources import NoRecordingError, Options, Task, tasks
from contracts.audit.storage import STDIN, Source, is_remote, size_of
from contracts.audit.tally import Tally
from contracts.spec.judge import prove_formats
from contracts.spec.schema import Nulls

SMALL = 2 * 1024 * 1024
"""Bytes in all below which starting workers takes longer than the work."""
LOCAL = "local"
NO_RECORDINGS = "files of a folder that hold no recorded traffic"

Progress = Callable[[int], None]
"""Called with the bytes read since the last call."""


def audit(
    sources: Sequence[Source],
    document: dict[str, Any],
    nulls: Nulls,
    workers: int | None = None,
    progress: Progress = lambda size: None,
    *,
    engine: str = LOCAL,
    column: str | None = None,
    overlay: dict[str, Any] | None = None,
    resource: str | None = None,
) -> Tally:
    """Judge the answers recorded in ``sources`` by the resource of ``document`` with ``overlay``.

    Raises DocumentError for one that cannot be read.
    """
    prove_formats()
    key = hashlib.sha256(f"{document!r} {nulls} {overlay!r} {resource}".encode()).hexdigest()
    set_up = SetUp(key, document, nulls, overlay, resource)
    total = Tally()
    with _engine(engine, workers, sources, set_up) as chosen:
        options = Options(column, chosen.span, chosen.whole)
        for source in sources:
            try:
                _add(total, source.name, chosen, set_up, options, progress)
            except NoRecordingError:
                if not source.is_listed:
                    raise
                total.skipped[NO_RECORDINGS] += 1
    return total


def _engine(name: str, workers: int | None, sources: Sequence[Source], set_up: SetUp) -> AbstractContextManager[Engine]:
    if name.startswith(SCHEME):
        return cluster(name)
    count = os.cpu_count() or 1 if workers is None else workers
    sizes = [size_of(source.name) for source in sources] if count > 1 else []
    if count == 1 or (None not in sizes and sum(size or 0 for size in sizes) < SMALL):
        return in_process()
    return processes(count, set_up, whole=len(sources) > 1)


def _add(total: Tally, name: str, engine: Engine, set_up: SetUp, options: Options, progress: Progress) -> None:
    """Add all of one source: each task once, in the order of the source."""
    where = str(Path(name).absolute()) if engine.is_elsewhere and name != STDIN and not is_remote(name) else name
    lines = 0
    for tallies, task in _in_order(tasks(where, options), engine, set_up, name):
        for tally in tallies:
            total.add(tally.moved(lines))
            lines += tally.lines
        progress(task.size)


def _in_order(given: Iterator[Task], engine: Engine, set_up: SetUp, name: str) -> Iterator[tuple[list[Tally], Task]]:
    waiting: deque[tuple[Future[list[Tally]], Task]] = deque()
    for task in given:
        waiting.append((engine.executor.submit(work, set_up, name, task), task))
        if len(waiting) > engine.ahead:
            future, done = waiting.popleft()
            yield engine.result(future), done
    for future, done in waiting:
        yield engine.result(future), done
