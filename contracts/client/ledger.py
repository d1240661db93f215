"""What this run created: on disk before the next request goes out, so that even SIGKILL leaves a trace of it.

A line is one JSON object, written through to the disk: first whom it is about, then ``intends`` before a create is
sent, ``created`` with the key that a delete names, ``deleted`` when it is gone. Keys stand there as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from contracts.client import marks
from contracts.client.identity import Identity, as_name
from contracts.client.ledger_file import About, LedgerFile, LedgerLine, free_path, read_ledger
from contracts.errors import DocumentError
from contracts.record.exchange import Exchange, Request
from contracts.spec.security import Security
from contracts.wire import http_date

SLACK = timedelta(days=1)
"""How much older than the run a thing that goes by a name of the run may say it is: clocks and zones are off."""
JUST_NOW = timedelta(minutes=5)
"""How long before its answer a thing without a name of the run was created, by the server's own clock."""


class Ledger:
    """What was created and deleted. Without a ``path`` it is kept in memory only.

    A thing is the run's own when it came back for a name that nobody else gives (with the run's prefix in it, a UUID,
    or a long number); for any other name, or none, when its answer says that it was made just now. Whatever else a
    server answers, what was there before is never deleted.
    """

    def __init__(
        self,
        prefix: str,
        path: Path | None = None,
        known: Iterable[str] = (),
        about: Mapping[str, Any] | None = None,
        identity: Identity | None = None,
    ) -> None:
        self.prefix = prefix
        self.identity = identity or Identity()
        self.path = path
        self._known = frozenset(known)
        self._began = datetime.now(UTC)
        self._created: dict[str, str | None] = {}
        self._sources: Counter[str | None] = Counter()
        """How many of those created go by each name: a broken server makes two of one."""
        self._intended: dict[str | None, None] = {}
        self._foreign: set[str] = set()
        self._others: set[str] = set()
        """Names and keys of things that were there before, and that this run hit upon by a key of its own making."""
        self._tried: set[str] = set()
        """Names sent that others may have given as well, and of which nothing says that this run made the thing."""
        self._maybe_carried_out: set[str | None] = set()
        self._deleted: set[str] = set()
        self._moved: set[str] = set()
        """Names that an answer gave to another thing than before: whom a delete by one of them meant is not known."""
        self.has_deleted = False
        self.has_lost_nameless = False
        """Was a create without a name sent whose answer never came? Nobody can find what it made."""
        self._file: LedgerFile | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = LedgerFile(path)
            self._file.write({"ledger": 2, "prefix": prefix, **(about or {})})

    @property
    def left(self) -> tuple[str, ...]:
        """Created and not yet deleted, oldest first."""
        return tuple(self._created)

    @property
    def unanswered(self) -> tuple[str | None, ...]:
        """Names sent for which nothing came back; None for a thing without one."""
        return tuple(name for name in self._intended if not self._sources[name])

    @property
    def open(self) -> int:
        """Calls that the clean-up needs: one for each that was made, two for each that may have been."""
        return len(self._created) + 2 * (len(self._intended) - (None in self._intended))

    def is_certain(self, name: str) -> bool:
        """Is ``name`` one that only this run can have given?"""
        return marks.is_certain(name, self.prefix)

    def _is_altered(self, sent: str, shown: str) -> bool:
        """Does ``shown`` bear the run's own mark, or as much of ``sent`` as nobody else sends? Not where it is another
        name that was sent: then the answer is about that one, and this one is still to be found."""
        if shown in self._intended or self._sources.get(shown):
            return False
        is_part = min(len(sent), len(shown)) >= marks.TELLING and (sent in shown or shown in sent)
        return marks.is_marked(shown, self.prefix) or is_part

    def is_others(self, request: Request) -> bool:
        """Would ``request`` change or delete what was there before, and is not known to the user?"""
        if not request.is_authorised or request.method in ("GET", "HEAD"):
            return False
        if self.identity.writes(request):
            named = {as_name(self.identity.name(request))}
            named |= {self._server_name(request)} if self._is_create(request) else set()
            return bool(self._others & named)
        steps = {unquote(step) for step in request.path.partition("?")[0].split("/")}
        return bool((self._others | self._tried) & steps)

    def may_create(self, request: Request) -> bool:
        """May ``request`` make something that is not counted yet?"""
        if not self._is_create(request):
            return False
        named = self._server_name(request)
        if named is not None and (named in self._created or named in self._foreign):
            return False
        given = self.identity.name(request)
        name = as_name(given)
        if given is None:
            return True
        return name is not None and name not in self._known and name not in self._intended and not self._sources[name]

    def intend(self, request: Request) -> None:
        """Note a create before it is sent. Raises OSError where that cannot be done: then it must not be sent."""
        if not self._is_create(request):
            return
        given = self.identity.name(request)
        name = as_name(given)
        if (given is None and self.identity.names_server(request)) or (given is not None and name is None):
            return
        if name not in self._known and name not in self._intended and not self._sources[name]:
            if name is not None and not self.is_certain(name) and name not in self._maybe_carried_out:
                self._tried.add(name)
            self._intended[name] = None
            if self._file is not None:
                self._file.write({"intends": name})

    def withdraw(self, request: Request) -> None:
        """There was no connection: what was intended was not even sent. Unless an earlier one was carried out."""
        given = self.identity.name(request)
        name = as_name(given)
        if (given is None or name is not None) and name not in self._maybe_carried_out:
            self._intended.pop(name, None)

    def observe(self, exchange: Exchange) -> None:
        """Enter what a successful create made."""
        request = exchange.request
        self._observe_name(exchange)
        if not self.identity.writes(request):
            self._observe_deletion(exchange)
            return
        given = self.identity.name(request)
        name = as_name(given)
        if exchange.status is None:
            self.has_lost_nameless |= self._is_nameless(request)
            self._maybe_carried_out.add(name)
            return
        if not self.identity.names_server(request) and request.is_authorised and (given is None or name is not None):
            self._note_fate(name, exchange.status)
        found = self.identity.target(exchange) if 200 <= exchange.status < 300 else None
        if found is None or found in self._created:
            return
        if name is not None and name in self._known:
            self._foreign.add(found)
        elif found not in self._foreign and self._is_own(exchange, given):
            self._enter(found, name)
        elif name is not None and not self.is_certain(name):  # it was there before
            self._foreign.add(found)
            self._others |= {name, found}
            self._intended.pop(name, None)

    def _observe_deletion(self, exchange: Exchange) -> None:
        """Enter that a run has deleted one itself: the clean-up has that one no more to do."""
        request, status = exchange.request, exchange.status
        if request.method != "DELETE" or status is None or not 200 <= status < 300 or request.role == "clean-up":
            return
        step = unquote(request.path.partition("?")[0].removesuffix("/").rpartition("/")[2])
        named = [target for target, name in self._created.items() if step == target or step == name not in self._moved]
        if len(named) == 1 and self.identity.delete_path(step) == request.path:
            self.deleted(named[0])

    def _observe_name(self, exchange: Exchange) -> None:
        """Note what an answer calls a thing. One that a read or an update shows by a name of the run's is the run's."""
        if exchange.status is None or not 200 <= exchange.status < 300 or not exchange.request.is_authorised:
            return
        target, shown = self.identity.target(exchange), as_name(self.identity.shown_name(exchange))
        if target is None or shown is None or self.identity.server is None:
            return
        name = self._created.get(target)
        if name is not None and name != shown:
            self._moved |= {name, shown}
        is_known = any(target in some for some in (self._created, self._foreign, self._others, self._deleted))
        # a deleted one: a key of the run's, that a server took for a name
        is_own = marks.is_marked(shown, self.prefix) or shown in self._deleted
        if not self.identity.writes(exchange.request) and not is_known and is_own:
            self._enter(target, shown)

    def _is_create(self, request: Request) -> bool:
        return self.identity.writes(request) and request.is_authorised and isinstance(request.sent.value, dict)

    def _server_name(self, request: Request) -> str | None:
        return as_name(request.sent.value[str(self.identity.server)]) if self.identity.names_server(request) else None

    def _note_fate(self, name: str | None, status: int) -> None:
        """A create that was refused, or sent elsewhere, made nothing, unless an earlier one was carried out."""
        if 200 <= status < 300:
            self._maybe_carried_out.add(name)
        elif 300 <= status < 500 and name not in self._maybe_carried_out:
            self._intended.pop(name, None)

    def found(self, target: str, name: str) -> None:
        """Enter the key under which the server keeps what this run called ``name``."""
        if self.is_certain(name) and target not in self._created:
            self._enter(target, name)

    def _enter(self, target: str, name: str | None) -> None:
        self._tried -= {target, name}
        self._created[target] = name
        self._sources[name] += 1
        self._intended.pop(name, None)
        self._write({"created": target, "name": name})

    def _is_nameless(self, request: Request) -> bool:
        has_name = self.identity.name(request) is not None or self.identity.names_server(request)
        return self._is_create(request) and not has_name

    def _is_own(self, exchange: Exchange, given: Any) -> bool:
        sent, shown = as_name(given), self.identity.shown_name(exchange)
        if given is None or (shown is None and sent is None):
            return self._is_new(exchange) is not False
        name = sent if sent is not None else as_name(shown)
        if name is None:
            return False
        if shown is not None and str(shown).casefold() != name.casefold():
            return self._is_altered(name, str(shown)) and self._is_new(exchange) is True
        if not self.is_certain(name):
            return self._is_new(exchange) is True
        made = self._made(exchange)
        return made is None or made > self._began - SLACK

    def _is_new(self, exchange: Exchange) -> bool | None:
        """Does the answer say that the thing was made just now? None where it says nothing of that."""
        if exchange.status == 201:
            return True
        made = self._made(exchange)
        if made is not None:
            served = http_date(exchange.answer.header("Date")) if exchange.answer else None
            slack = JUST_NOW if served else SLACK
            if (served or self._began) - made > slack:
                return False
            return True if made - (served or datetime.now(UTC)) < slack else None
        if not self.identity.is_upsert:
            return True
        return False if self.identity.tells_new else None

    def _made(self, exchange: Exchange) -> datetime | None:
        shown = exchange.value if isinstance(exchange.value, dict) else {}
        moments = (_instant(shown.get(name)) for name in self.identity.moments)
        return next((one for one in moments if one is not None), None)

    def gone(self, name: str) -> None:
        """Nothing has this name."""
        self._intended.pop(name, None)
        self._write({"gone": name})

    def deleted(self, target: str) -> None:
        if target in self._created:
            name = self._created.pop(target)
            self._deleted.add(target)
            self._sources[name] -= 1
            self._intended.pop(name, None)
            self.has_deleted = True
            self._write({"deleted": target})

    def close(self, *, keep: bool = True) -> None:
        """Close the file; without ``keep`` it is removed once nothing is left to delete."""
        if self._file is not None:
            self._file.close()
            self._file = None
            if not keep and self.path is not None and not self._created and not any(self.unanswered):
                self.path.unlink(missing_ok=True)

    def _write(self, line: Mapping[str, Any]) -> None:
        """Note what is known already: should the disk be full, the clean-up goes on without it."""
        if self._file is not None:
            self._file.try_to_write(line)

    def _take(self, line: LedgerLine) -> None:
        """Do what a line of the file says was done."""
        if isinstance(line.created, str):
            self._enter(line.created, line.name)
        elif isinstance(line.gone, str):
            self.gone(line.gone)
        elif isinstance(line.deleted, str):
            self.deleted(line.deleted)
        elif line.intends is None or isinstance(line.intends, str):
            self._intended[line.intends] = None


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


def reopened(path: Path) -> tuple[Ledger, About]:
    """The ledger of an earlier run, and whom it is about. Raises DocumentError for what is none."""
    about, lines = read_ledger(path)
    ledger = Ledger(about.prefix, identity=about.identity)
    for line in lines:
        ledger._take(line)
    try:
        ledger.path, ledger._file = path, LedgerFile(path)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be written to ({error.strerror}), and must be to clean up") from None
    return ledger, about


def set_aside(path: Path) -> None:
    """Make room for the ledger of a new run: one that has something left to delete, or cannot be read, is renamed."""
    if not path.is_symlink() and not path.exists():
        return
    try:
        old, about = reopened(path)
    except DocumentError:
        path.rename(free_path(path.with_name(f"{path.name}.unreadable")))
        return
    old.close()
    if old.left or any(old.unanswered):
        path.rename(free_path(path.with_name(f"ledger-{about.prefix.rstrip('-')}.ndjson")))
    else:
        path.unlink()


def about_line(
    target: str, identity: Identity, security: Security, headers: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """What the first line of a ledger says beside its prefix."""
    about = About("", target, identity, security, tuple(headers))
    made: dict[str, Any] = msgspec.to_builtins(about)
    del made["prefix"]
    return made
