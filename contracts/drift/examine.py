"""What is given to the command, read and compared: files, folders and URLs, each by what it holds."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.drift.compare import Direction, compare
from contracts.drift.contract import Contract
from contracts.drift.field import Document
from contracts.drift.folder import read_folder
from contracts.drift.itself import contradictions
from contracts.drift.lines import located
from contracts.drift.linked_pages import given_together
from contracts.drift.readers import pages_beside, read_text
from contracts.drift.readers.openapi import read_fields
from contracts.drift.report import Drift
from contracts.drift.revisions.comparison import Comparison
from contracts.drift.revisions.references import BadReference, without_bad_references
from contracts.drift.roles import is_model_page, is_of_calls, is_other_page, role_of_model
from contracts.drift.source_code import is_code, told_of_code
from contracts.errors import DocumentError, UsageError
from contracts.spec.document import pinned, read_document
from contracts.spec.source import read_source


class OtherPageError(DocumentError):
    """A page of something else than the resource: named, and not compared."""


@dataclass
class Examined:
    """``documents`` that were read, their ``drifts``, what could not be read, and pages that are of other objects."""

    documents: list[Document] = field(default_factory=list)
    drifts: list[Drift] = field(default_factory=list)
    unread: list[DocumentError] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    parts: int = 0
    comparisons: list[Comparison] = field(default_factory=list)


@dataclass(frozen=True)
class Old:
    """The document that others are held against. ``text`` is empty for the pinned one."""

    contract: Contract
    text: str
    bad: tuple[BadReference, ...]
    is_revision: bool
    """Was it given to compare two revisions, and not as the contract?"""


def read_old(source: str | None, *, is_revision: bool) -> Old:
    """The contract, or the older revision. Raises DocumentError with its name."""
    if source is None:
        return Old(Contract(pinned(), "the pinned contract"), "", (), False)
    with _naming(source):
        text = read_source(source)
        base = read_document(text, source)
        return Old(Contract(base, source), text, tuple(without_bad_references(base)), is_revision)


def examine(names: Sequence[str], old: Old) -> Examined:
    """All that ``names`` hold. One that cannot be read hides no other; Raises UsageError for an empty name."""
    made = Examined()
    if any(not name.strip() for name in names):
        raise UsageError("a document's name is empty; give a file, a folder or a URL")
    bad = [_reference(one, old.contract.name) for one in old.bad]
    made.drifts += located(bad, old.text, old.contract.base)
    code = [name for name in names if Path(name).is_file() and is_code(name)]
    if code:
        made.unread.append(DocumentError(told_of_code(code, old.contract)))
    together = given_together([name for name in names if name not in code], old.contract)
    made.parts, made.others = together.parts, list(together.others)
    for name in together.alone:
        try:
            with _naming(name):
                _one(name, old, made)
        except OtherPageError as error:
            if len(names) == 1:
                made.unread.append(error)
            else:
                made.others.append(name)
        except DocumentError as error:
            made.unread.append(error)
    if not made.documents and not made.unread and made.others:
        told = f"{made.others[0]} and {len(made.others) - 1} more" if len(made.others) > 1 else made.others[0]
        page = " or ".join(f"{one}.md" for one in old.contract.answer_pages[:1])
        made.unread.append(DocumentError(f"{told}: pages of other objects, nothing to compare; give {page}"))
    return made


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Whatever is wrong with a document is told with its name."""
    try:
        yield
    except DocumentError as error:
        raise error if name in str(error) else type(error)(f"{name}: {error}") from None


