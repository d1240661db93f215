"""Whom a request is about, and what the contract leaves open of it: by exchanges written by hand."""

import json
import sys

from contracts.clauses import ALL
from contracts.clauses.clause import Finding, Observed, Vacuous, judge
from contracts.clauses.history import history
from contracts.record.exchange import Answer, Exchange, Request
from contracts.spec.document import pinned
from contracts.spec.loading import load_resource
from contracts.spec.resource import compile_resource

RESOURCE = load_resource("customers")
EXAMPLE = pinned()["paths"]["/v1/customers"]["post"]["responses"]["200"]["content"]["application/json"]["examples"][
    "Example"
]["value"]
BARE = {name: EXAMPLE[name] for name in ("object", "summary", "loyalty", "referrals")} | {
    "created_at": "2026-11-21T05:12:40Z",
    "updated_at": "2026-11-21T05:12:41Z",
}
HEADERS = (("Content-Type", "application/json"), ("Date", "Sat, 21 Nov 2026 05:12:40 GMT"))


def exchanges(*steps):
    """``(method, path below the collection, body, status, what the answer shows beside the bare customer)``."""
    for number, (method, name, body, status, shows, *times) in enumerate(steps, 1):
        path = "/v1/customers" + (f"/{name}" if name else "")
        data = None if body is None else json.dumps(body).encode()
        request = Request("step", method, path, HEADERS[:1] if data else (), data)
        value = b"" if shows is None else json.dumps({**BARE, **shows} if status == 200 else shows).encode()
        started, ended = times or (number, number + 0.5)
        yield Exchange(number, request, Answer(status, HEADERS, value, 0.01), started=started, ended=ended)


def post(body, shows, status=200):
    return ("POST", "", body, status, shows)


def told(*steps, resource=RESOURCE, without=()):
    return history(list(exchanges(*steps)), resource, without=without)


def found(told, *clauses):
    """Findings by clause, of all clauses or those named."""
    chosen = [clause for clause in ALL if not clauses or clause.id in clauses]
    return [(c.id, f) for c in chosen for f in judge(c, told) if isinstance(f, Finding)]


def observed(told, clause):
    return [j.text for c in ALL if c.id == clause for j in judge(c, told) if isinstance(j, Observed)]


A = {"id": "cust_a", "source_id": "a"}
B = {"id": "cust_b", "source_id": "b"}


def test_a_free_source_id_beside_a_known_id_makes_no_second_customer():
    steps = [
        post({"source_id": "a"}, A),
        post({"id": "cust_a", "source_id": "free", "name": "Known by id"}, {**A, "name": "Known by id"}),
    ]
    ignored = told(*steps, post({"source_id": "free"}, {"id": "cust_c", "source_id": "free"}))
    stored = told(*steps, post({"source_id": "free"}, {**A, "source_id": "free", "name": "Known by id"}))
    second = told(*steps, post({"source_id": "free"}, {"id": "cust_c", "source_id": "free", "name": "Known by id"}))
    assert found(ignored) == []
    assert found(stored) == []
    ((_, finding),) = found(second, "upsert.id-decides")
    assert finding.steps == (1, 2, 3)


def test_an_unknown_id_beside_a_known_source_id_is_open():
    first = post({"source_id": "a", "name": "Ada"}, {**A, "name": "Ada"})
    body = {"id": "cust_unknown", "source_id": "a", "name": "Ida"}
    for shows in ({**A, "name": "Ida"}, {"id": "cust_n", "source_id": "a", "name": "Ida"}):
        assert found(told(first, post(body, shows), post({"source_id": "a"}, shows))) == []
    refused = told(
        first, post(body, {"code": 404, "message": "no"}, 404), post({"source_id": "a"}, {**A, "name": "Ada"})
    )
    assert found(refused) == []


