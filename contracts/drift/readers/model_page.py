"""The rows of one model page of openapi-generator, understood but not yet placed: whole ones, and damaged ones."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contracts.drift.readers.markdown import Row, Table, bullets, headings, pipe_tables, plain
from contracts.drift.readers.spellings import Spelt, understood

NAME = re.compile(r"[A-Za-z_$@][\w$.-]*\Z")
ENUM = re.compile(r"\(enum: ([^)]*)\)|must be one of \[([^\]]*)\]")
_VALUE = re.compile(r"\(value: (.+)\)\s*\Z")
_NEXT_ROW = re.compile(r"\*\*([A-Za-z_$@][\w$]*)\*\*\s*\Z")
_OF_GENERATOR = re.compile(r"^# (?:# |[\w.]+\.Model\.|\w+::)|\[\[Back to |\[default to ", re.MULTILINE)
"""How titles, ends and notes of pages look that list every default there is."""
_NAMES, _TYPES = ("name", "key"), ("type", "input type")


@dataclass(frozen=True)
class ModelRow:
    """``kind`` is None where the type is lost; ``notes`` are not to be trusted where ``whole`` is False."""

    row: Row
    name: str
    spelling: str
    kind: Spelt | None
    notes: str
    whole: bool = True


@dataclass(frozen=True)
class DamagedRow:
    """``name`` where it can be told; ``before`` is the name in the row above."""

    row: Row
    name: str
    before: str
    text: str


@dataclass
class ModelPage:
    name: str
    language: str
    rows: list[ModelRow] = field(default_factory=list)
    damaged: list[DamagedRow] = field(default_factory=list)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    has_notes: bool = False
    """Without notes it does not state what is optional."""
    is_cut: bool = False
    """It ends within a row: what would follow is not known."""
    line: int = 1
    """Of the table's header, counted from 1."""
    tells_defaults: bool = False
    """It was written by a generator that notes every default."""


def is_of_fields(header: tuple[str, ...]) -> bool:
    return header[:1] in {(name,) for name in _NAMES} and header[1:2] in {(kind,) for kind in _TYPES}


def is_of_model(table: Table) -> bool:
    """Was the table made by the generator? It has its columns only, and marks names, links types or spells models."""
    known = {*_NAMES, *_TYPES, "accessed type", "description", "notes", ""}
    if not is_of_fields(table.header) or not set(table.header) <= known:
        return False
    kinds = [understood(plain(row.cells[1])[0], "other") for row in table.rows if len(row.cells) > 1]
    return (
        len(table.header) == 2
        or bool({"notes", "input type"} & set(table.header))
        or any("**" in row.raw or ".md)" in row.raw for row in table.rows)
        or any(kind is not None and bool(kind.model) for kind in kinds)
    )


def model_page(text: str, name: str, language: str) -> ModelPage:
    text = _mended(text)
    page = ModelPage(name, language)
    titles = headings(text)
    tables = pipe_tables(text)

    def title_of(line: int) -> str:
        return next((title for at, _, title in reversed(titles) if at < line), "")

    is_of_generator = _OF_GENERATOR.search(text) is not None
    for table in tables:
        title = title_of(table.line)
        if is_of_fields(table.header):
            page.has_notes = page.has_notes or "notes" in table.header or "[optional]" in text
            page.tells_defaults = page.tells_defaults or (is_of_generator and "notes" in table.header)
            page.line = table.line if not page.rows else page.line
            _read_rows(page, table, text)
        elif "enum" in title.lower() or table.header[:2] == ("name", "value"):
            page.enums[_enum_name(title)] = tuple(_value(row) for row in table.rows if row.cells)
    for line, item in bullets(text):
        if "enum" in title_of(line).lower() and (match := _VALUE.search(plain(item)[0])):
            name_of_enum = _enum_name(title_of(line))
            page.enums[name_of_enum] = (*page.enums.get(name_of_enum, ()), match[1].strip("\"' "))
    return page


def _mended(text: str) -> str:
    """A blank line within a row ends the table for a parser; a row that goes on behind it is still a row."""
    lines = text.splitlines()
    for at in range(1, len(lines) - 1):
        after = lines[at + 1]
        begins_table = at + 2 < len(lines) and set(lines[at + 2].strip()) <= set("|-: ")
        if not lines[at].strip() and "|" in lines[at - 1] and "|" in after and not begins_table and "[[" not in after:
            lines[at] = "…"
    return "\n".join(lines)


