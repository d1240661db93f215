"""Money: integer minor units, in every field that the document says is multiplied by 100."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contracts.clauses.clause import SEEN, Citation, Clause, Judgement, Level, Vacuous, at
from contracts.clauses.evidence import Evidence, History
from contracts.spec.judge import is_integer
from contracts.spec.members import found

_BEYOND = 10**30

ORDERS = Citation("spec", "#/components/schemas/CustomerSummaryOrders")
AVERAGE = Citation("spec", "#/components/schemas/CustomerSummaryOrders/properties/average_amount")


def _integer(history: History) -> Iterator[Judgement]:
    non_zero = False
    amounts = 0
    for evidence in history.evidence:
        if evidence.returned is None:
            continue
        for pattern in sorted(evidence.contract.money):
            for path, value in found(evidence.returned, pattern):
                if value is None:
                    continue  # for the clause on nulls
                if is_integer(None, value):
                    amounts += 1
                    non_zero = non_zero or value != 0
                else:
                    declared = Citation("spec", evidence.contract.declared_at(path))
                    yield at(evidence, path, value, "integer minor units, no fraction or exponent", declared)
    if non_zero:
        yield SEEN
    elif amounts:
        yield Vacuous("observed on zeros only: name a customer with orders by --known-customer")
    elif any(evidence.returned is not None for evidence in history.evidence):
        yield Vacuous("no answer had an amount in it")


def _average(evidence: Evidence) -> Iterator[Judgement]:
    summary = (evidence.returned or {}).get("summary")
    orders = summary.get("orders") if isinstance(summary, dict) else None
    if not isinstance(orders, dict):
        return
    total, count, average = (orders.get(name) for name in ("total_amount", "total_count", "average_amount"))
    numbers = [Fraction(n) for n in _numbers(total, count, average)]
    if len(numbers) < 3:
        return
    amount, number, mean = numbers
    if number == 0:
        yield Vacuous("observed on zeros only: name a customer with orders by --known-customer")
    elif abs(mean * number - amount) < abs(number):  # however it is rounded
        yield SEEN
    else:
        yield at(
            evidence,
            ("summary", "orders", "average_amount"),
            average,
            f"total_amount ÷ total_count, {amount} ÷ {number}",
        )


def _numbers(*values: Any) -> list[Any]:
    """Those of ``values`` that are finite numbers (not beyond all measure), as a quotient needs them."""
    numeric: list[Any] = [v for v in values if isinstance(v, int | float | Decimal) and not isinstance(v, bool)]
    return [value for value in numeric if -_BEYOND < value < _BEYOND]


CLAUSES = (
    Clause(
        "money.integer-minor-units",
        "Every amount of money is an integer of minor units",
        Level.MUST,
        ORDERS,
        over_history=_integer,
        least="body",
    ),
    Clause(
        "money.average",
        "average_amount is total_amount divided by total_count",
        Level.SHOULD,
        AVERAGE,
        _average,
        needs=frozenset({"activity"}),
        least="body",
    ),
)
