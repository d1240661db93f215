"""The docs pages with tables of attributes, HTML or Markdown, old and new: nested, linked by anchors, in any columns.

The HTML is parsed, the Markdown around it as well; only the escapes of Markdown inside of text are undone by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from bs4 import BeautifulSoup, Tag

from contracts.drift.field import NOT_STATED, Damage, Document, Field, Path, Place
from contracts.drift.readers.attribute import Attribute, attribute
from contracts.drift.readers.cells import text_of, values_in
from contracts.drift.readers.columns import Columns, columns_of, value_or_nothing, values_of, yes_or_no
from contracts.drift.readers.grid import GridRow, soup_of
from contracts.drift.readers.markdown import pipe_tables, render_inline
from contracts.drift.readers.openapi import says_deprecated
from contracts.drift.readers.sections import Section, Table, guessed_columns, html_table, roots, sections_of
from contracts.drift.readers.spellings import Spelt
from contracts.drift.readers.words import worded

_DEEPEST = 12


def holds_attributes(text: str) -> bool:
    """Has the page a table whose header names attributes, or whose rows begin with a name and its type?"""
    for table in pipe_tables(text):
        named = [attribute(soup_of(render_inline(row.cells[0])), with_type=True) for row in table.rows if row.cells]
        typed = [one for one in named if one is not None and one.spelling]
        if columns_of(table.header).of_attributes or (typed and len(typed) * 2 >= len(named)):
            return True
    return False


def read_page(text: str, name: str, contract: Document) -> Document:
    """The fields of the section that has most of the contract's, and of all that it refers to."""
    sections = sections_of(text)
    if not sections:
        return Document(name, "docs page")
    reading = _Reading({section.slug: section for section in reversed(sections)})
    for root in roots(sections, {path[0] for path in contract.fields}):
        reading.section(root, (), ())
    known = (contract.fields.get(path) for path, one in reading.fields.items() if one.nullable is True)
    if any(one is not None and one.nullable is True for one in known):
        stated = {path: _with_nullable(one) for path, one in reading.fields.items()}
    else:
        stated = reading.fields
    return Document(
        name,
        "docs page",
        stated,
        {at: line for at, line in reading.complete.items() if at not in reading.open},
        tuple(reading.damaged),
    )


def _with_nullable(one: Field) -> Field:
    """On a page that marks null where the contract has it, what is shown without it is not null."""
    return one if one.nullable is not NOT_STATED else replace(one, nullable=False)


@dataclass
class _Reading:
    sections: dict[str, Section]
    fields: dict[Path, Field] = field(default_factory=dict)
    complete: dict[Path, Place] = field(default_factory=dict)
    open: set[Path] = field(default_factory=set)
    """Objects of which fields may be lost."""
    damaged: list[Damage] = field(default_factory=list)

    def section(self, section: Section, at: Path, seen: tuple[str, ...]) -> None:
        if section.slug in seen or len(seen) > _DEEPEST:
            return
        for table in section.tables[:1] if at else section.tables:
            self.table(table, at, (*seen, section.slug))
        for slug in section.links:
            if slug in self.sections:
                self.section(self.sections[slug], at, (*seen, section.slug))
            elif section.tables and re.search(r"[a-z]", slug):  # what it refers to is gone, with fields of this object
                self.open.add(at)

    def table(self, table: Table, at: Path, seen: tuple[str, ...]) -> None:
        if len(at) > _DEEPEST:
            return
        self.complete.setdefault(at, Place(table.line))
        if table.is_cut:
            self.open.add(at)
        columns = table.columns if table.columns.of_attributes else guessed_columns(table.rows)
        before = ""
        read: list[tuple[Attribute, GridRow]] = []
        broken: GridRow | None = None
        for row in table.rows:
            found = attribute(row.cells[columns.name], columns.type < 0) if columns.name < len(row.cells) else None
            if found is None or len(row.cells) < 2:
                text = " | ".join(text_of(cell)[:60] for cell in row.cells)
                if read and read[-1][1].is_short:
                    if broken is not read[-1][1]:
                        broken = read[-1][1]
                        self.damaged.append(Damage(broken.line, f"the row is broken: {text}", at, "", "", before))
                elif text.strip(" |"):
                    self.damaged.append(Damage(row.line, f"the row cannot be read whole: {text}", at, before))
                continue
            before = found.path[-1]
            read.append((found, row))
        marks = any(found.required is True for found, _ in read)
        above: list[tuple[int, Path]] = []
        for found, row in read:
            while above and above[-1][0] >= found.indent:
                above.pop()
            parent = above[-1][1] if above and found.indent else at
            if marks and columns.required < 0 and columns.optional < 0 and found.required is NOT_STATED:
                found = replace(found, required=False)
            path = (*parent, *found.path)
            self.complete.setdefault(path[:-1], Place(row.line))
            above.append((found.indent, self.row(row, path, found, columns, seen)))

    def row(self, row: GridRow, path: Path, found: Attribute, columns: Columns, seen: tuple[str, ...]) -> Path:
        """Puts the row's field at its path, and answers where what is below it goes."""

        def cell(place: int) -> Tag | None:
            return row.cells[place] if 0 <= place < len(row.cells) else None

        def said(place: int) -> str:
            there = cell(place)
            return text_of(there) if there is not None else ""

        spelling = said(columns.type) if columns.type >= 0 else found.spelling
        kind = worded(spelling) or Spelt()
        described = cell(columns.description)
        nullable: Any = True if kind.nullable or found.nullable else NOT_STATED
        if columns.nullable >= 0:
            nullable = yes_or_no(said(columns.nullable))
        required = found.required
        if columns.required >= 0:
            required = yes_or_no(said(columns.required))
        elif columns.optional >= 0:
            optional = yes_or_no(said(columns.optional))
            required = NOT_STATED if optional is NOT_STATED else not optional
        values = values_of(said(columns.enum)) or (values_in(described) if described is not None else ())
        says_so = found.deprecated or says_deprecated(said(columns.description))
        stated_format = value_or_nothing(said(columns.format))
        self.fields[path] = Field(
            path=path,
            types=kind.types,
            format=kind.format if stated_format is NOT_STATED else stated_format,
            required=required,
            nullable=nullable,
            enum=values if values else NOT_STATED,
            default=value_or_nothing(said(columns.default)),
            deprecated=True if says_so else NOT_STATED,
            line=row.line,
            spelling=spelling,
            bits=kind.bits,
        )
        is_array = kind.types is not NOT_STATED and "array" in kind.types
        below = (*path, "[]") if is_array else path
        for part in row.cells:
            self.follow(part, below, row.line, seen)
        return below

    def follow(self, cell: Tag, below: Path, line: int, seen: tuple[str, ...]) -> None:
        """What is nested in a cell, and the sections that it links to."""
        first = line if isinstance(cell, BeautifulSoup) else 1
        for nested in cell.find_all("table"):
            if nested.find_parent("table") in _outside(cell):
                self.table(html_table(nested, first), below, seen)
        for link in cell.find_all("a", href=True):
            slug = str(link["href"]).rpartition("#")[2].lower()
            if link.find_parent("table") in _outside(cell) and slug in self.sections and slug not in seen:
                self.section(self.sections[slug], below, seen)


def _outside(cell: Tag) -> tuple[Tag | None, ...]:
    """The table that the cell itself stands in, or none where it is a Markdown cell."""
    return (cell.find_parent("table"), None)
