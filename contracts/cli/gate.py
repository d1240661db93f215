"""``contracts gate``: send real requests to a server and give a verdict."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from contracts.clauses import ALL
from contracts.clauses.clause import CAPABILITIES
from contracts.engine import Gate, new_prefix, selected
from contracts.errors import UsageError
from contracts.report import write_reports
from contracts.report.terminal import Terminal
from contracts.settings import DEFAULT_BUDGET, Settings
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document, pinned
from contracts.target.address import base_url
from contracts.target.credentials import Credentials, from_environment
from contracts.target.ledger import Ledger
from contracts.target.limits import Limits
from contracts.target.target import Target
from contracts.target.transport import Transport


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
@click.option("--spec", metavar="FILE|URL", help="Another OpenAPI 3.0 or 3.1 document to judge by.")
@click.option("--seed", type=int, help="Makes the generated cases of a run repeatable. Default: a random one.")
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Write the run and its reports here.")
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds for one call.")
@click.option(
    "--max-wait", type=float, default=120.0, show_default=True, help="Seconds to wait for rate limits in all."
)
@click.option("--ca-bundle", type=click.Path(exists=True, dir_okay=False), help="A private CA to trust, PEM.")
def command(
    target: str | None,
    budget: int,
    strict: bool,
    nulls: str,
    known: tuple[str, ...],
    without: tuple[str, ...],
    clauses: tuple[str, ...],
    spec: str | None,
    seed: int | None,
    report: Path | None,
    timeout: float,
    max_wait: float,
    ca_bundle: str | None,
) -> None:
    """Judge a customers server by the contract.

    Exit codes: 0 conformant, or partial as declared; 1 violated; 2 usage; 3 inconclusive. Credentials come from
    VOUCHERIFY_APP_ID and VOUCHERIFY_APP_TOKEN, or VOUCHERIFY_OAUTH_TOKEN.
    """
    document = load_document(spec) if spec else pinned()
    contract = compile_contract(document, nulls)  # type: ignore[arg-type]
    chosen = selected(ALL, clauses)
    if report is not None:
        _writable(report)
    with ExitStack() as stack:
        credentials = from_environment(os.environ)
        if target is None:
            from contracts.mock.server import running

            mock = stack.enter_context(running())
            credentials = Credentials(mock.app_id, mock.app_token, mock.oauth_token)
            url, known = mock.url, known or mock.known_customers
        else:
            url = base_url(target, contract.path)
        settings = Settings(
            budget=budget,
            seed=secrets.randbelow(2**32) if seed is None else seed,
            nulls=contract.nulls,
            strict=strict,
            without=frozenset(part.strip() for text in without for part in text.split(",") if part.strip()),
            known_customers=known,
            clauses=clauses,
            timeout=timeout,
            max_wait=max_wait,
        )
        prefix = new_prefix()
        terminal = Terminal("the embedded server" if target is None else url)
        gate = Gate(
            contract,
            Target(
                url=url,
                credentials=credentials,
                budget=budget,
                ledger=Ledger(prefix, report / "ledger.ndjson" if report else None, known),
                transport=Transport(timeout, ca_bundle),
                limits=Limits(max_wait),
            ),
            settings,
            chosen,
            spec_name=spec or "spec/openapi.yaml",
            progress=terminal.progress,
        )
        with terminal:
            run = gate.run()
        if report is not None:
            write_reports(run, report)
        terminal.show(run, report)
    sys.exit(run.footer.exit_code)


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"--report {folder}: cannot be written to ({error.strerror}); name another folder") from None
