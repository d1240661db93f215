"""Traffic as recorders and proxies see it: odd but right, where nothing may be found; and broken, where it must."""

import json
from dataclasses import replace

import pytest

from tests.proxy.test_traffic_stories import ALL_OF_THEM, ONE, Traffic, customer

WAS, NOW = "2026-01-01T10:00:00Z", "2026-01-01T10:00:03Z"
TWO = "/v1/customers/cust_2"


def listed(*customers, total=None):
    total = len(customers) if total is None else total
    return {"object": "list", "data_ref": "customers", "customers": list(customers), "total": total}


def write(traffic, name, id_="cust_1", source="a", **more):
    answer = customer(id_, source, name=name, updated_at=more.pop("updated_at", WAS))
    return traffic("POST", ALL_OF_THEM, {"source_id": source, "name": name}, answer=answer, **more)


def without_key(id_, **more):
    made = customer(id_, **more)
    del made["source_id"]
    return made


def unanswered(traffic):
    traffic.exchanges[-1] = replace(traffic.exchanges[-1], answer=None, failure="no answer within 10 s")


def at_once(traffic, count):
    """The last ``count`` exchanges all began before any of them ended."""
    first = traffic.exchanges[-count].started
    for place in range(-count, 0):
        one = traffic.exchanges[place]
        traffic.exchanges[place] = replace(one, started=first + 0.001 * (place + count), ended=one.ended)


def others_between(traffic):
    for number in range(2, 6):
        write(traffic, f"N{number}", f"cust_{number}", f"s{number}")
        if number == 2:
            write(traffic, "Ann")
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))
    traffic("GET", "/v1/customers/s3", answer=customer("cust_3", "s3", name="N3", updated_at=WAS))
    traffic("DELETE", TWO, status=204)
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))
    traffic("GET", TWO, status=404)


def two_writes_at_once(traffic):
    write(traffic, "Ann")
    write(traffic, "Bob", updated_at=NOW)
    write(traffic, "Cleo", updated_at=NOW)
    at_once(traffic, 2)
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=NOW))


def a_read_during_a_write(traffic):
    write(traffic, "Ann")
    traffic("PUT", ONE, {"name": "Bob"}, answer=customer(name="Bob", updated_at=NOW))
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))
    at_once(traffic, 2)
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=NOW))


def a_write_without_an_answer_that_was_done(traffic):
    write(traffic, "Ann")
    traffic("PUT", ONE, {"name": "Bob"})
    unanswered(traffic)
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=NOW))


def a_write_without_an_answer_that_was_not_done(traffic):
    write(traffic, "Ann")
    traffic("PUT", ONE, {"name": "Bob"})
    unanswered(traffic)
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))


def a_write_sent_again_after_no_answer(traffic):
    write(traffic, "Ann")
    unanswered(traffic)
    write(traffic, "Ann")
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))


def a_deletion_sent_again_after_no_answer(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    unanswered(traffic)
    traffic("DELETE", ONE, status=404)
    traffic("GET", ONE, status=404)


def a_write_sent_again_after_too_many_requests(traffic):
    write(traffic, "Ann", status=429)
    write(traffic, "Ann")
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))


def a_clock_that_goes_back(traffic):
    write(traffic, "Ann", updated_at=NOW)
    traffic("PUT", ONE, {"name": "Bob"}, answer=customer(name="Bob", updated_at=NOW), after=-3600)
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=NOW))


def a_clock_that_goes_far_ahead(traffic):
    write(traffic, "Ann")
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=NOW), after=10**8)


