"""The run's credentials, and the ways to have wrong ones. They come from the environment, never from options.

Source: ``securitySchemes`` of the document (``X-App-Id`` with ``X-App-Token``, or an OAuth 2.0 bearer token).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.errors import UsageError
from contracts.exchange import UNSIGNED, Headers
from contracts.exchange import Credentials as Whose

APP_ID = "VOUCHERIFY_APP_ID"
APP_TOKEN = "VOUCHERIFY_APP_TOKEN"  # noqa: S105 - the name of a variable
OAUTH_TOKEN = "VOUCHERIFY_OAUTH_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, repr=False)
class Credentials:
    """An application's id and token, or a bearer token, or both, or none (a mock that asks for none)."""

    app_id: str | None = None
    app_token: str | None = None
    oauth_token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self.secrets()) or 'none'})"

    @property
    def complete(self) -> bool:
        return bool(self.oauth_token or (self.app_id and self.app_token))

    @property
    def uses_bearer(self) -> bool:
        """Does the run itself send the bearer token? It does where there is no pair of id and token."""
        return bool(self.oauth_token) and not (self.app_id and self.app_token)

    def as_bearer(self) -> Credentials:
        """The same without id and token: for a target that takes OAuth only."""
        return Credentials(oauth_token=self.oauth_token)

    def secrets(self) -> dict[str, str]:
        """Every secret by the name of its variable: what no output may show."""
        named = {APP_TOKEN: self.app_token, OAUTH_TOKEN: self.oauth_token, APP_ID: self.app_id}
        return {name: value for name, value in named.items() if value}

    def altered(self) -> dict[str, str]:
        """What stands in place of a secret in a request that must be refused; near the secret, so masked too."""
        changed: dict[str, str] = {}
        for name, value in self.secrets().items():
            changed[f"{name} altered"] = _last_changed(value)
            changed[f"{name} cut"] = value[:-1]
            if value.swapcase() != value:
                changed[f"{name} in another case"] = value.swapcase()
        return changed

    def headers(self, whose: Whose) -> Headers:
        """The headers that carry the credentials ``whose`` names. KeyError where the run cannot make them."""
        app_id, app_token = self.app_id or "", self.app_token or ""
        bearer = self.oauth_token or ""
        if whose == "run" and self.uses_bearer:
            return (("Authorization", f"Bearer {bearer}"),)
        made: dict[str, Headers] = {
            "run": (("X-App-Id", app_id), ("X-App-Token", app_token)) if app_id and app_token else (),
            "none": (),
            "wrong-bearer": (("Authorization", f"Bearer {_last_changed(bearer or 'no-such-bearer-token')}"),),
            "unsigned-bearer": (("Authorization", f"Bearer {UNSIGNED}"),),
            "wrong-token": (
                ("X-App-Id", app_id or "no-such-app"),
                ("X-App-Token", _last_changed(app_token or "no-such-token")),
            ),
        }
        if app_id and app_token:
            made |= {
                "id-only": (("X-App-Id", app_id),),
                "token-only": (("X-App-Token", app_token),),
                "wrong-id": (("X-App-Id", _last_changed(app_id)), ("X-App-Token", app_token)),
                "foreign-bearer": (("Authorization", f"Bearer {app_token}"),),
                "token-part": (("X-App-Id", app_id), ("X-App-Token", app_token[:-1])),
                "empty-token": (("X-App-Id", app_id), ("X-App-Token", "")),
            }
            if app_token.swapcase() != app_token:
                made["token-case"] = (("X-App-Id", app_id), ("X-App-Token", app_token.swapcase()))
        elif bearer:
            made["foreign-bearer"] = (("Authorization", "Bearer a-token-of-somebody-else"),)
            made["token-part"] = (("Authorization", f"Bearer {bearer[:-1]}"),)
        if bearer and not self.uses_bearer:
            made["run-bearer"] = (("Authorization", f"Bearer {bearer}"),)
        if bearer and bearer.swapcase() != bearer:
            made["bearer-case"] = (("Authorization", f"Bearer {bearer.swapcase()}"),)
        return made[whose]

    def can_make(self, whose: Whose) -> bool:
        try:
            self.headers(whose)
        except KeyError:
            return False
        return True


def from_environment(environment: Mapping[str, str]) -> Credentials:
    """What the three variables hold; an empty one counts as not set. Raises UsageError for what no header can carry."""
    for name in (APP_ID, APP_TOKEN, OAUTH_TOKEN):
        value = environment.get(name, "")
        if value != value.strip() or not all(" " <= char <= "~" for char in value):
            raise UsageError(
                f"{name} holds white space at an end, a control character or one beyond ASCII, which no header can "
                "carry; set it again"
            )
    return Credentials(
        app_id=environment.get(APP_ID) or None,
        app_token=environment.get(APP_TOKEN) or None,
        oauth_token=environment.get(OAUTH_TOKEN) or None,
    )


def _last_changed(secret: str) -> str:
    """Of the same length and beginning, so that only a full comparison tells the two apart."""
    return secret[:-1] + ("b" if secret[-1] in "aA" else "a")
