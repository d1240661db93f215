"""Lists that show too much, too little, twice, or in the wrong order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any
from urllib.parse import unquote

from contracts.mock.api import Call
from contracts.mock.deep import deep_group
from contracts.mock.faults.kinds import lets_in
from contracts.mock.faults.tools import drop, edit, listing, page, put
from contracts.mock.hooks import Body, Hook, Hooks
from contracts.mock.listing import ListQuery, QueryError, filtered, matching, read_query
from contracts.mock.store import Customer
from contracts.mock.wire import Answer, Request

lists = deep_group("lists")


def asked(**changes: Callable[[ListQuery], Any]) -> Hook[ListQuery]:
    """The list is made for another query."""
    return lambda query, call: replace(query, **{name: change(query) for name, change in changes.items()})


def without_filters(*names: str) -> Hook[ListQuery]:
    """Some filters of the query are ignored."""

    def ignored(query: ListQuery, call: Call) -> ListQuery:
        kept = {name: value for name, value in query.filters.items() if name not in names}
        return replace(query, filters=kept, bounds={n: v for n, v in query.bounds.items() if n not in names})

    return ignored


def compared(name: str, same: Callable[[str, str], bool]) -> Hook[list[Customer]]:
    """The filter of this name lets others through as well: those for whom ``same(theirs, wanted)`` is true."""

    def chosen(found: list[Customer], call: Call) -> list[Customer]:
        wanted = call.query.filters.get(name)
        if wanted is None:
            return found
        others = {one: value for one, value in call.query.filters.items() if one != name}
        customers = matching(call.api.store.customers.values(), replace(call.query, filters=others))
        return [one for one in customers if same(str(filtered(one, name) or ""), wanted)]

    return chosen


def item(change: Callable[[Body], Body]) -> Hook[Body]:
    """Each customer in a list is changed, and those in other answers are not."""
    return lambda body, call: change(body) if listing(call) else body


def counted(total: Callable[[int, Body], int]) -> Hook[Body]:
    """The total is another one: made from the right one and the body."""
    return lambda body, call: put(body, "total", total(body["total"], body))


def asks(name: str, otherwise: str) -> Hook[Request]:
    """A wrong value of a parameter is taken for another one, where it would be refused."""

    def taken(request: Request, call: Call) -> Request:
        if not listing(call):
            return request
        parts = (otherwise if _is_wrong(part, name) else part for part in request.query.split("&"))
        return replace(request, query="&".join(part for part in parts if part))

    return taken


def _is_wrong(part: str, name: str) -> bool:
    """Whether a part of a query sets the parameter of this name to what the document does not allow."""
    try:
        read_query(part)
    except QueryError:
        return unquote(part.partition("=")[0]) == name
    return False


# fmt: off
lists.query.rows("list.limit",
    ("a-list-has-one-too-many", "The limit is counted from zero.", asked(limit=lambda query: query.limit + 1)),
    ("a-limit-below-five-is-five", "A page has five customers at least.",
     asked(limit=lambda query: max(query.limit, 5))),
    ("the-limit-is-ignored", "A page has ten customers, whatever the limit.", asked(limit=lambda query: 10)),
)
lists.query.rows("list.pages",
    ("every-page-is-the-first", "The page is ignored.", asked(page=lambda query: 1)),
    ("pages-count-from-zero", "The page 1 is the second one.", asked(page=lambda query: query.page + 1)),
)
lists.shown.rows("list.pages",
    ("pages-overlap-by-one", "Each page but the first begins with the last customer of the page before.",
     lambda shown, call: _before(shown, call) + shown[:-1] if call.query.page > 1 and shown else shown),
    ("pages-lose-one-between", "The last customer of a full page is on no page.",
     lambda shown, call: shown[:-1] if len(shown) == call.query.limit > 1 else shown),
)
lists.matching.rows("list.pages",
    ("even-pages-are-the-other-way-round", "Each second page is cut from the list in the opposite order.",
     lambda found, call: found[::-1] if call.query.page % 2 == 0 else found),
)
lists.query.rows("list.order",
    ("the-order-is-ignored", "Lists are newest first, whatever the order.", asked(order=lambda query: "-created_at")),
    ("the-minus-of-an-order-is-ignored", "Every order is an ascending one where one is given.",
     lambda query, call: replace(query, order=query.order.lstrip("-")) if "order=" in call.request.query else query),
    ("order-by-update-is-by-creation", "The order by the last change is the order of creation.",
     asked(order=lambda query: query.order.replace("updated", "created"))),
)
lists.matching.rows("list.order",
    ("source-ids-are-ordered-by-length", "Source_ids are ordered by their length first.",
     lambda found, call: _by_length(found, call) if "source_id" in call.query.order else found),
)
lists.query.rows("list.newest-first",
    ("a-list-is-oldest-first", "Lists are oldest first where no order is given.",
     lambda query, call: query if "order=" in call.request.query else replace(query, order="created_at")),
    ("a-list-is-last-changed-first", "Lists are sorted by the last change where no order is given.",
     lambda query, call: query if "order=" in call.request.query else replace(query, order="-updated_at")),
)
lists.query.rows("list.filters",
    ("the-email-is-no-filter", "The e-mail is ignored where customers are listed.", without_filters("email")),
    ("the-city-is-no-filter", "The city is ignored where customers are listed.", without_filters("city")),
    ("moments-of-creation-are-no-filter", "Lists ignore when customers were made.",
     without_filters("created_at[before]", "created_at[after]")),
    ("the-zone-of-a-moment-is-ignored", "A moment to filter by is read as if its zone were UTC.",
     asked(bounds=lambda query: {name: moment.replace(tzinfo=UTC) for name, moment in query.bounds.items()})),
    ("the-last-of-two-filters-is-ignored", "Of several filters one counts.",
     asked(filters=lambda query: dict(list(query.filters.items())[:1]))),
)
lists.matching.rows("list.filters",
    ("a-name-filters-by-its-beginning", "A name lets everybody through whose own begins like it.",
     compared("name", str.startswith)),
    ("a-city-filters-in-any-case", "Letter case makes no difference to the filter of cities.",
     compared("city", lambda theirs, wanted: theirs.lower() == wanted.lower())),
    ("an-email-filters-by-a-part", "An e-mail lets everybody through whose own holds it.",
     compared("email", lambda theirs, wanted: wanted in theirs)),
    ("an-empty-filter-is-none", "A filter without a value lets everybody through.",
     compared("name", lambda theirs, wanted: wanted in ("", theirs))),
)
lists.customer.rows("money.integer-minor-units",
    ("a-list-has-float-amounts", "What was spent is a float in a list, and nowhere else.",
     item(lambda body: edit(body, "summary.orders.total_amount", float))),
    ("a-list-has-amounts-in-texts", "What is left on gift cards is a text in a list, and nowhere else.",
     item(lambda body: edit(body, "summary.redemptions.gift.amount_to_go", str))),
)
lists.customer.rows("schema.required-members",
    ("a-list-leaves-out-the-summary", "Customers in a list have no summary.", item(lambda body: drop(body, "summary"))),
)
lists.customer.rows("schema.nulls",
    ("a-list-has-null-for-unset-texts", "Customers in a list have null for an e-mail that is not set.",
     item(lambda body: {"email": None, **body})),
)
lists.customer.rows("dates.date-time",
    ("a-list-has-times-without-a-zone", "The last change of a customer has no zone in a list.",
     item(lambda body: edit(body, "updated_at", lambda at: at.removesuffix("Z")))),
)
lists.listing.rows("schema.required-members",
    ("a-list-has-no-total", "A list does not tell how many there are.", lambda body, call: drop(body, "total")),
)
lists.listing.rows("schema.nulls",
    ("an-empty-list-is-null", "A list of nobody has null for its customers.",
     lambda body, call: put(body, "customers", body["customers"] or None)),
)
lists.listing.rows("schema.types",
    ("a-total-is-a-text", "The total is a text, as a COUNT comes out of a database driver.",
     lambda body, call: put(body, "total", str(body["total"]))),
)
lists.listing.rows("list.total",
    ("a-total-counts-pages", "The total is the number of pages.",
     lambda body, call: put(body, "total", -(-body["total"] // call.query.limit))),
    ("a-total-is-one-behind", "The total was counted before the last customer was made.",
     counted(lambda total, body: max(0, total - 1))),
    ("a-total-counts-the-pages-after", "The total is how many customers are still to come.",
     lambda body, call: put(body, "total", max(0, body["total"] - call.query.page * call.query.limit))),
)
lists.matching.rows("list.shows-new",
    ("the-newest-customer-is-not-listed", "The customer made last is listed when another one has been made.",
     lambda found, call: [one for one in found if one.id != list(call.api.store.customers)[-1]]),
    ("customers-without-a-name-are-not-listed", "A list joins a table of names.",
     lambda found, call: [one for one in found if one.fields.get("name")]),
    should=True,
)
lists.request.rows("list.refuses-wrong-query",
    ("a-wrong-limit-is-ten", "A limit that is none is taken for ten.", asks("limit", "limit=10")),
    ("a-wrong-page-is-the-first", "A page that is none is taken for the first.", asks("page", "page=1")),
    ("a-wrong-order-is-none", "An order that is none is ignored.", asks("order", "")),
    ("a-wrong-moment-is-none", "A moment of creation that is none is ignored.", asks("created_at[after]", "")),
    should=True,
)
lists.answer.rows("accepts.no-5xx",
    ("a-wrong-limit-is-500", "A limit that is no number is an uncaught exception: 500.",
     lambda answer, call: page(answer, 500, "Error") if _refused(call, "limit") else answer),
    ("a-wrong-moment-is-500", "A moment that cannot be parsed is an uncaught exception: 500.",
     lambda answer, call: page(answer, 500, "Error") if _refused(call, "date-time") else answer),
    ("a-page-behind-the-last-is-500", "The first customer of an empty page is asked for: 500.",
     lambda answer, call: page(answer, 500, "Error") if _is_empty(answer, call) else answer),
)
lists.authorised.rows("auth.no-credentials",
    ("lists-are-not-checked", "Credentials are asked for to see one customer, and not to see all.", lets_in(listing)),
)
# fmt: on


@lists.install(should=True, caught_by="list.hides-deleted")
def deleted_customers_are_listed(hooks: Hooks) -> None:
    """A deleted customer cannot be read, and is still listed and counted."""

    def remember(customer: Customer | None, call: Call) -> Customer | None:
        if customer:
            call.api.memory.setdefault("deleted", []).append(customer)
        return customer

    def show(found: list[Customer], call: Call) -> list[Customer]:
        return matching([*call.api.memory.get("deleted", []), *found], call.query)

    hooks.deleted.append(remember)
    hooks.matching.append(show)


@lists.install(caught_by="list.newest-first")
def an_order_is_that_of_each_page_alone(hooks: Hooks) -> None:
    """Pages are cut in the order in which customers were made, and each is sorted by itself."""

    def cut(found: list[Customer], call: Call) -> list[Customer]:
        return [one for one in call.api.store.customers.values() if one in found]

    def sort(shown: list[Customer], call: Call) -> list[Customer]:
        return [one for one in matching(call.api.store.customers.values(), call.query) if one in shown]

    hooks.matching.append(cut)
    hooks.shown.append(sort)


@lists.matching(caught_by="list.filters")
def updated_before_filters_by_creation(found: list[Customer], call: Call) -> list[Customer]:
    """The filter updated_at[before] looks at when a customer was made."""
    bound = call.query.bounds.get("updated_at[before]")
    if bound is None:
        return found
    bounds = {name: value for name, value in call.query.bounds.items() if name != "updated_at[before]"}
    query = replace(call.query, bounds={**bounds, "created_at[before]": bound})
    return matching(call.api.store.customers.values(), query)


def _before(shown: list[Customer], call: Call) -> list[Customer]:
    """The customer before the first one shown."""
    found = matching(call.api.store.customers.values(), call.query)
    place = found.index(shown[0])
    return found[max(0, place - 1) : place]


def _by_length(found: list[Customer], call: Call) -> list[Customer]:
    down = call.query.order.startswith("-")
    return sorted(found, key=lambda one: (len(one.source_id or ""), one.source_id or ""), reverse=down)


def _refused(call: Call, word: str) -> bool:
    return listing(call) and call.refused is not None and word in call.refused.details


def _is_empty(answer: Answer, call: Call) -> bool:
    return listing(call) and b'"customers":[]' in answer.body and call.query.page > 1
