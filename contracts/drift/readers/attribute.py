"""The cell that names an attribute: how deep it is, what it is called, and what is written beside its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bs4 import Comment, Tag

from contracts.drift.field import NOT_STATED, Path
from contracts.drift.readers.cells import unescaped
from contracts.drift.readers.words import worded

_NAME = re.compile(r"[A-Za-z_$@][\w$-]*\Z")
_DEEPER = re.compile(r"[\xa0»›→└├─│↳>\s]*")
_BADGES = {"required": ("required", True), "mandatory": ("required", True), "optional": ("required", False),
           "deprecated": ("deprecated", True), "nullable": ("nullable", True), "*": ("required", True)}  # fmt: skip
_SAYS_NOTHING = {"read-only", "readonly", "write-only", "new", "beta", "unique", ","}


@dataclass(frozen=True)
class Attribute:
    """``spelling`` is the type, where it stands beside the name; ``indent`` counts the marks before the name."""

    path: Path
    spelling: str = ""
    indent: int = 0
    required: bool | Any = NOT_STATED
    nullable: bool = False
    deprecated: bool = False


def attribute(cell: Tag, with_type: bool) -> Attribute | None:
    """What the cell says; None where no name can be told. ``with_type`` where no other column has the type."""
    pieces = [
        (unescaped(str(piece)), piece.find_parent("code") is not None)
        for piece in cell.descendants
        if not isinstance(piece, Tag | Comment) and piece.find_parent("table") in (cell.find_parent("table"), None)
    ]
    whole = "".join(text for text, _ in pieces)
    words = [(word, is_code) for text, is_code in pieces for word in text.split() if word.strip("»›→└├─│↳>")]
    words = [(word.lstrip("»›→└├─│↳>"), is_code) for word, is_code in words]
    if not words:
        return None
    if cell.find("wbr") is not None and not with_type:
        words = [(word, False) for word in _glued(pieces).split()] or words
    while words[0][0][0] in "<{[" and words[0][0][-1] not in ">}]" and len(words) > 1:  # a placeholder of two words
        words = [(f"{words[0][0]}_{words[1][0]}", words[0][1]), *words[2:]]
    name, beside = words[0][0].rstrip("\\"), words[1:]
    said: dict[str, bool] = {}
    if name.endswith("*") and len(name) > 1 and "." not in name:
        name, said["required"] = name.rstrip("*"), True
    if (struck := re.fullmatch(r"~~(.+?)~~", name)) is not None or cell.find(("s", "del", "strike")) is not None:
        name, said["deprecated"] = struck[1] if struck else name, True
    path = _path(name.strip(",`"))
    is_lost = words[0][1] and not beside and with_type and worded(name) is not None and "_" not in name
    if path is None or is_lost:
        return None
    spelling: list[str] = []
    for word, is_code in beside:
        bare = word.strip("()[],.*").lower() or word.strip("(),.").lower()
        if bare in _BADGES and not (is_code and with_type and bare == "*"):
            key, value = _BADGES[bare]
            said[key] = value
        elif (bare.strip("\\") and bare not in _SAYS_NOTHING) or (word == "," and spelling):
            spelling.append(word)
    text = " ".join(spelling)
    from_code = any(is_code for _, is_code in beside)
    if text and not from_code and (not with_type or worded(text) is None):
        return None
    marks = _DEEPER.match(whole)
    indent = sum(not mark.isspace() or mark == "\xa0" for mark in (marks[0] if marks else ""))
    return Attribute(
        path, text, indent, said.get("required", NOT_STATED), said.get("nullable", False), said.get("deprecated", False)
    )


def _glued(pieces: list[tuple[str, bool]]) -> str:
    """A name may be cut in pieces by tags that only allow a line to break."""
    return _DEEPER.sub("", "".join(text for text, _ in pieces), count=1)


def _path(name: str) -> Path | None:
    """``referrals.campaigns[].date`` as steps; a name in brackets, or a star, stands for any name."""
    if name == "[propertyName]" or (name.startswith("[") and name.endswith("]") and len(name) > 2):
        return ("*",)
    steps = name.replace("[*]", "[]").replace("[]", ".[]").split(".")
    steps = ["*" if re.fullmatch(r"\*|\{\w+\}|<\w+>", step) else step for step in steps]
    if not all(step in ("[]", "*") or _NAME.match(step) for step in steps) or steps[0] == "[]":
        return None
    return tuple(steps)
