"""``contracts drift``: documents against the contract, and revisions of the contract against each other."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.text import Text

from contracts.drift.accepted import NAME, read_accepted, stale, unaccepted
from contracts.drift.compare import compare
from contracts.drift.field import Document
from contracts.drift.given import parts_of_others
from contracts.drift.itself import contradictions
from contracts.drift.lines import located
from contracts.drift.matrix import SIGNS, matrix, page, terminal
from contracts.drift.readers import read_text
from contracts.drift.readers.generator import is_of_request, read_folder
from contracts.drift.readers.openapi import read_fields, read_request
from contracts.drift.report import Drift
from contracts.drift.revisions import revisions
from contracts.errors import DocumentError, UsageError
from contracts.spec.document import load_document, pinned, pinned_path, read_document
from contracts.spec.source import read_source

_STYLES = {"breaking": "bold red", "warning": "yellow", "info": "dim"}


@click.command(epilog="Example: contracts drift docs/CustomersCreateResponseBody.md --html drift.html")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--json", "as_json", is_flag=True, help='Print {"drift": [...]}, for a program.')
@click.option(
    "--html", "html_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the matrix as a page."
)
@click.option("--against", metavar="OLD", help="Compare with this OpenAPI document instead of the pinned one.")
@click.option("--update", is_flag=True, help="Pin the given OpenAPI document, once its drift was told.")
@click.option(
    "--accept", type=click.Path(dir_okay=False, path_type=Path), help=f"Accepted drifts. Default: {NAME} here."
)
@click.option("--spec", metavar="FILE|URL", help="The contract, where it is not the pinned one.")
def command(
    documents: tuple[str, ...],
    as_json: bool,
    html_file: Path | None,
    against: str | None,
    update: bool,
    accept: Path | None,
    spec: str | None,
) -> None:
    """Show where documents (files, folders or URLs) and the contract have parted.

    OpenAPI documents are compared whole, and with themselves; pages of SDKs and docs field by field. Exit 1 when
    anything breaking is found that drift.toml does not accept.
    """
    chosen = against or spec
    base = load_document(chosen) if chosen else pinned()
    with _naming(chosen or "the pinned contract"):
        contract = read_fields(base, chosen or "the pinned contract")
    found: list[Drift] = []
    read: list[Document] = []
    unread: list[DocumentError] = []
    parts = parts_of_others(documents)
    for name in documents:
        if name in parts:
            continue
        try:
            with _naming(name):
                document, drifts = _drifts(name, base, contract, against=against is not None)
        except DocumentError as error:
            unread.append(error)
            continue
        read.append(document)
        found += drifts
    if not read:
        raise _all(unread)
    accept = accept or (Path(NAME) if Path(NAME).is_file() else None)
    accepted = read_accepted(accept) if accept else ()
    if html_file is not None:
        _write(html_file, page(matrix(contract, read, found), found))
    if as_json:
        click.echo(json.dumps({"drift": [drift.record() for drift in found]}, indent=1, ensure_ascii=False))
    else:
        _show(contract, read, found, len(parts))
    for one in stale(found, accepted):
        click.echo(f"accepted in {accept}, and no longer there: {one.path} {one.kind}".rstrip(), err=True)
    if update and not unread:
        _pin(documents, Path(spec) if spec else pinned_path())
    breaking = unaccepted(found, accepted)
    if not as_json:
        click.echo(_summary(found, breaking))
    if unread:
        raise _all(unread)
    sys.exit(1 if breaking else 0)


def _all(errors: list[DocumentError]) -> DocumentError:
    return DocumentError("; ".join(str(error) for error in errors))


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Whatever is wrong with a document is told with its name."""
    try:
        yield
    except DocumentError as error:
        raise error if name in str(error) else DocumentError(f"{name}: {error}") from None


def _drifts(name: str, base: dict[str, Any], contract: Document, *, against: bool) -> tuple[Document, list[Drift]]:
    if not name.strip():
        raise UsageError("a document's name is empty; give a file, a folder or a URL")
    if not name.startswith(("http://", "https://")) and Path(name).is_dir():
        document = read_folder(Path(name), contract)
        return document, compare(contract, document)
    text = read_source(name)
    folder = Path(name).parent if Path(name).exists() else None
    if is_of_request(text):
        request = read_request(base, contract.name)
        document = read_text(text, name, request, folder)
        return document, compare(request, document, "request")
    document = read_text(text, name, contract, folder)
    if document.kind != "OpenAPI":
        return document, compare(contract, document)
    loaded = read_document(text, name)
    known = {(one.path, one.kind, one.says) for one in contradictions(base, name)} if against else set()
    open_still = [one for one in contradictions(loaded, name) if (one.path, one.kind, one.says) not in known]
    return document, located([*revisions(base, loaded, name), *open_still], text, loaded)


def _show(contract: Document, read: list[Document], found: list[Drift], parts: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.width = max(console.width, 50 + 7 * len(read))  # marks are never cut, however narrow
    made = matrix(contract, read, found)
    for number, document in enumerate(read, 1):
        console.print(Text(f"[{number}] ", "bold").append(f"{document.name}: {document.kind}", "not bold"))
    if parts:
        console.print(f"with {parts} page{'s' if parts > 1 else ''} that these link to")
    console.print()
    console.print(terminal(made))
    console.print(Text("  ".join(f"{sign} {mark}" for mark, sign in SIGNS.items()), "dim"))
    console.print()
    order = {"breaking": 0, "warning": 1, "info": 2}
    for drift in sorted(found, key=lambda drift: order[drift.severity]):
        where = f"{drift.document}:{drift.line}" if drift.line else drift.document
        line = Text(f"{drift.severity:<9}", _STYLES[drift.severity]).append(
            f"{drift.kind:<12}{drift.path}: ", "not bold not dim"
        )
        said = f"{drift.contract} → {drift.says}" if drift.contract else drift.says
        console.print(line.append(f"{said} ({drift.reason}) {where}", "none"))


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
