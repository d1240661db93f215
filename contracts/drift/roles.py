"""What a page is for: the answer, the request, a part of them, the calls of an API, or another object."""

from __future__ import annotations

import re
from typing import Literal

from contracts.drift.contract import Contract
from contracts.drift.field import Document
from contracts.drift.readers.generator import is_a_part, names_in
from contracts.drift.readers.markdown import headings, pipe_tables
from contracts.drift.readers.model_page import is_of_model
from contracts.drift.readers.pages import folded

Role = Literal["answer", "request", "part", "calls", "other"]


def role_by_name(name: str, contract: Contract) -> Role | None:
    """What a page of that name is for, where the name alone says it; a language may put a prefix before it."""
    for role, names in (("answer", contract.answer_pages), ("request", contract.request_pages)):
        if any(_is_named(name, one) for one in names):
            return role  # type: ignore[return-value]
    return None


def _is_named(name: str, wanted: str) -> bool:
    bare, whole = folded(wanted), folded(name)
    return bool(bare) and whole.endswith(bare) and len(whole) - len(bare) <= 8


def is_of_calls(text: str) -> bool:
    """Is it a generator's page of an API's calls?"""
    return (
        "http request" in text[:20000].lower() and re.search(r"\*\*(?:GET|POST|PUT|PATCH|DELETE)\*\*", text) is not None
    )


def is_model_page(text: str) -> bool:
    return any(is_of_model(table) for table in pipe_tables(text))


def role_of_model(text: str, name: str, contract: Contract) -> Role:
    """What a model page is for, by its title and name, or else by its fields."""
    title = title_of(text)
    stem = re.sub(r"\.\w+\Z", "", name.rstrip("/").replace("\\", "/").rpartition("/")[2])
    for one in (title, stem):
        if (role := role_by_name(one, contract)) is not None:
            return role
    names = names_in(text)
    answer = {folded(path[0]) for path in contract.answer.fields if len(path) == 1}
    request = {folded(path[0]) for path in contract.request.fields if len(path) == 1} if contract.request else set()
    if 2 * len(names & answer) >= len(answer) and (2 * len(names & (answer - request)) >= len(answer - request)):
        return "answer"
    if is_a_part(names, contract.answer):
        return "part"
    is_called_request = title in contract.request_schemas or stem in contract.request_schemas
    says_request = re.search(r"Request(?!ed)|Input|Payload", title) is not None and not _is_sibling(title, contract)
    is_alike = 2 * len(names & request) >= len(request) and 5 * len(names - request) <= len(names)
    if (is_called_request or says_request) and is_alike:
        return "request"
    if contract.is_called_so(title) and names & answer:
        return "answer"
    return "other"


def _is_sibling(title: str, contract: Contract) -> bool:
    """Is it named as the request is, but for another operation: ``CustomersUpdateRequestBody``?"""
    own = re.findall(r"[A-Z][a-z0-9]*", next(iter(contract.request_pages), ""))
    other = re.findall(r"[A-Z][a-z0-9]*", title)
    return len(own) > 2 and len(other) >= len(own) and own[0] == other[0] and own[-2:] == other[-2:] and own != other


def is_other_page(document: Document, text: str, contract: Contract) -> bool:
    """Are the fields of a docs page those of another object?"""
    if any(contract.is_called_so(title) for _, _, title in headings(text)):
        return False
    front = re.match(r"---\n(?:.*\n)*?title:[ \t]*[\"']?(.+?)[\"']?[ \t]*\n(?:.*\n)*?---\n", text)
    title = front[1] if front else title_of(text)
    if title.lower().endswith(" object") and contract.resource not in title.lower():
        return True
    names = {path[0] for path in document.fields if len(path) == 1}
    answer = {path[0] for path in contract.answer.fields if len(path) == 1}
    if 2 * len(names & answer) >= len(answer):
        return False
    return len(names - answer) > 0.1 * len(names) or (not document.damaged and () in document.complete)


def title_of(text: str) -> str:
    """The last part of the first heading: ``CustomersCreateResponseBody`` of ``Sdk::CustomersCreateResponseBody``."""
    title = next((title for _, level, title in headings(text) if level == 1), "")
    return re.split(r"[.:\\]", title.strip("# "))[-1].strip()
