"""What several faults need: reaching into a body, rewriting texts, crashing, writing what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from contracts.mock.answers import Problem
from contracts.mock.api import COLLECTION, Call
from contracts.mock.hooks import Body
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.store import Customer
from contracts.mock.validation import WRITABLE, mistakes
from contracts.mock.wire import Answer

CRASH = Problem(500, "internal_error", "Internal server error", "Something went wrong.")
TEXT_FIELDS = ("name", "description", "email", "phone")
MONEY = ("total_amount", "average_amount", "last_order_amount", "redeemed_amount", "amount_to_go")


def edit(body: Body, path: str, change: Callable[[Any], Any]) -> Body:
    """Change the member at a dotted ``path``, where there is one."""
    holder, name = _holder(body, path)
    if name in holder:
        holder[name] = change(holder[name])
    return body


def put(body: Body, path: str, value: Any) -> Body:
    """Set the member at a dotted ``path``."""
    holder, name = _holder(body, path)
    holder[name] = value
    return body


def drop(body: Body, *paths: str) -> Body:
    """Leave out the members at dotted ``paths``."""
    for path in paths:
        holder, name = _holder(body, path)
        holder.pop(name, None)
    return body


def _holder(body: Body, path: str) -> tuple[dict[str, Any], str]:
    *parents, name = path.split(".")
    holder: Any = body
    for parent in parents:
        holder = holder.get(parent) if isinstance(holder, dict) else None
    return (holder if isinstance(holder, dict) else {}), name


def rewrite(fields: Body, change: Callable[[str], str]) -> Body:
    """Change every text but the identifiers: the text fields, the address, the strings in metadata."""
    names = (*TEXT_FIELDS, "address", "metadata")
    return {
        name: leaves(value, lambda leaf: change(leaf) if isinstance(leaf, str) else leaf) if name in names else value
        for name, value in fields.items()
    }


def leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """The JSON value with ``change`` made to each leaf."""
    if isinstance(value, dict):
        return {key: leaves(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [leaves(item, change) for item in value]
    return change(value)


def everything(value: Any) -> Iterator[Any]:
    """The value and all that is in it, names of members included."""
    yield value
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from everything(item)
    elif isinstance(value, list):
        for item in value:
            yield from everything(item)


def texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value, names of members included."""
    return (item for item in everything(value) if isinstance(item, str))


def upserting(call: Call) -> bool:
    """Whether the call is an upsert: reads and deletes look customers up, too."""
    return call.request.method == "POST"


def reading(call: Call) -> bool:
    """Whether the call reads one customer."""
    return call.request.method == "GET" and not listing(call)


def updating(call: Call) -> bool:
    """Whether the call is an update of the customer that its path names."""
    return call.request.method == "PUT"


def listing(call: Call) -> bool:
    """Whether the call is a list."""
    return call.request.method == "GET" and call.request.path.rstrip("/") == COLLECTION


def known(call: Call) -> Customer | None:
    """The customer that the identifiers of an upsert name."""
    return call.api.store.find(call.payload.get("id"), call.payload.get("source_id"))


def like(call: Call, key: Callable[[str], str]) -> Customer | None:
    """The first customer whose ``source_id`` has the same ``key`` as the one sent."""
    return matched(call, lambda known, sent: bool(key(sent)) and key(known) == key(sent))


def matched(call: Call, fits: Callable[[str, str], bool]) -> Customer | None:
    """The first customer whose ``source_id`` fits the one sent."""
    sent = call.payload.get("source_id")
    if not isinstance(sent, str) or not sent:
        return None
    customers = call.api.store.customers.values()
    return next((c for c in customers if c.source_id and fits(c.source_id, sent)), None)


def lacks(call: Call, *parts: str) -> bool:
    """Whether an address was sent, and without one of these parts."""
    address = call.payload.get("address")
    return isinstance(address, dict) and not set(parts) <= set(address)


def only(fields: Body, *names: str) -> Body:
    """The fields of these names, and no others."""
    return {name: value for name, value in fields.items() if name in names}


def has_orders(body: Body) -> bool:
    """Whether the customer in an answer has ordered."""
    return bool(body["summary"]["orders"]["total_count"])


def shifted(moment: str, **by: float) -> str:
    """An RFC 3339 UTC time, moved."""
    moved = datetime.fromisoformat(moment) + timedelta(**by)
    return moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_anyway(call: Call) -> None:
    """Write those fields of the request that are of the right type, as if nobody had refused it."""
    try:
        payload = read_json(call.request.body)
    except UnreadableError:
        return
    if isinstance(payload, dict):
        write(call, payload)


def write(call: Call, payload: Body) -> None:
    """Upsert, or update, the fields of ``payload`` that are of the right type."""
    sent = right_fields({name: payload[name] for name in WRITABLE if name in payload})
    key = (sent.get("id"), sent.get("source_id")) if upserting(call) else (call.request.identifier,) * 2
    if found := call.api.store.find(*key):
        call.api.store.update(found, sent)
    elif upserting(call):
        call.api.store.create(sent)


def right_fields(payload: Body) -> Body:
    """The fields of the right type and format."""
    return {name: value for name, value in payload.items() if not any(mistakes({name: value}))}


def relabel(answer: Answer, status: int) -> Answer:
    """The same error under another status, in its body too."""
    answer.body = answer.body.replace(b'"code":%d' % answer.status, b'"code":%d' % status)
    answer.status = status
    return answer


def page(answer: Answer, status: int, title: str) -> Answer:
    """The HTML page of a web framework in the place of the answer."""
    answer.status = status
    answer.body = f"<!DOCTYPE html><html><body><h1>{title}</h1></body></html>".encode()
    answer.set_header("Content-Type", "text/html; charset=utf-8")
    return answer
