"""The run's credentials, and the ways to have wrong ones. They come from the environment, never from options.

Source: ``securitySchemes`` of the document, and the ``security`` of the operation that writes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from contracts.errors import UsageError
from contracts.record.exchange import FOREIGN, UNSIGNED, Headers
from contracts.record.ways import Form, Part, Way, ways
from contracts.spec.security import Alternative, Scheme, Security

_APP: Alternative = (
    Scheme("X-App-Id", "key", "header", "X-App-Id"),
    Scheme("X-App-Token", "key", "header", "X-App-Token"),
)
_OAUTH: Alternative = (Scheme("X-Voucherify-OAuth", "bearer"),)
CUSTOMERS: Security = (_APP, _OAUTH)
"""The ways in of the customers API."""


@dataclass(frozen=True)
class Carried:
    """What carries credentials: headers, and a query (without ``?``) that the path's own is followed by."""

    headers: Headers = ()
    query: str = ""


@dataclass(frozen=True, repr=False)
class Credentials:
    """The secrets of the schemes of ``security``, by their names; for HTTP basic ``user:password``.

    The run uses the first alternative of which it has all secrets; ``passed_over`` are those that a target refused.
    """

    security: Security = ()
    held: Mapping[str, str] = field(default_factory=dict)
    passed_over: tuple[Alternative, ...] = ()
    is_partial: bool = False
    """Is the first alternative only what the run has of one that the document declares?"""

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self.secrets()) or 'none'})"

    @cached_property
    def own(self) -> Alternative:
        """The schemes that the run's own requests use; none where it has no secrets, or none are asked for."""
        return next((one for one in self._held_ones if one not in self.passed_over), ())

    @property
    def _held_ones(self) -> tuple[Alternative, ...]:
        return tuple(one for one in self.security if one and all(scheme.name in self.held for scheme in one))

    @property
    def complete(self) -> bool:
        return bool(self.own) and not self.is_partial

    @property
    def declared(self) -> Security:
        """The alternatives that the document declares."""
        return self.security[1:] if self.is_partial else self.security

    def next(self) -> Credentials | None:
        """The same by the next alternative, None where there is none: for a target that takes no other."""
        found = Credentials(self.security, self.held, (*self.passed_over, self.own)) if self.own else self
        return found if found.own else None

    def secrets(self) -> dict[str, str]:
        """Every secret by the name of its variable: what no output may show."""
        found: dict[str, str] = {}
        for scheme in self._schemes:
            if scheme.name in self.held:
                secret = found[scheme.variable] = self.held[scheme.name]
                if scheme.kind == "basic":
                    found[f"{scheme.variable} (password)"] = secret.partition(":")[2]
        return {name: secret for name, secret in found.items() if secret}

    def altered(self) -> dict[str, str]:
        """What stands in place of a secret in a request that must be refused; near the secret, so masked too."""
        forms: dict[Form, str] = {
            "wrong": "altered",
            "cut": "cut",
            "longer": "with one more",
            "case": "in another case",
            "wrong-user": "altered user",
        }
        changed: dict[str, str] = {}
        for scheme in self._schemes:
            secret = self.held.get(scheme.name, "")
            for form, words in forms.items() if secret else ():
                made = _secret(scheme, secret, form)
                if made != secret and (form != "wrong-user" or scheme.kind == "basic"):
                    changed[f"{scheme.variable} {words}"] = made
                    if scheme.kind == "basic":
                        changed[f"{scheme.variable} (password) {words}"] = made.partition(":")[2]
        return changed

    @property
    def _schemes(self) -> tuple[Scheme, ...]:
        return tuple(dict.fromkeys(scheme for alternative in self.security for scheme in alternative))

    @cached_property
    def ways(self) -> dict[str, Way]:
        """The ways that the run can send credentials in, by name."""
        made = ways(self.security, self.held.keys(), self.own)
        return {name: way for name, way in made.items() if all(self._can_differ(part) for part in way)}

    @cached_property
    def unavailable(self) -> dict[str, str]:
        """The ways that it cannot, each with the reason."""
        every = ways(self.security, [scheme.name for scheme in self._schemes], self.own)
        missing = {name: way for name, way in every.items() if name not in self.ways}
        return {name: self._why_not(way) for name, way in missing.items()}

    def _why_not(self, way: Way) -> str:
        lacking = [part.scheme.name for part in way if part.scheme.name not in self.held]
        if lacking:
            return f"the run has no secret for {' and '.join(lacking)}, to send it right or nearly so"
        return "the secret is the same in that form"

    def _can_differ(self, part: Part) -> bool:
        """Is what a wrong part sends another than the secret?"""
        secret = self.held.get(part.scheme.name)
        return part.form == "right" or secret is None or self._value(part) != _carried(part.scheme, secret)

    def carried(self, name: str) -> Carried:
        """What carries the credentials of the way ``name``. KeyError where the run cannot make it."""
        headers: list[tuple[str, str]] = []
        query: list[str] = []
        cookies: list[str] = []
        for part in self.ways[name]:
            parameter, value = part.scheme.parameter, self._value(part)
            if part.scheme.place == "query":
                query.append(f"{quote(parameter, safe='')}={quote(value, safe='')}")
            elif part.scheme.place == "cookie":
                cookies.append(f"{parameter}={value}")
            else:
                headers.append((parameter, value))
        if cookies:
            headers.append(("Cookie", "; ".join(cookies)))
        return Carried(tuple(headers), "&".join(query))

    def can_make(self, name: str) -> bool:
        return name in self.ways

    def _partner(self, scheme: Scheme) -> str:
        """The secret of the other scheme of a pair."""
        pair = next(one for one in self.security if len(one) == 2 and scheme in one)
        return self.held[pair[1 - pair.index(scheme)].name]

    def _value(self, part: Part) -> str:
        scheme, form = part.scheme, part.form
        if form == "unsigned":
            return _carried(scheme, UNSIGNED)
        if form == "foreign":
            others = [self.held[one.name] for one in self._schemes if one != scheme and one.name in self.held]
            return _carried(scheme, others[-1] if others else FOREIGN)
        if form == "swapped":
            return _carried(scheme, self._partner(scheme))
        made_up = f"no-such-{scheme.name.lower()}"
        secret = self.held.get(scheme.name, f"{made_up}:{made_up}" if scheme.kind == "basic" else made_up)
        return _carried(scheme, _secret(scheme, secret, form))


