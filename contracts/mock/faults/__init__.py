"""Deliberate defects of the server, one module for each part of the contract.

Each proves that the suite sees what it claims to see. They imitate servers found in the wild: a driver that
gives back decimals, a cache that serves the old customer, a framework that answers errors in HTML.
"""

from __future__ import annotations

import importlib

from contracts.mock.registry import Fault

GROUPS: tuple[str, ...] = (
    "required",
    "value_types",
    "dates",
    "nullability",
    "echo",
    "metadata",
    "upsert",
    "activity",
    "refused",
    "crashes",
    "protocol",
    "auth",
    "leakage",
)

FAULTS: dict[str, Fault] = {}
"""Every fault by its name, in the order of ``GROUPS``. The modules fill it as they are read."""

for _group in GROUPS:
    importlib.import_module(f"contracts.mock.faults.{_group}")
