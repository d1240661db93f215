"""The pipe tables, headings and links of a Markdown page, each with its line."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKUP = re.compile(r"</?(?:a|b|br|code|del|div|em|i|li|p|s|span|strong|sub|sup|ul|wbr)\b|<!", re.IGNORECASE)
"""What else looks like a tag in a cell are the type parameters of a language: ``List<Item>``."""


@dataclass(frozen=True)
class Row:
    """``cells`` as Markdown, ``line`` counting from 1, ``raw`` as it stands there; a short one has too few cells."""

    line: int
    cells: tuple[str, ...]
    raw: str = ""
    is_short: bool = False


@dataclass(frozen=True)
class Table:
    line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


@lru_cache(maxsize=8)
def _tokens(text: str) -> tuple[Token, ...]:
    # a table may follow prose without a blank line in pages that came through a converter
    return tuple(parser().parse(text))


@lru_cache(maxsize=8)
def pipe_tables(text: str) -> tuple[Table, ...]:
    """Every pipe table of the page."""
    tables: list[Table] = []
    rows: list[Row] = []
    cells: list[str] = []
    line = start = 0
    in_cell = False
    lines = text.splitlines()
    for token in _tokens(text):
        if token.type == "table_open":
            rows, start = [], (token.map or [0])[0] + 1
        elif token.type == "tr_open":
            cells, line = [], (token.map or [line])[0] + 1
        elif token.type in ("th_open", "td_open"):
            in_cell = True
        elif token.type == "inline" and in_cell:
            cells.append(token.content.strip())
            in_cell = False
        elif token.type == "tr_close":
            raw = lines[line - 1] if line <= len(lines) else ""
            width = len(rows[0].cells) if rows else len(cells)
            rows.append(Row(line, tuple(cells), raw, bool(rows) and _stated(raw, rows[0].raw) < width))
        elif token.type == "table_close" and rows:
            tables.append(Table(start, tuple(cell.lower() for cell in rows[0].cells), tuple(rows[1:])))
    return tuple(tables)


def _stated(raw: str, header: str) -> int:
    """How many cells a row really has: a parser fills up what is missing."""
    bare = raw.strip().replace("\\|", "")
    pipes = bare.count("|") - bare.startswith("|")
    return pipes + (not header.strip().endswith("|"))


def bullets(text: str) -> list[tuple[int, str]]:
    """``(line, text)`` of every item of a list."""
    found: list[tuple[int, str]] = []
    depth = 0
    for token in _tokens(text):
        depth += (token.type == "list_item_open") - (token.type == "list_item_close")
        if token.type == "inline" and depth and token.map:
            found.append((token.map[0] + 1, token.content))
    return found


def headers(text: str) -> list[tuple[str, ...]]:
    """The header of every pipe table, in lower case."""
    return [table.header for table in pipe_tables(text)]


def headings(text: str) -> list[tuple[int, int, str]]:
    """``(line, level, text)`` of every Markdown heading."""
    found: list[tuple[int, int, str]] = []
    tokens = _tokens(text)
    for token, inline in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.map:
            found.append((token.map[0] + 1, int(token.tag[1]), inline.content))
    return found


def anchors(text: str) -> list[tuple[int, str]]:
    """``(line, slug)`` of every link to a place in the same page, outside of tables."""
    found: list[tuple[int, str]] = []
    depth = 0
    for token in _tokens(text):
        depth += (token.type == "table_open") - (token.type == "table_close")
        if token.type == "inline" and not depth:
            for child in token.children or ():
                href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
                if href.startswith("#"):
                    found.append(((token.map or [0])[0] + 1, href[1:]))
    return found


def plain(markdown: str) -> tuple[str, tuple[str, ...]]:
    """A cell's text without its Markdown, and where its links lead."""
    words: list[str] = []
    links: list[str] = []
    for token in parser().parseInline(markdown):
        for child in token.children or ():
            if child.markup == "autolink":  # so `Vec<models::Item>` looks to Markdown
                words.append("<" if child.type == "link_open" else ">")
            elif child.type == "link_open":
                links.append(str(child.attrGet("href") or ""))
            elif child.type in ("text", "code_inline", "text_special") or (
                child.type == "html_inline" and not _MARKUP.match(child.content)
            ):
                words.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                words.append(" ")
    shown = "".join(char for char in "".join(words) if unicodedata.category(char) != "Cf")  # marks that nobody sees
    return shown.strip(), tuple(links)


def render_inline(markdown: str) -> str:
    """A cell as HTML."""
    return str(parser().renderInline(markdown))
