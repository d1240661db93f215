"""How the run knows again what it made: by which keys things are named, and by which a delete names its target.

Plain data, so that it stands in the ledger: ``contracts cleanup`` needs no document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from contracts.record.exchange import Exchange, Request
from contracts.spec.flat import types_of
from contracts.spec.resource import Resource

LONGEST = 300
"""Characters of an identifier beyond which it names nothing."""
_PARAMETER = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True)
class Identity:
    """``method`` and ``path`` are those of the write, ``deletes`` and ``reads`` paths with the key as ``{key}``.

    ``server`` is the member of an answer that a delete names, None where a delete names the client's key.
    """

    method: str = "POST"
    path: str = ""
    in_path: str | None = None
    """The client's key that stands in the path of the write."""
    client: tuple[str, ...] = ()
    server: str | None = None
    server_types: tuple[str, ...] = ()
    """The JSON types that the document gives that member, empty where it says none."""
    moments: tuple[str, ...] = ()
    """Members that say when it was made."""
    is_upsert: bool = False
    tells_new: bool = False
    """Does the status of a write tell what is new (201) from what was there before?"""
    deletes: str | None = None
    takes_client: bool = False
    """Does a delete take the client's key as well?"""
    reads: str | None = None
    why_kept: str = field(default="the document declares no operation that deletes")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = _PARAMETER.split(self.path)
        return re.compile("([^/]+)".join(map(re.escape, parts)))

    def writes(self, request: Request) -> bool:
        """Does ``request`` ask for the operation that makes one?"""
        plain = request.path.partition("?")[0]
        return request.method == self.method and self._pattern.fullmatch(plain) is not None

    def name(self, request: Request) -> Any:
        """What the client calls the thing that a write is about: the value of its first key, None where it has none."""
        sent = request.sent.value
        if self.in_path is not None:
            match = self._pattern.fullmatch(request.path.partition("?")[0])
            return unquote(match[1]) if match else None
        return next((sent[key] for key in self.client if sent.get(key) is not None), None) if _is_object(sent) else None

    def names_server(self, request: Request) -> bool:
        """Does it name a thing by the server's key?"""
        return self.server is not None and _is_object(request.sent.value) and self.server in request.sent.value

    def shown_name(self, exchange: Exchange) -> Any:
        """What an answer says that the client calls it."""
        shown = exchange.value
        return (
            next((shown[key] for key in self.client if shown.get(key) is not None), None) if _is_object(shown) else None
        )

    def target(self, exchange: Exchange) -> str | None:
        """What a delete has to name to delete what ``exchange`` shows, as text."""
        if self.server is not None:
            shown = exchange.value.get(self.server) if _is_object(exchange.value) else None
            is_number = not self.server_types or bool({"integer", "number"} & set(self.server_types))
            is_wrong = isinstance(shown, int) and not is_number
            return None if is_wrong else as_name(shown)
        return as_name(self.name(exchange.request)) or as_name(self.shown_name(exchange))

    def delete_path(self, name: str) -> str | None:
        return None if self.deletes is None else _at(self.deletes, name)

    def read_path(self, name: str) -> str | None:
        return None if self.reads is None else _at(self.reads, name)


def identity_of(resource: Resource) -> Identity:
    """The identity of what ``resource`` is about."""
    write, delete, read = resource.write, resource.operation("delete"), resource.operation("read")
    deletes = delete.path if delete is not None else resource.item_path
    reads = read.path if read is not None else resource.item_path
    key = resource.clean_up_key
    is_clients = key is not None and key in resource.client_keys
    declared = delete.parameter(delete.path_parameters[-1]) if delete is not None and delete.path_parameters else None
    return Identity(
        method=write.method,
        path=write.path,
        in_path=resource.key_in_path,
        client=resource.client_keys,
        server=None if is_clients else key,
        server_types=_types(resource, key),
        moments=resource.set_on_create,
        is_upsert=write.effect == "upsert",
        tells_new=write.effect == "upsert" and {200, 201} <= write.success,
        deletes=_with_key(deletes) if key is not None else None,
        takes_client=is_clients or (delete is None) or (declared is not None and "client" in declared.meaning.key),
        reads=_with_key(reads),
        why_kept="the document declares no operation that deletes"
        if deletes is None
        else "no member of an answer is what the path of the delete takes",
    )


def _types(resource: Resource, key: str | None) -> tuple[str, ...]:
    member = resource.write.answer.member((key,)) if key is not None and resource.write.answer else None
    return () if member is None else types_of(member.flat)


def as_name(value: Any) -> str | None:
    """A key's value as it stands in a path; None where it cannot stand there."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    if not 0 < len(text) <= LONGEST or text in (".", "..") or any("\ud800" <= char <= "\udfff" for char in text):
        return None
    return text


def _with_key(path: str | None) -> str | None:
    """``path`` with ``{key}`` where its one parameter stands; None where it has none or several."""
    if path is None or len(_PARAMETER.findall(path)) != 1:
        return None
    return _PARAMETER.sub("{key}", path)


def _at(path: str, name: str) -> str:
    return path.replace("{key}", quote(name, safe=""))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
