"""Several documents given at once: which of them are only parts of others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from contracts.drift.readers.generator import linked_pages
from contracts.errors import DocumentError
from contracts.spec.source import read_source


def parts_of_others(names: Sequence[str]) -> set[str]:
    """Those of ``names`` that are pages to which another one links, straight or through others."""
    pages = {name: Path(name) for name in names if Path(name).suffix == ".md" and Path(name).is_file()}
    links: dict[str, set[str]] = {}
    for name, path in pages.items():
        try:
            targets = linked_pages(read_source(name))
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
