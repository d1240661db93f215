"""What a document suggests about meaning: each guess with its reason, for a person to confirm.

Names, formats, ``readOnly``, paths and words of descriptions suggest; none of them promises. So nothing here is judged
by: ``contracts overlay`` prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.spec.flat import is_nullable, types_of
from contracts.spec.members import Member
from contracts.spec.money import is_money
from contracts.spec.operation import Operation, dereferenced

_UPSERT = re.compile(
    r"upsert|creates?\W+or\W+(?:\w+\W+)?updat\w+|adds?\W+or\W+updat\w+|already\W+exist\w*[^.]*updat\w+"
    r"|updat[^.]*already\W+exist\w*",
    re.IGNORECASE,
)
_UNIQUE = re.compile(r"\b(?:unique|uniquely)\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\bidentif(?:ier|ies|y)\b", re.IGNORECASE)
_LIKE_AN_ID = re.compile(r"(?:^|_|-|\b)(?:id|key|code|sku|slug|number|uuid|guid)$|[a-z]Id$", re.IGNORECASE)
_CREATED = re.compile(r"creat[a-z]*|opened|inserted|registered", re.IGNORECASE)
_WRITTEN = re.compile(r"updat[a-z]*|modif[a-z]*|chang[a-z]*|edited", re.IGNORECASE)
_MINOR_UNITS = re.compile(r"\b(?:in|of)\s+(?:cents|pence)\b|\bminor\s+(?:currency\s+)?units?\b", re.IGNORECASE)
_DEPRECATED = re.compile(r"deprecated|obsolete|\binstead\b", re.IGNORECASE)
_PREFIX = re.compile(r"[A-Za-z]{2,10}_(?=\w{4,})")
_PHONES = frozenset({"phone", "phone_number", "phonenumber", "mobile", "telephone", "tel"})
_PAGING = {
    "limit": "limit", "per_page": "limit", "perpage": "limit", "page_size": "limit", "pagesize": "limit",
    "page": "number", "page_number": "number", "pagenumber": "number",
    "order": "order", "sort": "order", "order_by": "order", "sort_by": "order", "orderby": "order", "sortby": "order",
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """``says`` are keys of ``x-contract`` for what stands at ``pointer``. ``is_sure`` means no more than likely."""

    pointer: str
    says: dict[str, Any]
    reason: str
    is_sure: bool = True


def text_of(holder: dict[str, Any]) -> str:
    """What a schema or an operation says of itself in prose."""
    return " ".join(str(holder[key]) for key in ("summary", "description") if isinstance(holder.get(key), str))


def effect_of(operation: Operation, declared: dict[str, Any], *, on_item: bool, has_create: bool) -> tuple[str, str]:
    """The likely effect of an operation, and why. ``has_create``: a POST on the collection makes one."""
    method = operation.method
    if not on_item:
        if method == "GET":
            return "list", "GET on the collection"
        return _creating(operation, declared, "POST on the collection creates")
    if method == "PUT" and not has_create:
        return "upsert", "PUT on one of them, and no other operation creates one"
    if method in ("PUT", "PATCH", "POST"):
        return "update", f"{method} on one of them"
    return ("read", "GET on one of them") if method == "GET" else ("delete", "DELETE on one of them")


def _creating(operation: Operation, declared: dict[str, Any], otherwise: str) -> tuple[str, str]:
    said = f"{text_of(declared)} {operation.operation_id}"
    if match := _UPSERT.search(said):
        return "upsert", f"its description says {match[0]!r}"
    if {200, 201} <= operation.success:
        return "upsert", "it answers 200 and 201: one for a known one, one for a new one"
    return "create", f"{otherwise}; say upsert where a known key updates"


@dataclass(frozen=True)
class Members:
    """The members that the write of a resource sends and that its answers show, by name, and the path's parameter."""

    sent: dict[str, Member]
    shown: dict[str, Member]
    parameter: str | None

    def is_servers(self, name: str) -> bool:
        """Is it shown, and not for a client to write?"""
        return name in self.shown and (name not in self.sent or self._flag(name, "readOnly"))

    def _flag(self, name: str, key: str) -> bool:
        return any(names[name].flat.get(key) is True for names in (self.sent, self.shown) if name in names)

    def said(self, name: str) -> str:
        found = (names[name].flat for names in (self.sent, self.shown) if name in names)
        return " ".join(dict.fromkeys(str(flat.get("description", "")) for flat in found))

    def is_scalar(self, name: str) -> bool:
        member = self.shown.get(name) or self.sent[name]
        return bool(types_of(member.flat)) and set(types_of(member.flat)) <= {"string", "integer"}

    @property
    def server_key(self) -> tuple[str, str] | None:
        """The likely name of the server's key, and why."""
        own = [name for name in self.shown if self.is_servers(name) and self.is_scalar(name)]
        if self.parameter in own:
            return str(self.parameter), "the path names it, and no request sends it"
        if "id" in self.shown and self.is_scalar("id"):
            return "id", "it is called id" + (", and no request sends it" if "id" in own else "")
        for name in own:
            if _LIKE_AN_ID.search(name) and (_UNIQUE.search(self.said(name)) or _IDENTIFIER.search(self.said(name))):
                return name, "no request sends it, and its description calls it an identifier"
        return None

    @property
    def client_keys(self) -> dict[str, str]:
        """The likely names of the client's keys, each with its reason."""
        found: dict[str, str] = {}
        server = (self.server_key or ("", ""))[0]
        for name in self.sent:
            if name == server or self.is_servers(name) or not self.is_scalar(name):
                continue
            if name == self.parameter:
                found[name] = "the path names it, and requests send it"
            elif _UNIQUE.search(self.said(name)):
                found[name] = "requests send it, and its description says that it is unique"
            elif _IDENTIFIER.search(self.said(name)) and _LIKE_AN_ID.search(name):
                found[name] = "requests send it, and its description calls it an identifier"
        return found


