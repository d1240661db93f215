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
from contracts.wire import http_date

SLACK = timedelta(days=1)
"""How much older than the run a customer that goes by a name of the run may say it is: clocks and zones are off."""
JUST_NOW = timedelta(minutes=5)
"""How long before its answer a customer without a name of the run was created, by the server's own clock."""


class Ledger:
    """Ids created and deleted. Without a ``path`` it is kept in memory only.

    An id is the run's own when it came back for a name of the run, which nobody else gives, or for no name at all and
    created just now. Whatever else a server answers, what was there before is never deleted.
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
        self.has_lost_nameless = False
        """Was a create without a name sent whose answer never came? Nobody can find what it made."""
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
        if request.method != "POST" or not request.is_authorised or not isinstance(sent, dict):
            return
        source = sent.get("source_id")
        if source is None and "id" in sent:
            return
        own = source is None or (isinstance(source, str) and source.startswith(self.prefix))
        if own and source not in self._intended and source not in self._created.values():
            self._intended[source] = None
            self._write({"intends": source})

    def withdraw(self, request: Request) -> None:
        """There was no connection: what was intended was not even sent. Unless an earlier one was carried out."""
        sent = request.sent.value
        source = sent.get("source_id") if isinstance(sent, dict) else None
        if (source is None or isinstance(source, str)) and source not in self._carried_out:
            self._intended.pop(source, None)

    def observe(self, exchange: Exchange) -> None:
        """Enter what a successful create made."""
        request, value = exchange.request, exchange.value
        if request.method != "POST":
            return
        if exchange.status is None:
            self.has_lost_nameless |= self._is_nameless(request)
            return
        sent = request.sent.value if isinstance(request.sent.value, dict) else {}
        source = sent.get("source_id")
        if "id" not in sent and request.is_authorised:
            self._note_fate(source if isinstance(source, str) else None, exchange.status)
        found = value.get("id") if isinstance(value, dict) and 200 <= exchange.status < 300 else None
        if not isinstance(found, str) or not found or len(found) > 300 or found in self._created:
            return
        if isinstance(source, str) and source in self._known:
            self._foreign.add(found)
        elif found not in self._foreign and self._is_own(exchange, source):
            self._enter(found, source if isinstance(source, str) else None)

    def _note_fate(self, source: str | None, status: int) -> None:
        """A create that was refused, or sent elsewhere, made nobody, unless an earlier one was carried out."""
        if 200 <= status < 300:
            self._carried_out.add(source)
        elif 300 <= status < 500 and source not in self._carried_out:
            self._intended.pop(source, None)

    def found(self, customer_id: str, source: str) -> None:
        """Enter the id under which the target keeps a ``source_id`` of this run."""
        if source.startswith(self.prefix) and customer_id not in self._created:
            self._enter(customer_id, source)

    def _enter(self, customer_id: str, source: str | None) -> None:
        self._created[customer_id] = source
        self._intended.pop(source, None)
        self._write({"created": customer_id, "source_id": source})

    @staticmethod
    def _is_nameless(request: Request) -> bool:
        sent = request.sent.value
        return request.is_authorised and isinstance(sent, dict) and not sent.keys() & {"id", "source_id"}

    def _is_own(self, exchange: Exchange, sent: Any) -> bool:
        answer = exchange.value
        shown, created = answer.get("source_id"), _instant(answer.get("created_at"))
        if sent is None or (shown is None and not isinstance(sent, str)):
            served = http_date(exchange.answer.header("Date")) if exchange.answer else None
            return created is None or created > (served - JUST_NOW if served else self._began - SLACK)
        name = sent if isinstance(sent, str) else shown
        if not isinstance(name, str) or not name.startswith(self.prefix):
            return False
        if isinstance(shown, str) and shown.casefold() != name.casefold():
            return False
        return created is None or created > self._began - SLACK

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


def _instant(text: Any) -> datetime | None:
    """A date-time of RFC 3339 or near it, None for what is none."""
    try:
        read = datetime.fromisoformat(str(text).replace("z", "Z"))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


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
