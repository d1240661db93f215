"""Which customers a list shows: what its query asks for, and the page that answers it.

The document leaves three things open. Here ``total`` counts what passes the filters, on whatever page; a cursor
(``starting_after``) is no filter; and nobody is in a segment, since this server has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from urllib.parse import parse_qsl

from contracts.mock.store import Customer

FILTERS = ("email", "city", "name", "segment_id")
BOUNDS = ("created_at[before]", "created_at[after]", "updated_at[before]", "updated_at[after]")
CURSOR = "starting_after"
ORDERS = tuple(sign + name for name in ("created_at", "updated_at", "source_id") for sign in ("", "-"))

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class QueryError(ValueError):
    """A parameter of the query has a value that the document does not allow."""


@dataclass(frozen=True)
class ListQuery:
    """What a list was asked for. ``bounds`` are the moments to compare with, by the names of their parameters."""

    limit: int = 10
    page: int = 1
    order: str = "-created_at"
    filters: Mapping[str, str] = field(default_factory=dict)
    bounds: Mapping[str, datetime] = field(default_factory=dict)


def read_query(text: str) -> ListQuery:
    """The query string ``text``, still percent-encoded. Parameters that are not known are passed over.

    :raises QueryError: a number out of its range, an order that is none, a wrong date-time, a parameter sent twice.
    """
    given: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name in given:
            raise QueryError(f"{name} is there twice")
        given[name] = value
    order = given.get("order", "-created_at")
    if order not in ORDERS:
        raise QueryError(f"order must be one of {', '.join(ORDERS)}")
    return ListQuery(
        limit=_number(given, "limit", 10, 100),
        page=_number(given, "page", 1, 99),
        order=order,
        filters={name: given[name] for name in FILTERS if name in given},
        bounds={name: _moment(name, given[name]) for name in (*BOUNDS, CURSOR) if name in given},
    )


def matching(customers: Iterable[Customer], query: ListQuery) -> list[Customer]:
    """The customers who pass every filter, in the order asked for; equals as they were made, or the other way round."""
    found = [customer for customer in customers if passes(customer, query)]
    found.sort(key=attrgetter(query.order.removeprefix("-")) if "source_id" not in query.order else _source_id)
    if query.order.startswith("-"):
        found.reverse()
    return found


def passes(customer: Customer, query: ListQuery) -> bool:
    """Whether a customer passes every filter."""
    if any(filtered(customer, name) != wanted for name, wanted in query.filters.items()):
        return False
    for name, bound in query.bounds.items():
        member, _, side = name.rstrip("]").partition("[")
        if side and not _on_side(getattr(customer, member), bound, side):
            return False
    return True


def filtered(customer: Customer, name: str) -> object:
    """The value of a customer that the filter ``name`` compares."""
    if name == "city":
        return (customer.fields.get("address") or {}).get("city")
    return customer.fields.get(name) if name != "segment_id" else None


def one_page(found: list[Customer], query: ListQuery) -> tuple[list[Customer], bool]:
    """The customers of one page, and whether more come behind it."""
    if CURSOR in query.bounds:
        member = "updated_at" if "updated_at" in query.order else "created_at"
        side = "before" if query.order.startswith("-") else "after"
        found = [one for one in found if _on_side(getattr(one, member), query.bounds[CURSOR], side)]
    end = query.page * query.limit
    return found[end - query.limit : end], len(found) > end


def _source_id(customer: Customer) -> str:
    return customer.source_id or ""


def _on_side(moment: str, bound: datetime, side: str) -> bool:
    own = datetime.fromisoformat(moment)
    return own < bound if side == "before" else own > bound


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise QueryError(f"{name} must be a whole number from 1 to {most}")
    return int(text)


def _moment(name: str, text: str) -> datetime:
    """A date-time of RFC 3339, leap seconds and the year 0000 included."""
    if _MOMENT.fullmatch(text):
        # Python's calendar has neither; to compare with, the second before and the first moment do as well.
        plain = text.upper().replace(":60", ":59", 1) if text[17:19] == "60" else text.upper()
        if plain.startswith("0000-"):
            return _EARLIEST
        try:
            return datetime.fromisoformat(plain)
        except ValueError:
            pass
    raise QueryError(f"{name} must be a date-time of RFC 3339")