def customers_credentials(
    app_id: str | None = None, app_token: str | None = None, oauth_token: str | None = None
) -> Credentials:
    """Those of the customers API: an application's id and token, or a bearer token, or both, or none."""
    named = {"X-App-Id": app_id, "X-App-Token": app_token, "X-Voucherify-OAuth": oauth_token}
    return Credentials(CUSTOMERS, {name: secret for name, secret in named.items() if secret})


def from_environment(environment: Mapping[str, str], security: Security) -> Credentials:
    """What the variables of the schemes hold; an empty one counts as not set.

    Where no alternative is held whole, what is held of one is used: documents ask for more at once than servers do.
    Raises UsageError for what no header can carry.
    """
    held: dict[str, str] = {}
    for scheme in dict.fromkeys(scheme for alternative in security for scheme in alternative):
        value = environment.get(scheme.variable, "")
        if value != value.strip() or not all(" " <= char <= "~" for char in value):
            raise UsageError(
                f"{scheme.variable} holds white space at an end, a control character or one beyond ASCII, which no "
                "header can carry; set it again"
            )
        if scheme.kind == "basic" and value and ":" not in value:
            raise UsageError(f"{scheme.variable} has no colon; HTTP basic takes user:password")
        if value:
            held[scheme.name] = value
    if part := _part(security, held):
        return Credentials((part, *security), held, is_partial=True)
    return Credentials(security, held)


def _part(security: Security, held: Mapping[str, str]) -> Alternative:
    """What is held of the alternative of which most is; nothing where one is held whole."""
    parts = {one: tuple(scheme for scheme in one if scheme.name in held) for one in security}
    return () if any(one and one == part for one, part in parts.items()) else max(parts.values(), key=len, default=())


def _carried(scheme: Scheme, secret: str) -> str:
    """As the request carries it: RFC 6750, section 2.1; RFC 7617, section 2."""
    if scheme.kind == "basic":
        return f"Basic {b64encode(secret.encode()).decode()}"
    return f"Bearer {secret}" if scheme.kind == "bearer" else secret


def _secret(scheme: Scheme, secret: str, form: Form) -> str:
    """``secret`` in a wrong form; for HTTP basic the form is that of the password, but for ``wrong-user``."""
    if scheme.kind == "basic":
        user, _, password = secret.partition(":")
        if form == "wrong-user":
            return f"{_last_changed(user)}:{password}"
        return f"{user}:{_formed(password, form)}"
    return _formed(secret, form)


def _formed(secret: str, form: Form) -> str:
    made = {
        "wrong": _last_changed(secret),
        "case": secret.swapcase(),
        "cut": secret[:-1],
        "longer": f"{secret}a",
        "empty": "",
    }
    return made.get(form, secret)


def _last_changed(secret: str) -> str:
    """Of the same length and beginning, so that only a full comparison tells the two apart."""
    return secret[:-1] + ("b" if secret[-1:] in ("a", "A") else "a")
