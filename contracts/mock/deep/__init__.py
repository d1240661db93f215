"""Defects that a fixed story of sixty requests does not see: they come later, seldom, or at once with others.

Each is told from the plain ones by ``deep``, and is in a registry of its own: what runs all plain faults leaves these
alone. ``variants`` are servers that keep the contract where these faults break it.
"""

from __future__ import annotations

import importlib

from contracts.mock.registry import Fault, Group

GROUPS: tuple[str, ...] = ("values", "keys", "sequences", "customers", "lists", "races")

FAULTS: dict[str, Fault] = {}
"""Every deep fault by its name, in the order of ``GROUPS``. The modules fill it as they are read."""

VARIANTS: dict[str, Fault] = {}
"""Every variant by its name that a deep run has to pass."""


def deep_group(name: str) -> Group:
    """A group of deep faults."""
    return Group(f"deep-{name}", FAULTS, deep=True)


for _module in (*GROUPS, "variants"):
    importlib.import_module(f"{__name__}.{_module}")
