"""Several pages given at once: which are only parts of others, and which are of other objects of the same SDK."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.drift.contract import Contract
from contracts.drift.readers.generator import links_in
from contracts.drift.readers.pages import ENDINGS, Pages
from contracts.drift.roles import role_by_name
from contracts.errors import DocumentError
from contracts.spec.source import read_source

_OF_GENERATOR = re.compile(r"^\W*name\W+\|\W*(?:type|value)\b|\bhttp request\b|^#+ enum", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Together:
    """``alone`` are to be read each for itself; ``parts`` is the number of pages that these link to."""

    alone: tuple[str, ...]
    parts: int
    others: tuple[str, ...]


def given_together(names: Sequence[str], contract: Contract) -> Together:
    """Sorts what is given. Beside a page for the operation, the other pages of its folder are of other objects."""
    paths = {name: Path(name) for name in names if name.lower().endswith(ENDINGS) and Path(name).is_file()}
    if len(paths) < 2:
        return Together(tuple(names), 0, ())
    chosen = [name for name, path in paths.items() if role_by_name(path.stem, contract)]
    linked = _linked([paths[name] for name in chosen])
    folders = {paths[name].parent for name in chosen}
    parts = {name for name, path in paths.items() if name not in chosen and path.resolve() in linked}
    others = [
        name
        for name, path in paths.items()
        if name not in chosen and name not in parts and path.parent in folders and _is_of_generator(path)
    ]
    left = [name for name in names if name not in parts and name not in others]
    parts |= _parts_of_others([name for name in left if name in paths])
    return Together(tuple(name for name in left if name not in parts), len(parts), tuple(others))


def _linked(paths: Sequence[Path]) -> set[Path]:
    found: set[Path] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        pages = Pages(path.parent)
        page = pages.read(path)
        for one in pages.linked(links_in(page.text), str(path)) if page else ():
            at = Path(one.path).resolve()
            if at not in found:
                found.add(at)
                waiting.append(at)
    return found


def _is_of_generator(path: Path) -> bool:
    try:
        return _OF_GENERATOR.search(path.read_text("utf-8-sig")) is not None
    except (OSError, UnicodeDecodeError):
        return False


def _parts_of_others(names: Sequence[str]) -> set[str]:
    """Those of ``names`` that are pages to which another one links, straight or through others."""
    pages = {name: Path(name) for name in names}
    links: dict[str, set[str]] = {}
    for name, path in pages.items():
        try:
            targets = {Path(link).stem for link in links_in(read_source(name))}
        except (DocumentError, RecursionError):
            targets = set()  # told when it is compared
        links[name] = {
            other for other, at in pages.items() if other != name and at.parent == path.parent and at.stem in targets
        }
    reached = {name: _reached(name, links) for name in links}
    return {
        name
        for name in links
        if any(name in reached[other] and other not in reached[name] for other in links if other != name)
    }


def _reached(name: str, links: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in links[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found
