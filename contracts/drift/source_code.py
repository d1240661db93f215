"""Source code of an SDK's models is not read: the page that the same generator wrote says the same, in one form."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.drift.contract import Contract
from contracts.drift.readers.pages import ENDINGS, folded

_ENDINGS = (
    ".py", ".pyi", ".cs", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".java", ".php", ".rb", ".go", ".kt", ".rs",
    ".swift", ".dart", ".c", ".h", ".cpp", ".m", ".pm", ".ps1", ".jl", ".r", ".scala", ".ex",
)  # fmt: skip
_SIGNS = re.compile(
    r"^(?:<\?php|package [\w.]+;|using [\w.]+;|namespace [\w\\.]+|import [\w{*\"']|from [\w.]+ import |require ['(]|"
    r"export (?:interface|class|type|const)|(?:public |final |abstract )*class \w+)",
    re.MULTILINE,
)
_MOST_FOLDERS = 12
"""Between the code and the repository: ``src/main/java/org/example/client/model``."""


def is_code(name: str, text: str | None = None) -> bool:
    """Is it source code, by its ending, or by what it holds?"""
    if name.lower().endswith(_ENDINGS):
        return True
    if name.lower().endswith(ENDINGS):
        return False  # a page with a sample of code
    return text is not None and "\n|" not in text and len(_SIGNS.findall(text[:20000])) >= 2


def told_of_code(names: list[str], contract: Contract) -> str:
    """One line for all, with the page to give instead."""
    first = names[0]
    what = (
        f"{first}: is source code" if len(names) == 1 else f"{first} and {len(names) - 1} more files: are source code"
    )
    page = _page_for(Path(first), contract)
    return f"{what}, which is not read; give the model's page instead: {page}, or the OpenAPI document behind it"


def code_in(folder: Path, contract: Contract) -> str:
    """The line for a folder that holds code and no pages; empty where it holds none."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _ENDINGS)
    return told_of_code([str(path) for path in found], contract) if found else ""


def _page_for(code: Path, contract: Contract) -> str:
    """The page in the repository of the same model, or else of the operation's answer; its name where none is there."""
    wanted = [code.stem, *contract.answer_pages[:1]]
    for folder in list(code.absolute().parents)[:_MOST_FOLDERS]:
        docs = folder / "docs"
        if docs.is_dir():
            pages = sorted(docs.rglob("*.md"), reverse=True)
            found = {folded(path.stem): path for path in pages if not folded(path.stem).endswith("api")}
            page = next((found[folded(name)] for name in wanted if folded(name) in found), None)
            if page is not None:
                return _shown(page)
        if (folder / ".git").exists():
            break
    named = contract.answer_pages[0] if contract.answer_pages else "the model"
    return f"docs/{named}.md"


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
