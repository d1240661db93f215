"""The document as a test file, its clauses as its tests: a thin door to the same engine as ``contracts gate``."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.config.options import options
from contracts.errors import UsageError
from contracts.pytest_plugin import PREFIX, destination
from contracts.pytest_plugin.runs import Runs
from contracts.report.groups import groups
from contracts.report.text import group_text
from contracts.runner.choices import choose
from contracts.spec.loading import load_resource

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

_OPTION = re.compile(rf"--({'|'.join(option.name for option in options('pytest'))})\b")


class ShouldWarning(UserWarning):
    """A SHOULD that the target does not keep."""


class NotKept(AssertionError):
    """A clause that the target does not keep; the message is its findings."""


class Judging:
    """The hooks of a session in which a document is named: ``files`` of the arguments, or ``--contracts-spec``."""

    def __init__(self, config: pytest.Config, files: frozenset[Path]) -> None:
        config.addinivalue_line("filterwarnings", f"always::{ShouldWarning.__module__}.ShouldWarning")
        values = {option.field: config.getoption(destination(option)) for option in options("pytest")}
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        try:
            choices, environment = choose(values, os.environ)
            choices.all_clauses()
        except UsageError as error:
            raise pytest.UsageError(in_pytest(error)) from None
        self.files = files
        self.runs = Runs(config, choices, environment)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return self._contract(parent, file_path, str(file_path)) if file_path.resolve() in self.files else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """The document of ``--contracts-spec`` is no argument: its items come after all others, before ``-k``."""
        spec = self.runs.choices.spec
        if spec is not None and Path(spec).resolve() not in self.files:
            contract = self._contract(session, session.path / Path(spec).name, spec)
            report = contract.ihook.pytest_make_collect_report(collector=contract)
            contract.ihook.pytest_collectreport(report=report)
            items.extend(report.result or ())

    def _contract(self, parent: pytest.Collector, path: Path, spec: str) -> Contract:
        made: Contract = Contract.from_parent(parent, path=path, name=path.name, nodeid=_node_id(parent, path))
        made.spec, made.runs = spec, self.runs
        return made

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A run that is inconclusive fails the session, as it fails the gate, whatever its clauses say."""
        told = getattr(session.config, "workeroutput", None)
        if told is not None:
            told["contracts"] = self.runs.told()
        elif session.exitstatus == pytest.ExitCode.OK and "inconclusive" in self.runs.told().values():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist ends, and tells the verdict."""
        self.runs.hear(getattr(node, "workeroutput", {}).get("contracts", {}))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for line in self.runs.told():
            terminalreporter.write_line(line)


def _node_id(parent: pytest.Collector, path: Path) -> str:
    root = parent.config.rootpath
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


class Contract(pytest.File):
    """An OpenAPI document, with an item for each clause that concerns its resource."""

    spec: str
    runs: Runs

    def collect(self) -> Iterator[pytest.Item]:
        choices = self.runs.choices
        try:
            resource = load_resource(self.spec, choices.overlay, choices.resource, choices.settings.nulls)
        except UsageError as error:
            raise self.CollectError(in_pytest(error)) from None
        for clause in choices.all_clauses():
            if clause.concerns(resource):
                item: ClauseItem = ClauseItem.from_parent(self, name=clause.id)
                item.contract = self
                yield item


class ClauseItem(pytest.Item):
    """One clause, judged by the one run of this session."""

    contract: Contract

    def setup(self) -> None:
        outcome = self._outcome
        if outcome.outcome == "error" or (outcome.outcome == "blocked" and outcome.level == "MUST"):
            pytest.fail(f"{outcome.clause}: {outcome.outcome}: {outcome.reason}", pytrace=False)  # an error, in set-up
        if outcome.outcome == "blocked":
            pytest.skip(outcome.reason)

    def runtest(self) -> None:
        run, outcome = self._run, self._outcome
        told = "\n\n".join(group_text(group) for group in groups(run) if group.finding.clause == self.name)
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

    @property
    def _run(self) -> Any:
        return self.contract.runs.of(self.contract.spec)

    @property
    def _outcome(self) -> Any:
        return next(one for one in self._run.outcomes if one.clause == self.name)

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:  # the frames are ours, the reader's business is the finding
        if isinstance(excinfo.value, NotKept):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"clause {self.name}"


def in_pytest(error: UsageError) -> str:
    """The error with its options as they are called here."""
    return _OPTION.sub(rf"{PREFIX}\1", str(error))
