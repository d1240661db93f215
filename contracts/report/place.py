"""Where in the document a clause stands: the line of a JSON pointer, for tools that point at lines."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts.spec.loading import DEFAULT, PINNED

OPERATION = "#/paths/~1v1~1customers/post"


def place(authority: str, spec: str) -> tuple[str, int]:
    """``(path, line)`` of a citation; the operation's own where the citation is of no pointer in the document."""
    document, _, pointer = authority.partition(" ")
    lines = _lines(spec)
    path = PINNED.get(spec, spec)
    wanted = pointer if document == "spec" else OPERATION
    return (PINNED[DEFAULT] if "://" in path or Path(path).is_absolute() else path), _nearest(lines, wanted)


def _nearest(lines: dict[str, int], pointer: str) -> int:
    while pointer not in lines and "/" in pointer:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, 1)


@cache
def _lines(spec: str) -> dict[str, int]:
    """The line, from 1, of every JSON pointer of a YAML or JSON file; of none where it cannot be read."""
    here = Path(__file__).resolve().parent.parent
    known = [here.parent / PINNED[spec], here / PINNED[spec]] if spec in PINNED else [Path(spec)]
    for path in known:
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except (OSError, ValueError, yaml.YAMLError, RecursionError):
            continue
        found: dict[str, int] = {}
        _walk(node, "#", found, 0)
        return found
    return {}


def _walk(node: Any, pointer: str, found: dict[str, int], depth: int) -> None:
    if depth > 100:
        return
    found.setdefault(pointer, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{pointer}/{str(key.value).replace('~', '~0').replace('/', '~1')}"
            found[below] = key.start_mark.line + 1
            _walk(value, below, found, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, f"{pointer}/{index}", found, depth + 1)
