"""Markdown pages that link to each other, read when they are asked for: a folder of an SDK has thousands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ENDINGS = (".md", ".mdx", ".markdown")
_NOT_DOCS = ("node_modules", "__pycache__", "site-packages")


def folded(name: str) -> str:
    """Without what case styles add: ``SourceId``, ``sourceId`` and ``source_id`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@dataclass(frozen=True)
class Page:
    """``path`` is empty where the page is a part of the file that was given."""

    stem: str
    text: str
    path: str = ""


class Pages:
    """The pages of a tree of folders, or those beside one page; ``inner`` are those that share its file."""

    def __init__(
        self, folder: Path | None = None, inner: dict[str, str] | None = None, *, is_tree: bool = False
    ) -> None:
        self.folder, self.is_tree = folder, is_tree
        self.inner = {folded(stem): Page(stem, text) for stem, text in (inner or {}).items()}
        self._read: dict[Path, Page | None] = {}
        self._beside: dict[Path, dict[str, Path]] = {}

    @cached_property
    def files(self) -> list[Path]:
        """Every Markdown file of the tree, in order."""
        found: list[Path] = []
        for folder, names, files in os.walk(self.folder or Path()):
            names[:] = sorted(one for one in names if not one.startswith(".") and one not in _NOT_DOCS)
            found += [Path(folder, one) for one in sorted(files) if one.lower().endswith(ENDINGS)]
        return found

    @cached_property
    def _by_stem(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in self.files if self.is_tree else ():
            found.setdefault(folded(path.stem), []).append(path)
        return found

    def named(self, name: str) -> list[Path]:
        """The files of the tree whose name is ``name``, whatever its case style."""
        return self._by_stem.get(folded(name), [])

    def read(self, path: Path) -> Page | None:
        """The page; None where it is no text that can be read."""
        if path not in self._read:
            try:
                self._read[path] = Page(path.stem, path.read_text("utf-8-sig"), str(path))
            except (OSError, UnicodeDecodeError):
                self._read[path] = None
        return self._read[path]

    def find(self, links: Iterable[str], names: Iterable[str], near: str) -> Page | None:
        """The page that a row links to or names: as the link has it, else beside ``near``, else in the tree."""
        links, stems = list(links), [folded(name) for name in names if name]
        for stem in stems:
            if stem in self.inner:
                return self.inner[stem]
        folder = Path(near).parent if near else self.folder
        if folder is None:
            return None
        candidates: list[Path] = [folder / link for link in links if "://" not in link]
        candidates += [self._listed(folder)[stem] for stem in stems if stem in self._listed(folder)]
        candidates += [path for stem in stems for path in self._by_stem.get(stem, ())]
        for path in (Path(os.path.normpath(one)) for one in candidates):
            if path.suffix.lower() in ENDINGS and path.is_file() and (page := self.read(path)) is not None:
                return page
        return None

    def linked(self, links: Iterable[str], near: str) -> Iterator[Page]:
        """The pages that the links of a page lead to."""
        for link in dict.fromkeys(links):
            page = self.find([link], [Path(link).stem], near)
            if page is not None:
                yield page

    def beside(self, near: str) -> Iterator[Page]:
        """The other pages in the folder of a page, in order."""
        paths = self._listed(Path(near).parent).values() if self.folder is not None and near else ()
        return (page for path in sorted(paths) if (page := self.read(path)) is not None)

    def _listed(self, folder: Path) -> dict[str, Path]:
        if folder not in self._beside:
            try:
                files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
            except OSError:
                files = []
            self._beside[folder] = {folded(path.stem): path for path in reversed(files)}
        return self._beside[folder]
