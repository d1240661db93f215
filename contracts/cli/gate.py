"""``contracts gate``: send real requests to a server and give a verdict."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from contracts.clauses.clause import CAPABILITIES
from contracts.clauses.own import with_own
from contracts.compare.history import keep
from contracts.config import clusters_of, find_config, read_target
from contracts.gate import EMBEDDED, Choices, check_writable, make_run
from contracts.report import github
from contracts.report.terminal import Terminal
from contracts.settings import DEFAULT_BUDGET
from contracts.spec.document import load_document, pinned
from contracts.spec.schema import Nulls
from contracts.target.limits import DEFAULT_MAX_WAIT


@click.command(
    epilog="Example: contracts gate --target http://localhost:4010 --without state --report report",
)
@click.option("--target", metavar="URL", help="The server to judge, with any path prefix. Default: the embedded one.")
@click.option("--budget", type=int, default=DEFAULT_BUDGET, show_default=True, help="Requests, clean-up included.")
@click.option("--strict", is_flag=True, help="A SHOULD that is not kept fails the gate, too.")
@click.option(
    "--nulls",
    type=click.Choice(["lenient", "strict"]),
    default="lenient",
    show_default=True,
    help="How nullable beside allOf without a type is read.",
)
@click.option(
    "--known-customer",
    "known",
    multiple=True,
    metavar="SOURCE_ID",
    help="A customer that has activity (orders, campaigns). Only its source_id is ever sent. Repeatable.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="CAPABILITY",
    help=f"What the target does not claim: {', '.join(CAPABILITIES)}. Repeatable, or separated by commas.",
)
@click.option("--clause", "clauses", multiple=True, metavar="ID", help="Judge this clause or family only. Repeatable.")
@click.option(
    "--clauses",
    "own",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Clauses of your own: a Python file with CLAUSES. Repeatable.",
)
@click.option("--spec", metavar="FILE|URL", help="Another OpenAPI 3.0 or 3.1 document to judge by.")
@click.option("--seed", type=int, help="Makes the generated cases of a run repeatable. Default: a random one.")
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Write the run and its reports here.")
@click.option("--history", "kept", type=click.Path(file_okay=False, path_type=Path), help="Keep the run here, by date.")
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds for one call.")
@click.option(
    "--max-wait",
    type=float,
    default=DEFAULT_MAX_WAIT,
    show_default=True,
    help="Seconds to wait for rate limits in all.",
)
@click.option("--on", metavar="NAME", help="A target of contracts.toml, with its options and credentials.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Where, if not contracts.toml here.")
@click.option(
    "--waivers", type=click.Path(dir_okay=False, path_type=Path), help="Known violations, each with a reason."
)
@click.option("--ca-bundle", type=click.Path(exists=True, dir_okay=False), help="A private CA to trust, PEM.")
def command(
    target: str | None,
    budget: int,
    strict: bool,
    nulls: Nulls,
    known: tuple[str, ...],
    without: tuple[str, ...],
    clauses: tuple[str, ...],
    own: tuple[Path, ...],
    spec: str | None,
    seed: int | None,
    report: Path | None,
    kept: Path | None,
    timeout: float,
    max_wait: float,
    ca_bundle: str | None,
    on: str | None,
    config: Path | None,
    waivers: Path | None,
) -> None:
    """Judge a customers server by the contract.

    Exit codes: 0 conformant, or partial as declared; 1 violated; 2 usage; 3 inconclusive. Credentials come from
    VOUCHERIFY_APP_ID and VOUCHERIFY_APP_TOKEN, or VOUCHERIFY_OAUTH_TOKEN.
    """
    choices = Choices(
        target=target,
        budget=budget,
        strict=strict,
        nulls=nulls,
        known_customers=known,
        without=without,
        clauses=clauses,
        spec=spec,
        seed=seed,
        report=report,
        timeout=timeout,
        max_wait=max_wait,
        ca_bundle=ca_bundle,
        waivers=waivers,
    )
    environment: dict[str, str] = dict(os.environ)
    if on is not None:
        choices, environment = _configured(choices, on, config)
    if kept is not None:
        check_writable(kept, "--history")
    terminal = Terminal(on or target or EMBEDDED)
    with terminal:
        run = make_run(choices, environment, terminal.progress, with_own(own))
    terminal.show(run, report)
    if kept is not None:
        keep(run, kept, target or on or "embedded")
    for line in github.tell(run, os.environ):
        click.echo(line)
    sys.exit(run.footer.exit_code)


def _configured(choices: Choices, name: str, config: Path | None) -> tuple[Choices, dict[str, str]]:
    """The choices with those of the configuration file where the command line made none; and its credentials."""
    context = click.get_current_context()
    document = load_document(choices.spec) if choices.spec else pinned()
    found = read_target(find_config(config), name, os.environ, clusters_of(document))
    names = {"url": "target", "known_customers": "known"}
    changed: dict[str, Any] = {}
    for key, value in found.options.items():
        source = context.get_parameter_source(names.get(key, key))
        if source in (ParameterSource.DEFAULT, None):
            made = tuple(value) if isinstance(value, list) else Path(value) if key == "waivers" else value
            changed["target" if key == "url" else key] = made
    return replace(choices, **changed), found.over(os.environ)
