"""What both servers share: reading a body, checking members by hand, answering, and listening on a socket.

Nothing here comes from ``contracts``' judging: a mistake there must not go unseen on both sides.
"""

import json
import math
import re
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import formatdate
from typing import ClassVar

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response

from contracts.mock.app import Server
from contracts.mock.server import _listen

Check = Callable[[object], bool]


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def _finite(text):
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _no_constant(name):
    raise ValueError(name)


async def body_of(request):
    """The JSON object in a request. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "send application/json")
    try:
        text = (await request.body()).decode("utf-8")
        value = json.loads(text, parse_float=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is no JSON") from None
    if not isinstance(value, dict) or _is_deeper_than(value, 200):
        raise Refused(400, "the body is no object, or nested too deeply")
    return value


def _is_deeper_than(value, levels):
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not levels or any(_is_deeper_than(one, levels - 1) for one in below)


def text(low=0, high=10**6, pattern=None):
    return lambda v: (
        isinstance(v, str) and low <= len(v) <= high and (pattern is None or bool(re.fullmatch(pattern, v, re.ASCII)))
    )


def integer(low, high):
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def number(low):
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and v >= low


def one_of(*values):
    return lambda v: isinstance(v, str) and v in values


def list_of(check, most):
    return lambda v: isinstance(v, list) and len(v) <= most and all(check(one) for one in v)


def or_null(check):
    return lambda v: v is None or check(v)


def boolean(v):
    return isinstance(v, bool)


def an_object(v):
    return isinstance(v, dict)


def a_date(v):
    if not (isinstance(v, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", v, re.ASCII)):
        return False
    try:
        date.fromisoformat(f"2{v[1:]}" if v.startswith("0000") else v)  # RFC 3339 has a year 0000, a leap year as 2000
    except ValueError:
        return False
    return True


_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-](\d{2}):(\d{2}))", re.ASCII | re.IGNORECASE
)


def a_moment(v):
    match = _MOMENT.fullmatch(v) if isinstance(v, str) else None
    if match is None or not a_date(match[1]):
        return False
    hours, minutes = int(match[7] or 0), int(match[8] or 0)
    return int(match[2]) < 24 and int(match[3]) < 60 and int(match[4]) <= 60 and hours < 24 and minutes < 60


def an_email(v):
    return isinstance(v, str) and bool(re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*", v))


def now(variant=None):
    moment = datetime.now(UTC)
    if variant == "other-zone":
        return moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat(timespec="milliseconds")
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Api:
    """A server with at most one ``fault`` and one ``variant``, each by its name in ``FAULTS`` and ``VARIANTS``."""

    FAULTS: ClassVar[dict[str, str]] = {}
    VARIANTS: ClassVar[dict[str, str]] = {}

    def __init__(self, fault=None, variant=None):
        assert fault is None or fault in self.FAULTS, fault
        assert variant is None or variant in self.VARIANTS, variant
        self.fault, self.variant = fault, variant
        self.lock = threading.Lock()

    def answer(self, status, value=None):
        served = {"Date": formatdate(usegmt=True)}
        if value is None:
            return Response(status_code=status, headers=served)
        kind = "application/json"
        if self.variant == "pretty":
            return Response(json.dumps(value, indent=2), status, served, f"{kind};charset=UTF-8")
        return Response(json.dumps(value, separators=(",", ":")), status, served, kind)

    def checked(self, sent, checks, required=(), status=400):
        """``sent`` without what nobody declares. Raises Refused for a member that is missing or wrong."""
        for name in required:
            if name not in sent:
                raise Refused(status, f"{name} is missing")
        for name, check in checks.items():
            if name in sent and self.fault != f"takes-any-{name}" and not check(sent[name]):
                raise Refused(status, f"{name} is wrong")
        return {name: value for name, value in sent.items() if name in checks}

    def is_let_in(self, request):
        raise NotImplementedError

    def endpoint(self, handle):
        """``handle`` behind the credentials, with what it raises as a JSON answer."""

        async def stranger():
            raise Refused(401, "who are you?")

        async def served(request):
            try:
                return await (handle(request) if self.is_let_in(request) else stranger())
            except Refused as refused:
                return self.answer(refused.status, {"code": refused.status, "message": str(refused)})

        return served

    def app(self, routes):
        def unrouted(request, error):
            return self.answer(error.status_code, {"code": error.status_code, "message": error.detail})

        def crashed(request, error):
            return self.answer(500, {"code": 500, "message": "something went wrong"})

        return Starlette(routes=routes, exception_handlers={HTTPException: unrouted, Exception: crashed})


@contextmanager
def listening(app):
    """The URL of ``app``, for the length of the block."""
    listener = _listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop()
        thread.join(timeout=60)
