"""One reader a family of documents, chosen by what the text holds, never by what the file is called."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.drift.field import Document
from contracts.drift.readers import generator, openapi, tables
from contracts.drift.readers.markdown import pipe_tables
from contracts.drift.readers.model_page import is_of_model
from contracts.drift.readers.pages import Pages
from contracts.errors import DocumentError
from contracts.spec.document import read_document
from contracts.spec.source import read_source


def read(source: str, contract: Document) -> Document:
    """The document at a path or URL. ``contract`` lends the wire names. Raises DocumentError."""
    return read_text(read_source(source), source, contract, pages_beside(source))


def pages_beside(source: str) -> Pages | None:
    """The pages in the folder of a file; None for what is no file."""
    path = Path(source)
    return None if source.startswith(("http://", "https://")) or not path.is_file() else Pages(path.parent)


def read_text(text: str, name: str, contract: Document, pages: Pages | None = None) -> Document:
    """The document in ``text``; what it links to is looked for among ``pages``."""
    others = False  # attributes of something else
    try:
        if any(is_of_model(table) for table in pipe_tables(text)):
            return generator.read_page(text, name, contract, pages)
        if "<table" in text.lower() or tables.holds_attributes(text):
            page = tables.read_page(text, name, contract)
            known = {path[0] for path in contract.fields}
            if any(path[0] in known for path in page.fields) or (page.damaged and not page.fields):
                return page
            others = bool(page.fields)
        try:
            return openapi.read_fields(read_document(text, name), name)
        except DocumentError as error:
            if text.strip() and not re.search(r"\b(?:openapi|swagger)\b", text, re.IGNORECASE):
                if others:
                    reason = "its tables hold no field of the customer object; give the page that does"
                    raise DocumentError(f"{name}: {reason}") from None
                reason = "no table of attributes is recognised; give one whose header names its columns (name, type, …)"
                raise DocumentError(f"{name}: {reason}, or an OpenAPI document as JSON or YAML") from None
            raise error if name in str(error) else DocumentError(f"{name}: {error}") from None
    except RecursionError:
        raise DocumentError(f"{name}: is nested too deeply to be read") from None
