"""What a run is asked to do: every choice of the user's in one record, checked where it is made."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from contracts.config.options import CAPABILITIES, DEFAULT_BUDGET, DEFAULT_MAX_WAIT, DEFAULT_TIMEOUT
from contracts.errors import UsageError
from contracts.spec.schema import Nulls

SMALLEST_BUDGET = 2
LARGEST_BUDGET = 1_000_000
MOST_AT_ONCE = 64
"""Requests at one moment, each on a connection of its own."""
LONGEST = 24 * 3600
"""Seconds beyond which nobody waits, for one call or for a rate limit."""


@dataclass(frozen=True)
class Settings:
    """``budget`` in requests, clean-up included; ``timeout`` (a call), ``max_wait`` (for rate limits)
    and ``seconds`` (the run, but for its clean-up) in seconds. ``at_once`` requests at most are under way at one
    moment. ``regressions`` is a folder of findings of earlier runs."""

    budget: int = DEFAULT_BUDGET
    seed: int = 0
    nulls: Nulls = "lenient"
    strict: bool = False
    without: frozenset[str] = frozenset()
    known_customers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    max_wait: float = DEFAULT_MAX_WAIT
    seconds: float | None = None
    at_once: int = 1
    deep: bool = False
    regressions: Path | None = None

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
            raise UsageError(f"--timeout {self.timeout:g} is not more than 0 and at most {LONGEST} seconds")
        if self.seconds is not None and not 0 < self.seconds <= LONGEST:
            raise UsageError(f"--seconds {self.seconds:g} is not more than 0 and at most {LONGEST} seconds")
        if not 1 <= self.at_once <= MOST_AT_ONCE:
            raise UsageError(f"--at-once {self.at_once} is not between 1 and {MOST_AT_ONCE}")
        if not 0 <= self.max_wait <= LONGEST:
            raise UsageError(f"--max-wait {self.max_wait:g} is not between 0 and {LONGEST} seconds")
        if self.regressions is not None and self.regressions.exists() and not self.regressions.is_dir():
            raise UsageError(f"--regressions {self.regressions}: is no folder; name one, or one that is yet to be made")

    def knowing(self, known_customers: tuple[str, ...]) -> Settings:
        """The same with ``known_customers``: those of the embedded server are known once it is up."""
        return replace(self, known_customers=known_customers)


def settings_of(values: Mapping[str, Any]) -> Settings:
    """Those that a door's ``values`` say, by field; others are passed over.

    ``without`` are texts of which each may hold several, with commas. Where no seed is said, one is drawn. Raises
    UsageError.
    """
    own = {field.name: values[field.name] for field in fields(Settings) if field.name in values}
    own["without"] = frozenset(
        part.strip() for text in values.get("without", ()) for part in text.split(",") if part.strip()
    )
    return Settings(**{"seed": secrets.randbelow(2**32), **own})
