"""The clauses, one file a family. A new clause goes into its family's ``CLAUSES``; a new family into ``ALL``."""

from __future__ import annotations

from contracts.clauses import (
    accepts,
    activity,
    answer,
    auth,
    dates,
    echo,
    errors,
    money,
    refuses,
    schema,
    secrets,
    upsert,
)
from contracts.clauses.clause import Clause

ALL: tuple[Clause, ...] = (
    *answer.CLAUSES,
    *schema.CLAUSES,
    *money.CLAUSES,
    *dates.CLAUSES,
    *echo.CLAUSES,
    *upsert.CLAUSES,
    *activity.CLAUSES,
    *accepts.CLAUSES,
    *refuses.CLAUSES,
    *auth.CLAUSES,
    *errors.CLAUSES,
    *secrets.CLAUSES,
)
