"""The options of the command, made from the table of them; ``--help`` shows each group with an example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from contracts.config.options import GROUPS, Option


class GroupedCommand(click.Command):
    """A command with the options of a run, shown group by group."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [_option(one) for group in GROUPS for one in group.options if "command" in one.doors]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = {param.name: param.get_help_record(ctx) for param in self.get_params(ctx)}
        for group in GROUPS:
            rows = [row for one in group.options if (row := shown.pop(one.field, None)) is not None]
            with formatter.section(group.title):
                formatter.write_dl(rows)
                formatter.write_paragraph()
                formatter.write_text(f"$ {group.example}")
        with formatter.section("Other"):
            formatter.write_dl([row for row in shown.values() if row is not None])


def _option(option: Option) -> click.Option:
    """Without a default: what the user did not say is to be told from what is said."""
    repeatable = " Repeatable." if option.repeatable else ""
    default = f" Default: {option.default_text}." if option.default_text else ""
    kind: Any = click.Choice(option.choices) if option.choices else option.type
    return click.Option(
        [f"--{option.name}", option.field],
        help=f"{option.help}{repeatable}{default}",
        type=None if option.is_flag else click.Path(path_type=Path) if option.type is Path else kind,
        is_flag=option.is_flag or None,  # False would let click take "-5" for an option of its own
        multiple=option.repeatable,
        metavar=option.metavar,
    )
