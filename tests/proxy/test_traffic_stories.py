"""What traffic did not show is unknown: no finding. What it did show is judged, as a run is."""

import json

import pytest

from contracts.clauses import ALL
from contracts.record.exchange import Answer, Exchange, Request
from contracts.record.run import Header
from contracts.record.trace import Trace
from contracts.spec.loading import load_resource
from contracts.verdict.judge import judge

RESOURCE = load_resource("customers")
HEADER = Header("http://t", "2026-01-01T00:00:00Z", 0, 0, "", "lenient", False, traffic=True)
JSON = (("Content-Type", "application/json"),)


def customer(id_="cust_1", source="a", **more):
    activity = {
        "summary": {"redemptions": {"total_redeemed": 0, "total_failed": 0, "total_succeeded": 0,
                                    "total_rolled_back": 0, "total_rollback_failed": 0, "total_rollback_succeeded": 0,
                                    "gift": {"redeemed_amount": 0, "amount_to_go": 0},
                                    "loyalty_card": {"redeemed_points": 0, "points_to_go": 0}},
                    "orders": {"total_amount": 0, "total_count": 0, "average_amount": 0, "last_order_amount": 0}},
        "loyalty": {"points": 0, "referred_customers": 0, "campaigns": {}},
        "referrals": {"total": 0, "campaigns": []},
    }  # fmt: skip
    made = {"id": id_, "source_id": source, "object": "customer", "created_at": "2026-01-01T10:00:00Z"}
    return {**made, **activity, **more}


class Traffic:
    """Exchanges one after another; ``after`` is in seconds since the one before."""

    def __init__(self):
        self.exchanges, self.now = [], 0.0

    def __call__(self, method, path, body=None, status=200, answer=None, after=0.1, **more):
        self.now += after
        sent = None if body is None else json.dumps(body).encode()
        request = Request("passed on", method, path, JSON if sent else (), sent, more.get("credentials", "run"))
        shows = b"" if answer is None else json.dumps(answer).encode()
        error = json.dumps({"code": status, "key": "k", "message": "m"}).encode()
        told = Answer(status, JSON, error if status >= 400 else shows, 0.0)
        number = len(self.exchanges) + 1
        self.exchanges.append(
            Exchange(number, request, told, started=self.now, ended=self.now + 0.01, left_out=more.get("left_out"))
        )
        return self

    def judged(self):
        return judge(Trace(tuple(self.exchanges)), RESOURCE, ALL, HEADER)

    @property
    def broken(self):
        return {one.clause for one in self.judged().findings if one.level == "MUST"}


@pytest.fixture
def traffic():
    return Traffic()


ONE = "/v1/customers/cust_1"
ALL_OF_THEM = "/v1/customers"


def test_one_that_was_there_before_is_no_finding(traffic):
    traffic("GET", ONE, answer=customer(name="Ann"))
    traffic("POST", ALL_OF_THEM, {"source_id": "b", "phone": "1"}, answer=customer("cust_9", "b", name="B", phone="1"))
    traffic("PUT", "/v1/customers/c", {"name": "C"}, answer=customer("cust_3", "c", name="C"))
    traffic("DELETE", "/v1/customers/d", status=204)
    assert traffic.broken == set()


def test_a_read_right_after_a_write_shows_it(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
    traffic("GET", ONE, answer=customer(name="Bob"))
    assert traffic.broken == {"read.last-write"}


def test_a_read_that_finds_nobody_right_after_a_write(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer())
    traffic("GET", ONE, status=404)
    assert traffic.broken == {"read.last-write"}


def test_others_may_have_written_meanwhile(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
    traffic("GET", ONE, answer=customer(name="Bob"), after=60)
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "phone": "1"}, answer=customer(name="Cleo", phone="1"), after=60)
    traffic("GET", ONE, status=404, after=60)
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer("cust_2"), after=60)
    assert traffic.broken == set()


def test_a_later_time_of_change_tells_of_another_writer(traffic):
    was, now = "2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann", updated_at=was))
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=now))
    assert traffic.broken == set()


def test_the_same_time_of_change_tells_that_nobody_wrote_however_late_it_is(traffic):
    was = "2026-01-01T10:00:00Z"
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann", updated_at=was))
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=was), after=3600)
    assert traffic.broken == {"read.last-write"}


def test_a_request_for_another_path_may_change_anything(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
    traffic("POST", "/reset", left_out="another path")
    traffic("GET", ONE, status=404)
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer("cust_2"))
    assert traffic.broken == set()


def test_a_read_of_another_path_changes_nothing(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
    traffic("GET", "/health", left_out="another path")
    traffic("GET", ONE, status=404)
    assert traffic.broken == {"read.last-write"}


def test_what_was_deleted_is_gone(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer())
    traffic("DELETE", ONE, status=204)
    traffic("GET", ONE, answer=customer(), after=3600)
    assert traffic.broken == {"delete.gone"}


def test_a_key_of_one_that_was_deleted_may_be_anothers(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer())
    traffic("DELETE", ONE, status=204)
    traffic("GET", "/v1/customers/a", answer=customer("cust_2"), after=3600)
    assert traffic.broken == set()


def test_a_known_key_makes_no_second_one(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer())
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer("cust_2"))
    assert "upsert.same-source-id-same-customer" in traffic.broken


def test_an_update_of_one_first_seen_by_a_read_is_followed(traffic):
    traffic("GET", ONE, answer=customer(name="Ann"))
    traffic("PUT", ONE, {"name": "Bob"}, answer=customer(name="Bob"))
    traffic("GET", ONE, answer=customer(name="Ann"))
    assert traffic.broken == {"read.last-write"}


@pytest.mark.parametrize("status", [301, 304, 403, 405, 412, 429])
def test_refusals_for_other_reasons_say_nothing(traffic, status):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
    traffic("GET", ONE, status=status)
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, status=status)
    assert traffic.broken == set()


def test_any_end_of_right_traffic_is_right(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
    traffic("GET", ONE, answer=customer(name="Ann"))
    traffic("PUT", ONE, {"name": "Bob"}, answer=customer(name="Bob"))
    traffic("DELETE", ONE, status=204)
    traffic("GET", ONE, status=404)
    traffic("POST", ALL_OF_THEM, {"source_id": "a"}, answer=customer("cust_2"))
    every = traffic.exchanges
    for start in range(len(every)):
        traffic.exchanges = every[start:]
        assert traffic.broken <= {"dates.created-now"}, start


def test_nothing_planned_is_partial_and_never_inconclusive_for_what_was_not_sent(traffic):
    traffic("GET", ONE, answer=customer())
    assert traffic.judged().verdict.word == "partial"


def test_nothing_at_all_is_inconclusive(traffic):
    assert traffic.judged().verdict.word == "inconclusive"
