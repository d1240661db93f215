"""The rows of HTML tables as a reader sees them: whatever closing tags were left out, and cells that span others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

_CELLS = ("td", "th")


@dataclass
class GridRow:
    """``line`` counts from 1; ``cells`` that span several rows or columns stand in each."""

    line: int
    cells: list[Tag]
    is_header: bool = False
    is_short: bool = False
    is_one_cell: bool = False
    """One cell goes across: a title between rows."""


def soup_of(text: str) -> BeautifulSoup:
    soup = BeautifulSoup(text, "html.parser")
    lower = text.lower()
    if any(lower.count(f"<{name}") != lower.count(f"</{name}") for name in ("td", "th", "tr")):
        for table in soup.find_all("table"):
            _close(table)
    return soup


def _close(table: Tag) -> None:
    """Puts rows and cells that stand within others behind them: HTML lets a writer leave out the end tags."""
    last: dict[int, Tag] = {}

    def move(tag: Tag, within: Tag) -> None:
        last.get(id(within), within).insert_after(tag.extract())
        last[id(within)] = tag

    for tag in table.find_all(("td", "th", "tr", "tbody", "thead", "tfoot")):
        if tag.find_parent("table") is not table:
            continue
        outer = _CELLS if tag.name in _CELLS else ("tr",) if tag.name == "tr" else ("thead", "tbody")
        within = tag.find_parent(outer)
        if within is not None and within.find_parent("table") is table:
            move(tag, within)
        elif tag.name == "tr" and (cell := tag.find_parent(_CELLS)) is not None and cell.find_parent("table") is table:
            move(tag, cell)


def grid(table: Tag, first: int = 1) -> Iterator[GridRow]:
    """Every row of the table itself; ``first`` is the line on which its text begins."""
    spans: dict[int, tuple[int, Tag]] = {}
    for row in table.find_all("tr"):
        if row.find_parent("table") is not table:
            continue
        own = [cell for cell in row.find_all(_CELLS) if cell.find_parent("tr") is row]
        cells: list[Tag] = []
        waiting = list(own)
        while waiting or len(cells) in spans:
            left, above = spans.pop(len(cells), (0, None))
            cell = above if above is not None else waiting.pop(0)
            rows = left if above is not None else _span(cell, "rowspan")
            if rows > 1:
                spans[len(cells)] = (rows - 1, cell)
            cells += [cell] * (1 if above is not None else _span(cell, "colspan"))
            if len(cells) > 60:
                break
        if own:
            is_header = all(cell.name == "th" for cell in own)
            is_across = len(own) == 1 and len(cells) > 1 and own[0].has_attr("colspan")
            yield GridRow((row.sourceline or 1) + first - 1, cells, is_header, is_one_cell=is_across)


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name, "1"))
    return min(max(int(text), 1), 20) if text.isdecimal() and len(text) < 5 else 1
