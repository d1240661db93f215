"""Where the target is: a URL with any path prefix, checked before anything is sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from contracts.errors import UsageError


def base_url(text: str, operation_path: str = "/v1/customers") -> str:
    """``text`` without a trailing slash or the operation's own path. Raises UsageError for no http(s) URL."""
    try:
        parts = urlsplit(text.strip())
        port_is_valid = parts.port is None or 0 < parts.port < 65536
    except ValueError as error:
        raise UsageError(f"--target {text!r} is no URL ({error}); give one like http://localhost:4010") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise UsageError(f"--target {text!r} is no http(s) URL; give one like http://localhost:4010/prefix")
    if any(char.isspace() for char in text.strip()):
        raise UsageError(f"--target {text!r} has white space in it; give one like http://localhost:4010")
    if parts.username or parts.password:
        raise UsageError(
            "--target has credentials in it; credentials come from VOUCHERIFY_APP_ID and VOUCHERIFY_APP_TOKEN"
        )
    if parts.query or parts.fragment:
        raise UsageError(f"--target {text!r} has a query or fragment; give scheme, host and path only")
    path = parts.path.rstrip("/").removesuffix(operation_path.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}{path}".rstrip("/")
