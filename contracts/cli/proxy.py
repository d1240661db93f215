"""``contracts proxy``: judge live traffic, while an app's own tests run through it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from contracts.clauses import ALL
from contracts.client.address import base_url
from contracts.client.transport import trusting
from contracts.config.options import CAPABILITIES
from contracts.errors import UsageError
from contracts.interrupts import Stop, expected, leaving, stopping
from contracts.proxy.command import LOOK, run
from contracts.proxy.recording import Recording
from contracts.proxy.relay import Relay, relaying
from contracts.report import write_reports
from contracts.report.terminal import Terminal
from contracts.runner.gate import check_writable
from contracts.spec.loading import load_resource
from contracts.spec.schema import Nulls
from contracts.verdict.waivers import read_waivers

URL = "CONTRACTS_PROXY_URL"
QUIET = 6
"""Looks without a new exchange after which there is time to judge."""


@click.command(
    context_settings={"ignore_unknown_options": False},
    epilog="Example: contracts proxy --target http://localhost:4010 --env SHOP_API -- pytest tests/api",
)
@click.option("--target", required=True, metavar="URL", help="The server that everything is passed on to.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Where to listen on loopback. Default: any.")
@click.option("--env", "names", multiple=True, metavar="NAME", help=f"Also set NAME to the proxy's URL, as {URL} is.")
@click.option(
    "--spec", default="customers", show_default=True, metavar="DOC", help="An OpenAPI document, or a pinned one's name."
)
@click.option("--overlay", metavar="FILE", help="What the document cannot say of its meaning.")
@click.option("--resource", "word", metavar="WORD", help="Which resource, where the document has several.")
@click.option("--nulls", type=click.Choice(["lenient", "strict"]), default="lenient", show_default=True)
@click.option("--without", multiple=True, metavar="CAPABILITY", help="What the target does not claim, as for the gate.")
@click.option("--waivers", type=click.Path(dir_okay=False, path_type=Path), help="Known violations, with reasons.")
@click.option("--strict", is_flag=True, help="A SHOULD that is not kept fails, too.")
@click.option("--ca-bundle", metavar="FILE", help="A private CA of the target's to trust, PEM.")
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Write the record and reports here.")
@click.argument("command_line", nargs=-1, metavar="[-- COMMAND...]", type=click.UNPROCESSED)
def command(
    target: str,
    port: int,
    names: tuple[str, ...],
    spec: str,
    overlay: str | None,
    word: str | None,
    nulls: Nulls,
    without: tuple[str, ...],
    waivers: Path | None,
    strict: bool,
    ca_bundle: str | None,
    report: Path | None,
    command_line: tuple[str, ...],
) -> None:
    """Pass everything on to a server, and judge what passes: requests, answers, and what they say of each other.

    COMMAND finds the proxy's address in CONTRACTS_PROXY_URL. Without a COMMAND the proxy runs until Ctrl-C.

    Exit codes: the command's own where it failed; else 0 nothing broken, 1 violated, 2 usage, 3 inconclusive.
    """
    resource = load_resource(spec, overlay, word, nulls)
    if report is not None:
        check_writable(report, "--report")
    if wrong := [name for name in names if not name or set(name) & {"=", "\0"}]:
        raise UsageError(f"--env {wrong[0]!r} is no name of a variable; give the NAME that the app reads its URL from")
    tls = trusting(ca_bundle) if ca_bundle else None
    recording = Recording(
        base_url(target, resource.write.path),
        resource,
        ALL,
        spec,
        overlay or "",
        strict,
        _capabilities(without),
        read_waivers(waivers, (clause.id for clause in ALL)) if waivers else (),
    )
    code = 0
    with stopping() as stop, leaving(lambda: "the verdict is not told"):
        with relaying(Relay(recording.target, recording.add, tls), port) as url:
            look = _Look(recording)
            if command_line:
                environment = {**os.environ, **dict.fromkeys((URL, *names), url)}
                code = run(command_line, environment, stop, look)
            else:
                click.echo(f"contracts proxy: {url} passes on to {recording.target} (Ctrl-C ends it)", err=True)
                _until(stop, look)
            if not command_line:
                expected()
        stopped = "stopped by the user before the command ended" if stop and command_line else None
        record = recording.run(stopped=stopped, interrupted=bool(stop))
    terminal = Terminal(recording.target)
    terminal.show(record, report)
    if report is not None:
        write_reports(record, report)
    if code:
        click.echo(f"contracts proxy: the command failed with exit code {code}", err=True)
    sys.stdout.flush()
    sys.exit(code or record.footer.exit_code)


class _Look:
    """Tells what is new where nothing has passed for a while: judging must not slow what is tested."""

    def __init__(self, recording: Recording) -> None:
        self._recording, self._size, self._quiet = recording, 0, 0

    def __call__(self) -> None:
        size = self._recording.size
        self._quiet = self._quiet + 1 if size == self._size else 0
        self._size = size
        if self._quiet >= QUIET and self._recording.has_new:
            for one in self._recording.new_findings():
                told = f"{one.level} {one.clause}: {one.where}: {one.observed}; required: {one.required}"
                click.echo(f"contracts proxy: {told}", err=True)


def _until(stop: Stop, look: _Look) -> None:
    while not stop.wait(LOOK):
        look()


def _capabilities(given: tuple[str, ...]) -> frozenset[str]:
    made = frozenset(part.strip() for text in given for part in text.split(",") if part.strip())
    if unknown := sorted(made - set(CAPABILITIES)):
        raise UsageError(f"--without {unknown[0]!r} is no capability; they are {', '.join(CAPABILITIES)}")
    return made
