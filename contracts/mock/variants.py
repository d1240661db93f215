"""Servers that keep the contract in their own way: the suite must pass every one of them."""

from __future__ import annotations

from contracts.mock.registry import Fault

VARIANTS: dict[str, Fault] = {}
"""Every conforming variant by its name."""
