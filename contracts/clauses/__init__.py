"""The clauses, one file a family. A new clause goes into its family's ``CLAUSES`` and into
``TEXTS``; a new family into ``_FAMILIES``.
"""

from __future__ import annotations

from dataclasses import replace

from contracts.clauses import (
    accepts,
    activity,
    answer,
    at_once,
    auth,
    dates,
    deletes,
    echo,
    errors,
    lists,
    money,
    pages,
    reads,
    refuses,
    schema,
    secrets,
    update,
    upsert,
)
from contracts.clauses.clause import Clause
from contracts.clauses.texts import TEXTS

_FAMILIES: tuple[Clause, ...] = (
    *answer.CLAUSES,
    *schema.CLAUSES,
    *money.CLAUSES,
    *dates.CLAUSES,
    *echo.CLAUSES,
    *upsert.CLAUSES,
    *activity.CLAUSES,
    *reads.CLAUSES,
    *update.CLAUSES,
    *deletes.CLAUSES,
    *lists.CLAUSES,
    *pages.CLAUSES,
    *at_once.CLAUSES,
    *accepts.CLAUSES,
    *refuses.CLAUSES,
    *auth.CLAUSES,
    *errors.CLAUSES,
    *secrets.CLAUSES,
)

ALL: tuple[Clause, ...] = tuple(replace(one, why=TEXTS[one.id][0], advice=TEXTS[one.id][1]) for one in _FAMILIES)
