"""Servers that keep the contract in their own way: the suite must pass every one of them.

They differ where the contract leaves a choice or is silent (``odd``), by where they stand (``deployed``), or break no
more than a SHOULD, and say so by ``should`` (``lenient``): those fail under ``--strict`` alone.
"""

from __future__ import annotations

import importlib

from contracts.mock.registry import Fault, Group

VARIANTS: dict[str, Fault] = {}
"""Every conforming variant by its name. The modules fill it as they are read."""

variants = Group("variants", VARIANTS)

for _module in ("odd", "deployed", "lenient"):
    importlib.import_module(f"{__name__}.{_module}")
