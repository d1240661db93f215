"""openapi-generator's model pages: a Markdown table of name, type, description and notes, in any of its languages.

Every row says whether it is ``[optional]``, so such a page states what is required; of null it is silent.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from contracts.drift.field import NOT_STATED, Damage, Document, Field, path_text
from contracts.drift.field import Path as Wire
from contracts.drift.readers.markdown import Row, headings, pipe_tables, plain
from contracts.drift.readers.openapi import says_deprecated
from contracts.drift.readers.spellings import Spelt, language_of, understood
from contracts.errors import DocumentError

_NAME = re.compile(r"[A-Za-z_$@][\w$.-]*\Z")
_DEFAULT = re.compile(r"\[default to ((?:const )?[^\]]*)\]")
_NO_DEFAULT = ("undefined", "null", "None", "nothing", "nil", "NULL", "const {}", "const [", "[[")
_ENUM = re.compile(r"\(enum: ([^)]*)\)")
_ESCAPED = re.compile(r"\A(?:var_|model_|self_|r#|@)|underscore", re.IGNORECASE)
"""What languages put around a name that is a word of their own, or that they cannot write."""
_MOST_PAGES = 400
_DEEPEST = 8


@dataclass
class _Page:
    """A page's rows, understood but not yet placed."""

    name: str
    language: str
    rows: list[tuple[Row, str, Spelt | None, str]] = field(default_factory=list)
    damaged: list[tuple[Row, str, str, str]] = field(default_factory=list)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    has_notes: bool = True
    """Without notes it does not state what is optional."""


def read_page(text: str, name: str, contract: Document, folder: Path | None = None) -> Document:
    """A model page, and the pages beside it that it links to."""
    return _Placing(name, contract, _siblings(folder) if folder else {}).document(_page(text, name))


def read_folder(folder: Path, contract: Document) -> Document:
    """A folder of model pages, from the one that has most of the contract's fields."""
    pages = {stem: _page(text, stem) for stem, text in _siblings(folder).items()}
    wanted = {_folded(path[0]) for path in contract.fields if len(path) == 1}
    scored = {stem: len(wanted & {_folded(row[1]) for row in page.rows}) for stem, page in pages.items()}
    best = max(scored, key=lambda stem: (scored[stem], "Response" in stem, -len(stem)), default="")
    if not best or not scored[best]:
        raise DocumentError(f"{folder}: holds no model page of the customer object")
    return _Placing(str(folder), contract, _siblings(folder)).document(pages[best])


