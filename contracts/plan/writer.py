"""From who and what to a request: the keys go where the operation wants them, in its body or in its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.plan.instances import Instance
from contracts.record.exchange import Credentials, Request, Role, json_body
from contracts.spec.operation import Operation
from contracts.spec.resource import Resource

JSON_TYPE = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Writer:
    """Makes requests about instances of ``resource``."""

    resource: Resource

    def write(
        self,
        instance: Instance,
        by: tuple[str, ...],
        members: Mapping[str, Any],
        label: str,
        *,
        role: Role = "probe",
        credentials: Credentials = "run",
        shrinks: int | None = None,
    ) -> Request:
        """A create or upsert of ``instance``, which the keys ``by`` name, with ``members``."""
        operation = self.resource.write
        named = {name: value for name in by if (value := self.key(instance, name)) is not None}
        path = operation.at(self._parameters(operation, instance, named))
        body = {**{n: v for n, v in named.items() if n in self.resource.write_body.names}, **members}
        return Request(label, operation.method, path, (JSON_TYPE,), json_body(body), credentials, shrinks, role=role)

    def item(
        self,
        operation: Operation,
        name: Any,
        label: str,
        members: Mapping[str, Any] | None = None,
        *,
        role: Role = "probe",
        credentials: Credentials = "run",
    ) -> Request:
        """A read, update or delete of the one called ``name``, by whichever key."""
        path = operation.at(dict.fromkeys(operation.path_parameters, str(name)))
        body, headers = (None, ()) if members is None else (json_body(members), (JSON_TYPE,))
        return Request(label, operation.method, path, headers, body, credentials, role=role)

    def key(self, instance: Instance, name: str) -> Any:
        """The value of the key ``name`` of ``instance``; None where nobody has told it yet."""
        return instance.server if name == self.resource.server_key else instance.keys.get(name)

    def keys(self, instance: Instance, *, by_server: bool = False) -> tuple[str, ...]:
        """The names of the keys to name ``instance`` by: the client's, or the server's where it is told and wanted."""
        own = self.resource.server_key
        sendable = own is not None and own in self.resource.writable
        if by_server and own is not None and sendable and instance.server is not None:
            needed = tuple(n for n in self.resource.client_keys if n in self.resource.write_body.required)
            return (own, *needed)
        return self.resource.client_keys

    def _parameters(self, operation: Operation, instance: Instance, named: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for parameter in operation.path_parameters:
            value = named.get(parameter, next(iter(named.values()), None))
            found[parameter] = str(value if value is not None else next(iter(instance.keys.values()), instance.server))
        return found
