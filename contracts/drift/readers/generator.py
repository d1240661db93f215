"""openapi-generator's model pages: a Markdown table of name, type, description and notes, in any of its languages.

Every row says whether it is ``[optional]``, so such a page states what is required; of null it is silent.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contracts.drift.field import NOT_STATED, Damage, Document, Field, path_text
from contracts.drift.field import Path as Wire
from contracts.drift.readers.markdown import Row, headers, headings, pipe_tables, plain
from contracts.drift.readers.model_page import ENUM, ModelPage, ModelRow, is_of_fields, is_of_model, model_page
from contracts.drift.readers.openapi import says_deprecated
from contracts.drift.readers.spellings import Spelt, language_of
from contracts.errors import DocumentError

_DEFAULT = re.compile(r"\[default to ((?:const )?[^\]]*)\]|default(?:s to| value of) (\"[^\"]*\")")
_NO_DEFAULT = ("undefined", "null", "None", "nothing", "nil", "NULL", "const {}", "const [", "[[")
_ESCAPED = re.compile(r"\A(?:var_|model_|self_|r#|@)|underscore", re.IGNORECASE)
"""What languages put around a name that is a word of their own, or that they cannot write."""
_MOST_PAGES = 400
_DEEPEST = 8


def read_page(text: str, name: str, contract: Document, folder: Path | None = None) -> Document:
    """A model page, and the pages beside it that it links to."""
    siblings = _siblings(folder) if folder else {}
    pages = _pages_in(text)
    if len(pages) > 1:
        siblings |= {stem: Sibling(page) for stem, page in pages.items()}
        text = next(iter(pages.values()))
    if _is_a_part({_folded(row.name) for row in model_page(text, name, "other").rows}, contract):
        raise DocumentError(f"{name}: is a part of the customer object; give the page that links to it, or the folder")
    return _Placing(name, contract, siblings, language_of(text, *(one.text for one in siblings.values()))).document(
        text
    )


def is_of_request(text: str) -> bool:
    """Is the page the model of a request body?"""
    title = next((title for _, level, title in headings(text) if level == 1), "")
    is_model = any(is_of_model(table) for table in pipe_tables(text))
    return is_model and re.search(r"Request(?!ed)", re.split(r"[.:\\\\]", title)[-1]) is not None


def linked_pages(text: str) -> set[str]:
    """The names of the pages, without their ending, that a model page's types link to."""
    rows = [row for table in pipe_tables(text) if is_of_model(table) for row in table.rows if len(row.cells) > 1]
    links = [link.rpartition("/")[2].partition("#")[0] for row in rows for link in plain(row.cells[1])[1]]
    return {link.removesuffix(".md") for link in links if link}


def _is_a_part(names: set[str], contract: Document) -> bool:
    """Has an object within the customer more of the names than the customer itself?"""
    below: dict[Wire, set[str]] = {}
    for path in contract.fields:
        below.setdefault(path[:-1], set()).add(_folded(path[-1]))
    shared = {path: len(names & known) for path, known in below.items()}
    return not shared.pop((), 0) and max(shared.values(), default=0) > 0


def read_folder(folder: Path, contract: Document) -> Document:
    """A folder of model pages, from the one that has most of the contract's fields."""
    texts = _siblings(folder)
    pages = {stem: model_page(one.text, stem, "other") for stem, one in texts.items()}
    wanted = {_folded(path[0]) for path in contract.fields if len(path) == 1}
    scored = {stem: len(wanted & {_folded(row.name) for row in page.rows}) for stem, page in pages.items()}
    best = max(scored, key=lambda stem: (scored[stem], "Response" in stem, -len(stem)), default="")
    if not best or not scored[best]:
        raise DocumentError(f"{folder}: holds no model page of the customer object")
    language = language_of(texts[best].text, *(one.text for one in texts.values()))
    return _Placing(str(folder), contract, texts, language).document(texts[best].text, texts[best].path)


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


@dataclass(frozen=True)
class Sibling:
    """A page beside the first one; ``path`` is empty where it is in the same file."""

    text: str
    path: str = ""