def _siblings(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.md"))[:_MOST_PAGES]:
        try:
            found[path.stem] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return found


def _page(text: str, name: str) -> _Page:
    page = _Page(name, language_of(text))
    titles = headings(text)
    for table in pipe_tables(text):
        title = next((title for line, _, title in reversed(titles) if line < table.line), "")
        if table.header[:2] == ("name", "type"):
            page.has_notes = len(table.header) > 2
            _read_rows(page, table.rows)
        elif "enum" in title.lower() or table.header[:2] == ("name", "value"):
            values = [html.unescape(row.cells[-1]).strip("`\"' ") for row in table.rows if row.cells]
            page.enums[title.rpartition(":")[2].strip()] = tuple(values)
    return page


def _read_rows(page: _Page, rows: tuple[Row, ...]) -> None:
    for row in rows:
        cells = [cell.strip() for cell in row.cells]
        name, spelling = (plain(cell)[0].strip("`") for cell in (*cells, "", "")[:2])
        notes = " ".join(cells[2:])
        kind = Spelt(frozenset({"string"})) if _ENUM.search(notes) else understood(spelling, page.language)
        if _NAME.match(name) and kind is not None:
            page.rows.append((row, name, kind, notes))
        elif not any(cells):
            continue
        elif name.startswith("[") and page.rows:  # the end of a row that broke in two
            last, last_name, last_kind, last_notes = page.rows.pop()
            page.rows.append((last, last_name, last_kind, f"{last_notes} {' '.join(cells)}"))
            page.damaged.append((last, last_name, "", "the row is broken in two"))
        elif _NAME.match(name) and understood(name, page.language) is None:
            page.rows.append((row, name, None, " ".join(cells[1:])))
            page.damaged.append((row, name, "", "the cell with the type is lost"))
        else:
            before = page.rows[-1][1] if page.rows else ""
            page.damaged.append((row, "", before, "the cell with the name is lost"))


def _folded(name: str) -> str:
    """Without what case styles add: ``SourceId``, ``sourceId`` and ``source_id`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _on_the_wire(name: str, known: dict[str, str]) -> str:
    """The name of a field on the wire: one that is ``known`` in other letters, or else in snake case."""
    bare = _ESCAPED.sub(lambda match: "_" if match[0].lower() == "underscore" else "", name)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()
    return known.get(_folded(name)) or known.get(_folded(bare)) or snake


class _Placing:
    """Puts rows at their paths on the wire, following links."""

    def __init__(self, name: str, contract: Document, texts: dict[str, str]) -> None:
        self.name = name
        self.contract = contract
        self.texts = texts
        self.fields: dict[Wire, Field] = {}
        self.complete: set[Wire] = set()
        self.steps = {path[:length] for path in contract.fields for length in range(1, len(path))}
        self.damaged: list[Damage] = []

    def document(self, page: _Page) -> Document:
        self._place(page, (), ())
        return Document(
            self.name, f"generated page ({page.language})", self.fields, frozenset(self.complete), tuple(self.damaged)
        )

    def _place(self, page: _Page, at: Wire, seen: tuple[str, ...]) -> None:
        self.complete.add(at)
        known = {_folded(path[-1]): path[-1] for path in self.contract.fields if path[:-1] == at}
        for row, name, kind, notes in page.rows:
            path = (*at, _on_the_wire(name, known))
            self.fields[path] = _field(path, row, kind, notes, page)
            if kind is not None:
                self._follow(kind, row, path, seen)
        for row, name, before, text in page.damaged:
            wire = _on_the_wire(name, known) if name else ""
            follows = _on_the_wire(before, known) if before else ""
            self.damaged.append(Damage(row.line, f"{text}: {' | '.join(row.cells)[:100]}", at, follows, "", wire))

    def _follow(self, kind: Spelt, row: Row, path: Wire, seen: tuple[str, ...]) -> None:
        while kind.inner is not None:
            path, kind = (*path, kind.step), kind.inner
        stem = kind.model
        for link in plain(row.cells[1])[1] if len(row.cells) > 1 else ():
            target = link.rpartition("/")[2].partition("#")[0]
            stem = target.removesuffix(".md") if target.endswith(".md") else stem
        stem = next((one for one in self.texts if _folded(one) == _folded(stem)), "")
        if (*path, "*") in self.steps or (*path, "[]") in self.steps:  # a container that does not say of what
            path = (*path, "*" if (*path, "*") in self.steps else "[]")
        if stem and stem not in seen and len(seen) < _DEEPEST:
            page = _page(self.texts[stem], stem)
            if page.rows:
                self._place(page, path, (*seen, stem))


def _field(path: Wire, row: Row, kind: Spelt | None, notes: str, page: _Page) -> Field:
    made = Field(
        path=path,
        required="[optional]" not in notes if page.has_notes else NOT_STATED,
        deprecated=True if says_deprecated(html.unescape(notes)) else NOT_STATED,
        line=row.line,
        spelling=plain(row.cells[1])[0] if len(row.cells) > 1 else "",
    )
    if kind is None:
        return replace(made, required="[optional]" not in notes if "[" in notes else NOT_STATED)
    default = NOT_STATED
    if (match := _DEFAULT.search(html.unescape(notes))) is not None and not match[1].startswith(_NO_DEFAULT):
        default = match[1].strip("@`'\" ").rpartition(".")[2].rpartition("Enum_")[2]
    if (match := _ENUM.search(notes)) is not None:
        page.enums.setdefault(made.spelling, tuple(value.strip() for value in match[1].split(",")))
    enum = next((values for name, values in page.enums.items() if name and name in made.spelling), NOT_STATED)
    if enum is NOT_STATED and path_text(path) == "object" and len(page.enums) == 1:
        enum = next(iter(page.enums.values()))
    return replace(
        made,
        types=kind.types,
        format=kind.format,
        bits=kind.bits,
        default=default,
        enum=enum,
        spelling="Object" if kind.vague else made.spelling,
    )
