"""The options of a run, declared once: the command's, pytest's (as ``--contracts-…``) and the keys of contracts.toml.

Data alone, and quick to import: pytest reads it at each start, in projects too that do not use it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Door = Literal["command", "pytest", "file"]
EVERYWHERE: tuple[Door, ...] = ("command", "pytest", "file")
BOTH: tuple[Door, ...] = ("command", "pytest")

CAPABILITIES = ("state", "auth", "validation", "delete", "activity", "read", "update", "list", "immediate")
"""What a target may do without, where the user says so."""
DEFAULT_BUDGET = 60
DEFAULT_TIMEOUT = 10.0
DEFAULT_MAX_WAIT = 180.0

DEEP: Mapping[str, Any] = {"budget": 10_000, "seconds": 300.0}
"""What ``--deep`` stands for, where nothing else is said."""
DEEP_AT_ONCE = 8
"""Its requests at once to the embedded server, whose rate limit nobody else shares."""


@dataclass(frozen=True)
class Option:
    """``name`` is that of the command line, without dashes; ``field`` that of ``Choices`` and of contracts.toml.

    ``type`` is of one value; a flag is a ``bool``. What the user did not say is None, False or empty: ``default`` is
    what then holds, or in words what then happens.
    """

    name: str
    help: str
    type: type = str
    default: Any = None
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    doors: tuple[Door, ...] = EVERYWHERE
    into: str = ""

    @property
    def field(self) -> str:
        return self.into or self.name.replace("-", "_")

    @property
    def is_flag(self) -> bool:
        return self.type is bool

    @property
    def default_text(self) -> str:
        """The default for a person; empty where there is none to tell."""
        return f"{self.default:g}" if isinstance(self.default, int | float) else str(self.default or "")


@dataclass(frozen=True)
class Group:
    """Options that belong together, with an example of the command."""

    title: str
    options: tuple[Option, ...]
    example: str


GROUPS: tuple[Group, ...] = (
    Group(
        "The target",
        (
            Option(
                "target",
                "The server to judge, with any path prefix.",
                metavar="URL",
                default="the embedded one",
                doors=BOTH,
            ),
            Option("on", "A target of contracts.toml, with its options and credentials.", metavar="NAME", doors=BOTH),
            Option("config", "Where, if not contracts.toml here.", Path, metavar="FILE", doors=BOTH),
            Option(
                "without",
                f"What the target does not claim: {', '.join(CAPABILITIES)}; separated by commas, too.",
                metavar="CAPABILITY",
                repeatable=True,
            ),
            Option(
                "known-customer",
                "A customer that has activity (orders, campaigns). Only its source_id is ever sent.",
                metavar="SOURCE_ID",
                repeatable=True,
                into="known_customers",
            ),
            Option("ca-bundle", "A private CA to trust, PEM.", metavar="FILE"),
        ),
        "contracts gate --target http://localhost:4010 --without state,auth",
    ),
    Group(
        "What it is judged by",
        (
            Option(
                "spec",
                "An OpenAPI 3.0 or 3.1 document: a file, a URL, or a pinned one: create-customer, customers.",
                metavar="DOC",
                default="create-customer",
            ),
            Option("overlay", "What the document cannot say of its meaning: an OpenAPI Overlay.", metavar="FILE"),
            Option("resource", "Which resource, where the document has several.", metavar="WORD"),
            Option(
                "nulls",
                "How nullable beside allOf without a type is read.",
                choices=("lenient", "strict"),
                default="lenient",
            ),
            Option(
                "clause",
                "Judge this clause or family only.",
                metavar="ID",
                repeatable=True,
                doors=("command",),
                into="clauses",
            ),
            Option(
                "clauses",
                "Clauses of your own: a Python file with CLAUSES.",
                Path,
                metavar="FILE",
                repeatable=True,
                into="own_clauses",
            ),
            Option("waivers", "Known violations, each with a reason.", Path, metavar="FILE"),
            Option("strict", "A SHOULD that is not kept fails, too.", bool),
        ),
        "contracts gate --spec shop.yaml --overlay shop.overlay.yaml",
    ),
    Group(
        "How much is sent",
        (
            Option("budget", "Requests, clean-up included.", int, DEFAULT_BUDGET, metavar="N"),
            Option("seconds", "Bounds the time of the run, but for its clean-up.", float, metavar="S"),
            Option("at-once", "Requests that are under way at one moment, at most.", int, 1, metavar="N"),
            Option(
                "deep",
                f"A run of minutes: --budget {DEEP['budget']} and --seconds {DEEP['seconds']:g} where nothing else is "
                f"said, and --at-once {DEEP_AT_ONCE} on the embedded server.",
                bool,
            ),
            Option("seed", "Makes what is drawn repeatable.", int, "a random one", metavar="N", doors=BOTH),
            Option("timeout", "Seconds for one call.", float, DEFAULT_TIMEOUT, metavar="S"),
            Option("max-wait", "Seconds to wait for rate limits in all.", float, DEFAULT_MAX_WAIT, metavar="S"),
        ),
        "contracts gate --deep --seconds 120 --seed 7",
    ),
    Group(
        "What is kept",
        (
            Option("report", "Write the run and its reports here.", Path, metavar="DIR", doors=BOTH),
            Option("history", "Keep the run here, by date.", Path, metavar="DIR", doors=("command",)),
            Option("regressions", "Findings of earlier runs, to be sent again first.", Path, metavar="DIR"),
        ),
        "contracts gate --report report --history runs",
    ),
)


def options(door: Door) -> tuple[Option, ...]:
    """Those that exist in ``door``."""
    return tuple(option for group in GROUPS for option in group.options if door in option.doors)


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the user said: ``values`` less those that are as if nothing was."""
    return {name: value for name, value in values.items() if value is not None and value is not False and value != ()}


def with_deep(given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` with what ``--deep`` stands for, where it says nothing else."""
    if not given.get("deep"):
        return dict(given)
    at_once = {} if given.get("target") else {"at_once": DEEP_AT_ONCE}
    return {**DEEP, **at_once, **given}


def suggestion(wrong: str, names: Iterable[str]) -> str:
    """``; did you mean …?``, where one of ``names`` is near to ``wrong``."""
    near = difflib.get_close_matches(wrong, sorted(names), 1)
    return f"; did you mean {near[0]}?" if near else ""
