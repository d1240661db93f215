"""The clauses that a user names, by id or by family."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from contracts.clauses.clause import Clause
from contracts.errors import UsageError


def selected(clauses: Sequence[Clause], wanted: Sequence[str]) -> tuple[Clause, ...]:
    """The clauses that ``wanted`` names; all where it names none. Raises UsageError for a name that is none."""
    names = {name for clause in clauses for name in (clause.id, clause.family)}
    for name in wanted:
        if name not in names:
            near = difflib.get_close_matches(name, sorted(names), 3, 0.4)
            hint = f"; did you mean {' or '.join(near)}?" if near else ";"
            raise UsageError(f"there is no clause {name!r}{hint} `contracts clauses` lists them")
    return tuple(clause for clause in clauses if not wanted or clause.id in wanted or clause.family in wanted)
