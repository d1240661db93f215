"""``contracts compare``: what does the new build do differently from the one in production?"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from contracts.compare.compare import compare
from contracts.compare.show import as_json, lines
from contracts.compare.sides import both
from contracts.config.options import DEFAULT_BUDGET, said
from contracts.runner.choices import Choices
from contracts.runner.settings import settings_of
from contracts.spec.schema import Nulls


@click.command(epilog="Example: contracts compare https://api.example.com http://localhost:4010 --exact")
@click.argument("old")
@click.argument("new")
@click.option("--exact", is_flag=True, help="Exit 1 on any difference, not on a new MUST finding only.")
@click.option("--budget", type=int, default=DEFAULT_BUDGET, show_default=True, help="Requests of one live run.")
@click.option(
    "--learn",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Requests sent to a live OLD again, to learn what varies.",
)
@click.option(
    "--like-old",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Another record of OLD's target, to learn what varies. Repeatable.",
)
@click.option("--seed", type=int, help="Of the generated cases; both targets get the same. Default: a random one.")
@click.option("--known-customer", "known", multiple=True, metavar="SOURCE_ID", help="A customer with activity.")
@click.option("--without", multiple=True, metavar="CAPABILITY", help="What the targets do not claim.")
@click.option("--nulls", type=click.Choice(["lenient", "strict"]), default="lenient", help="How nulls are read.")
@click.option("--json", "in_json", is_flag=True, help="The comparison as JSON.")
def command(
    old: str,
    new: str,
    exact: bool,
    budget: int,
    learn: int,
    like_old: tuple[Path, ...],
    seed: int | None,
    known: tuple[str, ...],
    without: tuple[str, ...],
    nulls: Nulls,
    in_json: bool,
) -> None:
    """Compare two runs, or two live targets.

    OLD and NEW are run records (a folder of `gate --report`, or its run.ndjson), http(s) URLs, or the word
    `embedded`. A live OLD and NEW get the same plan with the same seed. Credentials come from VOUCHERIFY_APP_ID and
    VOUCHERIFY_APP_TOKEN; where the two differ, from OLD_VOUCHERIFY_APP_ID, NEW_VOUCHERIFY_APP_ID and so on.

    Exit codes: 0 no new breach; 1 a new MUST finding, or with --exact any difference; 2 usage; 3 one of the
    two is inconclusive.
    """
    asked = {"budget": budget, "seed": seed, "known_customers": known, "without": without, "nulls": nulls}
    choices = Choices(settings_of(said(asked)))
    sides = both(old, new, choices, os.environ, like_old, learn, lambda text: click.echo(text, err=True))
    result = compare(sides.old, sides.new, sides.again)
    if in_json:
        click.echo(as_json(result, exact))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for style, text in lines(result):
            console.print(Text(text, style))
    sys.exit(result.exit_code(exact))
