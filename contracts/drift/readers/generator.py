"""openapi-generator's model pages: a Markdown table of name, type, description and notes, in any of its languages.

Every row says whether it is ``[optional]``, so such a page states what is required; of null it is silent.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.drift.field import NOT_STATED, Damage, Document, Field, Place, path_text
from contracts.drift.field import Path as Wire
from contracts.drift.readers.markdown import Row, headers, headings, pipe_tables, plain
from contracts.drift.readers.model_page import ENUM, ModelPage, ModelRow, is_of_fields, is_of_model, model_page
from contracts.drift.readers.openapi import says_deprecated
from contracts.drift.readers.pages import ENDINGS, Page, Pages, folded
from contracts.drift.readers.spellings import Spelt, language_of
from contracts.errors import DocumentError

_DEFAULT = re.compile(r"\[default to ((?:const )?[^\]]*)\]|default(?:s to| value of) (\"[^\"]*\")")
_NO_DEFAULT = ("undefined", "null", "None", "nothing", "nil", "NULL", "const {}", "const [", "[[")
_ESCAPED = re.compile(r"\A(?:var_|model_|self_|r#|@)|underscore", re.IGNORECASE)
"""What languages put around a name that is a word of their own, or that they cannot write."""
_MOMENTS = {
    language: frozenset({"date", "date-time"}) for language in ("csharp", "php", "java", "kotlin", "ruby")
}  # languages that have types for both, so that a plain string says something
_DEEPEST = 8
_MOST_FOR_LANGUAGE = 40


def read_page(text: str, name: str, contract: Document, pages: Pages | None = None, path: str = "") -> Document:
    """A model page, and those of ``pages`` that it links to; ``path`` where it is another than ``name``."""
    inner = _pages_in(text)
    if len(inner) > 1:
        pages = Pages(pages.folder if pages else None, inner)
        text = next(iter(inner.values()))
    pages = pages or Pages()
    if is_a_part(names_in(text), contract):
        raise DocumentError(f"{name}: is a part of the customer object; give the page that links to it, or the folder")
    near = path or name
    return _Placing(name, contract, pages, _language(text, near, pages)).document(text, path, near)


def _language(text: str, near: str, pages: Pages) -> str:
    """One for all pages: one alone may not show it, nor those that it links to. Then those beside it are asked."""
    seen: set[str] = set()
    waiting = [Page("", text, near), *pages.inner.values()]
    for page in itertools.chain(_with_linked(waiting, near, pages), pages.beside(near)):
        if page.text in seen:
            continue
        if len(seen) > _MOST_FOR_LANGUAGE:
            break
        seen.add(page.text)
        if (language := language_of(page.text)) != "other":
            return language
    return "other"


def _with_linked(waiting: list[Page], near: str, pages: Pages) -> Iterator[Page]:
    seen: set[str] = set()
    for page in waiting:
        if page.text not in seen:
            seen.add(page.text)
            yield page
            waiting += pages.linked(links_in(page.text), page.path or near)


def names_in(text: str) -> set[str]:
    """The names of a model page's fields, folded."""
    return {folded(row.name) for row in model_page(text, "", "other").rows}


def links_in(text: str) -> list[str]:
    """Where the types of a model page's rows link to."""
    rows = [row for table in pipe_tables(text) if is_of_model(table) for row in table.rows if len(row.cells) > 1]
    links = [link.partition("#")[0] for row in rows for link in plain(row.cells[1])[1]]
    return [link for link in links if link.endswith(ENDINGS)]


def is_a_part(names: set[str], contract: Document) -> bool:
    """Has an object within the customer some of the names, and the customer itself none?"""
    below: dict[Wire, set[str]] = {}
    for path in contract.fields:
        below.setdefault(path[:-1], set()).add(folded(path[-1]))
    shared = {path: len(names & known) for path, known in below.items()}
    return not shared.pop((), 0) and max(shared.values(), default=0) > 0


def _pages_in(text: str) -> dict[str, str]:
    """The pages that one file holds, by their titles; each keeps its lines."""
    lines = text.splitlines()
    starts = [(line, title) for line, level, title in headings(text) if level == 1]
    found: dict[str, str] = {}
    for number, (line, title) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines) + 1
        page = "\n" * (line - 1) + "\n".join(lines[line - 1 : end - 1]) + "\n"
        if any(is_of_fields(header) for header in headers(page)):
            found.setdefault(re.split(r"[.:\\]", title)[-1].strip(), page)
    return found


def _on_the_wire(name: str, known: dict[str, str]) -> str:
    """The name of a field on the wire: one that is ``known`` in other letters, or else in snake case."""
    bare = _ESCAPED.sub(lambda match: "_" if match[0].lower() == "underscore" else "", name)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()
    return known.get(folded(name)) or known.get(folded(bare)) or snake


