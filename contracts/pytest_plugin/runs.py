"""One run a document and session. Under xdist one worker makes it and the others read its record."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from contracts.errors import ContractsError, InterruptedRunError
from contracts.record.run import Run, read, write
from contracts.runner.choices import Choices
from contracts.runner.gate import UnwrittenError, make_run


class Runs:
    """The runs of this session, made by the first who asks, and the verdicts that they and other workers tell."""

    def __init__(self, config: pytest.Config, choices: Choices, environment: Mapping[str, str]) -> None:
        self.choices = choices
        self._config, self._environment = config, environment
        self._runs: dict[str, Run] = {}
        self._told: dict[str, str] = {}

    def of(self, spec: str) -> Run:
        """The run judged by the document ``spec``; ends the session where there can be none."""
        if spec not in self._runs:
            worker: dict[str, Any] | None = getattr(self._config, "workerinput", None)
            try:
                self._runs[spec] = self._made(spec) if worker is None else self._shared(spec, worker)
            except ContractsError as error:
                pytest.exit(f"contracts: {error}", returncode=error.exit_code)
        return self._runs[spec]

    def hear(self, told: Mapping[str, str]) -> None:
        """What a worker has told."""
        self._told.update(told)

    def told(self) -> dict[str, str]:
        """The verdict of each run, by the line that tells it."""
        own = {
            f"{run.footer.verdict}: {run.header.target}: {run.footer.reason}": run.footer.verdict
            for run in self._runs.values()
        }
        return {**self._told, **own}

    def _shared(self, spec: str, worker: Mapping[str, Any]) -> Run:
        folder = Path(str(self._config._tmp_path_factory.getbasetemp())).parent  # type: ignore[attr-defined]  # as xdist's docs have it
        kept = folder / f"contracts-{worker['testrunuid']}-{zlib.crc32(spec.encode())}.ndjson"
        with FileLock(f"{kept}.lock"):
            if not kept.exists():
                write(self._made(spec), kept)
        return read(kept)

    def _made(self, spec: str) -> Run:
        try:
            run = make_run(replace(self.choices, spec=spec), self._environment)
        except UnwrittenError as error:
            footer = error.run.footer
            pytest.exit(f"contracts: {footer.verdict}: {footer.reason}; {error}", returncode=error.exit_code)
        if run.footer.interrupted:
            left = ", ".join(run.footer.left_behind)
            told = f"still at the target: {left}" if left else "what the run created is deleted"
            raise InterruptedRunError(f"interrupted; {told}")
        return run
