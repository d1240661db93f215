"""The pytest door: ``pytest --target URL`` shows one test item a clause, named by its id.

A thin door to the same engine as ``contracts gate``. Under xdist one worker makes the run and the others read its
record, so that the target sees one run, not one a worker.
"""

from __future__ import annotations

import os
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from contracts import run as record
from contracts.clauses.own import with_own
from contracts.errors import ContractsError, UsageError
from contracts.gate import Choices, check, make_run
from contracts.report.text import finding_text
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document
from contracts.target.limits import DEFAULT_MAX_WAIT

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

DOCUMENTS = ("openapi.yaml", "openapi.yml", "openapi.json")
"""Files that pytest collects as the contract: the document is the test file, its clauses are the tests."""


class ShouldWarning(UserWarning):
    """A SHOULD that the target does not keep."""


class NotKept(AssertionError):
    """A clause that the target does not keep; the message is its findings."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contracts", "the contract of a customers server")
    group.addoption("--target", metavar="URL", help="the server to judge; the embedded one by default")
    group.addoption("--budget", type=int, default=60, help="requests, clean-up included (60)")
    group.addoption("--should-fails", dest="contracts_strict", action="store_true", help="a SHOULD not kept fails, too")
    group.addoption("--nulls", choices=("lenient", "strict"), default="lenient", help="reading of nullable (lenient)")
    group.addoption("--known-customer", action="append", default=[], metavar="SOURCE_ID", help="has activity")
    group.addoption("--without", action="append", default=[], metavar="CAPABILITY", help="not claimed by the target")
    group.addoption("--clauses", action="append", default=[], metavar="FILE", help="clauses of your own")
    group.addoption("--waivers", metavar="FILE", help="known violations, each with a reason")
    group.addoption("--call-timeout", type=float, default=10.0, metavar="SECONDS", help="for one call (10)")
    group.addoption("--max-wait", type=float, default=DEFAULT_MAX_WAIT, metavar="SECONDS", help="for rate limits (180)")
    group.addoption("--ca-bundle", metavar="FILE", help="a private CA to trust, PEM")
    group.addoption("--contracts-seed", type=int, help="makes the generated cases repeatable")
    group.addoption("--contracts-report", metavar="DIR", help="write the run and its reports here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "always::contracts.door.ShouldWarning")
    try:
        with_own(config.getoption("--clauses"))
        check(_choices(config))
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
        try:
            compile_contract(load_document(self.path))
        except UsageError as error:
            raise self.CollectError(str(error)) from None
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
        if outcome.outcome == "error" or (outcome.outcome == "blocked" and outcome.level == "MUST"):
            pytest.fail(f"{outcome.clause}: {outcome.outcome}: {outcome.reason}", pytrace=False)  # an error, in set-up
        if outcome.outcome == "blocked":
            pytest.skip(outcome.reason)

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:  # the frames are ours, the reader's business is the finding
        if isinstance(excinfo.value, NotKept):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"clause {self.name}"


_RUNS: dict[Path, record.Run] = {}
_TOLD: dict[str, str] = {}
"""The verdict of each run of this session, by the line that tells it: what a worker of xdist has told as well."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that is inconclusive fails the session, as it fails the gate, whatever its clauses say."""
    _TOLD.update(
        (f"{run.footer.verdict}: {run.header.target}: {run.footer.reason}", run.footer.verdict)
        for run in _RUNS.values()
    )
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["contracts"] = dict(_TOLD)
    elif session.exitstatus == pytest.ExitCode.OK and "inconclusive" in _TOLD.values():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist ends, and tells the verdict."""
    _TOLD.update(getattr(node, "workeroutput", {}).get("contracts", {}))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in _TOLD:
        terminalreporter.write_line(line)


def run_of(config: pytest.Config, document: Path) -> record.Run:
    """The run of this session against ``document``: made by the first who asks, read by all others."""
    if document not in _RUNS:
        worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        try:
            if worker is None:
                _RUNS[document] = _made(config, document)
            else:
                _RUNS[document] = _shared(config, document, str(worker["testrunuid"]))
        except ContractsError as error:
            pytest.exit(f"contracts: {error}", returncode=error.exit_code)
    return _RUNS[document]


def _shared(config: pytest.Config, document: Path, session: str) -> record.Run:
    folder = Path(str(config._tmp_path_factory.getbasetemp())).parent  # type: ignore[attr-defined]  # as xdist's docs have it
    kept = folder / f"contracts-{session}-{zlib.crc32(str(document).encode())}.ndjson"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            record.write(_made(config, document), kept)
    return record.read(kept)


def _made(config: pytest.Config, document: Path) -> record.Run:
    choices = replace(_choices(config), spec=str(document))
    return make_run(choices, os.environ, clauses=with_own(config.getoption("--clauses")))


def _choices(config: pytest.Config) -> Choices:
    option = config.getoption
    report, waivers = option("--contracts-report"), option("--waivers")
    return Choices(
        target=option("--target"),
        budget=option("--budget"),
        strict=option("contracts_strict"),
        nulls=option("--nulls"),
        known_customers=tuple(option("--known-customer")),
        without=tuple(option("--without")),
        seed=option("--contracts-seed"),
        report=Path(report) if report else None,
        timeout=option("--call-timeout"),
        max_wait=option("--max-wait"),
        ca_bundle=option("--ca-bundle"),
        waivers=Path(waivers) if waivers else None,
    )
