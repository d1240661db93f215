"""A folder of pages as it lies in a repository: which of its pages are for the operation, and no others.

A page is chosen by what it is for: what the calls of the API say they take and return, then its name. Never by
its fields: a page that lost one would lose to its intact sibling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from contracts.drift.compare import Direction
from contracts.drift.contract import Contract
from contracts.drift.field import Document
from contracts.drift.readers import read_text
from contracts.drift.readers.generator import read_page
from contracts.drift.readers.markdown import pipe_tables, plain
from contracts.drift.readers.pages import Page, Pages, folded
from contracts.drift.roles import is_model_page, is_of_calls, role_by_name, role_of_model
from contracts.drift.source_code import code_in
from contracts.errors import DocumentError


def read_folder(folder: Path, contract: Contract) -> list[tuple[Document, Direction]]:
    """The pages of the operation's answer and request. Raises DocumentError where there is none."""
    pages = Pages(folder, is_tree=True)
    chosen = _chosen(pages, contract)
    if not chosen:
        raise DocumentError(_not_found(folder, pages, contract))
    found: list[tuple[Document, Direction]] = []
    sides: list[tuple[Direction, Document | None]] = [("answer", contract.answer), ("request", contract.request)]
    for direction, wanted in sides:
        for page in chosen.get(direction, []):
            if wanted is not None:
                reads = read_page if is_model_page(page.text) else read_text
                found.append((reads(page.text, page.path, wanted, pages), direction))
    return found


def _chosen(pages: Pages, contract: Contract) -> dict[Direction, list[Page]]:
    """The pages for each side; several where several folders have one."""
    found: dict[Direction, list[Page]] = {}
    for direction, page in _by_calls(pages, contract):
        found.setdefault(direction, []).append(page)
    sides: list[tuple[Direction, list[str], list[str]]] = [
        ("answer", contract.answer_pages, contract.answer_schemas[1:]),
        ("request", contract.request_pages, contract.request_schemas[1:]),
    ]
    for direction, names, others in sides:
        known = [page.path for page in found.get(direction, [])]
        named = [page for page in _named(pages, names) if page.path not in known]
        named += [page for page in _ending_so(pages, direction, contract) if not known and not named]
        found.setdefault(direction, []).extend(named)
        if not found[direction] and direction == "answer":
            found[direction] = [
                page
                for page in _named(
                    pages, [*others, contract.resource, f"{contract.resource}object", f"{contract.resource}s"]
                )
                if not is_model_page(page.text) or role_of_model(page.text, page.stem, contract) == "answer"
            ][:1]
    return {direction: list({page.path: page for page in some}.values()) for direction, some in found.items() if some}


def _named(pages: Pages, names: list[str]) -> list[Page]:
    return [page for name in names for path in pages.named(name) if (page := pages.read(path)) is not None]


def _ending_so(pages: Pages, direction: Direction, contract: Contract) -> list[Page]:
    """Pages of a language that puts a prefix before every name."""
    paths = [path for path in pages.files if role_by_name(path.stem, contract) == direction]
    return [page for path in paths if (page := pages.read(path)) is not None]


def _by_calls(pages: Pages, contract: Contract) -> Iterator[tuple[Direction, Page]]:
    """What the page of an API's calls says that the operation takes and returns."""
    method, _, path = contract.operation.partition(" ")
    request = re.compile(rf"\*\*{method}\*\*\s+\S*{re.escape(path)}/?\s*[|`]")
    for file in pages.files:
        if not folded(file.stem).endswith("api") or (page := pages.read(file)) is None:
            continue
        row = next((line for line in page.text.splitlines() if request.search(line)), "")
        anchor = re.search(r"\]\([^)#]*#([^)]+)\)", row)
        if not row or anchor is None or not is_of_calls(page.text):
            continue
        section = _section(page.text, anchor[1])
        for direction, links in (("answer", _returned(section)), ("request", _taken(section, contract))):
            for link in links:
                found = pages.find([link], [Path(link).stem], page.path)
                if found is not None:
                    yield direction, found  # type: ignore[misc]


def _section(text: str, anchor: str) -> str:
    """The text below the heading of a call."""
    wanted = folded(anchor)
    found: list[str] = []
    level = 0
    for line in text.splitlines():
        heading = re.match(r"(#+)\s+(.*)", line)
        if heading and level and len(heading[1]) <= level:
            break
        if heading and not level and folded(heading[2].strip("*`# ()")) == wanted:
            level = len(heading[1])
        elif level:
            found.append(line)
    return "\n".join(found)


def _returned(section: str) -> list[str]:
    match = re.search(r"Return type\s*\n+([^\n]+)", section)
    return re.findall(r"\]\(([^)#]+)", match[1])[:1] if match else []


def _taken(section: str, contract: Contract) -> list[str]:
    for table in pipe_tables(section):
        if table.header[:2] == ("name", "type"):
            for row in table.rows:
                links = plain(row.cells[1])[1] if len(row.cells) > 1 else ()
                if links and (contract.request is not None):
                    return [links[0].partition("#")[0]]
    return []


def _not_found(folder: Path, pages: Pages, contract: Contract) -> str:
    if code := code_in(folder, contract):
        return code
    wanted = " or ".join(f"{name}.md" for name in contract.answer_pages[:1] + contract.request_pages[:1])
    told = f"{folder}: holds no page of {contract.operation} (looked for {wanted} in {len(pages.files)} pages)"
    like = [path for path in pages.files if contract.resource in folded(path.stem)][:3]
    shown = f", such as {', '.join(str(path.relative_to(folder)) for path in like)}" if like else ""
    return f"{told}; give the page itself{shown}"
