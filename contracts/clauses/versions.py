"""Which requests were sent as smaller versions of others, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.record.exchange import Exchange, failed_alike


class Versions:
    """``shrunk`` are exchanges of which a smaller version failed alike, each with the number of that one: the smaller
    one is the finding."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._by_number = {exchange.number: exchange for exchange in exchanges}
        self._smaller: dict[int, list[int]] = {}
        self.shrunk: dict[int, int] = {}
        for number, exchange in self._by_number.items():
            larger = self.larger(exchange)
            if larger is not None:
                self._smaller.setdefault(larger.number, []).append(number)
                if failed_alike(exchange, larger):
                    self.shrunk[larger.number] = number

    def larger(self, exchange: Exchange) -> Exchange | None:
        """The earlier exchange that it is a smaller version of."""
        number = exchange.request.shrinks
        return self._by_number.get(number) if number is not None and number < exchange.number else None

    def smaller(self, number: int) -> list[int]:
        """The smaller versions of an exchange, by their numbers."""
        return self._smaller.get(number, [])

    def smallest(self, number: int) -> int:
        """The last of the ever smaller versions of an exchange that failed alike, itself where there is none."""
        while number in self.shrunk:
            number = self.shrunk[number]
        return number

    def largest(self, number: int) -> int:
        """The one that an exchange is a smaller version of, by whatever steps; itself where it is none."""
        while (larger := self.larger(self._by_number[number])) is not None:
            number = larger.number
        return number
