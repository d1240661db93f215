"""``contracts audit``: recorded answers against the contract."""

from __future__ import annotations

import json
import sys
import time

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from contracts.audit.audit import audit
from contracts.audit.report import EXIT, record, show, verdict
from contracts.audit.sources import size_of
from contracts.audit.workers import stopping
from contracts.cli.now_and_then import NowAndThen
from contracts.spec.contract import compile_contract
from contracts.spec.document import load_document, pinned
from contracts.spec.schema import Nulls


@click.command(epilog="Example: contracts audit production.har bodies.ndjson.gz")
@click.argument("traffic", nargs=-1, required=True, metavar="TRAFFIC...")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object, for a program.")
@click.option("--strict", is_flag=True, help="A SHOULD that is not kept fails the audit, too.")
@click.option(
    "--nulls",
    type=click.Choice(["lenient", "strict"]),
    default="lenient",
    show_default=True,
    help="How nullable beside allOf without a type is read.",
)
@click.option("--spec", metavar="FILE|URL", help="Another OpenAPI 3.0 or 3.1 document to judge by.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes. Default: one for each core.")
def command(
    traffic: tuple[str, ...], as_json: bool, strict: bool, nulls: Nulls, spec: str | None, workers: int | None
) -> None:
    """Judge recorded answers of the operation: HAR files, NDJSON of bodies or exchanges, run records, gzipped or not.

    `-` is stdin. Files are told apart by what they hold, and streamed. Bodies that an SDK has printed again are judged
    as they were on the wire. Clauses that need a live server or a whole story are left to the gate.

    Exit codes: 0 as the contract asks; 1 a MUST is not kept; 2 usage; 3 nothing to judge, or lines that are no JSON.
    """
    document = load_document(spec) if spec else pinned()
    members = tuple(member.path for member in compile_contract(document, nulls).answer_members)
    sizes = [size_of(name) for name in traffic]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    bar = Progress(
        TextColumn("auditing"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,  # without a thread of its own: workers are forked
        disable=not sys.stderr.isatty(),
    )
    began = time.monotonic()
    lines = NowAndThen(is_wanted=bar.disable)
    read = 0
    with bar, stopping():
        task = bar.add_task("auditing", total=total)

        def advance(size: int) -> None:
            nonlocal read
            read += size
            lines.tell(f"audited {read:,} bytes" + (f" of {total:,}" if total else ""))
            bar.advance(task, size)
            bar.refresh()

        tally = audit(traffic, document, nulls, workers, advance)
    if as_json:
        click.echo(json.dumps(record(tally, members, strict=strict), indent=1, ensure_ascii=False))
    else:
        show(Console(highlight=False, soft_wrap=True), tally, members, time.monotonic() - began, strict=strict)
    sys.exit(EXIT[verdict(tally, strict=strict)[0]])
