"""The docs pages with HTML tables of attributes, old and new: nested tables, sections linked by their anchors.

The HTML is parsed, the Markdown around it as well; only the escapes of Markdown inside of text are undone by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bs4 import BeautifulSoup, Tag

from contracts.drift.field import NOT_STATED, Damage, Document, Field, Path
from contracts.drift.readers.markdown import anchors, headings, pipe_tables, render_inline
from contracts.drift.readers.openapi import says_deprecated

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!$|>-])")
_NAME = re.compile(r"[A-Za-z_$@][\w$.-]*\Z")
_TYPES = {"string", "integer", "number", "boolean", "object", "array", "null"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DEEPEST = 12


@dataclass
class _Row:
    line: int
    cells: list[Tag]


@dataclass
class _Section:
    slug: str
    line: int
    tables: list[list[_Row]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def read_page(text: str, name: str) -> Document:
    """The fields of the page's first section, and of all that it refers to."""
    sections = _sections(text)
    if not sections:
        return Document(name, "docs page")
    reading = _Reading({section.slug: section for section in reversed(sections)})
    root = next((section for section in sections if section.tables), sections[0])
    reading.section(root, (), ())
    if any(one.nullable is True for one in reading.fields.values()):
        stated = {path: _with_nullable(one) for path, one in reading.fields.items()}
    else:
        stated = reading.fields
    return Document(name, "docs page", stated, frozenset(reading.complete), tuple(reading.damaged))


def _with_nullable(one: Field) -> Field:
    """On a page that marks null anywhere, what is shown without it is not null."""
    return one if one.nullable is True else replace(one, nullable=False)


def _sections(text: str) -> list[_Section]:
    soup = BeautifulSoup(text, "html.parser")
    found = [_Section(_slug(title), line) for line, level, title in headings(text) if level <= 2]
    for heading in soup.find_all(("h1", "h2")):
        slug = str(heading.get("id") or _slug(heading.get_text(" ")))
        found.append(_Section(slug, heading.sourceline or 0))
    found.append(_Section("", 0))
    sections = sorted(found, key=lambda section: section.line)

    def at(line: int) -> _Section:
        return next(section for section in reversed(sections) if section.line <= line)

    for table in soup.find_all("table"):
        if table.find_parent("table") is None:
            at(table.sourceline or 0).tables.append(list(_html_rows(table)))
    for pipes in pipe_tables(text):
        rows = [
            _Row(row.line, [BeautifulSoup(render_inline(cell), "html.parser") for cell in row.cells])
            for row in pipes.rows
        ]
        at(pipes.line).tables.append(rows)
    for link in soup.find_all("a", href=True):
        if link.find_parent("table") is None and str(link["href"]).startswith("#"):
            at(link.sourceline or 0).links.append(str(link["href"])[1:])
    for line, slug in anchors(text):
        at(line).links.append(slug)
    return [section for section in sections if section.tables or section.links]


def _slug(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title.strip().lower()).strip("-")


def _html_rows(table: Tag) -> Iterator[_Row]:
    for row in table.find_all("tr"):
        if row.find_parent("table") is table:
            cells = [cell for cell in row.find_all("td") if cell.find_parent("tr") is row]
            if cells:
                yield _Row(row.sourceline or 0, cells)


def _text(tag: Tag) -> str:
    return " ".join(_ESCAPED.sub(r"\1", tag.get_text(" ")).split())


@dataclass
class _Reading:
    sections: dict[str, _Section]
    fields: dict[Path, Field] = field(default_factory=dict)
    complete: set[Path] = field(default_factory=set)
    damaged: list[Damage] = field(default_factory=list)

    def section(self, section: _Section, at: Path, seen: tuple[str, ...]) -> None:
        if section.slug in seen or len(seen) > _DEEPEST:
            return
        for rows in section.tables[:1] if at else section.tables:
            self.rows(rows, at, (*seen, section.slug))
        for slug in section.links:
            if slug in self.sections:
                self.section(self.sections[slug], at, (*seen, section.slug))

    def rows(self, rows: list[_Row], at: Path, seen: tuple[str, ...]) -> None:
        if len(at) > _DEEPEST:
            return
        self.complete.add(at)
        before = ""
        for row in rows:
            name, spelling = _name_and_type(row.cells[0])
            if name == "[propertyName]" or (name.startswith("[") and name.endswith("]")):
                name = "*"
            if len(row.cells) < 2 or not (_NAME.match(name) or name == "*"):
                text = " | ".join(_text(cell)[:60] for cell in row.cells)
                if text.strip(" |"):
                    self.damaged.append(Damage(row.line, f"the row cannot be read whole: {text}", at, before))
                continue
            before = name
            self.row(row, (*at, name), spelling, seen)

    def row(self, row: _Row, path: Path, spelling: str, seen: tuple[str, ...]) -> None:
        described = row.cells[1]
        kinds = {kind for kind in re.split(r"[\s,|/]+", spelling) if kind}
        unknown = kinds - _TYPES
        values = _values(described)
        self.fields[path] = Field(
            path=path,
            types=NOT_STATED if not kinds or unknown else frozenset(kinds - {"null"}) or NOT_STATED,
            nullable=True if "null" in kinds else NOT_STATED,
            enum=values if values else NOT_STATED,
            deprecated=True if says_deprecated(_text(described)) else NOT_STATED,
            line=row.line,
            spelling=spelling,
        )
        below = (*path, "[]") if "array" in kinds else path
        nested = [table for table in described.find_all("table") if table.find_parent("table") in _outside(described)]
        for table in nested:
            self.rows(list(_html_rows(table)), below, seen)
        for link in described.find_all("a", href=True):
            slug = str(link["href"]).removeprefix("#")
            if link.find_parent("table") in _outside(described) and slug in self.sections and slug not in seen:
                self.section(self.sections[slug], below, seen)


def _outside(cell: Tag) -> tuple[Tag | None, ...]:
    """The table that the cell itself stands in, or none where it is a Markdown cell."""
    return (cell.find_parent("table"), None)


def _name_and_type(cell: Tag) -> tuple[str, str]:
    codes = [code.get_text(" ") for code in cell.find_all("code")]
    name: list[str] = []
    for piece in cell.descendants:
        if isinstance(piece, Tag) and piece.name == "code":
            break
        if not isinstance(piece, Tag):
            name.append(str(piece))
    return _ESCAPED.sub(r"\1", "".join(name)).strip().strip(","), ", ".join(codes)


def _values(cell: Tag) -> tuple[str, ...]:
    """What follows "Available values:"."""
    found: list[str] = []
    listing = False
    for piece in cell.descendants:
        if isinstance(piece, Tag):
            if listing and piece.name == "code":
                found.append(piece.get_text().strip())
        elif "available values" in str(piece).lower():
            listing = True
        elif listing and str(piece).strip(" ,\n") and str(piece).strip() not in found:
            break
    return tuple(found)
