"""The ways in that a document declares: its security schemes, and which of them a request takes together.

Source: OpenAPI, Security Scheme Object and Security Requirement Object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contracts.errors import DocumentError
from contracts.spec.document import resolve

APP_ID = "VOUCHERIFY_APP_ID"
APP_TOKEN = "VOUCHERIFY_APP_TOKEN"  # noqa: S105 - the name of a variable
OAUTH_TOKEN = "VOUCHERIFY_OAUTH_TOKEN"  # noqa: S105 - the name of a variable
_NAMED = {"X-App-Id": APP_ID, "X-App-Token": APP_TOKEN, "X-Voucherify-OAuth": OAUTH_TOKEN}
"""The variables of the customers API's schemes."""

Kind = Literal["key", "bearer", "basic"]
Place = Literal["header", "query", "cookie"]


@dataclass(frozen=True)
class Scheme:
    """One security scheme. ``parameter`` names the header, query parameter or cookie that carries its secret.

    OAuth 2.0 and OpenID Connect are bearer tokens here: how one is had is not the API's business (RFC 6750).
    """

    name: str
    kind: Kind
    place: Place = "header"
    parameter: str = "Authorization"

    @property
    def variable(self) -> str:
        """The variable of the environment that holds its secret; for HTTP basic ``user:password``."""
        return variable_of(self.name)


Alternative = tuple[Scheme, ...]
Security = tuple[Alternative, ...]
"""Any one of the alternatives lets a request in; an empty one lets everybody in."""


def named(alternative: Alternative) -> str:
    """Its schemes, as a person says them."""
    return " and ".join(scheme.name for scheme in alternative) or "none"


def variables(security: Security) -> str:
    """The variables that let a run in, as a person says them; empty where none does."""
    return ", or ".join(" and ".join(scheme.variable for scheme in one) for one in security if one)


def variable_of(scheme: str) -> str:
    """The variable of the environment that holds the secret of the scheme called ``scheme``."""
    return _NAMED.get(scheme) or f"CONTRACTS_{re.sub('[^A-Za-z0-9]+', '_', scheme).strip('_').upper()}"


def declared_schemes(document: Mapping[str, Any]) -> dict[str, Any]:
    """The security schemes of ``document`` by their names."""
    components = document.get("components")
    declared = components.get("securitySchemes") if isinstance(components, dict) else None
    return declared if isinstance(declared, dict) else {}


def security_of(document: dict[str, Any], alternatives: Iterable[Iterable[str]]) -> Security:
    """The alternatives that a client can use by what it sends. Others (mutual TLS, HTTP digest) are left out.

    Raises DocumentError for a scheme that the document does not declare.
    """
    schemes = declared_schemes(document)
    made: list[Alternative] = []
    for names in alternatives:
        found = [_scheme(document, name, schemes) for name in names]
        if None not in found:
            made.append(tuple(one for one in found if one is not None))
    return tuple(dict.fromkeys(made))


def _scheme(document: dict[str, Any], name: str, schemes: dict[str, Any]) -> Scheme | None:
    declared = schemes.get(name)
    for _ in range(8):
        if isinstance(declared, dict) and "$ref" in declared:
            declared = resolve(document, str(declared["$ref"]))
    if not isinstance(declared, dict):
        raise DocumentError(f"the security scheme {name!r} is used, and not declared in components.securitySchemes")
    kind, http = str(declared.get("type")), str(declared.get("scheme")).lower()
    if kind == "apiKey":
        place, parameter = declared.get("in"), declared.get("name")
        if place not in ("header", "query", "cookie") or not isinstance(parameter, str) or not parameter:
            raise DocumentError(f"the security scheme {name!r} does not say where its key goes ('in' and 'name')")
        return Scheme(name, "key", place, parameter)
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and http == "bearer"):
        return Scheme(name, "bearer")
    return Scheme(name, "basic") if kind == "http" and http == "basic" else None
