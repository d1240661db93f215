"""Fields × documents, the picture that people look at: in a terminal, and as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jinja2 import Environment, PackageLoader
from rich.table import Table
from rich.text import Text

from contracts.drift.field import NOT_STATED, Document, path_text
from contracts.drift.report import Drift

Mark = Literal["same", "differs", "absent", "not stated", "damaged"]
SIGNS: dict[Mark, str] = {"same": "✓", "differs": "≠", "absent": "✗", "not stated": "·", "damaged": "⚡"}
STYLES: dict[Mark, str] = {"same": "green", "differs": "red", "absent": "red", "not stated": "dim", "damaged": "yellow"}


@dataclass(frozen=True)
class Cell:
    mark: Mark
    kinds: tuple[str, ...] = ()
    title: str = ""

    @property
    def sign(self) -> str:
        return SIGNS[self.mark]


@dataclass(frozen=True)
class Matrix:
    """``rows`` are the contract's fields, then those that only documents have."""

    documents: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def matrix(contract: Document, documents: Sequence[Document], drifts: Sequence[Drift]) -> Matrix:
    paths = [path_text(path) for path in contract.fields]
    paths += sorted({d.path for d in drifts if d.kind == "extra" and d.path not in paths and " " not in d.path})
    rows = [(path, tuple(_cell(path, document, drifts) for document in documents)) for path in paths]
    return Matrix(tuple(_short(document.name) for document in documents), tuple(rows))


def _cell(path: str, document: Document, drifts: Sequence[Drift]) -> Cell:
    here = [drift for drift in drifts if (drift.given or drift.document) == document.name and drift.path == path]
    kinds = tuple(dict.fromkeys(drift.kind for drift in here))
    title = "; ".join(f"{drift.kind}: {drift.contract} → {drift.says}" for drift in here)
    found = next((one for known, one in document.fields.items() if path_text(known) == path), None)
    if "missing" in kinds:
        return Cell("absent", kinds, title)
    if "damaged" in kinds and (found is None or kinds == ("damaged",)):
        return Cell("damaged", kinds, title)
    if here:
        return Cell("differs", kinds, title)
    if found is None or all(value is NOT_STATED for value in (found.types, found.required, found.nullable)):
        return Cell("not stated")
    return Cell("same")


def _short(name: str) -> str:
    return name.rstrip("/").replace("\\", "/").rpartition("/")[2] or name


def terminal(made: Matrix) -> Table:
    """A table in which documents are numbered, so that it stays readable at 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("field", no_wrap=True, overflow="ellipsis", max_width=48)
    for number, _ in enumerate(made.documents, 1):
        table.add_column(f"[{number}]", justify="left")
    for path, cells in made.rows:
        marks = [Text(cell.sign, STYLES[cell.mark]) for cell in cells]
        table.add_row(Text(path), *marks)
    return table


def page(made: Matrix, drifts: Sequence[Drift]) -> str:
    """The matrix and its drifts as one HTML page without any other file."""
    environment = Environment(loader=PackageLoader("contracts.drift", "templates"), autoescape=True)
    return environment.get_template("matrix.html").render(matrix=made, drifts=drifts, signs=SIGNS)
