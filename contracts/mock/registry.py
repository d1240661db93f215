"""Faults and variants by name, each a record that says what is wrong with the server that has it."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from contracts.errors import UsageError
from contracts.mock.answers import Problem
from contracts.mock.hooks import Body, Hook, Hooks
from contracts.mock.store import Customer
from contracts.mock.wire import Answer, Request

Value = TypeVar("Value")
Register = Callable[[Hook[Value]], Hook[Value]]
Installer = Callable[[Hooks], None]


@dataclass(frozen=True)
class Fault:
    """One deliberate defect (or, of the group ``variants``, one conforming oddity).

    ``should`` is whether it breaks no more than a SHOULD; ``caught_by`` is the id of the clause it is made
    for, empty for a variant.
    """

    name: str
    group: str
    doc: str
    install: Installer
    should: bool = False
    caught_by: str = ""


class Group:
    """Registers functions as the faults of one group, each on the step of the server that it changes.

    The name of the fault is that of its function, ``in-kebab-case``; its docstring is what is wrong.
    """

    def __init__(self, name: str, into: dict[str, Fault]) -> None:
        self.name = name
        self._into = into

    def request(self, *, should: bool = False, caught_by: str = "") -> Register[Request]:
        """On what came in."""
        return self._on(lambda hooks: hooks.request, should, caught_by)

    def instead(self, *, should: bool = False, caught_by: str = "") -> Register[Answer | None]:
        """On an answer in place of all that follows."""
        return self._on(lambda hooks: hooks.instead, should, caught_by)

    def authorised(self, *, should: bool = False, caught_by: str = "") -> Register[bool]:
        """On whether the caller may call."""
        return self._on(lambda hooks: hooks.authorised, should, caught_by)

    def payload(self, *, should: bool = False, caught_by: str = "") -> Register[Body]:
        """On the JSON object before it is validated."""
        return self._on(lambda hooks: hooks.payload, should, caught_by)

    def problem(self, *, should: bool = False, caught_by: str = "") -> Register[Problem | None]:
        """On why an upsert is refused."""
        return self._on(lambda hooks: hooks.problem, should, caught_by)

    def sent(self, *, should: bool = False, caught_by: str = "") -> Register[Body]:
        """On the fields about to be written."""
        return self._on(lambda hooks: hooks.sent, should, caught_by)

    def found(self, *, should: bool = False, caught_by: str = "") -> Register[Customer | None]:
        """On the customer that the call is about."""
        return self._on(lambda hooks: hooks.found, should, caught_by)

    def written(self, *, should: bool = False, caught_by: str = "") -> Register[Customer]:
        """On the customer as stored by an upsert."""
        return self._on(lambda hooks: hooks.written, should, caught_by)

    def customer(self, *, should: bool = False, caught_by: str = "") -> Register[Body]:
        """On the body of a successful answer."""
        return self._on(lambda hooks: hooks.customer, should, caught_by)

    def error(self, *, should: bool = False, caught_by: str = "") -> Register[Body]:
        """On the body of an error answer."""
        return self._on(lambda hooks: hooks.error, should, caught_by)

    def text(self, *, should: bool = False, caught_by: str = "") -> Register[str]:
        """On the JSON text of an answer."""
        return self._on(lambda hooks: hooks.text, should, caught_by)

    def answer(self, *, should: bool = False, caught_by: str = "") -> Register[Answer]:
        """On status, headers and bytes of an answer."""
        return self._on(lambda hooks: hooks.answer, should, caught_by)

    def install(self, *, should: bool = False, caught_by: str = "") -> Callable[[Installer], Installer]:
        """On several steps: the function gets the hooks and adds its own."""

        def register(function: Installer) -> Installer:
            self._add(function, function, should, caught_by)
            return function

        return register

    def _on(self, step: Callable[[Hooks], list[Hook[Value]]], should: bool, caught_by: str) -> Register[Value]:
        def register(function: Hook[Value]) -> Hook[Value]:
            self._add(function, lambda hooks: step(hooks).append(function), should, caught_by)
            return function

        return register

    def _add(self, function: Callable[..., object], install: Installer, should: bool, caught_by: str) -> None:
        name = function.__name__.replace("_", "-")
        if name in self._into:
            raise ValueError(f"two faults are named {name}")
        self._into[name] = Fault(name, self.name, inspect.getdoc(function) or "", install, should, caught_by)


def all_faults() -> Mapping[str, Fault]:
    """Every fault by its name, group by group."""
    return _loaded("contracts.mock.faults", "FAULTS")


def all_variants() -> Mapping[str, Fault]:
    """Every conforming variant by its name."""
    return _loaded("contracts.mock.variants", "VARIANTS")


def hooks_for(faults: Sequence[str], variant: str | None = None) -> Hooks:
    """The hooks of these faults, and of a variant.

    :raises UsageError: an unknown name, with the nearest known ones.
    """
    hooks = Hooks()
    if variant is not None:
        _look_up(variant, all_variants(), "variant").install(hooks)
    for name in faults:
        _look_up(name, all_faults(), "fault").install(hooks)
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
