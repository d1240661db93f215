"""What Schemathesis sent, as a request of ours: whose credentials it carries, and none of them in it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from contracts.client.redaction import Mask
from contracts.client.session import LEAST_SECRET
from contracts.record.exchange import Credentials as Whose
from contracts.record.exchange import Request
from contracts.spec.resource import Resource

_TRANSPORT = (
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "transfer-encoding",
    "user-agent",
    "x-schemathesis-testcaseid",
)
"""Headers, in lower case, that say nothing of what is asked for."""


def request_of(prepared: Any, case: Any, resource: Resource) -> Request | None:
    """What was sent; None where it cannot be told, or carries credentials that are neither the run's nor none."""
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    whose = _credentials(prepared, case, resource)
    if whose is None or not (body is None or isinstance(body, bytes)):
        return None
    url, base = urlsplit(str(prepared.url)), urlsplit(str(case.operation.base_url or "")).path.rstrip("/")
    path = url.path.removeprefix(base) + (f"?{url.query}" if url.query else "")
    own = {name.lower() for name in _secret_headers(resource)}
    left_out = {*own, *_TRANSPORT}
    headers = tuple((str(k), _text(v)) for k, v in prepared.headers.items() if str(k).lower() not in left_out)
    return Request("sent by Schemathesis", str(prepared.method), path, headers, body, whose, role="case")


def _credentials(prepared: Any, case: Any, resource: Resource) -> Whose | None:
    """Those that the user gave Schemathesis, or where none were given, any that the document asks for."""
    names = _secret_headers(resource)
    sent = {name: _text(prepared.headers[name]) for name in names if name in prepared.headers}
    own = configured(case, resource)
    if own:
        given = {name.lower(): value for name, value in sent.items()}
        return "run" if given == own else None if given else "none"
    return "run" if sent or not names else None


def configured(case: Any, resource: Resource) -> dict[str, str]:
    """The credentials that the user gave Schemathesis (``-H``, or its configuration), by the header in lower case."""
    names = {name.lower() for name in _secret_headers(resource)}
    given = case.operation.schema.config.headers_for(operation=case.operation)
    return {name.lower(): value for name, value in given.items() if name.lower() in names}


def mask(case: Any, resource: Resource) -> Mask:
    """Hides them, but for what is a word that an answer may say."""
    public = json.dumps(resource.document).lower()
    secrets = {name: value.removeprefix("Bearer ") for name, value in configured(case, resource).items()}
    return Mask({name: one for name, one in secrets.items() if len(one) >= LEAST_SECRET and one.lower() not in public})


def _secret_headers(resource: Resource) -> tuple[str, ...]:
    """The headers that carry credentials, by the document's security schemes."""
    schemes = resource.document.get("components", {}).get("securitySchemes", {})
    kinds = [one for one in schemes.values() if isinstance(one, dict)]
    keys = [str(one.get("name")) for one in kinds if one.get("type") == "apiKey" and one.get("in") == "header"]
    others = ["Authorization"] if any(one.get("type") in ("http", "oauth2", "openIdConnect") for one in kinds) else []
    return tuple(dict.fromkeys((*keys, *others)))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
