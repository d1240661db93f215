"""``contracts audit``: recorded answers against the contract."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from contracts.audit.audit import LOCAL, audit
from contracts.audit.cluster import SCHEME, address_of
from contracts.audit.html import render
from contracts.audit.relations import recorded_exchanges, with_target
from contracts.audit.report import EXIT, record, show, verdict
from contracts.audit.storage import expanded, size_of
from contracts.audit.workers import stopping
from contracts.clauses import ALL
from contracts.cli.throttled_log import ThrottledLog
from contracts.errors import UsageError
from contracts.proxy.recording import Recording
from contracts.report import write_reports
from contracts.report.terminal import Terminal
from contracts.runner.gate import check_writable
from contracts.spec.loading import load_resource, load_spec, resource_of
from contracts.spec.overlay import load_overlay
from contracts.spec.resource import Resource
from contracts.spec.schema import Nulls

WHOLE = "customers"
"""The pinned document of the whole resource: relations are of writes, reads, deletions and lists."""


@click.command(epilog="Example: contracts audit production.har bodies.ndjson.zst s3://logs/2026/*.parquet")
@click.argument("traffic", nargs=-1, required=True, metavar="TRAFFIC...")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object, for a program.")
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write a report for a person to FILE.")
@click.option("--strict", is_flag=True, help="A SHOULD that is not kept fails the audit, too.")
@click.option(
    "--nulls",
    type=click.Choice(["lenient", "strict"]),
    default="lenient",
    show_default=True,
    help="How nullable beside allOf without a type is read.",
)
@click.option("--spec", metavar="FILE|URL", help="Another OpenAPI 3.0 or 3.1 document to judge by.")
@click.option("--overlay", metavar="FILE", help="What the document cannot say of its meaning.")
@click.option("--resource", "word", metavar="WORD", help="Which resource, where the document has several.")
@click.option("--column", metavar="NAME", help="The column of a table that holds the bodies, where several hold JSON.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes. Default: one for each core.")
@click.option(
    "--relations", is_flag=True, help="Judge exchanges by each other, in their order: by the whole resource, in memory."
)
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="With --relations: reports, here.")
@click.option("--engine", default=LOCAL, show_default=True, metavar="local|dask://HOST:PORT", help="Who does the work.")
def command(
    traffic: tuple[str, ...],
    as_json: bool,
    html: str | None,
    strict: bool,
    nulls: Nulls,
    spec: str | None,
    overlay: str | None,
    word: str | None,
    column: str | None,
    workers: int | None,
    relations: bool,
    report: Path | None,
    engine: str,
) -> None:
    """Judge recorded answers of the operation: HAR files, NDJSON of bodies or exchanges, run records, tables.

    TRAFFIC is a file, a folder, a glob, a URL (s3, gs, abfs, https) or `-` for stdin. Files are told apart by what
    they hold (gzip, zstd, xz, bz2, Parquet and Arrow too), and streamed. Bodies that an SDK has printed again are
    judged as they were on the wire. Clauses that need a live server or a whole story are left to the gate.

    Exit codes: 0 as the contract asks; 1 a MUST is not kept; 2 usage; 3 nothing to judge, or lines that are no JSON.
    """
    if relations:
        if as_json or html or workers or engine != LOCAL:
            raise UsageError("--relations goes with --report, and not with --json, --html, --workers or --engine")
        resource = load_resource(spec or WHOLE, overlay, word, nulls)
        sys.exit(_relations(traffic, resource, spec or WHOLE, overlay or "", column, report, strict=strict))
    if report:
        raise UsageError("--report goes with --relations; --html FILE writes a report of the answers")
    if engine != LOCAL:
        address_of(engine)
        if workers is not None:
            raise UsageError(f"--workers is for local processes; {SCHEME} has the workers that were started there")
    document = load_spec(spec)
    own = load_overlay(overlay) if overlay is not None else None
    answer = resource_of(document, own, word, nulls, str(overlay)).write_answer
    members = tuple(member.path for member in answer.members)
    sources = expanded(traffic)
    sizes = [size_of(source.name) for source in sources]
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
    lines = ThrottledLog(is_wanted=bar.disable)
    read = 0
    with bar, stopping():
        task = bar.add_task("auditing", total=total)

        def advance(size: int) -> None:
            nonlocal read
            read += size
            lines.tell(f"audited {read:,} bytes" + (f" of {total:,}" if total else ""))
            bar.advance(task, size)
            bar.refresh()

        tally = audit(
            sources, document, nulls, workers, advance, engine=engine, column=column, overlay=own, resource=word
        )
    if html is not None:
        write(Path(html), render(tally, members, strict=strict))
    if as_json:
        click.echo(json.dumps(record(tally, members, strict=strict), indent=1, ensure_ascii=False))
    else:
        show(Console(highlight=False, soft_wrap=True), tally, members, time.monotonic() - began, strict=strict)
    sys.exit(EXIT[verdict(tally, strict=strict)[0]])


def write(path: Path, page: bytes) -> None:
    try:
        path.write_bytes(page)
    except OSError as error:
        raise UsageError(f"--html {path}: cannot be written ({error.strerror})") from None


def _relations(
    traffic: tuple[str, ...],
    resource: Resource,
    spec: str,
    overlay: str,
    column: str | None,
    report: Path | None,
    *,
    strict: bool,
) -> int:
    """The exit code of exchanges judged by each other. ``spec`` and ``overlay`` are told in the record."""
    if report is not None:
        check_writable(report, "--report")
    name = ", ".join(traffic)
    found = recorded_exchanges([source.name for source in expanded(traffic)], column)
    target, exchanges = with_target(found, resource, name)
    recording = Recording(target, resource, ALL, spec, overlay, strict, start=0.0)
    for passed in exchanges:
        recording.add(passed)
    run = recording.run()
    Terminal(name).show(run, report)
    if report is not None:
        write_reports(run, report)
    return run.footer.exit_code
