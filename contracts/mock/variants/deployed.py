"""Right, and seen from a place of its own: several nodes, a gateway in front, members about other customers."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.mock.answers import customer_body
from contracts.mock.api import Call
from contracts.mock.hooks import Body
from contracts.mock.store import Customer
from contracts.mock.variants import variants

_SKEW = timedelta(milliseconds=40)


@variants.written()
def every_third_node_is_ahead(customer: Customer, call: Call) -> Customer:
    """Three nodes answer in turn, and the clock of one is 40 ms ahead."""
    turn = call.api.memory["turn"] = call.api.memory.get("turn", 0) + 1
    if turn % 3 == 0:
        customer.updated_at = _later(customer.updated_at)
        customer.created_at = customer.created_at if call.before else _later(customer.created_at)
    return customer


@variants.error()
def errors_tell_the_path_behind_the_gateway(body: Body, call: Call) -> Body:
    """A gateway strips a prefix, and the server tells of a path that the caller never sent."""
    return {**body, "path": f"/app/crm{call.request.path}"}


@variants.customer()
def the_referring_customer_is_shown_whole(body: Body, call: Call) -> Body:
    """A member that the contract does not know holds another customer."""
    other = next(iter(call.api.store.customers.values()))
    return {**body, "referrer": customer_body(other)}


def _later(text: str) -> str:
    moment = datetime.fromisoformat(text) + _SKEW
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
