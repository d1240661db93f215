"""A first overlay for a document: what it suggests about meaning, as YAML with a reason for each guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import yaml

from contracts.errors import DocumentError
from contracts.spec.guesses import Guess, Members, effect_of, of_member, of_parameters
from contracts.spec.meaning import EXTENSION
from contracts.spec.members import Member
from contracts.spec.operation import Body, Operation, compile_operation
from contracts.spec.overlay import shown

_ITEM = re.compile(r"/\{[^{}]*\}/?\Z")
_METHODS = ("post", "get", "put", "patch", "delete")
_HEAD = """\
# A first overlay for {name}
# These are guesses by `contracts overlay`, each with its reason above it: confirm it, correct it, or remove it. What is
# commented out is less likely. docs/overlay.md explains the keys of x-contract.
overlay: 1.1.0
info:
  title: {title}
  version: '1'
actions:
"""
_PLAIN = re.compile(r"\$[\w.\[\]'/{}-]*\Z", re.ASCII)


@dataclass(frozen=True)
class _Group:
    """The operations on a collection (``/products``) and on one of it (``/products/{id}``)."""

    word: str
    collection: tuple[Operation, ...]
    item: tuple[Operation, ...]

    @property
    def write(self) -> Operation | None:
        """The operation that makes one."""
        posts = [one for one in self.collection if one.method == "POST" and one.request and one.answer]
        puts = [one for one in self.item if one.method == "PUT" and one.request and one.answer]
        return next(iter((*posts, *puts)), None)


def first_overlay(document: dict[str, Any], name: str) -> str:
    """The YAML of an overlay that applies to ``document``, which is called ``name`` in messages.

    :raises DocumentError: the document has no operation that makes something with a JSON body.
    """
    groups = _groups(document, name)
    title = _quoted(f"What is meant by {' and '.join(group.word for group in groups)}")
    guesses = (guess for group in groups for guess in _guesses(document, group))
    actions = "".join(_actions(document, guesses))
    if "\n  - target: " not in actions:
        raise DocumentError(f"{name}: nothing is left to guess; what the document means stands in it already")
    return _HEAD.format(name=_line(name), title=title) + actions


def _groups(document: dict[str, Any], name: str) -> list[_Group]:
    operations, problem = _operations(document)
    found: list[_Group] = []
    for base in dict.fromkeys(_base(one.path) for one in operations):
        own = [one for one in operations if _base(one.path) == base]
        collection = tuple(one for one in own if not _ITEM.search(one.path))
        item = tuple(one for one in own if _ITEM.search(one.path) and not _is_action(one))
        group = _Group(_word(base), collection, item)
        found += [group] if group.write is not None else []
    if not found:
        why = f" ({problem})" if problem else ""
        raise DocumentError(
            f"{name}: no operation makes something with JSON bodies, so there is nothing to overlay{why}"
        )
    # a POST to a path without items is more often an action than a resource
    groups = [group for group in found if group.item] or found
    alike = [sum(other.word == group.word for other in groups[:index]) for index, group in enumerate(groups)]
    return [replace(g, word=f"{g.word}-{n + 1}") if n else g for g, n in zip(groups, alike, strict=True)]


def _operations(document: dict[str, Any]) -> tuple[list[Operation], DocumentError | None]:
    """Those of a collection that no parameter is needed for, and of its items; what could not be read, if anything."""
    found: list[Operation] = []
    problem: DocumentError | None = None
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in _METHODS:
            if "{" not in _base(path) and isinstance(item, dict) and isinstance(item.get(method), dict):
                try:
                    found.append(compile_operation(document, method, path, item, "lenient"))
                except DocumentError as error:
                    problem = problem or error
    return found, problem


def _is_action(operation: Operation) -> bool:
    """Does it change something that stands in no JSON body?"""
    return operation.method in ("POST", "PUT", "PATCH") and operation.request is None


def _base(path: str) -> str:
    """``/products`` of both ``/products`` and ``/products/{id}``, each with or without a slash at its end."""
    return _ITEM.sub("", path).rstrip("/") or "/"


def _word(path: str) -> str:
    """``/v1/categories`` is about a category."""
    plural = next((part for part in reversed(path.split("/")) if part and "{" not in part), "thing").lower()
    for end, instead in (
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ss", "ss"),
        ("s", ""),
    ):
        if plural.endswith(end) and len(plural) > len(end) + 1:
            plural = plural[: -len(end)] + instead
            break
    return re.sub(r"[^a-z0-9]+", "-", plural).strip("-") or "thing"


def _guesses(document: dict[str, Any], group: _Group) -> Iterator[Guess]:
    write = group.write
    assert write is not None  # noqa: S101 - `_groups` has seen to that
    assert write.request is not None  # noqa: S101 - the same
    assert write.answer is not None  # noqa: S101 - the same
    parameters = next((one.path_parameters for one in group.item), ())
    members = Members(_top(write.request), _top(write.answer), parameters[-1] if parameters else None)
    own = (*group.collection, *group.item)
    for one in own:
        declared = document["paths"][one.path][one.method.lower()]
        effect, why = effect_of(one, declared, on_item=one in group.item, has_create=write in group.collection)
        if one in group.collection and one is not write and one.method != "GET":
            continue
        yield Guess(one.pointer, {"effect": effect, "resource": group.word}, f"{one.method} {one.path}: {why}")
    server = (members.server_key or ("", ""))[0]
    keys = [name for name in (server, *members.client_keys) if name in members.sent]
    if len(keys) > 1:
        yield Guess(write.pointer, {"precedence": keys}, "which key decides where several are sent?", is_sure=False)
    nested = {
        m.path[-1]: ".".join(m.path) for m in write.answer.members if len(m.path) == 2 and m.path[-1] not in ("[]", "*")
    }
    for one in own:
        item = document["paths"][one.path]
        pointer = one.pointer.rpartition("/")[0]
        yield from of_parameters(document, item, pointer, members, nested)
        yield from of_parameters(document, item[one.method.lower()], one.pointer, members, nested)
    for one in own:
        if one not in group.collection or one.method != "GET":
            for body in (one.request, one.answer):
                for member in body.members if body is not None else ():
                    if len(member.path) == 1:
                        yield from of_member(member.path[0], member.flat, member.pointer, members)


def _top(body: Body) -> dict[str, Member]:
    return {member.path[0]: member for member in reversed(body.members) if len(member.path) == 1}


def _actions(document: dict[str, Any], guesses: Iterable[Guess]) -> Iterator[str]:
    """One action a place for the likely guesses, and one for the others."""
    says: dict[tuple[tuple[str | int, ...], bool], dict[str, Any]] = {}
    reasons: dict[tuple[tuple[str | int, ...], bool], list[str]] = {}
    for guess in guesses:
        place = _location(document, guess.pointer)
        if place is None:
            continue
        found = says.setdefault((place, guess.is_sure), {})
        said = _at(document, place).get(EXTENSION, {})
        new = {key: value for key, value in guess.says.items() if key not in said}
        if new:
            found |= new
            reasons.setdefault((place, guess.is_sure), []).append(guess.reason)
    for (place, is_sure), why in reasons.items():
        with suppress(UnicodeEncodeError):  # a lone surrogate in a name: no YAML file can hold it
            target, mark = _quoted(shown(place)), "" if is_sure else "# "
            update = yaml.safe_dump(
                {EXTENSION: says[place, is_sure]}, default_flow_style=True, width=10**6, sort_keys=False
            ).strip()
            comments = "".join(f"  # {_line(reason)}\n" for reason in dict.fromkeys(why))
            yield f"{comments}  {mark}- target: {target}\n  {mark}  update: {update}\n"


def _at(document: dict[str, Any], place: tuple[str | int, ...]) -> dict[str, Any]:
    value: Any = document
    for step in place:
        value = value[step]
    assert isinstance(value, dict)  # noqa: S101 - `_location` has seen to that
    return value


def _line(text: str) -> str:
    """One line that ends no comment and prints."""
    return "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))[:200]


def _quoted(text: str) -> str:
    """A YAML scalar: plain where nothing in it could mean something else.

    :raises UnicodeEncodeError: a lone surrogate, which no YAML file holds.
    """
    text.encode()
    if _PLAIN.match(text) or re.fullmatch(r"[A-Za-z][A-Za-z0-9 -]*", text):
        return text
    return yaml.safe_dump(text, default_style='"', width=10**6, allow_unicode=True).strip()


def _location(document: dict[str, Any], pointer: str) -> tuple[str | int, ...] | None:
    """The steps of a JSON pointer (``#/a/0``), indices as numbers. None where no object is.

    Pointers of references are percent-encoded (RFC 6901, section 6), those that we make ourselves are not.
    """
    for parts in (pointer.split("/")[1:], unquote(pointer).split("/")[1:]):
        place: list[str | int] = []
        value: Any = document
        for part in parts:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                place.append(int(name))
            elif isinstance(value, dict) and name in value:
                place.append(name)
            else:
                break
            value = value[place[-1]]
        if len(place) == len(parts) and isinstance(value, dict):
            return tuple(place)
    return None
