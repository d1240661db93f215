"""``contracts drift``: documents against the contract, and revisions of the contract against each other."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import click
import yaml

from contracts.drift import markdown, sarif
from contracts.drift.accepted import NAME, read_accepted, stale, unaccepted
from contracts.drift.examine import Old, examine, read_old
from contracts.drift.field import Document
from contracts.drift.matrix import matrix, page
from contracts.drift.report import Drift
from contracts.drift.terminal import show
from contracts.errors import DocumentError, UsageError
from contracts.spec.document import pinned_path, read_document
from contracts.spec.source import read_source

_File = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog="Example: contracts drift docs/ --html drift.html")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--json", "as_json", is_flag=True, help='Print {"drift": [...]}, for a program.')
@click.option(
    "--markdown", "as_markdown", is_flag=True, help="Print a changelog, for a release note or a pull request."
)
@click.option("--full", is_flag=True, help="Show harmless changes one by one, too.")
@click.option("--html", "html_file", type=_File, help="Write the matrix as a page.")
@click.option("--sarif", "sarif_file", type=_File, help="Write the drifts as SARIF, for code scanning.")
@click.option("--against", metavar="OLD", help="Compare with this OpenAPI document instead of the pinned one.")
@click.option("--update", is_flag=True, help="Pin the given OpenAPI document, once its drift was told.")
@click.option("--accept", type=_File, help=f"Accepted drifts. Default: {NAME} here.")
@click.option("--spec", metavar="FILE|URL", help="The contract, where it is not the pinned one.")
def command(
    documents: tuple[str, ...],
    as_json: bool,
    as_markdown: bool,
    full: bool,
    html_file: Path | None,
    sarif_file: Path | None,
    against: str | None,
    update: bool,
    accept: Path | None,
    spec: str | None,
) -> None:
    """Show where documents (files, folders or URLs) and the contract differ.

    OpenAPI documents are compared whole, and with themselves; pages of SDKs and docs field by field. Exit 1 when
    anything breaking is found that drift.toml does not accept.
    """
    if as_json and as_markdown:
        raise UsageError("--json and --markdown are two forms of one output; give one of them")
    old = read_old(against or spec, is_revision=against is not None)
    made = examine(documents, old)
    if not made.documents:
        raise _all(made.unread)
    accept = accept or (Path(NAME) if Path(NAME).is_file() else None)
    accepted = read_accepted(accept) if accept else ()
    contract = _contract(old)
    if html_file is not None:
        known = contract or Document(old.contract.name, "OpenAPI")
        _write(html_file, page(matrix(known, made.documents, made.drifts), made.drifts))
    if sarif_file is not None:
        _write(sarif_file, sarif.render(made.drifts))
    if as_json:
        click.echo(json.dumps({"drift": [drift.record() for drift in made.drifts]}, indent=1, ensure_ascii=False))
    elif as_markdown:
        click.echo(markdown.render(made, is_full=full), nl=False)
    else:
        show(contract, made, is_full=full)
    for one in stale(made.drifts, accepted):
        click.echo(f"accepted in {accept}, and no longer there: {one.path} {one.kind}".rstrip(), err=True)
    if update and not made.unread:
        _pin(documents, Path(spec) if spec else pinned_path())
    breaking = unaccepted(made.drifts, accepted)
    if not as_json and not as_markdown:
        click.echo(_summary(made.drifts, breaking))
    if made.unread:
        raise _all(made.unread)
    sys.exit(1 if breaking else 0)


def _contract(old: Old) -> Document | None:
    """The contract's fields, where it has the operation."""
    try:
        return old.contract.answer
    except DocumentError:
        if not old.is_revision:
            raise
        return None


def _all(errors: list[DocumentError]) -> DocumentError:
    return DocumentError("; ".join(str(error) for error in errors))


def _summary(found: list[Drift], breaking: list[Drift]) -> str:
    if not found:
        return "no drift"
    counts = {s: sum(drift.severity == s for drift in found) for s in ("breaking", "warning", "info")}
    told = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
    accepted = counts["breaking"] - len(breaking)
    return f"{told}{f' ({accepted} breaking accepted)' if accepted else ''}"


def _pin(documents: tuple[str, ...], pin: Path) -> None:
    if len(documents) != 1:
        raise UsageError("--update pins one document; name just that one")
    text = read_source(documents[0])
    loaded = read_document(text, documents[0])
    content = yaml.safe_dump(loaded, sort_keys=False, allow_unicode=True, width=110)
    _write(pin, f"# The pinned contract, taken from {documents[0].rpartition('/')[2]}.\n{content}")
    click.echo(f"pinned {documents[0]} as {pin}", err=True)


def _write(path: Path, text: str) -> None:
    """All of it or nothing, with the rights that the file had, or that any new one has."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise DocumentError(f"{path}: cannot be written ({error.strerror})") from None
