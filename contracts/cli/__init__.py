"""The command line: one thin file a command, each loaded only when it is called.

Loading late keeps ``contracts gate`` quick to start: no command pays for another's imports.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import NoReturn

import click

from contracts import __version__
from contracts.errors import ContractsError

COMMANDS = (
    "gate",
    "mock",
    "clauses",
    "faults",
    "drift",
    "audit",
    "compare",
    "history",
    "replay",
    "waivers",
    "cleanup",
)


class _LazyGroup(click.Group):
    """Finds the command ``name`` as ``command`` in ``contracts.cli.<name>``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if _module_exists(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS or not _module_exists(cmd_name):
            return None
        command = importlib.import_module(f"contracts.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a programming error, not an input
        return command


def _module_exists(name: str) -> bool:
    return importlib.util.find_spec(f"contracts.cli.{name}") is not None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="contracts")
def group() -> None:
    """Does a server keep the contract of Voucherify's customers API?

    \b
    contracts gate                                  the embedded server
    contracts gate --target http://localhost:4010   any server
    """


def main() -> NoReturn:
    """Run the command; a ``ContractsError`` is one line on stderr and the exit code it carries."""
    try:
        group(standalone_mode=False, prog_name="contracts")
    except ContractsError as error:
        click.echo(f"contracts: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        where = f"{error.ctx.command_path}: " if isinstance(error, click.UsageError) and error.ctx else ""
        click.echo(f"contracts: {where.removeprefix('contracts ')}{error.format_message()} (see --help)", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("contracts: interrupted", err=True)
        sys.exit(130)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    sys.exit(0)
