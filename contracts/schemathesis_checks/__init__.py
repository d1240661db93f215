"""The clauses as a check of Schemathesis: ``SCHEMATHESIS_HOOKS=contracts.schemathesis_checks schemathesis run …``.

The check sends nothing. It sees each answer beside what was sent before it, and so finds what no single answer shows:
that a value comes back altered, or that a known key makes a second customer. What depends on Schemathesis
(4.32) is in this file and in ``sent.py``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import schemathesis
from schemathesis.core.failures import Failure, FailureGroup, Severity
from schemathesis.errors import IncorrectUsage

from contracts.clauses.plugins import with_own
from contracts.clauses.selection import selected
from contracts.client.redaction import Mask
from contracts.errors import UsageError
from contracts.record.exchange import Answer, Exchange
from contracts.record.run import Finding
from contracts.report.groups import Group
from contracts.report.text import group_text
from contracts.runner.settings import Settings
from contracts.schemathesis_checks.groups import Groups
from contracts.schemathesis_checks.judging import Judging
from contracts.schemathesis_checks.sent import mask, request_of
from contracts.spec.loading import resource_of
from contracts.spec.overlay import load_overlay
from contracts.spec.schema import Nulls

_SEVERITIES = {"MUST": Severity.HIGH, "SHOULD": Severity.LOW}


class ContractFailure(Failure):
    """One finding of one clause. Two are the same if they are of one clause and member."""

    __slots__ = ("key",)
    code: ClassVar[str] = "ST901"
    checks: ClassVar[tuple[str, ...]] = ("contracts",)
    kind_title: ClassVar[str] = "Clause of the contract not kept"

    def __init__(self, operation: str | None, finding: Finding, title: str, case_id: str | None = None) -> None:
        super().__init__(
            operation=operation,
            title=f"{finding.level} {finding.clause}: {title}",
            message=group_text(Group(1, finding, None, (), finding.seen, ())),
            case_id=case_id,
            severity=_SEVERITIES.get(finding.level, Severity.LOW),
        )
        self.key = f"{finding.clause}|{finding.member}"

    @property
    def _unique_key(self) -> str:
        return self.key


@schemathesis.check
class contracts:  # noqa: N801 - the class's name is the check's, in options and in schemathesis.toml
    """Options as ``[checks.contracts]`` in schemathesis.toml: those of ``contracts gate``, by the same names."""

    def __init__(
        self,
        overlay: str | None = None,
        resource: str | None = None,
        nulls: Nulls = "lenient",
        strict: bool = False,
        without: Sequence[str] = (),
        known_customers: Sequence[str] = (),
        clause: Sequence[str] = (),
        clauses: Sequence[str] = (),
    ) -> None:
        self._overlay, self._resource = overlay, resource
        self._settings = Settings(
            nulls=nulls, strict=strict, without=frozenset(without), known_customers=tuple(known_customers)
        )
        self._clauses = selected(with_own(map(Path, clauses)), clause)
        self._titles = {one.id: one.title for one in self._clauses}
        self._judging: dict[int, Judging] = {}
        self._masks: dict[int, Mask] = {}
        self._lock = threading.RLock()

        @schemathesis.hook
        def after_network_error(context: Any, case: Any, request: Any) -> None:
            self._lost(case, request)

    def after_response(self, ctx: Any, response: Any, case: Any) -> None:
        """Raises FailureGroup with what this answer shows first."""
        with self._lock:
            judging = self._judging_of(case)
            resource = judging.groups.resource
            request = request_of(response.request, case, resource)
            if request is None:
                return
            hidden, ended = self._masks[id(case.operation.schema)], time.monotonic()
            headers = tuple((name, value) for name, values in response.headers.items() for value in values)
            masked = tuple((name, hidden.text(value)) for name, value in headers)
            answer = Answer(response.status_code, masked, hidden.data(response.content), response.elapsed)
            leaks = [f"the body shows {name}" for name in hidden.named_in(response.content)]
            leaks += [f"header {key} shows {name}" for key, value in headers for name in hidden.named_in(value)]
            findings = judging.judged(
                lambda number: Exchange(number, request, answer, None, tuple(leaks), ended - response.elapsed, ended),
                with_stories=getattr(case.operation.schema.config, "workers", 1) == 1,
            )
        if findings:
            raise FailureGroup([self._failure(case.operation.label, one, case.id) for one in findings])

    def after_run(self, ctx: Any) -> None:
        """Raises FailureGroup with what only all answers together show."""
        findings = [finding for one in self._judging.values() for finding in one.rest()]
        if findings:
            raise FailureGroup([self._failure(None, one) for one in findings])

    def _lost(self, case: Any, request: Any) -> None:
        """A request that no answer came to may have been carried out."""
        with self._lock:
            judging = self._judging_of(case)
            sent = request_of(request, case, judging.groups.resource)
            if sent is not None:
                now = time.monotonic()
                judging.groups.add(lambda number: Exchange(number, sent, None, "no answer came", (), now, now))

    def _judging_of(self, case: Any) -> Judging:
        schema = case.operation.schema
        if id(schema) not in self._judging:
            try:
                own = load_overlay(self._overlay) if self._overlay is not None else None
                resource = resource_of(schema.raw_schema, own, self._resource, self._settings.nulls, str(self._overlay))
            except UsageError as error:
                raise IncorrectUsage(f"the check `contracts` cannot judge this document: {error}") from None
            target = str(case.operation.base_url or "").rstrip("/")
            self._masks[id(schema)] = mask(case, resource)
            self._judging[id(schema)] = Judging(Groups(resource), self._clauses, self._settings, target)
        return self._judging[id(schema)]

    def _failure(self, operation: str | None, finding: Finding, case_id: str | None = None) -> ContractFailure:
        return ContractFailure(operation, finding, self._titles[finding.clause], case_id)