def _one(name: str, old: Old, made: Examined) -> None:
    if not name.startswith(("http://", "https://")) and Path(name).is_dir():
        for document, direction in read_folder(Path(name), old.contract):
            _compared(document, direction, old, made)
        return
    text = read_source(name)
    if _is_openapi(text):
        _revision(name, text, old, made)
    elif is_code(name, text):
        raise DocumentError(told_of_code([name], old.contract))
    elif is_of_calls(text):
        page = " or ".join(f"{one}.md" for one in old.contract.answer_pages[:1])
        raise OtherPageError(f"{name}: lists the calls of an API, and is the page of no object; give {page}")
    elif is_model_page(text):
        _model(name, text, old, made)
    else:
        document = read_text(text, name, old.contract.answer, pages_beside(name))
        if document.kind == "OpenAPI":
            _revision(name, text, old, made)
        elif is_other_page(document, text, old.contract):
            raise OtherPageError(
                f"{name}: is the page of another object than the {old.contract.resource}; not compared"
            )
        else:
            _compared(document, "answer", old, made)


def _model(name: str, text: str, old: Old, made: Examined) -> None:
    role = role_of_model(text, name, old.contract)
    if role == "part":
        raise DocumentError(
            f"{name}: is a part of the {old.contract.resource} object; give the page that links to it, or the folder"
        )
    wanted = old.contract.request if role == "request" else old.contract.answer
    if role == "other" or wanted is None:
        page = " or ".join(f"{one}.md" for one in old.contract.answer_pages[:1])
        raise OtherPageError(f"{name}: is the page of another object than {old.contract.operation}'s; give {page}")
    document = read_text(text, name, wanted, pages_beside(name))
    _compared(document, "request" if role == "request" else "answer", old, made)


def _compared(document: Document, direction: Direction, old: Old, made: Examined) -> None:
    wanted = old.contract.request if direction == "request" else old.contract.answer
    if wanted is not None:
        made.documents.append(document)
        made.drifts += compare(wanted, document, direction)


def _is_openapi(text: str) -> bool:
    """Is the whole text a document, and no page with one in a fenced block?"""
    if text.lstrip()[:1] in ("{", "["):
        return True
    is_keyed = re.search(r"^[\"']?(?:openapi|swagger)[\"']?[ \t]*:", text, re.MULTILINE) is not None
    return is_keyed and re.search(r"^\s*(?:```|~~~)", text, re.MULTILINE) is None


def _revision(name: str, text: str, old: Old, made: Examined) -> None:
    loaded = read_document(text, name)
    bad = [_reference(one, name) for one in without_bad_references(loaded)]
    base = old.contract.base
    if not old.is_revision:
        loaded = _with_operation(loaded, old.contract)
    comparison = Comparison(base, loaded, name)
    drifts = [*comparison.drifts(), *bad]
    has_customers = bool(comparison.customers) and comparison.customers in comparison.after
    if has_customers:
        known = {(d.path, d.kind, d.says) for d in contradictions(base, name)} if old.is_revision else set()
        drifts += [d for d in contradictions(loaded, name) if (d.path, d.kind, d.says) not in known]
    elif not old.is_revision:
        read_fields(loaded, name)  # says what it lacks
    made.documents.append(read_fields(loaded, name) if has_customers else Document(name, "OpenAPI"))
    made.comparisons.append(comparison)
    made.drifts += located(drifts, text, loaded)


def _with_operation(document: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """A document of components alone, read by their names: with the contract's operation, which refers to them."""
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    if document.get("paths") or document.get("webhooks") or not isinstance(schemas, dict):
        return document
    if not any(name in schemas for name in contract.answer_schemas[:1]):
        return document
    base = contract.base
    whole = {
        **base,
        "paths": copy.deepcopy(base["paths"]),
        "openapi": document["openapi"],
        "components": {**base.get("components", {}), "schemas": schemas},
    }
    without_bad_references(whole)  # of a body that is not among them, nothing is known
    return whole


def _reference(bad: BadReference, name: str) -> Drift:
    path = bad.pointer.removeprefix("#/").replace("~1", "/").replace("~0", "~")
    reason = "what it should lead to is not compared"
    return Drift(name, path, "reference", "warning", "", bad.reason, 0, reason, pointer=bad.pointer)
