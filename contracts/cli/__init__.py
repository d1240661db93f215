"""The command line: one thin file a command, each loaded only when it is called.

Loading late keeps ``contracts gate`` quick to start: no command pays for another's imports.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import io
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import click

from contracts import __version__
from contracts.errors import ContractsError
from contracts.interrupts import came, leave_at_once

COMMANDS = (
    "gate",
    "proxy",
    "mock",
    "clauses",
    "overlay",
    "faults",
    "drift",
    "audit",
    "compare",
    "history",
    "replay",
    "waivers",
    "cleanup",
)

IN_ORDER = ("gate", "proxy", "faults", "compare", "replay")
"""Commands that send, and so have something to end in order; the others leave at once."""

BROKEN_PIPE = 141
"""128 and SIGPIPE: as a shell has it for a program whose reader went away."""


class _LazyGroup(click.Group):
    """Finds the command ``name`` as ``command`` in ``contracts.cli.<name>``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if _module_exists(name)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click has it; a name that is none is told with the nearest that is one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

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
@click.pass_context
def group(context: click.Context) -> None:
    """Does a server keep the contract of Voucherify's customers API?

    \b
    contracts gate                                  the embedded server
    contracts gate --target http://localhost:4010   any server
    """
    if context.invoked_subcommand not in IN_ORDER:
        leave_at_once()


def main() -> NoReturn:
    """Run the command: what goes wrong is one line on stderr, with an exit code that says no more than is known."""
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as the process lives
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere  # None where the caller closed them: 2>&-
    stdout = sys.stdout
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only shows the rest escaped
    try:
        group(standalone_mode=False, prog_name="contracts")
        sys.stdout.flush()
    except ContractsError as error:
        _leave(f"contracts: {error}", error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        _leave(error.format_message(), 2)
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "contracts"
        where = ": ".join(("contracts", *path.split()[1:]))
        _leave(f"{where}: {error.format_message()} (see --help)", 2)
    except (click.Abort, KeyboardInterrupt):
        _leave("contracts: interrupted", 130)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except SystemExit as stop:
        # the reader went away: click has put another stdout in its place, rich leaves from where it noticed
        if sys.stdout is not stdout or isinstance(stop.__context__, BrokenPipeError):
            os._exit(BROKEN_PIPE)
        if came() and stop.code in (0, None):
            _leave("contracts: interrupted when all was sent; what is printed and written is whole", 3)
        raise
    except BrokenPipeError:
        os._exit(BROKEN_PIPE)
    except PermissionError as error:
        where = error.filename or "a file"
        _leave(f"contracts: {where}: {error.strerror}; check its rights, and those of the folders above it", 2)
    except OSError as error:
        _leave(f"contracts: {error.filename or 'the output'}: {error.strerror or error}", 3)
    except Exception as error:  # noqa: BLE001 - ours, whatever it is: no traceback, and no verdict
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        _leave(f"contracts: an error of its own, and no verdict: {type(error).__name__} at {place}: {error}", 3)
    sys.exit(0)


def _leave(line: str, code: int) -> NoReturn:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        click.echo(line, err=True)
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
        sys.exit(code)
    os._exit(code)  # the interpreter would flush what cannot be written, and make an exit code of its own
