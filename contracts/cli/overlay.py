"""``contracts overlay``: a first overlay for a document, for a person to confirm."""

from __future__ import annotations

from pathlib import Path

import click

from contracts.errors import UsageError
from contracts.spec.first_overlay import first_overlay
from contracts.spec.loading import load_spec


@click.command(epilog="Example: contracts overlay shop.yaml --output shop.overlay.yaml")
@click.argument("document")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there; nothing is overwritten."
)
def command(document: str, output: Path | None) -> None:
    """Print a first overlay: what DOCUMENT (a file, a URL, or the name of a pinned one) suggests about meaning.

    Which operation creates, which member is a key, what the server alone writes. Each guess has its reason as a
    comment: confirm, correct or remove it, then give the file to --overlay.
    """
    text = first_overlay(load_spec(document), document)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{output}: is there already, and may hold what you confirmed; choose another name") from None
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from None
    click.echo(f"wrote {output}: confirm each guess in it", err=True)
