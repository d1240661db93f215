"""Each deep variant is odd as it says: a server with nothing odd about it would pass the conversation too."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from mock_script import KEYS, get, listed, post, put

from contracts.mock.deep import variants
from contracts.mock.server import create_api


@pytest.mark.parametrize(
    ("variant", "lacks"),
    [
        ("no-list", [listed()]),
        ("no-update", [put("known-loyalty", {})]),
        ("no-read", [get("known-loyalty")]),
        ("no-list-and-no-update", [listed(), put("known-loyalty", {})]),
    ],
)
def test_what_is_lacking_is_405(variant, lacks):
    api = create_api(variant=variant, keys=KEYS)
    requests = [listed(), put("known-loyalty", {}), get("known-loyalty"), post({"source_id": "x"})]
    assert [request for request in requests if api.handle(request).status == 405] == lacks


@pytest.fixture
def clock(monkeypatch):
    """The time that the copies of a server go by: a list of one number of seconds."""
    seconds = [0.0]
    monkeypatch.setattr(variants, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


@pytest.mark.parametrize("variant", ["lists-come-from-an-index", "reads-come-from-a-replica"])
def test_a_list_shows_a_customer_when_its_copy_is_too_old(serve, clock, variant):
    client = serve(variant=variant)
    client.list()
    made = client.upsert(source_id="late").json()["id"]
    assert made not in listed_ids(client)
    clock[0] += 1
    assert made in listed_ids(client)


def test_each_third_list_shows_who_is_new(serve):
    client = serve(variant="each-third-list-is-fresh")
    client.list()
    made = client.upsert(source_id="late").json()["id"]
    assert [made in listed_ids(client) for _ in range(3)] == [False, True, True]


def test_a_replica_shows_a_customer_as_it_was_and_then_as_it_is(serve, clock):
    client = serve(variant="reads-come-from-a-replica")
    client.read("known-loyalty")
    client.update("known-loyalty", description="new")
    client.delete("known-referred")
    assert "description" not in client.read("known-loyalty").json()
    assert client.read("known-referred").status_code == 200
    clock[0] += 1
    assert client.read("known-loyalty").json()["description"] == "new"
    assert client.read("known-referred").status_code == 404


def listed_ids(client):
    return {customer["id"] for customer in client.list(limit=100).json()["customers"]}


@pytest.mark.parametrize(
    ("variant", "status"), [("writers-to-one-customer-conflict", 409), ("four-at-once-are-asked-to-come-again", 429)]
)
def test_who_comes_in_company_is_refused_and_somebody_is_served(serve, variant, status):
    client = serve(variant=variant)
    barrier, statuses = threading.Barrier(6), set()

    def write(number):
        barrier.wait(10)
        return client.upsert(source_id="one", name=str(number)).status_code

    with ThreadPoolExecutor(6) as pool:
        # A race shows only sometimes, and so is run until it does.
        while status not in statuses:
            statuses |= set(pool.map(write, range(6)))
    assert statuses == {200, status}
    assert client.read("one").status_code == 200


def test_writers_wait_for_their_turn():
    api = create_api(variant="writers-wait-for-a-lock", keys=KEYS)
    waits = [api.receive(post({"source_id": "x"})).wait for _ in range(5)]
    assert waits == sorted(waits)
    assert waits[4] > waits[0] > 0
    assert api.receive(get("x")).wait == 0


def test_a_free_source_id_is_given_to_who_has_none(serve):
    client = serve(variant="a-free-source-id-beside-an-id-is-stored")
    made = client.upsert(name="N").json()["id"]
    assert client.upsert(id=made, source_id="free").json()["source_id"] == "free"
    assert client.upsert(source_id="free").json()["id"] == made
    assert client.upsert(id=made, source_id="another").json()["source_id"] == "free"
    assert client.upsert(id=made, source_id="known-loyalty").json()["source_id"] == "free"


def test_addresses_are_merged_and_metadata_of_an_update_is_replaced(serve):
    sent = {"source_id": "a", "address": {"city": "Rome", "state": "RM"}, "metadata": {"a": 1}}
    merging, replacing = serve(variant="addresses-are-merged"), serve(variant="updates-replace-metadata")
    for client in (merging, replacing):
        client.upsert(**sent)
    assert merging.upsert(source_id="a", address={"city": "Oslo"}).json()["address"] == {"city": "Oslo", "state": "RM"}
    assert merging.upsert(source_id="a", address=None).json()["address"] is None
    assert replacing.upsert(source_id="a", metadata={"b": 2}).json()["metadata"] == {"a": 1, "b": 2}
    assert replacing.update("a", metadata={"c": 3}).json()["metadata"] == {"c": 3}


def test_customers_of_one_second_are_listed_by_id(serve):
    client = serve(variant="equal-seconds-are-listed-by-id")
    for number in range(8):
        client.upsert(source_id=f"s{number}")
    shown = [(one["created_at"], one["id"]) for one in client.list(limit=100).json()["customers"]]
    assert shown == sorted(shown, reverse=True)
    assert all(len(at) == len("2026-01-01T00:00:00Z") for at, _ in shown)


def test_totals_and_wrong_queries(serve):
    counting = serve(variant="totals-count-everybody")
    assert counting.list(email="nobody@example.com").json()["total"] == 4
    assert "has_more" not in serve(variant="no-word-of-more").list().json()
    assert serve(variant="wrong-limits-are-ten").list(limit="x").status_code == 200
    assert serve(variant="wrong-orders-are-none").list(order="x").status_code == 200
    told = serve(variant="errors-name-the-resource").read("nobody").json()
    assert (told["resource_type"], told["resource_id"]) == ("customer", "nobody")
