"""Clauses of a user's own: in a file of their repository, or in an installed package.

A project knows things of its customers that the contract does not say. What it writes down as a ``Clause`` runs in the
gate, under pytest and in every report like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from contracts.clauses import ALL
from contracts.clauses.clause import Clause
from contracts.errors import UsageError

GROUP = "contracts.clauses"
"""The entry points of this group name a tuple of clauses, or a function that makes one."""
_ID = re.compile(r"[a-z0-9-]+\.[a-z0-9.-]+")


def with_own(files: Iterable[Path | str] = ()) -> tuple[Clause, ...]:
    """The contract's clauses, those of installed packages, and those of ``files`` (their ``CLAUSES``).

    Raises UsageError for what cannot be loaded, is no clause, or takes an id that is taken.
    """
    found = list(ALL)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        found += _clauses(f"entry point {point.name}", point.load)
    for file in files:
        found += _clauses(str(file), lambda file=file: _of_file(Path(file)))  # type: ignore[misc]
    taken: set[str] = set()
    for clause in found:
        if clause.id in taken:
            raise UsageError(f"two clauses have the id {clause.id!r}; give your own another one")
        taken.add(clause.id)
    return tuple(found)


def _of_file(file: Path) -> Any:
    if not file.is_file():
        raise UsageError(f"--clauses {file}: there is no such file; give a Python file with CLAUSES = (Clause(…), …)")
    spec = spec_from_file_location(f"contracts_own_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise UsageError(f"--clauses {file}: is no Python file; its name must end in .py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "CLAUSES"):
        raise UsageError(f"--clauses {file}: has no CLAUSES; write CLAUSES = (Clause(…), …)")
    return module.CLAUSES


def _clauses(name: str, load: Callable[[], Any]) -> tuple[Clause, ...]:
    try:
        made = load()
        clauses = tuple(made() if callable(made) else made)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is the user's code: whatever it raises is told in one line
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else _line_of(error, name)
        raise UsageError(f"{name}{line}: cannot be loaded: {type(error).__name__}: {_one_line(error)}") from None
    for clause in clauses:
        if not isinstance(clause, Clause):
            raise UsageError(f"{name}: CLAUSES holds a {type(clause).__name__}, which is no Clause")
        if not _ID.fullmatch(clause.id):
            raise UsageError(f"{name}: the id {clause.id!r} is not like family.what-holds, in lower case")
        if clause.check is None and clause.over_history is None:
            raise UsageError(f"{name}: the clause {clause.id} judges nothing; give it check= or over_history=")
    return clauses


def _line_of(error: BaseException, name: str) -> str:
    """The line of the user's file that raised, where there is one."""
    found, trace = "", error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).resolve() == Path(name).resolve():
            found = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
