"""A request as a ``curl`` line that repeats it, with secrets as variables of the environment."""

from __future__ import annotations

import shlex

from contracts.exchange import API_VERSION, UNSIGNED, Request

_CREDENTIALS = {
    "run": ("X-App-Id: $VOUCHERIFY_APP_ID", "X-App-Token: $VOUCHERIFY_APP_TOKEN"),
    "run-bearer": ("Authorization: Bearer $VOUCHERIFY_OAUTH_TOKEN",),
    "none": (),
    "id-only": ("X-App-Id: $VOUCHERIFY_APP_ID",),
    "token-only": ("X-App-Token: $VOUCHERIFY_APP_TOKEN",),
    "wrong-id": ("X-App-Id: a-wrong-id", "X-App-Token: $VOUCHERIFY_APP_TOKEN"),
    "wrong-token": ("X-App-Id: $VOUCHERIFY_APP_ID", "X-App-Token: a-wrong-token"),
    "token-case": ("X-App-Id: $VOUCHERIFY_APP_ID", "X-App-Token: ${VOUCHERIFY_APP_TOKEN^^}"),
    "token-part": ("X-App-Id: $VOUCHERIFY_APP_ID", "X-App-Token: ${VOUCHERIFY_APP_TOKEN%?}"),
    "empty-token": ("X-App-Id: $VOUCHERIFY_APP_ID", "X-App-Token;"),
    "bearer-case": ("Authorization: Bearer ${VOUCHERIFY_OAUTH_TOKEN^^}",),
    "unsigned-bearer": (f"Authorization: Bearer {UNSIGNED}",),
    "wrong-bearer": ("Authorization: Bearer a-wrong-token",),
    "foreign-bearer": ("Authorization: Bearer $VOUCHERIFY_APP_TOKEN",),
}


def curl(request: Request, target: str, by_bearer: bool = False) -> str:
    """One line for a shell (bash). Bytes that are no text are written as ``$'…'`` escapes.

    ``by_bearer``: the run's own credentials are a bearer token.
    """
    parts = ["curl", "-sS", "-X", request.method, shlex.quote(target + request.path)]
    for name, value in (*request.headers, API_VERSION):
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    own = "run-bearer" if by_bearer and request.credentials == "run" else request.credentials
    for line in _CREDENTIALS[own]:
        parts += ["-H", f'"{line}"']
    if request.body is not None:
        parts += ["--data-binary", _quoted(request.body)]
    return " ".join(parts)


def _quoted(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and text.isprintable():
        return shlex.quote(text)
    escaped = "".join(chr(b) if 32 <= b < 127 and b not in b"'\\" else f"\\x{b:02x}" for b in body)
    return f"$'{escaped}'"
