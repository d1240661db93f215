"""A probe: one plain literal that says what to send. Names of this run stand in it as placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from contracts.exchange import Credentials, Request, json_body

JSON_TYPE = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Source:
    """The ``source_id`` of this run's customer ``name``; its prefix tells the run's customers from all others."""

    name: str


@dataclass(frozen=True)
class Id:
    """The ``id`` that the server gave this run's customer ``name``."""

    name: str


@dataclass(frozen=True)
class Known:
    """The ``source_id`` of the customer at ``index`` of those the run was told of."""

    index: int


class NotYetKnown(LookupError):
    """A placeholder stands for something that the server has not told: the probe cannot be sent."""


@dataclass
class Names:
    """What the placeholders of this run stand for."""

    prefix: str
    known: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """``value`` with every placeholder replaced. Raises NotYetKnown."""
        match value:
            case Source(name):
                return self.prefix + name
            case Id(name):
                if name not in self.ids:
                    raise NotYetKnown(f"the server gave no id for the customer {name!r}")
                return self.ids[name]
            case Known(index):
                if index >= len(self.known):
                    raise NotYetKnown("no customer with activity was named")
                return self.known[index]
            case Mapping():
                return {key: self.fill(below) for key, below in value.items()}
            case list():
                return [self.fill(below) for below in value]
            case _:
                return value


@dataclass(frozen=True)
class Probe:
    """``body`` is a JSON value with placeholders, or ``raw`` bytes in which ``{PREFIX}`` stands for the run's.

    ``creates`` names the customer that a carried-out probe may make: its deletion is kept in reserve.
    ``instead_of`` names a probe that sends the same among other things: this one is for when that was not accepted.
    """

    id: str
    body: Any = None
    raw: str | bytes | None = None
    credentials: Credentials = "run"
    content_type: str | None = "application/json"
    method: str = "POST"
    reads: Any = None
    creates: str | None = None
    needs: frozenset[str] = frozenset()
    instead_of: str | None = None

    def request(self, names: Names, path: str) -> Request:
        """The request of this probe. Raises NotYetKnown."""
        headers = (("Content-Type", self.content_type),) if self.content_type and self.method == "POST" else ()
        if self.reads is not None:
            path = f"{path}/{quote(names.fill(self.reads), safe='')}"
        return Request(self.id, self.method, path, headers, self._body(names), self.credentials)

    def _body(self, names: Names) -> bytes | None:
        if self.method != "POST":
            return None
        if self.raw is not None:
            raw = self.raw if isinstance(self.raw, bytes) else self.raw.encode()
            return raw.replace(b"{PREFIX}", names.prefix.encode())
        return json_body(names.fill(self.body))
