"""The list of the embedded server, over real HTTP: filters, pages, orders, and what it refuses."""

import pytest
import requests

KNOWN = 4
CITIES = ("Rome", "Łódź", "Rome", "New York", "rome")


@pytest.fixture
def client(serve):
    return serve()


@pytest.fixture
def made(client):
    """Seven customers, in the order in which they were made."""
    bodies = [{"source_id": f"m{n}", "name": f"N{n % 2}", "address": {"city": c}} for n, c in enumerate(CITIES)]
    bodies += [{"email": "Only@example.com"}, {"source_id": "a-first", "email": "only@example.com"}]
    return [client.upsert(**body).json() for body in bodies]


def names(answer, member="id"):
    assert answer.status_code == 200, answer.text
    return [customer[member] for customer in answer.json()["customers"]]


def test_a_list_shows_the_customers_as_a_read_does_newest_first(client, made):
    body = client.list(limit=100).json()
    assert {name: body[name] for name in ("object", "data_ref", "total", "has_more")} == {
        "object": "list",
        "data_ref": "customers",
        "total": KNOWN + len(made),
        "has_more": False,
    }
    assert body["customers"][: len(made)] == made[::-1]
    assert body["customers"][0] == client.read(made[-1]["id"]).json()


def test_a_page_has_ten_customers_where_nothing_is_said(client, made):
    assert len(names(client.list())) == 10
    assert client.list().json()["has_more"] is True


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_show_everybody_once(client, made, limit):
    shown = [one for page in range(1, 13) for one in names(client.list(limit=limit, page=page))]
    assert shown == names(client.list(limit=100))
    assert client.list(limit=limit, page=99).json() == client.list(limit=limit, page=50).json()


@pytest.mark.parametrize("member", ["created_at", "updated_at", "source_id"])
def test_every_order_is_kept_both_ways(client, made, member):
    client.update("m2", name="changed later")
    up = client.list(limit=100, order=member).json()["customers"]
    down = client.list(limit=100, order=f"-{member}").json()["customers"]
    assert up == down[::-1]
    values = [customer.get(member, "") for customer in up]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"city": "Rome"}, [2, 0]),
        ({"city": "rome"}, [4]),
        ({"city": "Rom"}, []),
        ({"city": "Łódź"}, [1]),
        ({"name": "N1"}, [3, 1]),
        ({"email": "Only@example.com"}, [5]),
        ({"email": "nobody@example.com"}, []),
        ({"city": "Rome", "name": "N1"}, []),
        ({"segment_id": "seg_1"}, []),
        ({"unknown": "x", "name": "N1"}, [3, 1]),
    ],
    ids=repr,
)
def test_a_filter_lets_nobody_else_through_and_is_counted(client, made, query, expected):
    answer = client.list(**query)
    assert names(answer) == [made[index]["id"] for index in expected]
    assert answer.json()["total"] == len(expected)


@pytest.mark.parametrize("member", ["created_at", "updated_at"])
def test_moments_divide_the_customers(client, made, member):
    moment = made[3][member]
    everybody = client.list(limit=100).json()["customers"]
    for side, keeps in (("before", lambda at: at < moment), ("after", lambda at: at > moment)):
        shown = client.list(limit=100, **{f"{member}[{side}]": moment})
        assert set(names(shown)) == {customer["id"] for customer in everybody if keeps(customer[member])}
    assert names(client.list(limit=100, **{f"{member}[after]": "0000-01-01t00:00:00+23:59"})) == names(
        client.list(limit=100)
    )


def test_a_cursor_goes_on_where_the_page_before_ended(client, made):
    first = client.list(limit=5).json()["customers"]
    rest = client.list(limit=100, starting_after=first[-1]["created_at"]).json()["customers"]
    assert all(customer["created_at"] < first[-1]["created_at"] for customer in rest)
    later = client.list(limit=100, order="created_at", starting_after=first[-1]["created_at"]).json()["customers"]
    assert {c["id"] for c in first} >= {c["id"] for c in later}
    assert [c["created_at"] for c in later] == sorted(c["created_at"] for c in later)


WRONG = [
    *({"limit": value} for value in ("0", "101", "-1", "1.5", "x", "", "1e1", "٣", " 5")),
    *({"page": value} for value in ("0", "100", "-1", "x", "")),
    *({"order": value} for value in ("", "name", "CREATED_AT", "--created_at", "created_at,id")),
    *({"created_at[after]": value} for value in ("", "yesterday", "2022-01-01", "2022-02-30T00:00:00Z", "1661841127")),
    {"updated_at[before]": "2022-08-30T06:32:07"},
    {"starting_after": "2022-08-30 06:32:07Z"},
    {"limit": ["5", "6"]},
]


@pytest.mark.parametrize("query", WRONG, ids=repr)
def test_a_wrong_query_is_refused_in_the_shape_of_errors(client, query):
    answer = client.list(**query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "key", "message", "details", "request_id"}
    assert answer.json()["code"] == 400


@pytest.mark.parametrize(
    "moment", ["2022-08-30T06:32:07.123456789Z", "2016-12-31T23:59:60Z", "2022-08-30t08:32:07+02:00"]
)
def test_every_legal_moment_is_taken(client, moment):
    assert client.list(**{"created_at[before]": moment}).status_code == 200


def test_nobody_lists_without_credentials(client):
    answer = requests.get(client.url, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (401, 401)


def test_a_deleted_customer_is_not_listed_and_not_counted(client, made):
    client.delete(made[2]["id"])
    body = client.list(limit=100).json()
    assert made[2]["id"] not in {customer["id"] for customer in body["customers"]}
    assert body["total"] == KNOWN + len(made) - 1
