"""One operation of a document: its path, its bodies compiled, its parameters, and what an overlay says that it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from contracts.errors import DocumentError
from contracts.spec.document import resolve
from contracts.spec.flat import flattened, types_of
from contracts.spec.judge import Judge
from contracts.spec.meaning import Effect, LevelWord, Meaning, meaning_of, operation_meaning
from contracts.spec.members import Member, Pattern, matches, members
from contracts.spec.money import is_money
from contracts.spec.schema import Direction, Nulls, to_json_schema

_PARAMETER = re.compile(r"\{([^{}]+)\}")


_DIVIDED = re.compile(r"`?(\w+)`?\s+divided\s+by\s+(?:the\s+)?`?(\w+)`?", re.IGNORECASE)
Quotient = tuple[Pattern, str, str]
"""A member that is one sibling divided by another."""


@dataclass(frozen=True)
class Body:
    """A JSON body of an operation: ``judge`` says what breaks its schema, ``members`` what it declares."""

    schema: dict[str, Any]
    pointer: str
    judge: Judge
    members: tuple[Member, ...]
    is_required: bool
    media_types: frozenset[str] = frozenset()
    """All that are declared for it, without parameters, in lower case; ``*`` may stand for a part."""

    def declares(self, media_type: str) -> bool:
        """Is a body of ``media_type`` (as in a Content-Type) declared?"""
        essence = media_type.partition(";")[0].strip().lower()
        whole = essence.partition("/")[0]
        return bool(self.media_types & {essence, f"{whole}/*", "*/*"})

    @cached_property
    def money(self) -> frozenset[Pattern]:
        """Members whose value is an integer of minor units."""
        return frozenset(m.path for m in self.members if m.meaning.money or is_money(m.flat))

    @cached_property
    def quotients(self) -> tuple[Quotient, ...]:
        """Members whose description says "A divided by B" of siblings that are declared beside them."""
        found: list[Quotient] = []
        for member in self.members:
            match = _DIVIDED.search(str(member.flat.get("description", "")))
            beside = self.steps.get(member.path[:-1], set())
            if match and {match[1], match[2]} <= beside - {member.path[-1]}:
                found.append((member.path, match[1], match[2]))
        return tuple(found)

    @cached_property
    def ambiguous_nulls(self) -> frozenset[Pattern]:
        """Members that say ``nullable`` without a type beside it: strictly read, null is not allowed there."""
        return frozenset(m.path for m in self.members if m.schema.get("nullable") is True and "type" not in m.schema)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The top-level members, in document order."""
        return tuple(dict.fromkeys(m.path[0] for m in self.members if len(m.path) == 1))

    @cached_property
    def required(self) -> frozenset[str]:
        """The top-level members that must be there."""
        return frozenset(m.path[0] for m in self.members if len(m.path) == 1 and m.required)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The JSON types that the body itself may have."""
        return types_of(self.schema)

    def member(self, path: Pattern) -> Member | None:
        """The member declared at ``path``."""
        return self._by_path.get(path)

    @cached_property
    def steps(self) -> dict[Pattern, set[str]]:
        """The names, ``[]`` and ``*`` that are declared below each place."""
        below: dict[Pattern, set[str]] = {}
        for member in self.members:
            for length in range(len(member.path)):
                below.setdefault(member.path[:length], set()).add(member.path[length])
        return below

    @cached_property
    def _by_path(self) -> dict[Pattern, Member]:
        found: dict[Pattern, Member] = {}
        for member in self.members:
            found.setdefault(member.path, member)
        return found

    def declared_at(self, path: tuple[str | int, ...]) -> str:
        """The JSON pointer of the schema that declares ``path`` of a value, or of the whole schema."""
        return next((m.pointer for m in self.members if matches(path, m.path)), self.pointer)


@dataclass(frozen=True)
class Parameter:
    """A path or query parameter, with its schema flattened."""

    name: str
    place: str
    is_required: bool
    schema: dict[str, Any]
    meaning: Meaning
    description: str = ""
    example: Any = None

    @property
    def value(self) -> Any:
        """A value that the document gives for it: its example, default, constant or first choice; None for none."""
        said = self.schema
        several = (*_listed(said.get("examples")), *_listed(said.get("enum")))
        found = (self.example, said.get("example"), said.get("default"), said.get("const"), *several)
        return next((one for one in found if isinstance(one, str | int | float) and one != ""), None)


@dataclass(frozen=True)
class Operation:
    """``path`` is a template (``/v1/customers/{customerId}``) with the keys of the resource as its parameters: what
    else the document's own (``template``) takes has a value filled in. ``success`` are the declared 2xx, empty for any.

    ``answer`` is the body of a success, None where none is declared. ``security`` lists the alternatives, each the
    names of the schemes that it takes together; an empty list asks for none.
    """

    method: str
    path: str
    pointer: str
    operation_id: str
    effect: Effect | None
    resource: str | None
    precedence: tuple[str, ...]
    level: LevelWord
    cite: str | None
    """Who says so, by the overlay."""
    request: Body | None
    answer: Body | None
    success: frozenset[int]
    parameters: tuple[Parameter, ...]
    security: tuple[tuple[str, ...], ...]
    template: str = ""
    unfilled: tuple[str, ...] = ()
    """Parameters that are no keys, and that the document gives no value for."""
    has_meaning: bool = field(default=True)
    """Does an overlay (or the document itself) say what it does, or is the effect guessed by its method?"""
    description: str = ""

    def accepts_status(self, status: int) -> bool:
        """Is ``status`` a success that the document declares?"""
        return status in self.success if self.success else 200 <= status < 300

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    def at(self, values: Mapping[str, str]) -> str:
        """The path with each parameter replaced, percent-encoded as RFC 3986 has it."""
        return _PARAMETER.sub(lambda match: quote(values[match[1]], safe=""), self.path)

    def named_in(self, path: str) -> dict[str, str] | None:
        """The values of the keys in it where ``path`` (without query) is one of this operation's, else None."""
        match = self._pattern.fullmatch(path)
        if match is None:
            return None
        names = _PARAMETER.findall(self.template or self.path)
        named = zip(names, match.groups(), strict=True)
        return {name: unquote(value) for name, value in named if name in self.path_parameters}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = _PARAMETER.split(self.template or self.path)
        return re.compile("".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


def compile_operation(
    document: dict[str, Any], method: str, path: str, item: Mapping[str, Any], nulls: Nulls
) -> Operation:
    """Compile one operation of ``document``. Raises DocumentError for what cannot be read."""
    operation = item[method]
    pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"
    meaning = operation_meaning(operation, pointer)
    declared = operation.get("responses")
    responses = {str(k): v for k, v in declared.items()} if isinstance(declared, dict) else {}
    codes = sorted(code for code in responses if code[:1] == "2")
    answered = next((code for code in (*codes, "default") if code in responses), None)
    parameters = tuple(_parameters(document, item, operation, pointer))
    filled, unfilled = _filled(path, parameters)
    return Operation(
        method=method.upper(),
        path=filled,
        template=path,
        unfilled=unfilled,
        pointer=pointer,
        operation_id=str(operation.get("operationId", "")),
        effect=meaning.effect or _guessed(method, path),
        resource=meaning.resource,
        precedence=meaning.precedence,
        level=meaning.level,
        cite=meaning.cite,
        request=_body(document, operation.get("requestBody"), f"{pointer}/requestBody", nulls, "request"),
        answer=None
        if answered is None
        else _body(document, responses[answered], f"{pointer}/responses/{answered}", nulls, "answer"),
        success=frozenset(int(code) for code in codes if code.isdigit()),
        parameters=parameters,
        security=_security(document, operation),
        has_meaning=meaning.effect is not None,
        description=str(operation.get("description", "")),
    )


def _filled(path: str, parameters: Iterable[Parameter]) -> tuple[str, tuple[str, ...]]:
    """``path`` with a value for each parameter that is no key, and the names of those that have none.

    A key is what the overlay says is one; where it says nothing of a path that ends in a parameter, that is one.
    """
    declared = {one.name: one for one in parameters if one.place == "path"}
    names = _PARAMETER.findall(path)
    keys = {name for name in names if name in declared and declared[name].meaning.key}
    if not keys and _is_of_item(path):
        keys = set(names[-1:])
    values = {name: declared[name].value if name in declared else None for name in names if name not in keys}
    unfilled = tuple(name for name, value in values.items() if value is None)
    given = {name: quote(str(value), safe="") for name, value in values.items() if value is not None}
    return _PARAMETER.sub(lambda match: given.get(match[1], match[0]), path), unfilled


def _is_of_item(path: str) -> bool:
    """Does ``path`` end in a parameter, with or without a slash after it, so that it names one of a collection?"""
    return path.rstrip("/").endswith("}")


def _guessed(method: str, path: str) -> Effect | None:
    """What the method does by RFC 9110, sections 9.3.1 to 9.3.5, on a collection or on one of its items."""
    if _is_of_item(path):
        by_item: dict[str, Effect] = {"get": "read", "put": "update", "patch": "update", "delete": "delete"}
        return by_item.get(method)
    by_collection: dict[str, Effect] = {"get": "list", "post": "create"}
    return by_collection.get(method)


def dereferenced(document: dict[str, Any], holder: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """What ``holder`` refers to, and its pointer; empty where it is no object."""
    for _ in range(8):
        if not (isinstance(holder, dict) and "$ref" in holder):
            break
        pointer = str(holder["$ref"])
        holder = resolve(document, pointer)
    return (holder if isinstance(holder, dict) else {}), pointer


def _body(document: dict[str, Any], holder: Any, pointer: str, nulls: Nulls, direction: Direction) -> Body | None:
    holder, pointer = dereferenced(document, holder, pointer)
    content = holder.get("content")
    for media_type, described in (content if isinstance(content, dict) else {}).items():
        essence = media_type.partition(";")[0].strip().lower()
        schema = described.get("schema") if isinstance(described, dict) else None
        if isinstance(schema, dict) and (essence == "application/json" or essence.endswith("+json")):
            place = f"{pointer}/content/{media_type.replace('~', '~0').replace('/', '~1')}/schema"
            draft4 = str(document.get("openapi")).startswith("3.0")
            judge = Judge(to_json_schema(document, schema, nulls, direction), draft4=draft4)
            declared = members(document, schema, place)
            is_required = holder.get("required") is True
            return Body(flattened(document, schema), place, judge, declared, is_required, _essences(content))
    return None


def _essences(content: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name.partition(";")[0].strip().lower() for name in content)


def _parameters(document: dict[str, Any], item: Mapping[str, Any], operation: Mapping[str, Any], pointer: str) -> Any:
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (item, operation):
        declared = holder.get("parameters")
        for index, one in enumerate(declared if isinstance(declared, list) else ()):
            parameter, place = dereferenced(document, one, f"{pointer}/parameters/{index}")
            name, where = str(parameter.get("name", "")), str(parameter.get("in", ""))
            if not name or where not in ("path", "query", "header", "cookie"):
                raise DocumentError(f"the parameter at {place} has no name or no place ('in'); give it both")
            flat = flattened(document, parameter.get("schema"))
            said = {**flat.get("x-contract", {}), **parameter.get("x-contract", {})}
            meaning = meaning_of({"x-contract": said} if said else {}, place)
            example = parameter.get("example", _first_example(parameter.get("examples")))
            is_required, text = parameter.get("required") is True, str(parameter.get("description", ""))
            found[name, where] = Parameter(name, where, is_required, flat, meaning, text, example)
    return found.values()


def _first_example(examples: Any) -> Any:
    """The value of the first Example Object in a map of them."""
    first = next(iter(examples.values()), None) if isinstance(examples, dict) else None
    return first.get("value") if isinstance(first, dict) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _security(document: dict[str, Any], operation: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    declared = operation.get("security", document.get("security"))
    alternatives = declared if isinstance(declared, list) else []
    return tuple(tuple(str(name) for name in one) for one in alternatives if isinstance(one, dict))
