"""The clauses of the whole resource and of requests at once, by a walk over the embedded server and its deep faults."""

import pytest

from contracts.clauses import ALL
from contracts.clauses.clause import Finding, judge
from contracts.clauses.history import history
from contracts.mock.registry import deep_faults
from contracts.mock.server import running
from contracts.spec.loading import load_resource
from tests.clauses.whole import JUMP, Walk

RESOURCE = load_resource("customers")
ITEMS = {
    "a-read-hides-the-metadata": "read.last-write",
    "a-read-of-nobody-is-an-empty-object": "read.unknown-404",
    "an-update-changes-nothing": "update.changes",
    "an-update-replaces-the-customer": "update.unsent-stay",
    "an-update-follows-the-id-in-its-body": "update.keys-fixed",
    "an-update-moves-created-at": "update.created-at-fixed",
    "an-update-resets-activity": "update.activity-kept",
    "an-update-of-nobody-is-400": "update.unknown-404",
    "a-delete-answers-200-with-the-customer": "delete.status-204",
    "a-delete-does-nothing": "delete.gone",
    "a-second-delete-is-204": "delete.twice-404",
    "a-delete-of-nobody-is-204": "delete.unknown-404",
    "a-deleted-customer-comes-back-whole": "delete.key-free-again",
}
LISTS = {
    "a-list-has-one-too-many": "list.limit",
    "pages-overlap-by-one": "list.pages",
    "order-by-update-is-by-creation": "list.order",
    "a-list-is-oldest-first": "list.newest-first",
    "a-city-filters-in-any-case": "list.filters",
    "a-total-is-one-behind": "list.total",
    "the-newest-customer-is-not-listed": "list.shows-new",
    "deleted-customers-are-listed": "list.hides-deleted",
    "a-wrong-order-is-none": "list.refuses-wrong-query",
    "a-list-has-float-amounts": "money.integer-minor-units",
}
RACES = {
    "creates-at-once-make-two-customers": "at-once.one-for-one-key",
    "upserts-at-once-lose-a-write": "at-once.all-kept",
    "answers-at-once-are-swapped": "at-once.own-answer",
}
FAULTS = (
    *((fault, clause, ("items",)) for fault, clause in ITEMS.items()),
    *((fault, clause, ("items", "lists")) for fault, clause in LISTS.items()),
    *((fault, clause, ("items", "races")) for fault, clause in RACES.items()),
)
VARIANTS = {
    "": (),
    "no-list-and-no-update": ("list", "update"),
    "lists-come-from-an-index": (),
    "reads-come-from-a-replica": ("immediate",),
    "writers-to-one-customer-conflict": (),
    "a-free-source-id-beside-an-id-is-stored": (),
    "equal-seconds-are-listed-by-id": (),
}


def findings(fault="", variant="", without=(), jump=JUMP, parts=("items", "lists", "races")):
    """The findings of a walk, by clause."""
    with running([fault] if fault else [], variant=variant or None) as server:
        credentials = {"X-App-Id": server.app_id, "X-App-Token": server.app_token}
        walk = Walk(server.url, credentials, server.known_customers, jump)
        told = history(walk.whole(parts), RESOURCE, frozenset(server.known_customers), without=without)
    found = {}
    for clause in ALL:
        if not clause.needs & set(without):
            for judgement in judge(clause, told):
                if isinstance(judgement, Finding):
                    found.setdefault(clause.id, []).append(judgement)
    return found


@pytest.mark.parametrize(("fault", "clause", "parts"), FAULTS, ids=[fault for fault, _, _ in FAULTS])
def test_a_fault_is_found_by_its_clause(fault, clause, parts):
    assert deep_faults()[fault].caught_by == clause
    assert clause in findings(fault, parts=parts)


def test_the_order_is_judged_from_page_to_page():
    found = findings("an-order-is-that-of-each-page-alone", parts=("items", "lists"))
    assert any("the last one of page 1" in one.required for one in found["list.newest-first"])
    assert any("the last one of page 1" in one.required for one in found["list.order"])


@pytest.mark.parametrize(("variant", "without"), VARIANTS.items(), ids=lambda one: str(one) or "faultless")
def test_a_right_server_has_no_finding(variant, without):
    assert findings(variant=variant, without=without, jump=0 if variant else JUMP) == {}


def test_each_clause_of_the_whole_resource_has_its_fault():
    families = {"read", "update", "delete", "list", "at-once"}
    assert {clause.id for clause in ALL if clause.family in families} <= {clause for _, clause, _ in FAULTS}
