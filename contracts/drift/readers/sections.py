"""A docs page as sections, each with its tables and the sections that it refers to; and which one is the object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bs4 import Tag

from contracts.drift.readers.attribute import attribute
from contracts.drift.readers.cells import text_of
from contracts.drift.readers.columns import Columns, columns_of
from contracts.drift.readers.grid import GridRow, grid, soup_of
from contracts.drift.readers.markdown import anchors, headings, pipe_tables, render_inline
from contracts.drift.readers.words import worded


@dataclass
class Table:
    columns: Columns
    rows: list[GridRow]
    line: int = 1
    """Of its header, counted from 1."""
    is_cut: bool = False
    """The document ends within it: what would follow is not known."""


@dataclass
class Section:
    slug: str
    at: tuple[int, int]
    tables: list[Table] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def roots(sections: list[Section], names: set[str]) -> list[Section]:
    """The section of the customer object, and others that have more of its fields; none that another refers to."""
    linked = {slug for section in sections for slug in _referred(section)}
    free = [section for section in sections if section.tables and section.slug not in linked] or sections
    listed = {id(section): _names(section) for section in free}  # two may have one title
    best = max(free, key=lambda section: len(listed[id(section)] & names))
    seen = listed[id(best)]
    found = [best]
    for section in free:
        own = listed[id(section)]
        if section is not best and len(own) > 1 and own <= names and not own & seen:
            found.append(section)
            seen = seen | own
    return found


def _referred(section: Section) -> set[str]:
    cells = [cell for table in section.tables for row in table.rows for cell in row.cells]
    hrefs = [str(link["href"]) for cell in cells for link in cell.find_all("a", href=True)]
    return ({href.rpartition("#")[2].lower() for href in hrefs if "#" in href} | set(section.links)) - {section.slug}


def _names(section: Section) -> set[str]:
    found: set[str] = set()
    for table in section.tables:
        columns = table.columns if table.columns.of_attributes else guessed_columns(table.rows)
        for row in table.rows:
            one = attribute(row.cells[columns.name], columns.type < 0) if columns.name < len(row.cells) else None
            found |= {one.path[0]} if one is not None else set()
    return found


def sections_of(text: str) -> list[Section]:
    soup = soup_of(text)
    found = [Section(_slug(title), (line, 0)) for line, level, title in headings(text) if level <= 2]
    for heading in soup.find_all(("h1", "h2")):
        slug = str(heading.get("id") or _slug(heading.get_text(" "))).lower()
        found.append(Section(slug, _at(heading)))
    found.append(Section("", (0, 0)))
    sections = sorted(found, key=lambda section: section.at)

    def holding(at: tuple[int, int]) -> Section:
        return next(section for section in reversed(sections) if section.at <= at)

    in_pipes: set[int] = set()
    for pipes in pipe_tables(text):
        in_pipes |= {row.line for row in pipes.rows}
        rows = [
            GridRow(row.line, [soup_of(render_inline(cell)) for cell in row.cells], is_short=row.is_short)
            for row in pipes.rows
        ]
        is_cut = bool(rows) and rows[-1].is_short and text.rstrip().endswith(pipes.rows[-1].raw.rstrip())
        holding((pipes.line, 0)).tables.append(Table(columns_of(pipes.header), rows, pipes.line, is_cut))
    tables = soup.find_all("table")
    for table in tables:
        if table.find_parent("table") is None and table.sourceline not in in_pipes:
            is_cut = table is tables[-1] and _ends_open(text)
            holding(_at(table)).tables.append(replace(html_table(table), is_cut=is_cut))
    for link in soup.find_all("a", href=True):
        outside = link.find_parent("table") is None and link.sourceline not in in_pipes
        before, _, slug = str(link["href"]).rpartition("#")
        if outside and slug and (not before or any(section.slug == slug.lower() for section in sections)):
            holding(_at(link)).links.append(slug.lower())
    for line, slug in anchors(text):
        holding((line, 0)).links.append(slug.lower())
    return [section for section in sections if section.tables or section.links]


def _ends_open(text: str) -> bool:
    """Does the document end within a table?"""
    return text.lower().rfind("<table") > text.lower().rfind("</table")


def _at(tag: Tag) -> tuple[int, int]:
    """Where the tag stands in the text: a page may be one line."""
    return (tag.sourceline or 0, tag.sourcepos or 0)


def _slug(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title.strip().lower()).strip("-")


def html_table(table: Tag, first: int = 1) -> Table:
    rows = list(grid(table, first))
    header = next((row for row in rows if row.is_header), None)
    columns = columns_of([text_of(cell) for cell in header.cells]) if header else Columns()
    if header is None and rows:
        columns = columns_of([text_of(cell) for cell in rows[0].cells])
        header = rows[0] if columns.of_attributes else None
    fields = [row for row in rows if not row.is_header and row is not header and not row.is_one_cell]
    return Table(columns, fields, (table.sourceline or 1) + first - 1)


def guessed_columns(rows: list[GridRow]) -> Columns:
    """The columns of a table without a header that names them: name, with or without its type, and description."""
    three = [row for row in rows if len(row.cells) > 2]
    typed = [row for row in three if worded(text_of(row.cells[1])) is not None]
    if three and len(typed) * 2 > len(rows):
        return Columns(name=0, type=1, description=2)
    return Columns(name=0, description=1)
