"""``contracts gate``: send real requests to a server and give a verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from contracts.cli.options import GroupedCommand
from contracts.compare.history import keep
from contracts.errors import UsageError
from contracts.record.run import Run
from contracts.report import github
from contracts.report.terminal import Terminal
from contracts.runner.choices import choose
from contracts.runner.gate import EMBEDDED, UnwrittenError, check_writable, make_run


@click.command(cls=GroupedCommand)
def command(**values: Any) -> None:
    """Judge a server by the contract: Voucherify's customers API, or another document's.

    Exit codes: 0 conformant, or partial as declared; 1 violated; 2 usage; 3 inconclusive. Credentials come from
    VOUCHERIFY_APP_ID and VOUCHERIFY_APP_TOKEN, or VOUCHERIFY_OAUTH_TOKEN.
    """
    choices, environment = choose(values, os.environ)
    report, name = choices.report, values["target"] or values["on"] or "embedded"
    if choices.history is not None:
        check_writable(choices.history, "--history")
    terminal = Terminal(values["on"] or choices.target or EMBEDDED)
    unwritten: list[UsageError] = []
    with terminal:
        try:
            run = make_run(choices, environment, terminal.progress)
        except UnwrittenError as error:
            run, report = error.run, None
            unwritten.append(error)
    with _telling(run, unwritten):
        terminal.show(run, report)
    if choices.history is not None:
        with _telling(run, unwritten):
            keep(run, choices.history, name)
    with _telling(run, unwritten):
        for line in github.tell(run, os.environ):
            click.echo(line)
        sys.stdout.flush()
    if unwritten:
        told = UsageError("; ".join(dict.fromkeys(map(str, unwritten))))
        told.exit_code = run.footer.exit_code or UsageError.exit_code
        raise told
    sys.exit(run.footer.exit_code)


@contextmanager
def _telling(run: Run, unwritten: list[UsageError]) -> Iterator[None]:
    """What cannot be written, as on a full disk, hides no verdict: where stdout is the disk, stderr has it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except UsageError as error:
        unwritten.append(error)
    except OSError as error:
        verdict = f"{run.footer.verdict}: {run.footer.reason}"
        unwritten.append(UsageError(f"the output cannot be written to ({error.strerror}); {verdict}"))
