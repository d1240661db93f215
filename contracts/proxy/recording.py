"""What has passed, judged by clauses and stories: while it flows by what is new, and at the end as a whole."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from time import monotonic

from contracts import __version__
from contracts.clauses.clause import Clause
from contracts.client.redaction import Mask
from contracts.record.exchange import Exchange
from contracts.record.run import Finding, Header, Run
from contracts.record.trace import Trace
from contracts.runner.runner import public_text, record_of
from contracts.spec.resource import Resource
from contracts.spec.security import named
from contracts.traffic.exchanges import Passed, Reader
from contracts.verdict.judge import judge
from contracts.verdict.traffic import left_out
from contracts.verdict.waivers import Waiver

LATEST = 200
"""Exchanges that are looked at while traffic flows: any part of it can be judged by itself."""


@dataclass
class Recording:
    """``spec``, ``overlay``, ``nulls``, ``strict`` and ``without`` are the user's, as a run's are."""

    target: str
    resource: Resource
    clauses: Sequence[Clause]
    spec: str
    overlay: str = ""
    strict: bool = False
    without: frozenset[str] = frozenset()
    waivers: Sequence[Waiver] = ()
    start: float = field(default_factory=monotonic)
    """When it began, by the clock of what is added."""
    _passed: list[Passed] = field(default_factory=list)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._began, self._since = datetime.now(UTC), monotonic()
        self._reader = Reader(self.resource)
        self._public = public_text(self.resource)
        self._secrets: dict[str, str] = {}
        self._names = count(1)
        self._lock = threading.Lock()
        self._looked_at = 0

    def add(self, passed: Passed) -> None:
        """From the proxy's thread: no more than is needed, for a client waits."""
        with self._lock:
            self._passed.append(passed)

    @property
    def size(self) -> int:
        return len(self._passed)

    def new_findings(self) -> tuple[Finding, ...]:
        """What the latest exchanges break and nothing before them did."""
        with self._lock:
            latest, self._looked_at = self._passed[-LATEST:], len(self._passed)
        exchanges = self._exchanges(latest)
        judged = judge(Trace(exchanges), self.resource, self.clauses, self._header(len(exchanges)), self.waivers)
        fresh = [one for one in judged.findings if one.level == "MUST" and one.waived is None]
        fresh = [one for one in fresh if (one.clause, one.member or one.where) not in self._told]
        self._told |= {(one.clause, one.member or one.where) for one in fresh}
        return tuple(fresh)

    @property
    def has_new(self) -> bool:
        return self._looked_at < len(self._passed)

    def run(self, notes: Sequence[str] = (), *, stopped: str | None = None, interrupted: bool = False) -> Run:
        """The record of all that passed, and what it says."""
        exchanges = self._exchanges(self._passed)
        notes = (*notes, *self.resource.notes, *(f"passed on and not judged: {one}" for one in left_out(exchanges)))
        trace = Trace(
            exchanges, stopped=stopped, interrupted=interrupted, notes=notes, seconds=monotonic() - self._since
        )
        header = self._header(len(exchanges))
        judged = judge(trace, self.resource, self.clauses, header, self.waivers, datetime.now(UTC).date())
        return record_of(trace, judged, header)

    def _exchanges(self, passed: Sequence[Passed]) -> tuple[Exchange, ...]:
        """In the order of sending, numbered from 1, times since the beginning, every secret of any of them masked."""
        for one in passed:
            self._learn(self._reader.secrets(one))
        mask = Mask({name: secret for secret, name in self._secrets.items()})
        made = []
        for number, one in enumerate(sorted(passed, key=lambda p: p.number), 1):
            started, ended = one.started - self.start, one.ended - self.start
            made.append(self._reader.exchange(replace(one, number=number, started=started, ended=ended), mask))
        return tuple(made)

    def _learn(self, secrets: Mapping[str, str]) -> None:
        for name, secret in secrets.items():
            if secret not in self._secrets and secret.isascii() and secret not in self._public:
                self._secrets[secret] = f"{name.partition(' ')[0]}_{next(self._names)}"

    def _header(self, budget: int) -> Header:
        return Header(
            target=self.target,
            started=self._began.isoformat(timespec="seconds").replace("+00:00", "Z"),
            seed=0,
            budget=budget,
            prefix="",
            nulls=self.resource.nulls,
            strict=self.strict,
            without=tuple(sorted(self.without)),
            credentials=named(next(filter(None, self.resource.security), ())),
            security=self.resource.security,
            spec=self.spec,
            overlay=self.overlay,
            resource=self.resource.name,
            tool=f"voucherify-contracts {__version__}",
            traffic=True,
        )
