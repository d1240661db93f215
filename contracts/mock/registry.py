"""Faults and variants by name, each a record that says what is wrong with the server that has it."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from contracts.errors import UsageError
from contracts.mock.answers import Problem
from contracts.mock.hooks import Body, Hook, Hooks
from contracts.mock.listing import ListQuery
from contracts.mock.store import Customer
from contracts.mock.wire import Answer, Request

Value = TypeVar("Value")
Installer = Callable[[Hooks], None]


@dataclass(frozen=True)
class Fault:
    """One deliberate defect (or, of the group ``variants``, one conforming oddity).

    ``should`` is whether it breaks no more than a SHOULD; ``caught_by`` is the id of the clause it is made
    for, empty for a variant; ``deep`` is whether it takes more than a fixed story to see it.
    """

    name: str
    group: str
    doc: str
    install: Installer
    should: bool = False
    caught_by: str = ""
    deep: bool = False
    without: frozenset[str] = frozenset()
    """Capabilities that a variant lacks, and that its user declares to be missing."""


class Step(Generic[Value]):
    """Registers the faults of a group that change one step of the server."""

    def __init__(self, group: Group, hooks: Callable[[Hooks], list[Hook[Value]]]) -> None:
        self._group, self._hooks = group, hooks

    def __call__(self, *, should: bool = False, caught_by: str = "") -> Callable[[Hook[Value]], Hook[Value]]:
        """Register a function: its name in kebab-case is the fault's, its docstring is what is wrong."""

        def register(function: Hook[Value]) -> Hook[Value]:
            self._add(named(function), inspect.getdoc(function) or "", function, should, caught_by)
            return function

        return register

    def rows(
        self, caught_by: str, *rows: tuple[str, str, Hook[Value]], should: bool = False, without: str = ""
    ) -> None:
        """Register a table of faults that one clause catches: the name, what is wrong, what changes."""
        for name, doc, hook in rows:
            self._add(name, doc, hook, should, caught_by, without)

    def _add(self, name: str, doc: str, hook: Hook[Value], should: bool, caught_by: str, without: str = "") -> None:
        self._group.add(name, doc, lambda hooks: self._hooks(hooks).append(hook), should, caught_by, without)


class Group:
    """The faults of one group: each on the step of the server (see :class:`Hooks`) that it changes."""

    def __init__(self, name: str, into: dict[str, Fault], *, deep: bool = False) -> None:
        self.name, self.deep = name, deep
        self._into = into
        self.request: Step[Request] = Step(self, lambda hooks: hooks.request)
        self.arrived: Step[float] = Step(self, lambda hooks: hooks.arrived)
        self.instead: Step[Answer | None] = Step(self, lambda hooks: hooks.instead)
        self.authorised: Step[bool] = Step(self, lambda hooks: hooks.authorised)
        self.payload: Step[Body] = Step(self, lambda hooks: hooks.payload)
        self.problem: Step[Problem | None] = Step(self, lambda hooks: hooks.problem)
        self.sent: Step[Body] = Step(self, lambda hooks: hooks.sent)
        self.found: Step[Customer | None] = Step(self, lambda hooks: hooks.found)
        self.written: Step[Customer] = Step(self, lambda hooks: hooks.written)
        self.deleted: Step[Customer | None] = Step(self, lambda hooks: hooks.deleted)
        self.query: Step[ListQuery] = Step(self, lambda hooks: hooks.query)
        self.matching: Step[list[Customer]] = Step(self, lambda hooks: hooks.matching)
        self.shown: Step[list[Customer]] = Step(self, lambda hooks: hooks.shown)
        self.customer: Step[Body] = Step(self, lambda hooks: hooks.customer)
        self.listing: Step[Body] = Step(self, lambda hooks: hooks.listing)
        self.error: Step[Body] = Step(self, lambda hooks: hooks.error)
        self.text: Step[str] = Step(self, lambda hooks: hooks.text)
        self.answer: Step[Answer] = Step(self, lambda hooks: hooks.answer)

    def install(
        self, *, should: bool = False, caught_by: str = "", without: str = ""
    ) -> Callable[[Installer], Installer]:
        """On several steps: the function gets the hooks and adds its own."""

        def register(function: Installer) -> Installer:
            self.add(named(function), inspect.getdoc(function) or "", function, should, caught_by, without)
            return function

        return register

    def add(self, name: str, doc: str, install: Installer, should: bool, caught_by: str, without: str = "") -> None:
        """Register one fault."""
        if name in self._into:
            raise ValueError(f"two faults are named {name}")
        self._into[name] = Fault(
            name, self.name, doc, install, should, caught_by, self.deep, frozenset(without.split())
        )


def named(function: Callable[..., object]) -> str:
    """The name of a function in kebab-case."""
    return function.__name__.replace("_", "-")


def all_faults() -> Mapping[str, Fault]:
    """Every plain fault by its name, group by group."""
    return _loaded("contracts.mock.faults", "FAULTS")


def all_variants() -> Mapping[str, Fault]:
    """Every conforming variant by its name but those that only a deep run asks for."""
    return _loaded("contracts.mock.variants", "VARIANTS")


def deep_faults() -> Mapping[str, Fault]:
    """Every fault by its name that comes later, seldom or at once with others."""
    return _loaded("contracts.mock.deep", "FAULTS")


def deep_variants() -> Mapping[str, Fault]:
    """Every conforming variant by its name that only a deep run asks for."""
    return _loaded("contracts.mock.deep", "VARIANTS")


def hooks_for(faults: Sequence[str], variant: str | None = None) -> Hooks:
    """The hooks of these faults, and of a variant.

    :raises UsageError: an unknown name, with the nearest known ones.
    """
    hooks = Hooks()
    if variant is not None:
        _look_up(variant, {**all_variants(), **deep_variants()}, "variant").install(hooks)
    for name in faults:
        _look_up(name, {**all_faults(), **deep_faults()}, "fault").install(hooks)
    return hooks


def _loaded(package: str, name: str) -> Mapping[str, Fault]:
    """Late, since a faultless server starts without reading a single fault."""
    found: Mapping[str, Fault] = getattr(importlib.import_module(package), name)
    return found


def _look_up(name: str, known: Mapping[str, Fault], kind: str) -> Fault:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see: contracts mock --list"
    raise UsageError(f"unknown {kind} {name!r}; {hint}")
