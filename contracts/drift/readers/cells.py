"""What a cell says: its text without the marks of Markdown, and the values that it lists."""

from __future__ import annotations

import re
import unicodedata

from bs4 import Comment, Tag

_LISTS_VALUES = re.compile(r"\b(?:available|allowed|possible|accepted|valid) values?\b", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!$|>-])")


def unescaped(text: str) -> str:
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")  # marks that nobody sees
    return _ESCAPED.sub(r"\1", shown)


def text_of(cell: Tag) -> str:
    return " ".join(unescaped(cell.get_text(" ")).split())


def values_in(cell: Tag) -> tuple[str, ...]:
    """What follows "Available values:"."""
    found: list[str] = []
    listing = False
    for piece in cell.descendants:
        if isinstance(piece, Tag):
            if listing and piece.name == "code":
                found.append(piece.get_text().strip())
        elif isinstance(piece, Comment):
            continue
        elif (match := _LISTS_VALUES.search(str(piece))) is not None:
            listing = True
            found += re.findall(r"`([^`]+)`", str(piece)[match.end() :])
        elif listing and str(piece).strip(" ,\n") and str(piece).strip() not in found:
            break
    return tuple(found)