def a_key_used_again_after_a_deletion(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    write(traffic, "Bob", "cust_7")
    traffic("GET", ONE, status=404)
    traffic("GET", "/v1/customers/a", answer=customer("cust_7", name="Bob", updated_at=WAS))
    traffic("DELETE", "/v1/customers/a", status=204)
    write(traffic, "Cleo", "cust_8")


def pages_that_move_while_they_are_read(traffic):
    ones = [customer(f"cust_{n}", f"s{n}", created_at=f"2026-01-01T09:59:{59 - n}Z") for n in range(1, 7)]
    traffic("GET", f"{ALL_OF_THEM}?limit=2", answer=listed(*ones[:2], total=6))
    write(traffic, "New", "cust_9", "new")
    traffic("GET", f"{ALL_OF_THEM}?limit=2&page=2", answer=listed(*ones[1:3], total=7))
    traffic("DELETE", "/v1/customers/cust_4", status=204)
    traffic("GET", f"{ALL_OF_THEM}?limit=2&page=3", answer=listed(ones[4], ones[5], total=6))


def a_list_that_began_before_a_deletion_ended(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    traffic("GET", ALL_OF_THEM, answer=listed(customer(name="Ann", updated_at=WAS)))
    at_once(traffic, 2)


def an_id_that_is_gone_and_makes_another_at_once(traffic):
    """What an unknown id makes is the server's to say, in company as alone."""
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    traffic("POST", ALL_OF_THEM, {"id": "cust_1", "name": "Bob"}, answer=without_key("cust_5", name="Bob"))
    write(traffic, "Cleo", "cust_6", "c")
    at_once(traffic, 2)


def an_id_that_is_deleted_while_it_is_written(traffic):
    write(traffic, "Ann")
    traffic("POST", ALL_OF_THEM, {"id": "cust_1", "name": "Bob"}, answer=without_key("cust_5", name="Bob"))
    traffic("DELETE", ONE, status=204)
    at_once(traffic, 2)


def writers_of_one_key_before_and_after_a_deletion(traffic):
    write(traffic, "Ann")
    write(traffic, "Bob", updated_at=NOW)
    write(traffic, "Cleo", "cust_2", updated_at=NOW)
    traffic("DELETE", "/v1/customers/a", status=204)
    at_once(traffic, 3)
    traffic("GET", "/v1/customers/a", answer=customer("cust_2", name="Cleo", updated_at=NOW))


def one_known_by_its_id_that_is_deleted_by_its_other_key(traffic):
    traffic("PUT", ONE, {"name": "Ann"}, answer=customer(name="Ann"))
    traffic("DELETE", "/v1/customers/a", status=204)
    traffic("GET", ONE, status=404)
    traffic("POST", ALL_OF_THEM, {"id": "cust_1", "name": "Bob"}, answer=without_key("cust_5", name="Bob"))


def a_deletion_while_it_is_made(traffic):
    write(traffic, "Ann")
    traffic("DELETE", "/v1/customers/a", status=404)
    at_once(traffic, 2)


def two_deletions_at_once(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=404)
    traffic("DELETE", ONE, status=204)
    at_once(traffic, 2)


def asked_by_others_methods(traffic):
    write(traffic, "Ann")
    traffic("HEAD", ONE)
    traffic("OPTIONS", ALL_OF_THEM, status=204)
    traffic("GET", ONE, status=304)
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))


def activity_by_others(traffic):
    """Points come by orders, which nobody here sees."""
    write(traffic, "Ann")
    earned = {"points": 10, "referred_customers": 0, "campaigns": {}}
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS, loyalty=earned))
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"},
            answer=customer(name="Ann", updated_at=WAS, loyalty={**earned, "points": 20}))  # fmt: skip


RIGHT = [
    others_between, two_writes_at_once, a_read_during_a_write, a_write_without_an_answer_that_was_done,
    a_write_without_an_answer_that_was_not_done, a_write_sent_again_after_no_answer,
    a_deletion_sent_again_after_no_answer, a_write_sent_again_after_too_many_requests, a_clock_that_goes_back,
    a_clock_that_goes_far_ahead, a_key_used_again_after_a_deletion, pages_that_move_while_they_are_read,
    a_list_that_began_before_a_deletion_ended, asked_by_others_methods, activity_by_others,
    an_id_that_is_gone_and_makes_another_at_once, an_id_that_is_deleted_while_it_is_written,
    writers_of_one_key_before_and_after_a_deletion, one_known_by_its_id_that_is_deleted_by_its_other_key,
    a_deletion_while_it_is_made, two_deletions_at_once,
]  # fmt: skip


@pytest.mark.parametrize("happens", RIGHT, ids=lambda one: one.__name__)
def test_odd_but_right_traffic_breaks_nothing(happens):
    traffic = Traffic()
    happens(traffic)
    assert traffic.broken == set()


def an_update_that_is_lost(traffic):
    write(traffic, "Ann")
    traffic("PUT", ONE, {"name": "Bob"}, answer=customer(name="Bob", updated_at=NOW))
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))