def test_a_part_of_an_address_is_merged_or_replaced():
    first = post(
        {"source_id": "a", "address": {"city": "X", "state": "Y"}}, {**A, "address": {"city": "X", "state": "Y"}}
    )
    part = {"source_id": "a", "address": {"city": "Z"}}
    merged = told(first, post(part, {**A, "address": {"city": "Z", "state": "Y"}}))
    replaced = told(first, post(part, {**A, "address": {"city": "Z"}}))
    assert found(merged) == found(replaced) == []
    assert observed(merged, "upsert.metadata") == ["address is merged"]
    assert observed(replaced, "upsert.metadata") == ["address is replaced"]


def test_null_for_a_text_is_observed_whatever_becomes_of_it():
    first = post({"source_id": "a", "name": "Ada"}, {**A, "name": "Ada"})
    clear = {"source_id": "a", "name": None}
    for shows, status, text in (
        (A, 200, "accepted, and cleared"),
        ({**A, "name": "Ada"}, 200, "accepted, and ignored"),
        ({**A, "name": None}, 200, "accepted, and cleared"),
        ({"code": 400, "message": "no"}, 400, "refused"),
    ):
        made = told(first, post(clear, shows, status))
        assert found(made) == []
        assert f"null for name: {text}" in observed(made, "accepts.odd-values")
    assert "accepts.no-5xx" in dict(found(told(first, post(clear, {"code": 500, "message": "no"}, 500))))


def test_null_for_a_nullable_member_comes_back_null_or_not_at_all():
    first = post({"source_id": "a", "address": {"city": "X"}}, {**A, "address": {"city": "X"}})
    clear = {"source_id": "a", "address": None}
    assert found(told(first, post(clear, {**A, "address": None}))) == []
    assert found(told(first, post(clear, A))) == []
    assert "echo.objects" in dict(found(told(first, post(clear, {**A, "address": {"city": "X"}}))))


def test_a_null_section_beside_its_content_is_one_finding_at_the_section():
    steps = (post({"source_id": "a"}, A), post({"source_id": "a"}, {**A, "summary": None}))
    ((_, finding),) = found(told(*steps), "activity.kept")
    assert (finding.where, finding.member, finding.exchange) == ("$.summary", "summary", 2)


def test_an_overwritten_key_is_blamed_on_the_exchange_that_overwrote_it():
    made = told(
        post({"source_id": "a"}, A),
        post({"id": "cust_a", "source_id": "other"}, {**A, "source_id": "other"}),
        post({"source_id": "b"}, B),
        post({"source_id": "a"}, {"id": "cust_new", "source_id": "a"}),
    )
    ((_, finding),) = found(made, "upsert.same-source-id-same-customer")
    assert (finding.exchange, finding.where, finding.member) == (2, "$.source_id", "source_id")
    assert finding.steps == (1, 2, 4)


def test_steps_are_the_creation_the_writes_of_the_member_and_the_finding():
    names = [post({"source_id": "a", "name": f"Name {n}"}, {**A, "name": f"Name {n}"}) for n in range(6)]
    others = [post({"source_id": "b", "phone": "1234567"}, {**B, "phone": "1234567"})] * 3
    made = told(*names, *others, post({"source_id": "a", "name": "New"}, {**A, "name": "Name 5"}))
    ((_, finding),) = found(made, "upsert.updated-in-answer")
    assert finding.steps == (1, 5, 6, 10)


def test_writes_that_overlap_may_come_in_any_order():
    def at(step, started, ended):
        return (*step, started, ended)

    first = at(post({"source_id": "a"}, A), 0, 1)
    name = at(post({"source_id": "a", "name": "Ada"}, {**A, "name": "Ada", "phone": "1234567"}), 2, 5)
    phone = at(post({"source_id": "a", "phone": "1234567"}, {**A, "phone": "1234567"}), 2, 4)
    both = {**A, "name": "Ada", "phone": "1234567"}
    assert found(told(first, name, phone, at(("GET", "cust_a", None, 200, both), 6, 7))) == []
    ((_, finding),) = found(told(first, name, phone, at(("GET", "cust_a", None, 200, {**A, "name": "Ada"}), 6, 7)))
    assert (finding.where, finding.steps) == ("$.phone", (1, 3, 4))


