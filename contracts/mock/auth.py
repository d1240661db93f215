"""Who may call: the two schemes of the contract, compared in constant time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest

from contracts.mock.wire import Request


@dataclass(frozen=True)
class Keys:
    """The credentials that a server accepts: by default its own, made at each start."""

    app_id: str = field(default_factory=lambda: secrets.token_hex(12))
    app_token: str = field(default_factory=lambda: secrets.token_hex(16))
    oauth_token: str = field(default_factory=lambda: secrets.token_hex(20))


def same(given: str, expected: str) -> bool:
    """Whether two credentials are equal to the letter, in constant time."""
    return compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def bearer(request: Request) -> str:
    """The token of an ``Authorization: Bearer`` header, or an empty string."""
    scheme, _, token = request.header("authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_authorised(request: Request, keys: Keys) -> bool:
    """Whether the request carries a right credential, and none that is wrong.

    A wrong credential beside a right one is refused too: a caller who sends both has mixed something up.
    """
    given_app = "x-app-id" in request.headers or "x-app-token" in request.headers
    given_bearer = "authorization" in request.headers
    right_app = same(request.header("x-app-id"), keys.app_id) & same(request.header("x-app-token"), keys.app_token)
    right_bearer = same(bearer(request), keys.oauth_token)
    return (given_app or given_bearer) and (right_app or not given_app) and (right_bearer or not given_bearer)
