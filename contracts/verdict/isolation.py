"""Does a finding show no more than it takes? If not, why not."""

from __future__ import annotations

from contracts.clauses.clause import Finding as Breach
from contracts.clauses.history import History
from contracts.plan.retelling import units_of
from contracts.record.exchange import Exchange

NOTHING_SMALLER = "nothing smaller was seen to show it: the budget ended, or it cannot be repeated about another one"


def why_not_isolated(breach: Breach, history: History) -> str:
    """Nothing where the steps of ``breach`` send one value beside keys and what must be there, or where it was tried
    to leave out each of the values that they send."""
    steps = [history.exchange(number) for number in breach.steps or (breach.exchange,)]
    required = history.resource.write_body.required
    sent = [unit for unit in units_of(steps, history.resource) if unit[1][0] not in required]
    return "" if len(sent) <= 1 or _times_tried(steps[-1], history) >= len(sent) else NOTHING_SMALLER


def _times_tried(example: Exchange, history: History) -> int:
    """How often less was sent than ``example`` sends, or than what it is a version of with simpler values."""
    if example.request.role != "shrink":
        return 0
    own = units_of([example], history.resource)
    tried: set[int] = set()
    one: Exchange | None = example
    while one is not None and units_of([one], history.resource) == own:
        tried.update(history.versions.smaller(one.number))
        one = history.versions.larger(one)
    return len(tried - {example.number})
