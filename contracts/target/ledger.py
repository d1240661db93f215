"""What this run created: on disk before the next request goes out, so that even SIGKILL leaves a trace of it.

A line is one JSON object, written through to the disk: first whom it is about, then ``intends`` before a create is
sent, ``created`` with the id that came back, ``deleted`` when it is gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from contracts.errors import DocumentError
from contracts.exchange import Exchange, Request

SLACK = timedelta(days=1)
"""How much older than the run a customer of the run may say it is: clocks and zones are off, years are not."""


class Ledger:
    """Ids created and deleted. Without a ``path`` it is kept in memory only.

    An id is the run's own when a request that names no known customer answered with it, the answer is about the
    customer that was sent, and that customer is no older than the run. Whatever else a server answers, what was
    there before is never deleted.
    """

    def __init__(
        self,
        prefix: str,
        path: Path | None = None,
        known: Iterable[str] = (),
        about: Mapping[str, str] | None = None,
    ) -> None:
        self.prefix = prefix
        self.path = path
        self._known = frozenset(known)
        self._began = datetime.now(UTC)
        self._created: dict[str, str | None] = {}
        self._intended: dict[str | None, None] = {}
        self._foreign: set[str] = set()
        self._carried_out: set[str | None] = set()
        self.has_deleted = False
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
            self._write({"ledger": 1, "prefix": prefix, **(about or {})})

    @property
    def left(self) -> tuple[str, ...]:
        """Created and not yet deleted, oldest first."""
        return tuple(self._created)

    @property
    def unanswered(self) -> tuple[str | None, ...]:
        """``source_id``s sent for which no id came back; None for a customer without one."""
        answered = set(self._created.values())
        return tuple(source for source in self._intended if source not in answered)

    def intend(self, request: Request) -> None:
        """Note a create before it is sent."""
        sent = request.sent.value
        if request.method != "POST" or request.credentials != "run" or not isinstance(sent, dict):
            return
        source = sent.get("source_id")
        if source is None and "id" in sent:
            return
        own = source is None or (isinstance(source, str) and source.startswith(self.prefix))
        if own and source not in self._intended and source not in self._created.values():
            self._intended[source] = None
            self._write({"intends": source})

    def observe(self, exchange: Exchange) -> None:
        """Enter what a successful create made."""
        request, value = exchange.request, exchange.value
        if request.method != "POST" or exchange.status is None:
            return
        sent = request.sent.value if isinstance(request.sent.value, dict) else {}
        source = sent.get("source_id")
        if "id" not in sent and request.credentials == "run":
            self._note_fate(source if isinstance(source, str) else None, exchange.status)
        found = value.get("id") if isinstance(value, dict) and 200 <= exchange.status < 300 else None
        if not isinstance(found, str) or not found or len(found) > 300 or found in self._created:
            return
        if isinstance(source, str) and source in self._known:
            self._foreign.add(found)
        elif found not in self._foreign and self._is_own(value, source):
            self._enter(found, source if isinstance(source, str) else None)

    def _note_fate(self, source: str | None, status: int) -> None:
        """A create that was refused made nobody, unless an earlier one was carried out."""
        if 200 <= status < 300:
            self._carried_out.add(source)
        elif 400 <= status < 500 and source not in self._carried_out:
            self._intended.pop(source, None)

    def found(self, customer_id: str, source: str) -> None:
        """Enter the id under which the target keeps a ``source_id`` of this run."""
        if source.startswith(self.prefix) and customer_id not in self._created:
            self._enter(customer_id, source)

    def _enter(self, customer_id: str, source: str | None) -> None:
        self._created[customer_id] = source
        self._intended.pop(source, None)
        self._write({"created": customer_id, "source_id": source})

    def _is_own(self, answer: Mapping[str, Any], sent: Any) -> bool:
        shown = answer.get("source_id")
        if isinstance(sent, str) and isinstance(shown, str) and shown.casefold() != sent.casefold():
            return False
        try:
            created = datetime.fromisoformat(str(answer.get("created_at", "")).replace("z", "Z"))
        except ValueError:
            return True
        created = created if created.tzinfo else created.replace(tzinfo=UTC)
        return created > self._began - SLACK

    def gone(self, source: str) -> None:
        """Nobody has this ``source_id``."""
        self._intended.pop(source, None)
        self._write({"gone": source})

    def deleted(self, customer_id: str) -> None:
        if customer_id in self._created:
            self._intended.pop(self._created.pop(customer_id), None)
            self.has_deleted = True
            self._write({"deleted": customer_id})

    def close(self, *, keep: bool = True) -> None:
        """Close the file; without ``keep`` it is removed once nothing is left to delete."""
        if self._file is not None:
            self._file.close()
            self._file = None
            if not keep and self.path is not None and not self._created and not any(self.unanswered):
                self.path.unlink(missing_ok=True)

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where ledgers of runs without ``--report`` are kept (XDG Base Directory Specification)."""
    base = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "voucherify-contracts"


def reopened(path: Path) -> tuple[Ledger, dict[str, str]]:
    """The ledger of an earlier run, and whom it is about. Raises DocumentError for what is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path}: cannot be read as a ledger ({type(error).__name__})") from None
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except ValueError:
            if number == len(lines):
                break  # the line that was being written when the run was killed
            raise DocumentError(f"{path}: line {number} is no line of a ledger") from None
        if not isinstance(record, dict):
            raise DocumentError(f"{path}: line {number} is no line of a ledger")
        records.append(record)
    if not records or records[0].get("ledger") != 1 or not all(records[0].get(k) for k in ("prefix", "target", "path")):
        raise DocumentError(f"{path}: does not begin as a ledger does; name a run's report folder or its ledger.ndjson")
    about = {key: str(records[0][key]) for key in ("prefix", "target", "path")}
    ledger = Ledger(about["prefix"])
    for record in records[1:]:
        if "intends" in record:
            ledger._intended[record["intends"]] = None
        elif "created" in record:
            ledger._enter(str(record["created"]), record.get("source_id"))
        elif "gone" in record:
            ledger.gone(str(record["gone"]))
        elif "deleted" in record:
            ledger.deleted(str(record["deleted"]))
    ledger.path, ledger._file = path, path.open("a", encoding="utf-8")
    return ledger, about
