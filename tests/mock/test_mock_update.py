"""Update and delete of the embedded server, over real HTTP."""

import pytest
import requests

WHOLE = {
    "source_id": "u/1",
    "name": "Before",
    "email": "before@example.com",
    "address": {"city": "Rome", "country": "Italy"},
    "metadata": {"a": 1, "b": {"c": True}},
}


@pytest.fixture
def client(serve):
    return serve()


@pytest.mark.parametrize("by", ["id", "source_id"])
def test_what_is_sent_changes_and_the_rest_stays(client, by):
    made = client.upsert(**WHOLE).json()
    answer = client.update(made[by], name="After", metadata={"a": 2})
    assert answer.status_code == 200
    body = answer.json()
    expected = {**made, "name": "After", "metadata": {"a": 2, "b": {"c": True}}, "updated_at": body["updated_at"]}
    assert body == expected == client.read("u/1").json()
    assert body["updated_at"] >= made["updated_at"]


def test_null_clears_and_an_empty_update_changes_nothing(client):
    made = client.upsert(**WHOLE).json()
    body = client.update("u/1", name=None, address=None).json()
    assert "name" not in body
    assert body["address"] is None
    assert client.update(made["id"]).json() | {"updated_at": ""} == body | {"updated_at": ""}


def test_the_path_decides_who_and_no_key_changes(client):
    made, other = client.upsert(**WHOLE).json(), client.upsert(source_id="other", name="Other").json()
    body = client.update("u/1", id=other["id"], source_id="other", name="Mine").json()
    assert (body["id"], body["source_id"], body["name"]) == (made["id"], "u/1", "Mine")
    assert client.read("other").json() == other


def test_activity_and_creation_stay(client):
    before = client.read("known-everything").json()
    after = client.update("known-everything", description="changed").json()
    for name in ("summary", "loyalty", "referrals", "created_at"):
        assert after[name] == before[name]


def test_an_update_of_nobody_is_404_and_makes_nobody(client):
    answer = client.update("nobody", name="N")
    assert (answer.status_code, answer.json()["code"]) == (404, 404)
    assert client.read("nobody").status_code == 404
    assert client.list().json()["total"] == 4


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (400, {"json": {"name": 5}}),
        (400, {"json": {"birthdate": "2023-02-30"}}),
        (400, {"json": []}),
        (400, {"data": b"{", "headers": {"Content-Type": "application/json"}}),
        (415, {"data": b"{}", "headers": {"Content-Type": "text/plain"}}),
    ],
    ids=repr,
)
def test_a_wrong_update_is_refused_and_not_written(client, status, options):
    made = client.upsert(**WHOLE).json()
    assert client.call("PUT", "u/1", **options).status_code == status
    assert client.read("u/1").json() == made


def test_an_update_without_credentials_is_401_and_not_written(client):
    made = client.upsert(**WHOLE).json()
    url = f"{client.url}/{made['id']}"
    assert requests.put(url, json={"name": "Stranger"}, timeout=60).status_code == 401
    assert requests.delete(url, timeout=60).status_code == 401
    assert client.read("u/1").json() == made


def test_a_delete_has_no_body_and_is_over_after_the_first(client):
    made = client.upsert(**WHOLE).json()
    answer = client.delete("u/1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers
    assert [client.delete(made["id"]).status_code, client.read("u/1").status_code] == [404, 404]
    again = client.upsert(source_id="u/1").json()
    assert again["id"] != made["id"]
    assert not set(again) & {"name", "email", "address"}
    assert again["metadata"] == {}