def of_member(name: str, flat: dict[str, Any], pointer: str, members: Members) -> Iterator[Guess]:
    """Guesses about one top-level member where it is declared at ``pointer``."""
    said, form = str(flat.get("description", "")), flat.get("format")
    server = members.server_key
    if server is not None and server[0] == name:
        yield Guess(pointer, {"key": "server"}, server[1])
        if match := _PREFIX.match(str(flat.get("example", ""))):
            yield Guess(pointer, {"prefix": match[0]}, "its example begins so; this is observed only")
        return
    if name in members.client_keys:
        yield Guess(pointer, {"key": "client"}, members.client_keys[name])
    elif members.is_servers(name):
        yield from _of_servers(name, flat, pointer, said)
    elif (
        types_of(flat) == ("object",)
        and not flat.get("properties")
        and flat.get("additionalProperties", {}) in ({}, True)
    ):
        yield Guess(pointer, {"free-form": True}, "an object of which no member is declared")
    if is_money(flat):
        yield Guess(pointer, {"money": True}, "its description says that it is multiplied by 100")
    elif "integer" in types_of(flat) and (match := _MINOR_UNITS.search(said)):
        yield Guess(pointer, {"money": True}, f"its description says {match[0]!r}")
    if form != "date-time" and name in members.sent:
        yield from _of_text(name, flat, pointer, form)
    others = [other for other in members.sent if other != name and re.search(rf"`{re.escape(other)}`", said)]
    if (flat.get("deprecated") is True or _DEPRECATED.search(said)) and len(others) == 1:
        yield Guess(pointer, {"alias-of": others[0]}, f"its description calls it deprecated and names {others[0]}")


def _of_servers(name: str, flat: dict[str, Any], pointer: str, said: str) -> Iterator[Guess]:
    if flat.get("format") == "date-time":
        for source, where in ((name, "name"), (said, "description")):
            if match := _WRITTEN.search(source):
                yield Guess(pointer, {"set": "on-write"}, f"no request sends it, and its {where} says {match[0]!r}")
                return
            if match := _CREATED.search(source):
                yield Guess(pointer, {"set": "on-create"}, f"no request sends it, and its {where} says {match[0]!r}")
                return
    if set(types_of(flat)) & {"object", "array"}:
        yield Guess(
            pointer, {"kept": True}, "no request sends it; does it stay as it is when one is updated?", is_sure=False
        )


def _of_text(name: str, flat: dict[str, Any], pointer: str, form: Any) -> Iterator[Guess]:
    if types_of(flat) != ("string",):
        return
    if form == "email" or (form is None and name.lower() in ("email", "email_address", "mail")):
        yield Guess(pointer, {"looks": "email"}, "its format or name says that it is an e-mail address")
        yield Guess(
            pointer, {"may-normalise": ["trim", "lower-case"]}, "many servers do so with addresses", is_sure=False
        )
    elif form in ("phone", "tel") or (form is None and name.lower() in _PHONES):
        yield Guess(pointer, {"looks": "phone"}, "its format or name says that it is a phone number")
    elif form == "date" and re.match(r"(?:date_?of_?)?birth|dob\b", name, re.IGNORECASE):
        yield Guess(pointer, {"looks": "past-date"}, "its name says that it is a day of birth")
    elif form is None and is_nullable(flat) and "enum" not in flat:
        yield Guess(
            pointer,
            {"may-normalise": ["drop-empty"]},
            "it may be null: many servers keep an empty text so",
            is_sure=False,
        )


def of_parameters(
    document: dict[str, Any], holder: dict[str, Any], pointer: str, members: Members, nested: dict[str, str]
) -> Iterator[Guess]:
    """Guesses about the parameters of a path or an operation. ``nested``: names below the top, with their paths."""
    declared = holder.get("parameters")
    for index, one in enumerate(declared if isinstance(declared, list) else ()):
        parameter, place = dereferenced(document, one, f"{pointer}/parameters/{index}")
        name, where = str(parameter.get("name", "")), parameter.get("in")
        if where == "path" and name == members.parameter:
            yield from _of_path_parameter(name, text_of(parameter), place, members)
        elif where == "query" and (role := _PAGING.get(name.lower().replace("-", "_"))):
            yield Guess(place, {"page": role}, "its name says what it does")
        elif where == "query" and name in {**members.shown, **nested}:
            path = name if name in members.shown else nested[name]
            yield Guess(place, {"filters": path}, "it has the name of a member")


def _of_path_parameter(name: str, said: str, pointer: str, members: Members) -> Iterator[Guess]:
    owners = dict.fromkeys(members.client_keys, "client")
    if members.server_key is not None:
        owners = {members.server_key[0]: "server", **owners}
    named = [owner for key, owner in owners.items() if re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", said)]
    if name in owners:
        yield Guess(pointer, {"key": owners[name]}, f"the member {name} has its name")
    elif len(set(named)) > 1:
        yield Guess(pointer, {"key": sorted(set(named), reverse=True)}, "its description names both keys")
    elif owners:
        key = next((key for key, owner in owners.items() if owner in named), next(iter(owners)))
        yield Guess(pointer, {"key": owners[key]}, f"it names one of them, as {key} does")
