"""Load an OpenAPI document: JSON, YAML, or a docs page with the document in a fenced block.

What it is decides, never what it is called. Everything that can be wrong with it ends in one line.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from contracts.errors import DocumentError
from contracts.spec.source import read_source
from contracts.spec.yaml12 import load_yaml

_VERSION = re.compile(r"3\.[01](\.\d+)?\Z")
_DEEPEST = 200
PINNED = {"create-customer": "openapi.yaml", "customers": "customers.yaml"}
"""The files of the pinned documents by name: the one operation of the seed, and the whole resource."""


def load_document(source: str | Path, *, timeout: float = 10.0) -> dict[str, Any]:
    """The document at a path or an ``http(s)://`` URL. ``timeout`` in seconds. Raises DocumentError."""
    return read_document(read_source(source, timeout=timeout), str(source))


def read_document(text: str, name: str) -> dict[str, Any]:
    """The OpenAPI 3.0 or 3.1 document in ``text``. Raises DocumentError in one line that begins with ``name``."""
    if not text.strip():
        raise DocumentError(f"{name}: is empty; give an OpenAPI 3.0 or 3.1 document")
    problems: list[str] = []
    for candidate, line in ((text, 1), *fenced(text)):
        try:
            value = parse(candidate)
        except DocumentError as error:
            problems.append(f"{error}" if line == 1 else f"in the block at line {line}: {error}")
            continue
        if isinstance(value, dict) and ("openapi" in value or "swagger" in value):
            return _checked(value, name)
    hint = f" ({problems[-1]})" if problems else ""
    raise DocumentError(f"{name}: holds no OpenAPI document, as JSON, YAML or in a fenced block{hint}")


def parse(text: str) -> Any:
    """The value of a text in JSON or YAML. Raises DocumentError."""
    if text.lstrip()[:1] in "{[":
        try:
            return json.loads(text)
        except RecursionError:
            raise DocumentError("nested too deeply") from None
        except ValueError as error:
            problem = f"not JSON: {error}"
        try:
            return load_yaml(text)
        except DocumentError:
            raise DocumentError(problem) from None
    return load_yaml(text)


def fenced(text: str) -> list[tuple[str, int]]:
    """Fenced blocks of a Markdown page that might hold a document, each with the line it begins at."""
    if "openapi" not in text or not re.search(r"^\s*(```|~~~)", text, re.MULTILINE):
        return []
    from markdown_it import MarkdownIt

    try:
        tokens = MarkdownIt("commonmark").parse(text)
    except RecursionError:
        return []
    return [
        (token.content, (token.map or [0])[0] + 1)
        for token in tokens
        if token.type == "fence" and "openapi" in token.content
    ]


def _checked(document: dict[Any, Any], name: str) -> dict[str, Any]:
    if "openapi" not in document:
        raise DocumentError(f"{name}: is Swagger {document['swagger']}; convert it to OpenAPI 3.0 or 3.1 first")
    version = str(document["openapi"])
    if not _VERSION.match(version):
        raise DocumentError(f"{name}: is OpenAPI {version[:20]!r}; this reads 3.0 and 3.1")
    return {**with_string_keys(document, name), "openapi": version}


def with_string_keys(value: Any, name: str, depth: int = 0) -> Any:
    """A copy in which every key is a string, as in JSON (YAML's ``200:`` is a number). Raises DocumentError."""
    if depth > _DEEPEST:
        raise DocumentError(f"{name}: is nested more than {_DEEPEST} levels deep")
    if isinstance(value, dict):
        return {str(key): with_string_keys(below, name, depth + 1) for key, below in value.items()}
    if isinstance(value, list):
        return [with_string_keys(below, name, depth + 1) for below in value]
    return value


def resolve(document: dict[str, Any], ref: str) -> Any:
    """What the local reference ``ref`` (``#/…``, RFC 6901) points to. Raises DocumentError where nothing is."""
    if not ref.startswith("#"):
        raise DocumentError(f"the reference {ref[:80]!r} leads out of the document; bundle it into one file first")
    value: Any = document
    for step in unquote(ref[1:]).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise DocumentError(f"the reference {ref[:120]!r} leads nowhere in the document")
    return value


def pinned_path(name: str = "create-customer") -> Path:
    """A pinned document by its name: beside this file in an installed wheel, else in the repository's ``spec/``.

    :raises DocumentError: no document has that name.
    """
    if name not in PINNED:
        raise DocumentError(f"no pinned document is called {name!r}; they are {' and '.join(PINNED)}")
    installed = Path(__file__).with_name(PINNED[name])
    return installed if installed.exists() else Path(__file__).parents[2] / "spec" / PINNED[name]


@cache
def _pinned(name: str) -> dict[str, Any]:
    return load_document(pinned_path(name))


def pinned(name: str = "create-customer") -> dict[str, Any]:
    """A pinned document by its name (see :data:`PINNED`), a copy of its own for each caller.

    :raises DocumentError: no document has that name.
    """
    return copy.deepcopy(_pinned(name))
