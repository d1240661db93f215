"""A request and an answer as plain values, so that the server can be called without a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass(frozen=True)
class Request:
    """One HTTP request. ``path`` and ``query`` are still percent-encoded; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    query: str = ""

    def header(self, name: str) -> str:
        """The value of the header ``name`` (lower case), or an empty string."""
        return self.headers.get(name, "")

    @property
    def identifier(self) -> str:
        """The last part of the path, decoded: the ``id`` or ``source_id`` that a call about one customer names."""
        return unquote(self.path.rpartition("/")[2])


@dataclass
class Answer:
    """One HTTP answer, down to what is wrong about it on the wire.

    ``sized`` is whether a ``Content-Length`` is sent (else the body goes in chunks), ``sent_bytes`` how many
    bytes of the body really leave before the connection is closed, ``delay`` seconds to wait beforehand.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    sized: bool = True
    sent_bytes: int | None = None
    delay: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of the header ``name``, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def set_header(self, name: str, value: str) -> None:
        """Put ``value`` in the place of every header ``name``."""
        self.drop_header(name)
        self.headers.append((name, value))

    def drop_header(self, name: str) -> None:
        """Leave out every header ``name``."""
        self.headers = [(key, value) for key, value in self.headers if key.lower() != name.lower()]
