"""The pytest door: ``pytest --target URL`` shows one test item a clause, named by its id.

A thin door to the same engine as ``contracts gate``. Under xdist one worker makes the run and the others read its
record, so that the target sees one run, not one a worker.
"""

from __future__ import annotations

import os
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from contracts import run as record
from contracts.clauses.own import with_own
from contracts.errors import UsageError
from contracts.gate import Choices, make_run
from contracts.report.text import finding_text
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

DOCUMENTS = ("openapi.yaml", "openapi.yml", "openapi.json")
"""Files that pytest collects as the contract: the document is the test file, its clauses are the tests."""


class ShouldWarning(UserWarning):
    """A SHOULD that the target does not keep."""


class NotKept(AssertionError):
    """A clause that the target does not keep; the message is its findings."""


class Blocked(Exception):
    """A clause that could not be judged: an error, never a pass."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contracts", "the contract of a customers server")
    group.addoption("--target", metavar="URL", help="the server to judge; the embedded one by default")
    group.addoption("--budget", type=int, default=60, help="requests, clean-up included (60)")
    group.addoption("--should-fails", dest="contracts_strict", action="store_true", help="a SHOULD not kept fails, too")
    group.addoption("--nulls", choices=("lenient", "strict"), default="lenient", help="reading of nullable (lenient)")
    group.addoption("--known-customer", action="append", default=[], metavar="SOURCE_ID", help="has activity")
    group.addoption("--without", action="append", default=[], metavar="CAPABILITY", help="not claimed by the target")
    group.addoption("--clauses", action="append", default=[], metavar="FILE", help="clauses of your own")
    group.addoption("--contracts-seed", type=int, help="makes the generated cases repeatable")
    group.addoption("--contracts-report", metavar="DIR", help="write the run and its reports here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "always::contracts.door.ShouldWarning")
    try:
        with_own(config.getoption("--clauses"))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name in DOCUMENTS:
        made: pytest.Collector = ContractFile.from_parent(parent, path=file_path)
        return made
    return None


class ContractFile(pytest.File):
    """An OpenAPI document of the customers API, with an item for each clause."""

    def collect(self) -> Iterator[pytest.Item]:
        compile_contract(load_document(self.path))
        for clause in with_own(self.config.getoption("--clauses")):
            yield ClauseItem.from_parent(self, name=clause.id)


class ClauseItem(pytest.Item):
    """One clause, judged by the one run of this session."""

    def runtest(self) -> None:
        run = run_of(self.config, self.path)
        outcome = next(one for one in run.outcomes if one.clause == self.name)
        findings = [finding for finding in run.findings if finding.clause == self.name]
        told = "\n\n".join(finding_text(finding) for finding in findings)
        if outcome.vacuous:
            self.add_report_section("call", "vacuous", outcome.reason)
        if outcome.observations:
            self.add_report_section("call", "observed", "\n".join(outcome.observations))
        if outcome.outcome == "unsupported":
            pytest.skip(outcome.reason)
        if outcome.outcome == "fail" or (outcome.outcome == "warn" and run.header.strict):
            raise NotKept(f"{outcome.level} {outcome.clause}: {outcome.title}\n\n{told}")
        if outcome.outcome == "warn":
            warnings.warn(ShouldWarning(f"{outcome.clause}: {outcome.title}\n{told}"), stacklevel=1)

    def setup(self) -> None:
        run = run_of(self.config, self.path)
        outcome = next(one for one in run.outcomes if one.clause == self.name)
        if outcome.outcome in ("blocked", "error") and outcome.level != "OBSERVE":
            raise Blocked(f"{outcome.clause}: {outcome.outcome}: {outcome.reason}")

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:  # the frames are ours, the reader's business is the finding
        if isinstance(excinfo.value, NotKept | Blocked):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"clause {self.name}"


_RUNS: dict[Path, record.Run] = {}


def run_of(config: pytest.Config, document: Path) -> record.Run:
    """The run of this session against ``document``: made by the first who asks, read by all others."""
    if document not in _RUNS:
        worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        if worker is None:
            _RUNS[document] = _made(config, document)
        else:
            _RUNS[document] = _shared(config, document, str(worker["testrunuid"]))
    return _RUNS[document]


def _shared(config: pytest.Config, document: Path, session: str) -> record.Run:
    folder = Path(str(config._tmp_path_factory.getbasetemp())).parent  # type: ignore[attr-defined]  # as xdist's docs have it
    kept = folder / f"contracts-{session}-{zlib.crc32(str(document).encode())}.ndjson"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            record.write(_made(config, document), kept)
    return record.read(kept)


def _made(config: pytest.Config, document: Path) -> record.Run:
    option = config.getoption
    report = option("--contracts-report")
    choices = Choices(
        target=option("--target"),
        budget=option("--budget"),
        strict=option("contracts_strict"),
        nulls=option("--nulls"),
        known_customers=tuple(option("--known-customer")),
        without=tuple(option("--without")),
        seed=option("--contracts-seed"),
        report=Path(report) if report else None,
        spec=str(document),
    )
    return make_run(choices, os.environ, clauses=with_own(option("--clauses")))
