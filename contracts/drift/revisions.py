"""Two revisions of an OpenAPI document, compared whole: what changed, and whom it breaks.

The bodies of the customers operation are compared field by field elsewhere; here is everything around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.drift.compare import compare
from contracts.drift.field import Document
from contracts.drift.readers.openapi import body_fields, read_fields, read_request
from contracts.drift.report import Drift, Kind, Severity
from contracts.errors import DocumentError
from contracts.spec.contract import operation_of

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def revisions(old: dict[str, Any], new: dict[str, Any], name: str) -> list[Drift]:
    """Every difference of ``new`` from ``old``: operations, parameters, bodies, answers, security, servers."""
    return list({(d.path, d.kind, d.says): d for d in _Revision(old, new, name).drifts()}.values())


class _Revision:
    def __init__(self, old: dict[str, Any], new: dict[str, Any], name: str) -> None:
        self.old, self.new, self.name = old, new, name

    def drifts(self) -> Iterator[Drift]:
        yield from self._customers()
        before, after = dict(_operations(self.old)), dict(_operations(self.new))
        for operation in before:
            if operation not in after:
                yield self._drift(operation, "missing", "breaking", "declared", "absent", "clients call it")
            else:
                yield from self._operation(operation, before[operation], after[operation])
        for operation in after.keys() - before.keys():
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
        for key in before.keys() | after.keys():
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
        except DocumentError:
            return False
        return path.startswith(f"POST {name} ") and path.endswith((" requestBody", "responses.200"))

    def _servers(self) -> Iterator[Drift]:
        before, after = ({_plain(server) for server in _list(one.get("servers"))} for one in (self.old, self.new))
        for server in sorted(before - after):
            yield self._drift(
                "servers", "missing", "breaking", _short(json.loads(server)), "absent", "clients call that host"
            )
        for server in sorted(after - before):
            yield self._drift("servers", "extra", "info", "absent", _short(json.loads(server)), "one more host")

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
