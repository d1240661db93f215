"""Two revisions of an OpenAPI document, compared whole: what changed, and whom it breaks.

The bodies of the customers operation are compared field by field elsewhere; here is everything around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.drift.compare import compare
from contracts.drift.field import Document
from contracts.drift.readers.openapi import body_fields, read_fields, read_request, success_of
from contracts.drift.report import Drift, Kind, Severity
from contracts.errors import DocumentError
from contracts.spec.contract import operation_of
from contracts.spec.document import resolve

_MOST_STEPS = 16
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def revisions(old: dict[str, Any], new: dict[str, Any], name: str) -> list[Drift]:
    """Every difference of ``new`` from ``old``: operations, parameters, bodies, answers, security, servers."""
    return list({(d.path, d.kind, d.contract, d.says): d for d in _Revision(old, new, name).drifts()}.values())


class _Revision:
    def __init__(self, old: dict[str, Any], new: dict[str, Any], name: str) -> None:
        self.old, self.new, self.name = old, new, name

    def drifts(self) -> Iterator[Drift]:
        yield from self._customers()
        before, after = (
            {name: _with_parts(document, operation) for name, operation in _operations(document)}
            for document in (self.old, self.new)
        )
        for operation in before:
            if operation not in after:
                yield self._drift(operation, "missing", "breaking", "declared", "absent", "clients call it")
            else:
                yield from self._operation(operation, before[operation], after[operation])
        for operation in sorted(after.keys() - before.keys()):
            yield self._drift(operation, "extra", "info", "absent", "declared", "a new operation breaks nobody")
        yield from self._servers()
        yield from self._schemes()

    def _customers(self) -> Iterator[Drift]:
        contract, found = read_fields(self.old, self.name), read_fields(self.new, self.name)
        yield from compare(contract, found, "answer")
        try:
            contract, found = read_request(self.old, self.name), read_request(self.new, self.name)
        except DocumentError:
            return
        yield from compare(contract, found, "request", "request.")

    def _operation(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Drift]:
        yield from self._parameters(name, old, new)
        yield from self._body(name, old, new)
        yield from self._answers(name, old, new)
        if _plain(_security(self.old, old)) != _plain(_security(self.new, new)):
            said = (_short(_security(self.old, old)), _short(_security(self.new, new)))
            yield self._drift(f"{name} security", "type", "breaking", *said, "clients send other credentials")
        if new.get("deprecated") is True and old.get("deprecated") is not True:
            yield self._drift(name, "deprecation", "warning", "in use", "deprecated", "clients are to move away")
        if old.get("operationId") != new.get("operationId"):
            said = (str(old.get("operationId")), str(new.get("operationId")))
            yield self._drift(f"{name} operationId", "type", "warning", *said, "generated clients name it otherwise")

    def _parameters(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Drift]:
        before, after = _parameters(old), _parameters(new)
        for key in [*before, *(key for key in after if key not in before)]:
            path = f"{name} parameters.{key}"
            if key not in after:
                yield self._drift(
                    path, "missing", "warning", "declared", "absent", "what clients send is ignored or refused"
                )
            elif key not in before:
                must = after[key].get("required") is True
                severity: Severity = "breaking" if must else "info"
                yield self._drift(
                    path, "extra", severity, "absent", "required" if must else "optional", "a new parameter"
                )
            else:
                yield from self._parameter(path, before[key], after[key])

    def _parameter(self, path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Drift]:
        must = (old.get("required") is True, new.get("required") is True)
        if must[0] != must[1]:
            words = ("required" if must[0] else "optional", "required" if must[1] else "optional")
            yield self._drift(
                path, "required", "breaking" if must[1] else "info", *words, "who does not send it is refused"
            )
        if _plain(old.get("schema")) != _plain(new.get("schema")):
            said = (_short(old.get("schema")), _short(new.get("schema")))
            yield self._drift(path, "type", "breaking", *said, "clients send what it was")

    def _body(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Drift]:
        before, after = (_dict(one.get("requestBody")) for one in (old, new))
        if before.get("required") is not True and after.get("required") is True:
            yield self._drift(
                f"{name} requestBody", "required", "breaking", "optional", "required", "a body is demanded now"
            )
        elif before.get("required") is True and after.get("required") is not True:
            yield self._drift(
                f"{name} requestBody", "required", "info", "required", "optional", "a body is demanded no more"
            )
        yield from self._media_types(f"{name} requestBody", before, after, "request")

    def _answers(self, name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Drift]:
        before, after = (_dict(one.get("responses")) for one in (old, new))
        for status in [*before, *(status for status in after if status not in before)]:
            path = f"{name} responses.{status}"
            if status not in after:
                severity: Severity = "breaking" if str(status).startswith("2") else "warning"
                yield self._drift(path, "missing", severity, "declared", "absent", "clients expect it")
            elif status not in before:
                severity = "warning" if str(status)[:1] in "23" else "info"
                yield self._drift(path, "extra", severity, "absent", "declared", "clients do not know it yet")
            else:
                yield from self._media_types(path, _dict(before[status]), _dict(after[status]), "answer")

    def _media_types(self, path: str, old: dict[str, Any], new: dict[str, Any], direction: Any) -> Iterator[Drift]:
        before, after = _dict(old.get("content")), _dict(new.get("content"))
        for media_type in [*before, *(m for m in after if m not in before)]:
            where = f"{path} {media_type}"
            if media_type not in after:
                yield self._drift(where, "missing", "breaking", "declared", "absent", "clients send or read it")
            elif media_type not in before:
                yield self._drift(where, "extra", "info", "absent", "declared", "one more media type")
            elif not self._is_customers(path):
                schemas = [_dict(_dict(one[media_type]).get("schema")) for one in (before, after)]
                documents = [
                    Document(self.name, "OpenAPI", *body_fields(of, schema))
                    for of, schema in zip((self.old, self.new), schemas, strict=True)
                ]
                yield from compare(documents[0], documents[1], direction, f"{where} ")

    def _is_customers(self, path: str) -> bool:
        """The bodies of that operation are compared already, under their wire paths."""
        try:
            name, _ = operation_of(self.old)
            _, before, _ = success_of(self.old)
            _, after, _ = success_of(self.new)
        except DocumentError:
            return False
        compared = (" requestBody", *([f" responses.{before}"] if before == after else []))
        return path.startswith(f"POST {name} ") and path.endswith(compared)

    def _servers(self) -> Iterator[Drift]:
        before, after = (
            {str(_dict(server).get("url")): _dict(server) for server in _list(one.get("servers"))}
            for one in (self.old, self.new)
        )
        for url, server in before.items():
            if url in after:
                yield from self._variables(_dict(server.get("variables")), _dict(after[url].get("variables")))
            else:
                yield self._drift("servers", "missing", "breaking", url, "absent", "clients call that host")
        for url in after:
            if url not in before:
                yield self._drift("servers", "extra", "info", "absent", url, "one more host")

    def _variables(self, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Drift]:
        for name in [*old, *(name for name in new if name not in old)]:
            before, after = _dict(old.get(name)), _dict(new.get(name))
            values = [[str(value) for value in _list(one.get("enum"))] for one in (before, after)]
            gone, more = ([v for v in values[at] if v not in values[1 - at]] for at in (0, 1))
            if gone:
                said = (f"{name}: {', '.join(gone)}", "absent")
                yield self._drift("servers", "missing", "breaking", *said, "clients call that host")
            if more:
                yield self._drift("servers", "extra", "info", "absent", f"{name}: {', '.join(more)}", "one more host")
            if before.get("default") != after.get("default"):
                said = (f"{name}: {before.get('default')}", f"{name}: {after.get('default')}")
                yield self._drift("servers", "default", "warning", *said, "who leaves it out calls another host")

    def _schemes(self) -> Iterator[Drift]:
        before, after = (_dict(_dict(one.get("components")).get("securitySchemes")) for one in (self.old, self.new))
        for name in [*before, *(name for name in after if name not in before)]:
            path = f"securitySchemes.{name}"
            if name not in after:
                yield self._drift(path, "missing", "breaking", "declared", "absent", "clients sign in with it")
            elif name not in before:
                yield self._drift(path, "extra", "info", "absent", "declared", "one more way to sign in")
            elif _plain(before[name]) != _plain(after[name]):
                said = (_short(before[name]), _short(after[name]))
                yield self._drift(path, "type", "breaking", *said, "clients sign in otherwise")

    def _drift(self, path: str, kind: Kind, severity: Severity, asked: str, says: str, reason: str) -> Drift:
        return Drift(self.name, path, kind, severity, asked, says, 0, reason)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in _dict(document.get("paths")).items():
        for method in METHODS:
            operation = _dict(item).get(method)
            if isinstance(operation, dict):
                shared = _list(_dict(item).get("parameters"))
                yield (
                    f"{method.upper()} {path}",
                    {**operation, "parameters": [*shared, *_list(operation.get("parameters"))]},
                )


def _with_parts(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """The operation with its parameters, body and answers in place of what refers to them."""
    parameters = [_followed(document, one) for one in operation["parameters"]]
    answers = {status: _followed(document, one) for status, one in _dict(operation.get("responses")).items()}
    body = _followed(document, operation.get("requestBody"))
    schemas = [
        {**one, "schema": _followed(document, one["schema"])} if isinstance(one, dict) and "schema" in one else one
        for one in parameters
    ]
    return {**operation, "parameters": schemas, "responses": answers, "requestBody": body}


def _followed(document: dict[str, Any], holder: Any) -> Any:
    for _ in range(_MOST_STEPS):
        if not isinstance(holder, dict) or not isinstance(holder.get("$ref"), str):
            return holder
        try:
            holder = resolve(document, holder["$ref"])
        except DocumentError:
            return holder  # the one that leads nowhere
    return holder


def _parameters(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    named = [one for one in operation["parameters"] if isinstance(one, dict)]
    return {f"{one.get('in', '')}.{one['name']}" if "name" in one else str(one.get("$ref")): one for one in named}


def _security(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    return operation.get("security", document.get("security", []))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        prose = ("description", "summary", "title", "example", "examples", "externalDocs", "tags")
        return {k: _without_prose(v) for k, v in value.items() if not (k in prose and not isinstance(v, bool))}
    return [_without_prose(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any) -> str:
    """For comparison: without prose, order of names not counting. Scopes are compared by name."""
    bare = _without_prose(value)
    flows = _dict(_dict(bare).get("flows")) if isinstance(bare, dict) else {}
    for flow in flows.values():
        if isinstance(_dict(flow).get("scopes"), dict):
            flow["scopes"] = sorted(flow["scopes"])
    return json.dumps(bare, sort_keys=True, default=str)


def _short(value: Any) -> str:
    text = _plain(value)
    return text if len(text) <= 100 else f"{text[:99]}…"