class _Placing:
    """Puts rows at their paths on the wire, following links."""

    def __init__(self, name: str, contract: Document, pages: Pages, language: str) -> None:
        self.name = name
        self.language = language
        self.contract = contract
        self.pages = pages
        self.fields: dict[Wire, Field] = {}
        self.complete: dict[Wire, Place] = {}
        self.steps = {path[:length] for path in contract.fields for length in range(1, len(path))}
        self.damaged: list[Damage] = []

    def document(self, text: str, source: str, near: str) -> Document:
        self._place(model_page(text, self.name, self.language), (), (), source, near)
        return Document(
            self.name,
            f"generated page ({self.language})",
            self.fields,
            self.complete,
            tuple(self.damaged),
            _MOMENTS.get(self.language, frozenset()),
        )

    def _place(self, page: ModelPage, at: Wire, seen: tuple[str, ...], source: str, near: str) -> None:
        if not page.is_cut:
            self.complete[at] = Place(page.line, source)
        known = {folded(path[-1]): path[-1] for path in self.contract.fields if path[:-1] == at}
        for row in page.rows:
            path = (*at, "*" if row.name == "*" else _on_the_wire(row.name, known))
            if row.name != "*":
                self.fields[path] = _field(path, row, page, source)
            if row.kind is not None:
                self._follow(row.kind, row.row, path, seen, near)
        for one in page.damaged:
            wire = _on_the_wire(one.name, known) if one.name else ""
            follows = _on_the_wire(one.before, known) if one.before else ""
            text = f"{one.text}: {' | '.join(one.row.cells)[:100]}"
            self.damaged.append(Damage(one.row.line, text, at, follows, "", wire, source))

    def _follow(self, kind: Spelt, row: Row, path: Wire, seen: tuple[str, ...], near: str) -> None:
        while kind.inner is not None:
            path, kind = (*path, kind.step), kind.inner
        links = [link.partition("#")[0] for link in plain(row.cells[1])[1]]
        links = [link for link in links if link.endswith(ENDINGS)]
        stems = [link.rpartition("/")[2].rpartition(".")[0] for link in links]
        named = [one for stem in (*stems, kind.model) for one in (stem, stem.rpartition(":")[2]) if one]
        found = self.pages.find(links, named, near) if named else None
        page = model_page(found.text, found.stem, self.language) if found else None
        is_map = page is not None and any(row.name == "*" for row in page.rows)
        if not is_map and ((*path, "*") in self.steps or (*path, "[]") in self.steps):
            path = (*path, "*" if (*path, "*") in self.steps else "[]")  # a container that does not say of what
        if found is None or page is None or found.stem in seen or len(seen) >= _DEEPEST:
            return
        if page.enums and not page.rows and path in self.fields:  # an enum has a page of its own
            values = next(iter(page.enums.values()))
            self.fields[path] = replace(self.fields[path], types=frozenset({"string"}), enum=values)
        if page.rows:
            self._place(page, path, (*seen, found.stem), found.path, found.path or near)


def _field(path: Wire, row: ModelRow, page: ModelPage, source: str) -> Field:
    notes = html.unescape(row.notes)
    states_required = page.has_notes and (row.whole or "[optional]" in notes)
    made = Field(
        path=path,
        required="[optional]" not in notes if states_required else NOT_STATED,
        deprecated=True if says_deprecated(notes) else NOT_STATED,
        line=row.row.line,
        spelling=row.spelling,
        source=source,
    )
    if row.kind is None:
        return replace(made, required="[optional]" not in notes if "[" in notes else NOT_STATED)
    return replace(
        made,
        types=row.kind.types,
        nullable=True if row.kind.nullable else NOT_STATED,
        format=row.kind.format,
        bits=row.kind.bits,
        default=_default(notes, is_told=page.tells_defaults and row.whole and "](#" not in row.row.raw),
        enum=_enum(path, row, page),
        spelling="Object" if row.kind.vague else made.spelling,
    )


def _default(notes: str, *, is_told: bool) -> Any:
    """The default in the notes; where the generator tells every default, silence says that there is none."""
    match = _DEFAULT.search(notes)
    if match is None or (match[1] or "").startswith(_NO_DEFAULT):
        return None if is_told else NOT_STATED
    return (match[1] or match[2]).strip("@`'\" ").rpartition(".")[2].rpartition("Enum_")[2]


def _enum(path: Wire, row: ModelRow, page: ModelPage) -> Any:
    """The values that the page lists for a row: in its notes, or under the name of its type, or under its own."""
    if (match := ENUM.search(row.notes)) is not None:
        return tuple(value.strip("\"' ") for value in (match[1] or match[2]).split(",") if value.strip())
    for name, values in page.enums.items():
        if name and (name in row.spelling or folded(name) == f"{folded(row.name)}enum"):
            return values
    is_only_one = path_text(path) == "object" and len(page.enums) == 1
    return next(iter(page.enums.values())) if is_only_one else NOT_STATED