def _enum_name(title: str) -> str:
    return title.rpartition(":")[2].strip()


def _value(row: Row) -> str:
    return html.unescape([cell for cell in row.cells if cell][-1] if any(row.cells) else "").strip("`\"' ")


def _read_rows(page: ModelPage, table: Table, text: str) -> None:
    fields, values = _before_enum(table.rows)
    if values:
        page.enums[""] = values
    rows = list(_whole(page, fields))
    for row, parts in rows:
        _read_row(page, row, parts, len(table.header))
    if rows and rows[-1][0].is_short and text.rstrip().endswith(rows[-1][0].raw.rstrip()):
        last = rows[-1][0]
        page.is_cut = True
        if not any(one.row.line == last.line for one in page.damaged):
            name = page.rows[-1].name if page.rows and page.rows[-1].row.line == last.line else ""
            page.damaged.append(DamagedRow(last, name, "", "the document ends within the row"))


def _before_enum(rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows of fields, and the values of an enum whose table follows without a blank line."""
    for number, row in enumerate(rows):
        if tuple(cell.lower() for cell in row.cells[:2]) == ("name", "value"):
            below = [one for one in rows[number + 1 :] if "|" in one.raw and set("".join(one.cells)) - set("-: ")]
            return rows[:number], tuple(_value(one) for one in below)
    return rows, ()


def _whole(page: ModelPage, table: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Each row with the number of lines that it is broken into; prose that follows the table is none of it."""
    waiting: Row | None = None
    parts = 1
    rows = list(table)
    while rows and "|" not in rows[-1].raw and not (len(rows) > 1 and rows[-2].is_short):
        rows.pop()
    for row in rows:
        is_rest = waiting is not None and (waiting.is_short or row.cells[0].startswith("["))
        if waiting is not None and is_rest and not _is_record(row.cells, page.language):
            begun = [cell for cell in waiting.cells if cell]
            more = [cell for cell in row.cells if cell]
            waiting, parts = replace(waiting, cells=(*begun, *more), is_short=row.is_short), parts + 1
            continue
        if waiting is not None:
            yield waiting, parts
        waiting, parts = row, 1
    if waiting is not None:
        yield waiting, parts


def _is_record(cells: Sequence[str], language: str) -> bool:
    name, spelling = (plain(cell)[0].strip("`* ") for cell in (*cells, "", "")[:2])
    return NAME.match(name) is not None and understood(spelling, language) is not None


def _read_row(page: ModelPage, row: Row, parts: int, width: int) -> None:
    cells = [cell.strip() for cell in row.cells]
    name, spelling = (plain(cell)[0].strip("`* ") for cell in (*cells, "", "")[:2])
    pieces = row.raw.strip().strip("|").split("|")
    joined = [match[1] for piece in pieces[width - 1 :: width - 1] if (match := _NEXT_ROW.search(piece))]
    notes = " ".join(pieces[2:] if len(pieces) > width and parts == 1 and not joined else cells[2:])
    whole = not row.is_short and notes.count("[") == notes.count("]")
    kind = understood(spelling, page.language)
    if kind is not None and ENUM.search(notes):
        kind = Spelt(frozenset({"string"}))
    before = page.rows[-1].name if page.rows else ""
    if not any(cells):
        return
    if name.lower().replace("_", " ") == "any string name":  # further fields of any name, or the values of a map
        if kind is not None and (kind.model or kind.inner):
            page.rows.append(ModelRow(row, "*", spelling, kind, notes, whole))
        return
    twin = next((one for one in page.rows if one.name == name), None)
    if twin is not None and kind is not None and twin.spelling != spelling:
        page.damaged.append(DamagedRow(row, name, "", f"the name is there twice, as {twin.spelling} before"))
    elif NAME.match(name) and kind is not None:
        page.rows.append(ModelRow(row, name, spelling, kind, notes, whole))
        if parts > 1:
            page.damaged.append(DamagedRow(row, name, "", f"the row is broken in {'two' if parts == 2 else parts}"))
        page.damaged += [DamagedRow(row, one, "", "two rows are joined in one line") for one in joined]
    elif NAME.match(name) and (not spelling or understood(name, page.language) is None):
        page.rows.append(ModelRow(row, name, "", None, " ".join(cells[1:]), whole))
        page.damaged.append(DamagedRow(row, name, "", "the cell with the type is lost"))
    else:
        page.damaged.append(DamagedRow(row, "", before, "the cell with the name is lost"))