def test_a_key_is_free_again_after_a_deletion():
    steps = (
        post({"source_id": "a", "name": "Ada Lovelace"}, {**A, "name": "Ada Lovelace"}),
        ("DELETE", "a", None, 204, None),
    )
    fresh = told(*steps, post({"source_id": "a"}, {"id": "cust_n", "source_id": "a"}))
    again = told(*steps, post({"source_id": "a"}, A))
    kept = told(*steps, post({"source_id": "a"}, {"id": "cust_n", "source_id": "a", "name": "Ada Lovelace"}))
    assert found(fresh) == []
    assert [clause for clause, _ in found(again, "delete.key-free-again")] == ["delete.key-free-again"]
    assert [finding.where for _, finding in found(kept, "delete.key-free-again")] == ["$.name"]


def test_without_immediate_a_read_may_lag_for_five_seconds():
    write = (*post({"source_id": "a", "name": "Ada"}, {**A, "name": "Ada"}), 0, 1)
    early = ("GET", "a", None, 200, A, 2, 2.1)
    late = ("GET", "a", None, 200, A, 8, 8.1)
    right = ("GET", "a", None, 200, {**A, "name": "Ada"}, 4, 4.1)
    assert [f.exchange for _, f in found(told(write, early), "read.last-write")] == [2]
    assert found(told(write, early, without=["immediate"])) == []
    assert found(told(write, early, right, without=["immediate"])) == []
    assert [f.exchange for _, f in found(told(write, early, late, without=["immediate"]))] == [3]


def test_without_meaning_clauses_on_keys_are_vacuous_and_say_why():
    resource = compile_resource(pinned())
    assert not resource.has_meaning
    made = told(post({"source_id": "a", "name": "Ada"}, {**A, "name": "Anna"}), resource=resource)
    assert found(made) == []
    reasons = {
        clause.id: [j.reason for j in judge(clause, made) if isinstance(j, Vacuous)]
        for clause in ALL
        if clause.needs_meaning
    }
    assert {clause.partition(".")[0] for clause in reasons} >= {"echo", "upsert", "activity", "read", "list"}
    assert set(map(tuple, reasons.values())) == {("the overlay names no key",)}


def test_work_is_linear_in_the_number_of_exchanges():
    def calls(count):
        steps = [
            post({"source_id": f"s{n % (count // 4)}", "name": f"Name {n}"}, {"id": f"cust_{n}", "name": f"Name {n}"})
            if n % 3
            else post({"source_id": f"s{n}", "name": 7, "phone": f"refused {n}"}, {"code": 400, "message": "no"}, 400)
            for n in range(count)
        ]
        made = list(exchanges(*steps))
        counted = 0

        def count_call(frame, event, argument):
            nonlocal counted
            counted += event in ("call", "c_call")

        sys.setprofile(count_call)
        try:
            evidence = history(made, RESOURCE)
            for clause in ALL:
                list(judge(clause, evidence))
        finally:
            sys.setprofile(None)
        return counted

    small, large = calls(60), calls(240)
    assert large < 5 * small


def test_the_last_moment_that_there_is_raises_no_error():
    last, before = ({"created_at": f"9999-12-31T23:5{minute}:59Z"} for minute in (9, 8))
    steps = (
        post({"source_id": "a"}, {"id": "c1", "source_id": "a", **last}),
        post({"source_id": "b"}, {"id": "c2", "source_id": "b", **before}),
        post({"source_id": "c"}, {"id": "c3", "source_id": "c", **last}),
    )
    assert found(told(*steps), "refuses.writes-nothing", "auth.writes-nothing") == []
