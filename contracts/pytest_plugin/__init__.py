"""pytest's own part: options, and whether a document is named. Loaded at each start of pytest where this is installed.

So it imports nothing large, and does nothing at all unless a document is named: ``pytest openapi.yaml``, or
``--contracts-spec``. A project that merely holds an OpenAPI document is never asked about it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.config.options import GROUPS, Option, options, suggestion

PREFIX = "--contracts-"
NAMES = ("openapi.yaml", "openapi.yml", "openapi.json")
SUFFIXES = (".yaml", ".yml", ".json")
_DECLARES = re.compile(r"""^[\s{]*["']?openapi["']?\s*:""", re.MULTILINE)
_BEGINNING = 4096
"""Characters within which an OpenAPI document says that it is one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    for group in GROUPS:
        shown = parser.getgroup(f"contracts-{group.title}", f"contracts: {group.title[0].lower()}{group.title[1:]}")
        for option in group.options:
            if "pytest" in option.doors:
                _add(shown, option)


def _add(group: pytest.OptionGroup, option: Option) -> None:
    name, help_text = PREFIX + option.name, option.help.replace("%", "%%")
    if option.default_text:
        help_text = f"{help_text} Default: {option.default_text}."
    if option.is_flag:
        group.addoption(name, dest=destination(option), action="store_true", help=help_text)
    else:
        group.addoption(
            name,
            dest=destination(option),
            action="append" if option.repeatable else "store",
            type=option.type,
            choices=option.choices or None,
            metavar=option.metavar,
            help=help_text,
        )


def destination(option: Option) -> str:
    return f"contracts_{option.field}"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> None:
    """Argparse alone would call a misspelt option unrecognised, and say no more."""
    known = {PREFIX + option.name for option in options("pytest")}
    for argument in args:
        name = argument.partition("=")[0]
        if name.startswith(PREFIX) and name not in known:
            hint = suggestion(name, known) or "; pytest --help lists those there are"
            raise pytest.UsageError(f"there is no option {name}{hint}")


def pytest_configure(config: pytest.Config) -> None:
    files = named_documents(config)
    if files or config.getoption("contracts_spec"):
        from contracts.pytest_plugin import items

        config.pluginmanager.register(items.Judging(config, files), "contracts-judging")
    elif any(argument.startswith(PREFIX) for argument in config.invocation_params.args):
        raise pytest.UsageError(
            f"{PREFIX}… is given and no document, so that nothing would be judged; name one: pytest openapi.yaml, or "
            f"{PREFIX}spec create-customer"
        )


def named_documents(config: pytest.Config) -> frozenset[Path]:
    """The OpenAPI documents among the arguments (``FILE``, ``FILE::CLAUSE``), or in ``testpaths``."""
    paths = ((config.invocation_params.dir / one.partition("::")[0]) for one in config.args)
    return frozenset(path.resolve() for path in paths if path.suffix in SUFFIXES and _is_document(path))


def _is_document(path: Path) -> bool:
    """Is it called like one, or does it say that it is one?"""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return path.name in NAMES or _DECLARES.search(file.read(_BEGINNING)) is not None
    except OSError:
        return False