def _siblings(folder: Path) -> dict[str, Sibling]:
    found: dict[str, Sibling] = {}
    for path in sorted(folder.glob("*.md"))[:_MOST_PAGES]:
        try:
            found[path.stem] = Sibling(path.read_text("utf-8"), str(path))
        except (OSError, UnicodeDecodeError):
            continue
    return found


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

    """``language`` is one for all pages: one alone may not show it."""

    def __init__(self, name: str, contract: Document, texts: dict[str, Sibling], language: str) -> None:
        self.name = name
        self.language = language
        self.contract = contract
        self.texts = texts
        self.fields: dict[Wire, Field] = {}
        self.complete: set[Wire] = set()
        self.steps = {path[:length] for path in contract.fields for length in range(1, len(path))}
        self.damaged: list[Damage] = []

    def document(self, text: str, path: str = "") -> Document:
        self._place(model_page(text, self.name, self.language), (), (), path)
        return Document(
            self.name, f"generated page ({self.language})", self.fields, frozenset(self.complete), tuple(self.damaged)
        )

    def _place(self, page: ModelPage, at: Wire, seen: tuple[str, ...], source: str) -> None:
        if not page.is_cut:
            self.complete.add(at)
        known = {_folded(path[-1]): path[-1] for path in self.contract.fields if path[:-1] == at}
        for row in page.rows:
            path = (*at, _on_the_wire(row.name, known))
            self.fields[path] = _field(path, row, page, source)
            if row.kind is not None:
                self._follow(row.kind, row.row, path, seen)
        for one in page.damaged:
            wire = _on_the_wire(one.name, known) if one.name else ""
            follows = _on_the_wire(one.before, known) if one.before else ""
            text = f"{one.text}: {' | '.join(one.row.cells)[:100]}"
            self.damaged.append(Damage(one.row.line, text, at, follows, "", wire, source))

    def _follow(self, kind: Spelt, row: Row, path: Wire, seen: tuple[str, ...]) -> None:
        while kind.inner is not None:
            path, kind = (*path, kind.step), kind.inner
        targets = [link.rpartition("/")[2].partition("#")[0] for link in plain(row.cells[1])[1]]
        stems = [target.removesuffix(".md") for target in targets if target.endswith(".md")]
        named = {_folded(one) for stem in (*stems, kind.model) for one in (stem, stem.rpartition(":")[2]) if one}
        stem = next((one for one in self.texts if _folded(one) in named), "")
        if (*path, "*") in self.steps or (*path, "[]") in self.steps:  # a container that does not say of what
            path = (*path, "*" if (*path, "*") in self.steps else "[]")
        if stem and stem not in seen and len(seen) < _DEEPEST:
            page = model_page(self.texts[stem].text, stem, self.language)
            if page.enums and not page.rows and path in self.fields:  # an enum has a page of its own
                values = next(iter(page.enums.values()))
                self.fields[path] = replace(self.fields[path], types=frozenset({"string"}), enum=values)
            if page.rows:
                self._place(page, path, (*seen, stem), self.texts[stem].path)


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
        default=_default(notes),
        enum=_enum(path, row, page),
        spelling="Object" if row.kind.vague else made.spelling,
    )


def _default(notes: str) -> Any:
    match = _DEFAULT.search(notes)
    if match is None or (match[1] or "").startswith(_NO_DEFAULT):
        return NOT_STATED
    return (match[1] or match[2]).strip("@`'\" ").rpartition(".")[2].rpartition("Enum_")[2]


def _enum(path: Wire, row: ModelRow, page: ModelPage) -> Any:
    """The values that the page lists for a row: in its notes, or under the name of its type, or under its own."""
    if (match := ENUM.search(row.notes)) is not None:
        return tuple(value.strip("\"' ") for value in (match[1] or match[2]).split(",") if value.strip())
    for name, values in page.enums.items():
        if name and (name in row.spelling or _folded(name) == f"{_folded(row.name)}enum"):
            return values
    is_only_one = path_text(path) == "object" and len(page.enums) == 1
    return next(iter(page.enums.values())) if is_only_one else NOT_STATED
