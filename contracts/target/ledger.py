"""What this run created: on disk before the next request goes out, so that even SIGKILL leaves a trace of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from contracts.exchange import Exchange


class Ledger:
    """Ids created and deleted, one JSON line each. Without a ``path`` it is kept in memory only.

    An id counts as created by this run when a request that names no known customer answered with it for the
    first time. What is known is never touched.
    """

    def __init__(self, prefix: str, path: Path | None = None, known: Iterable[str] = ()) -> None:
        self.prefix = prefix
        self._known = frozenset(known)
        self._created: dict[str, None] = {}
        self._foreign: set[str] = set()
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")

    @property
    def left(self) -> tuple[str, ...]:
        """Created and not yet deleted, oldest first."""
        return tuple(self._created)

    def observe(self, exchange: Exchange) -> None:
        """Enter what a successful create made."""
        request, value = exchange.request, exchange.value
        if request.method != "POST" or exchange.status is None or not 200 <= exchange.status < 300:
            return
        found = value.get("id") if isinstance(value, dict) else None
        if not isinstance(found, str) or not found or len(found) > 300 or found in self._created:
            return
        sent = request.sent.value
        source = sent.get("source_id") if isinstance(sent, dict) else None
        if isinstance(source, str) and source in self._known:
            self._foreign.add(found)
        elif found not in self._foreign:
            self._created[found] = None
            self._write({"created": found})

    def deleted(self, customer_id: str) -> None:
        if customer_id in self._created:
            del self._created[customer_id]
            self._write({"deleted": customer_id})

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, line: dict[str, str]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
