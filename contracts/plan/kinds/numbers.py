"""Numbers within the bounds that a schema declares, at their ends, and around the limits of machine types."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from contracts.plan.kinds.kind import Kind, Standing

WIDE = 2**53 - 1
"""The largest integer that every JSON reader keeps (RFC 8259, section 6)."""


def integer_kinds(flat: dict[str, Any]) -> tuple[Kind, ...]:
    """Kinds of a member of type integer."""
    step = _step(flat)
    low, high = bounds(flat)
    first, last = (
        math.ceil(low / step) if low is not None else None,
        math.floor(high / step) if high is not None else None,
    )
    wide = 2**31 - 1 if flat.get("format") == "int32" else WIDE
    floor = first if first is not None else min(-(10**6), (last or 0) - 10**6)
    top = last if last is not None else max(10**6, floor + 10**6)
    near = (max(floor, min(1, top)), min(top, max(floor, 10**4)))

    def multiple(of: int) -> int:
        return int(of * step)

    def make() -> Iterator[Kind]:
        yield _kind("plain", "required", lambda c: multiple(c.randint(*near)), lambda v: True)
        if first is not None:
            yield _at("the minimum", multiple(first), "required")
        if last is not None:
            yield _at("the maximum", multiple(last), "required")
        if floor <= 0 <= top:
            yield _at("zero", 0)
        for name, low_end, high_end, fits in (
            ("negative", max(floor, min(top, -1) - 10**4), min(top, -1), lambda v: v < 0),
            ("beyond 255", max(floor, 256), min(top, max(floor, 256) + 60000), lambda v: abs(v) > 255),
        ):
            if low_end <= high_end:
                yield _kind(name, "valid", _whole(low_end, high_end, step), fits)
        if last is None and wide > 2**31:
            yield _kind(
                "beyond 32 bits",
                "valid",
                lambda c: multiple(c.randint(2**31, 2**40) // max(1, int(step))),
                lambda v: abs(v) >= 2**31,
            )

    return tuple(make())


def number_kinds(flat: dict[str, Any]) -> tuple[Kind, ...]:
    """Kinds of a member of type number."""
    if "multipleOf" in flat:
        return _multiples(flat)
    low, high = bounds(flat)
    floor = low if low is not None else min(-(10.0**4), (high or 0) - 10.0**4)
    top = high if high is not None else max(10.0**4, floor + 10.0**4)

    def inside(chance: Random) -> float:
        drawn = round(chance.uniform(max(floor, min(0.0, top)), min(top, max(floor, 1000.0))), 2)
        return drawn if floor <= drawn <= top else floor

    def make() -> Iterator[Kind]:
        yield _kind("plain", "required", inside, lambda v: True)
        for name, end, is_open in (("the minimum", low, "exclusiveMinimum"), ("the maximum", high, "exclusiveMaximum")):
            if end is not None and not flat.get(is_open):
                yield _at(name, end, "required")
        if math.ceil(floor) <= math.floor(top):
            yield _kind(
                "whole",
                "valid",
                lambda c: (
                    c.randint(max(math.ceil(floor), -1000), min(math.floor(top), 1000))
                    if floor <= 1000 and top >= -1000
                    else math.ceil(floor)
                ),
                lambda v: float(v).is_integer(),
            )
        if top - floor > 0.01:
            yield _kind("three decimals", "valid", _fraction(floor, min(top, floor + 1000)), _has_fraction)
        if (negative := min(top, -0.01)) > floor:
            low_end = max(floor, negative - 1000)
            yield _kind(
                "negative", "valid", lambda c: max(floor, round(c.uniform(low_end, negative), 2)), lambda v: v < 0
            )
        if floor <= 0 <= top:
            yield _at("zero", 0)

    return tuple(make())


def _whole(low: int, high: int, step: float) -> Callable[[Random], int]:
    """A multiple of ``step`` from ``low`` to ``high`` steps."""
    return lambda chance: int(chance.randint(low, high) * step)


def _fraction(low: float, high: float) -> Callable[[Random], float]:
    """A number between ``low`` and ``high`` that is no multiple of a hundredth."""

    def draw(chance: Random) -> float:
        for _ in range(20):
            drawn = round(low + (high - low) * chance.randint(1, 998) / 1000 + 0.001, 6)
            if low <= drawn <= high and _has_fraction(drawn):
                return drawn
        return low + (high - low) / 3

    return draw


def _has_fraction(value: Any) -> bool:
    return isinstance(value, float) and not (value * 100).is_integer()


def bounds(flat: dict[str, Any]) -> tuple[float | None, float | None]:
    """The least and the greatest number allowed; exclusive ones are moved inwards, for integers to the next one."""
    low, high = flat.get("minimum"), flat.get("maximum")
    moved = 1 if flat.get("type") == "integer" else 0.01
    for name, sign in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        said = flat.get(name)
        end = low if sign > 0 else high
        if said is True and end is not None:
            end = end + sign * moved
        elif isinstance(said, int | float) and not isinstance(said, bool):
            end = said + sign * moved
        low, high = (end, high) if sign > 0 else (low, end)
    return low, high


def _multiples(flat: dict[str, Any]) -> tuple[Kind, ...]:
    step = _step(flat)
    low, high = bounds(flat)
    first = math.ceil(low / step) if low is not None else 0
    last = math.floor(high / step) if high is not None else first + 1000
    ends = [("the minimum", first * step, low), ("the maximum", last * step, high)]
    return (
        _kind("plain", "required", lambda c: round(c.randint(first, max(first, last)) * step, 9), lambda v: True),
        *(_at(name, round(end, 9), "valid") for name, end, bound in ends if bound is not None and last >= first),
        *([_at("zero", 0)] if first <= 0 <= last else []),
    )


def _step(flat: dict[str, Any]) -> float:
    step = flat.get("multipleOf", 1)
    return step if isinstance(step, int | float) and step > 0 else 1


def _at(name: str, value: float, standing: Standing = "valid") -> Kind:
    return _kind(name, standing, lambda chance: value, lambda other: other == value)


def _kind(name: str, standing: Standing, draw: Callable[[Random], Any], fits: Callable[[Any], bool]) -> Kind:
    def is_number(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and fits(value)

    return Kind(name, standing, draw, is_number)
