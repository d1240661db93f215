"""One answer as facts that can be laid beside those of another run: status, headers, members, the order of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.compare.values import Clock, tokens, without_prefix
from contracts.record.exchange import Exchange
from contracts.record.run import Run
from contracts.wire import MISSING, path_text

DEEPEST = 60


@dataclass(frozen=True)
class Facts:
    """``headers`` by lower-case name, ``members`` by JSON path, ``orders`` the names of each object in their order."""

    exchange: Exchange
    status: int | None
    headers: dict[str, str]
    members: dict[str, Any]
    orders: dict[str, tuple[str, ...]]
    text: str | None
    """The body where it is no JSON."""
    problems: tuple[str, ...]
    failure: str | None


@dataclass(frozen=True)
class Side:
    """One run, ready to be compared."""

    run: Run

    @cached_property
    def clock(self) -> Clock:
        return Clock.of(self.run.header.started)

    @cached_property
    def facts(self) -> tuple[Facts, ...]:
        """Of every exchange but those that the rate limit refused: they say nothing of the build."""
        return tuple(_facts(one, self.run.header.prefix) for one in self.run.exchanges if one.status != 429)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every name made up by a machine that an answer of the run shows."""
        shown = (value for f in self.facts for value in (*f.members.values(), *f.headers.values(), f.text))
        return frozenset(token for value in shown for token in tokens(value))


def _facts(exchange: Exchange, prefix: str) -> Facts:
    answer = exchange.answer
    members: dict[str, Any] = {}
    orders: dict[str, tuple[str, ...]] = {}
    headers: dict[str, str] = {}
    text: str | None = None
    problems: tuple[str, ...] = ()
    if answer is not None:
        for name, value in answer.headers:
            lower = name.lower()
            value = without_prefix(value, prefix)
            headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
        if headers.get("content-length") == str(len(answer.body)):
            headers["content-length"] = "the length of the body"
        problems = tuple(kind for kind, _ in answer.reading.problems)
        if answer.reading.value is MISSING:
            text = without_prefix(answer.body.decode("utf-8", errors="backslashreplace"), prefix)
        else:
            for path, value in _members(answer.reading.value, (), prefix):
                members[path_text(path)] = value
                if isinstance(value, dict):
                    orders[path_text(path)] = tuple(without_prefix(name, prefix) for name in value)
    failure = exchange.failure or (answer.cut if answer else None)
    return Facts(exchange, exchange.status, headers, members, orders, text, problems, failure)


def _members(value: Any, path: tuple[str | int, ...], prefix: str) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, without_prefix(value, prefix) if isinstance(value, str) else value
    if len(path) > DEEPEST:
        return
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _members(below, (*path, without_prefix(name, prefix)), prefix)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _members(below, (*path, index), prefix)
