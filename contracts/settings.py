"""What a run is asked to do: every choice of the user's in one record, checked where it is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from contracts.clauses.clause import CAPABILITIES
from contracts.errors import UsageError
from contracts.spec.schema import Nulls
from contracts.target.limits import DEFAULT_MAX_WAIT

DEFAULT_BUDGET = 60
SMALLEST_BUDGET = 2
LARGEST_BUDGET = 10_000
LONGEST = 24 * 3600
"""Seconds beyond which nobody waits, for one call or for a rate limit."""


@dataclass(frozen=True)
class Settings:
    """``budget`` in requests, clean-up included; ``timeout`` (a call) and ``max_wait`` (for rate limits) in seconds."""

    budget: int = DEFAULT_BUDGET
    seed: int = 0
    nulls: Nulls = "lenient"
    strict: bool = False
    without: frozenset[str] = frozenset()
    known_customers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    timeout: float = 10.0
    max_wait: float = DEFAULT_MAX_WAIT

    def __post_init__(self) -> None:
        if not SMALLEST_BUDGET <= self.budget <= LARGEST_BUDGET:
            raise UsageError(
                f"--budget {self.budget} is not between {SMALLEST_BUDGET} (one create and its delete) "
                f"and {LARGEST_BUDGET}"
            )
        if unknown := sorted(self.without - set(CAPABILITIES)):
            raise UsageError(f"--without {unknown[0]!r} is no capability; they are {', '.join(CAPABILITIES)}")
        if "" in self.known_customers:
            raise UsageError("--known-customer '' names nobody; is a variable not set?")
        if self.nulls not in get_args(Nulls):
            raise UsageError(f"--nulls {self.nulls!r} is none of {', '.join(get_args(Nulls))}")
        if not 0 < self.timeout <= LONGEST:
            raise UsageError(f"--timeout {self.timeout:g} is not between 0 and {LONGEST} seconds")
        if not 0 <= self.max_wait <= LONGEST:
            raise UsageError(f"--max-wait {self.max_wait:g} is not between 0 and {LONGEST} seconds")

    def knowing(self, known_customers: tuple[str, ...]) -> Settings:
        """The same with ``known_customers``: those of the embedded server are known once it is up."""
        return replace(self, known_customers=known_customers)
