"""Money: integer minor units, in every field that the document says is multiplied by 100."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contracts.clauses.clause import SEEN, SHOWING, Citation, Clause, Judgement, Level, Vacuous, at
from contracts.clauses.evidence import Evidence
from contracts.clauses.history import History
from contracts.spec.judge import is_integer
from contracts.spec.members import found
from contracts.wire import MISSING, value_at

_BEYOND = 10**30
ANSWERS = Citation("docs", "Every successful answer")
ZEROS = "observed on zeros only: name a customer with orders by --known-customer"


def _integer(history: History) -> Iterator[Judgement]:
    non_zero = False
    amounts = 0
    for evidence in history.evidence:
        if evidence.shown is MISSING or evidence.answer is None or not evidence.is_judged:
            continue
        for pattern in sorted(evidence.answer.money):
            for path, value in found(evidence.shown, pattern):
                if value is None:
                    continue  # for the clause on nulls
                if is_integer(None, value):
                    amounts += 1
                    non_zero = non_zero or value != 0
                else:
                    declared = Citation("spec", evidence.declared_at(path))
                    yield at(evidence, path, value, "integer minor units, no fraction or exponent", declared)
    if non_zero:
        yield SEEN
    elif amounts:
        yield Vacuous(ZEROS)
    elif any(evidence.shown is not MISSING for evidence in history.evidence):
        yield Vacuous("no answer had an amount in it")


def _average(evidence: Evidence) -> Iterator[Judgement]:
    if evidence.shown is MISSING or evidence.answer is None:
        return
    declared = evidence.answer.quotients
    for pattern, over, by in declared:
        for path, average in found(evidence.shown, pattern):
            beside = value_at(evidence.shown, path[:-1])
            numbers = [Fraction(n) for n in _numbers(beside.get(over), beside.get(by), average)]
            if len(numbers) < 3:
                continue
            amount, number, mean = numbers
            if number == 0:
                yield Vacuous(ZEROS)
            elif abs(mean * number - amount) < abs(number):  # however it is rounded
                yield SEEN
            else:
                declared_at = Citation("spec", evidence.declared_at(path))
                yield at(evidence, path, average, f"{over} ÷ {by}, {amount} ÷ {number}", declared_at)
    if not declared:
        yield Vacuous("the document says of no member that it is one divided by another")


def _numbers(*values: Any) -> list[Any]:
    """Those of ``values`` that are finite numbers (not beyond all measure), as a quotient needs them."""
    numeric: list[Any] = [v for v in values if isinstance(v, int | float | Decimal) and not isinstance(v, bool)]
    return [value for value in numeric if -_BEYOND < value < _BEYOND]


CLAUSES = (
    Clause(
        "money.integer-minor-units",
        "Every amount of money is an integer of minor units",
        Level.MUST,
        ANSWERS,
        over_history=_integer,
        least="body",
        effects=SHOWING,
    ),
    Clause(
        "money.average",
        "What is said to be one member divided by another is that",
        Level.SHOULD,
        ANSWERS,
        _average,
        needs=frozenset({"activity"}),
        least="body",
        effects=SHOWING,
    ),
)
