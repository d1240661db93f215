"""The resource that a run judges: its operations by effect, its keys, and what its members mean.

Compiled from a document with its overlay applied. Clauses, plan, clean-up and audit ask it, and know no member by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.errors import DocumentError
from contracts.spec.meaning import EXTENSION, Effect, Meaning
from contracts.spec.members import Pattern, pattern_text
from contracts.spec.node import Node
from contracts.spec.operation import Body, Operation, compile_operation
from contracts.spec.schema import Nulls
from contracts.spec.security import Security, security_of

_METHODS = ("get", "put", "post", "delete", "patch")
_NOTHING = Meaning()


@dataclass(frozen=True, eq=False)
class Resource:
    """``operations`` are those of one resource, ``document`` what they were compiled from, overlay applied.

    One is equal to itself alone, so that what is derived from it can be kept by it.
    """

    name: str
    document: dict[str, Any]
    nulls: Nulls
    operations: tuple[Operation, ...]
    has_meaning: bool
    """Does the document say what anything of it means? Without that, clauses that need a key have none to judge by."""
    notes: tuple[str, ...] = ()
    """What was noted while its overlay was applied."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request."""
    item_path: str | None = None
    """Where one stands, though the document leaves out the operations on one."""

    @cached_property
    def write(self) -> Operation:
        """The operation that makes one: an upsert before a mere create."""
        found = self.operation("upsert") or self.operation("create")
        if found is None or found.request is None:
            raise DocumentError(f"the resource {self.name!r} has no operation that creates one with a JSON body")
        return found

    @property
    def write_body(self) -> Body:
        assert self.write.request is not None  # noqa: S101 - `write` has seen to that
        return self.write.request

    @property
    def write_answer(self) -> Body:
        """What the document says of the answer to a successful write."""
        assert self.write.answer is not None  # noqa: S101 - compiling has seen to that
        return self.write.answer

    @cached_property
    def security(self) -> Security:
        """The ways in to the operation that writes, by which the run has its credentials."""
        return security_of(self.document, self.write.security)

    def check_sendable(self) -> None:
        """Raises DocumentError where a path has a parameter that nobody knows a value for."""
        for one in self.operations:
            if one.unfilled:
                raise DocumentError(
                    f"the path parameter {one.unfilled[0]!r} of {one.pointer} cannot be filled: it is no key, and has "
                    "no example, default or enum; give it one, or say in an overlay that it is a key"
                )

    def operation(self, effect: Effect) -> Operation | None:
        """The operation with ``effect``; of several the one that the overlay marks. An update has a JSON body."""
        found = [one for one in self.operations if one.effect == effect and (one.request or effect != "update")]
        return next((one for one in found if one.has_meaning), next(iter(found), None))

    def operation_of(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a request names, with the values of its path parameters. ``path`` may have a query."""
        plain = path.partition("?")[0]
        for one in self.operations:
            if one.method == method and (values := one.named_in(plain)) is not None:
                return one, values
        return None

    @cached_property
    def meanings(self) -> Mapping[Pattern, Meaning]:
        """What each member means, by its path, whichever operation's body says so."""
        found: dict[Pattern, Meaning] = {}
        for body in self.bodies():
            for member in body.members:
                if member.meaning != _NOTHING:
                    found.setdefault(member.path, member.meaning)
        return found

    def bodies(self) -> Iterator[Body]:
        """Bodies that hold one of the resource itself: of lists the items are left out."""
        for one in self.operations:
            if one.effect != "list":
                yield from (body for body in (one.request, one.answer) if body is not None)

    @cached_property
    def cites(self) -> Mapping[str, str]:
        """Who says so of a member, by its dotted path, where the overlay names a source."""
        return {pattern_text(path): one.cite for path, one in self.meanings.items() if one.cite is not None}

    def meaning(self, path: Pattern) -> Meaning:
        return self.meanings.get(path, _NOTHING)

    @cached_property
    def client_keys(self) -> tuple[str, ...]:
        """Names of the top-level members by which the client names one; or of what stands for one in a path alone."""
        named = self._named(lambda meaning: "client" in meaning.key)
        declared = (self.write.parameter(name) for name in self.write.path_parameters)
        return named or tuple(one.name for one in declared if one is not None and "client" in one.meaning.key)

    @cached_property
    def key_in_path(self) -> str | None:
        """The client's key that the path of a write takes; None where none does."""
        own = self.write.path_parameters
        return next((one for one in (*own, *self.client_keys) if one in self.client_keys), None) if own else None

    @cached_property
    def server_key(self) -> str | None:
        """Name of the top-level member by which the server names one."""
        return next(iter(self._named(lambda meaning: "server" in meaning.key)), None)

    @cached_property
    def clean_up_key(self) -> str | None:
        """The key by which a delete names its target: as its path says, the server's, or what its path suggests."""
        delete = self.operation("delete")
        if delete is None or len(delete.path_parameters) != 1:
            return self.server_key
        name = delete.path_parameters[0]
        declared = delete.parameter(name)
        owners = declared.meaning.key if declared is not None else ()
        if name in self.client_keys and "server" not in owners:
            return name
        if "client" in owners and "server" not in owners:
            return next(iter(self.client_keys), None)
        if self.server_key is not None:
            return self.server_key
        shown = self.write.answer.names if self.write.answer else ()
        return next((one for one in (name, "id", *self.client_keys) if one in shown), None)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """All names of keys, the one that decides first."""
        own = (*((self.server_key,) if self.server_key else ()), *self.client_keys)
        first = [name for name in self.write.precedence if name in own]
        return tuple(dict.fromkeys((*first, *own)))

    @cached_property
    def set_on_create(self) -> tuple[str, ...]:
        return self._named(lambda meaning: meaning.set == "on-create")

    @cached_property
    def set_on_write(self) -> tuple[str, ...]:
        return self._named(lambda meaning: meaning.set == "on-write")

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Names of the top-level members that no write of ours may change."""
        return self._named(lambda meaning: meaning.kept)

    @cached_property
    def free_form(self) -> tuple[str, ...]:
        """Names of the top-level members that hold the user's own JSON."""
        return self._named(lambda meaning: meaning.free_form)

    @cached_property
    def aliases(self) -> tuple[frozenset[str], ...]:
        """Groups of names that mean one thing."""
        pairs = [(path[0], meaning.alias_of) for path, meaning in self.meanings.items() if len(path) == 1]
        return tuple(frozenset((name, other)) for name, other in pairs if other)

    @cached_property
    def writable(self) -> tuple[str, ...]:
        """Names of the top-level members that a write may send and its answer (or a read) shows, keys included."""
        return self.writable_by(self.write)

    def writable_by(self, operation: Operation) -> tuple[str, ...]:
        """The same of another operation with a body."""
        if operation.pointer not in self._writable:
            self._writable[operation.pointer] = tuple(self._taken_and_shown(operation))
        return self._writable[operation.pointer]

    def _taken_and_shown(self, operation: Operation) -> Iterator[str]:
        own = {*self.set_on_create, *self.set_on_write, *self.kept}
        read = self.operation("read")
        answer = operation.answer or (read.answer if read is not None else None)
        for name in operation.request.names if operation.request and answer else ():
            member = operation.request.member((name,)) if operation.request else None
            one_way = member is not None and (member.flat.get("readOnly") or member.flat.get("writeOnly"))
            if answer and name in answer.names and name not in own and not one_way:
                yield name

    @cached_property
    def _writable(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The writable members that are no keys."""
        return tuple(name for name in self.writable if name not in self.keys)

    def node(self, operation: Operation) -> Node:
        """The request body of ``operation``, to be followed beside a value."""
        if operation.pointer not in self._nodes:
            self._nodes[operation.pointer] = Node(self.document, operation.request and operation.request.schema)
        return self._nodes[operation.pointer]

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {}

    @cached_property
    def items_path(self) -> Pattern | None:
        """Where the items stand in a list's answer: ``("customers",)``, or ``()`` where it is an array itself."""
        found = self.operation("list")
        if found is None or found.answer is None:
            return None
        known = {name for body in self.bodies() for name in body.names}
        below: dict[Pattern, int] = {}
        for member in found.answer.members:
            if "[]" in member.path and member.path[-2] == "[]" and member.path.count("[]") == 1:
                below[member.path[:-2]] = below.get(member.path[:-2], 0) + (member.path[-1] in known)
        best = max(below, key=lambda path: below[path], default=None)
        return best if best is not None and below[best] else None

    def _named(self, wanted: Any) -> tuple[str, ...]:
        return tuple(path[0] for path, meaning in self.meanings.items() if len(path) == 1 and wanted(meaning))


def compile_resource(document: dict[str, Any], nulls: Nulls = "lenient", name: str | None = None) -> Resource:
    """The resource ``name`` of ``document``, or the only one that it has. Raises DocumentError in one line."""
    operations = _operations(document, nulls, name)
    words = tuple(dict.fromkeys(one.resource for one in operations if one.resource))
    if words:
        chosen = _chosen(words, name, "the overlay")
        own = tuple(one for one in operations if one.resource == chosen)
        return _checked(Resource(chosen, document, nulls, own, has_meaning=True))
    guessed = tuple(dict.fromkeys(_word(one.path) for one in operations if one.effect == "create" and one.request))
    chosen = _chosen(guessed, name, "the document")
    own = tuple(one for one in operations if _word(one.path) == chosen and one.effect)
    has_meaning = any(
        member.meaning != _NOTHING for one in own for b in (one.request, one.answer) if b for member in b.members
    )
    return _checked(Resource(chosen, document, nulls, own, has_meaning))


def _operations(document: dict[str, Any], nulls: Nulls, name: str | None) -> tuple[Operation, ...]:
    """Those that an overlay speaks of, where it speaks of any; else all. Others are not compiled: one may be broken."""
    paths = document.get("paths")
    found = [
        (method, str(path), item)
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(item, dict)
        for method in _METHODS
        if isinstance(item.get(method), dict)
    ]
    if marked := [one for one in found if one[2][one[0]].get(EXTENSION, {})]:
        found = marked
    elif name is not None:
        found = [one for one in found if _word(one[1]) == name] or found  # all of them, to be told what there is
    return tuple(compile_operation(document, method, path, item, nulls) for method, path, item in found)


def _chosen(words: tuple[str, ...], name: str | None, where: str) -> str:
    if name is not None:
        if name in words:
            return name
        raise DocumentError(
            f"--resource {name!r}: {where} has no such resource; there are {', '.join(words) or 'none'}"
        )
    if len(words) == 1:
        return words[0]
    if not words:
        raise DocumentError(
            "the document has no operation POST that creates something with a JSON body; give --spec a document that "
            "has one, or --overlay a file that says which operation creates (contracts overlay DOCUMENT writes one)"
        )
    raise DocumentError(f"{where} has several resources ({', '.join(words)}); choose one by --resource")


def _word(path: str) -> str:
    """The last part of a path that is no parameter: what its resource is called."""
    return next((part for part in reversed(path.split("/")) if part and not part.startswith("{")), "")


def _checked(resource: Resource) -> Resource:
    """Raises DocumentError where there is nothing to judge."""
    write = resource.write
    if write.answer is None:
        raise DocumentError(f"{write.pointer} declares no success with a schema for application/json to judge by")
    return resource