def an_answer_that_shows_another_name_than_was_sent(traffic):
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Bob"))


def a_write_to_one_that_changes_another(traffic):
    write(traffic, "Ann")
    write(traffic, "Bob", "cust_2", "b")
    traffic("GET", ONE, answer=customer(name="Bob", updated_at=WAS))


def a_second_one_for_a_known_key(traffic):
    write(traffic, "Ann")
    write(traffic, "Bob", "cust_2", "b")
    write(traffic, "Ann", "cust_3")


def one_that_can_be_read_after_its_deletion(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    write(traffic, "Bob", "cust_2", "b")
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS))


def a_list_with_one_that_was_deleted(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    traffic("GET", ALL_OF_THEM, answer=listed(customer(name="Ann", updated_at=WAS)), after=6)


def a_key_that_a_write_changes(traffic):
    write(traffic, "Ann")
    traffic("PUT", ONE, {"source_id": "b"}, answer=customer(source="b", name="Ann", updated_at=NOW))


def a_list_with_more_than_was_asked_for(traffic):
    ones = [customer(f"cust_{n}", f"s{n}") for n in range(3)]
    traffic("GET", f"{ALL_OF_THEM}?limit=2", answer=listed(*ones))


def a_day_of_creation_that_moves(traffic):
    write(traffic, "Ann")
    moved = customer(name="Bob", created_at="2026-01-01T11:00:00Z", updated_at=NOW)
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Bob"}, answer=moved)


def members_that_were_not_sent_and_are_gone(traffic):
    full = customer(name="Ann", phone="+1 555", updated_at=WAS)
    traffic("POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann", "phone": "+1 555"}, answer=full)
    traffic("PUT", ONE, {"phone": "+1 556"}, answer=customer(phone="+1 556", updated_at=NOW))


def a_second_deletion_that_succeeds(traffic):
    write(traffic, "Ann")
    traffic("DELETE", ONE, status=204)
    traffic("DELETE", ONE, status=204)


def one_for_whoever_asks(traffic):
    write(traffic, "Ann")
    traffic("GET", ONE, answer=customer(name="Ann", updated_at=WAS), credentials="none")


def two_for_one_key_at_once(traffic):
    traffic("GET", "/v1/customers/a", status=404)
    write(traffic, "Ann")
    write(traffic, "Bob", "cust_2")
    at_once(traffic, 2)


BROKEN = {
    an_update_that_is_lost: "read.last-write",
    an_answer_that_shows_another_name_than_was_sent: "echo.strings",
    a_write_to_one_that_changes_another: "read.last-write",
    a_second_one_for_a_known_key: "upsert.same-source-id-same-customer",
    one_that_can_be_read_after_its_deletion: "delete.gone",
    a_list_with_one_that_was_deleted: "list.hides-deleted",
    a_key_that_a_write_changes: "update.keys-fixed",
    a_list_with_more_than_was_asked_for: "list.limit",
    a_day_of_creation_that_moves: "upsert.created-at-fixed",
    members_that_were_not_sent_and_are_gone: "update.unsent-stay",
    a_second_deletion_that_succeeds: "delete.twice-404",
    one_for_whoever_asks: "auth.no-credentials",
    two_for_one_key_at_once: "at-once.one-for-one-key",
}


@pytest.mark.parametrize("happens", BROKEN, ids=lambda one: one.__name__)
@pytest.mark.parametrize("among", [False, True], ids=["alone", "among others"])
def test_broken_traffic_is_found(happens, among):
    traffic = Traffic()
    if among:
        others_between_with_other_names(traffic)
    happens(traffic)
    assert BROKEN[happens] in {one.clause for one in traffic.judged().findings}


def others_between_with_other_names(traffic):
    for number in range(20, 24):
        write(traffic, f"N{number}", f"cust_{number}", f"s{number}")
    traffic("GET", "/v1/customers/cust_21", answer=customer("cust_21", "s21", name="N21", updated_at=WAS))
    traffic("GET", "/health", left_out="another path")


def test_each_exchange_is_whole():
    traffic = Traffic()
    others_between(traffic)
    assert all(json.loads(one.answer.body) for one in traffic.exchanges if one.answer.body)
