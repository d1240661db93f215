"""The conversation by which every deep fault shows, scene by scene: which clauses each can find broken, and how."""

import itertools
from datetime import datetime, timedelta, timezone

SCENES = {}
"""By name: the group of faults that a scene is about, and the scene."""


def scene(group):
    def register(function):
        SCENES[function.__name__] = (f"deep-{group}", function)
        return function

    return register


ODD_TEXTS = [
    *("x" * 64, "y" * 255, "z" * 256, "w" * 1001, "Ωμέγα", "𠀋𡈽", "é", "ÉCOLE", "007", "null", "2022-01-01", "1e5"),
    *("=1+1", "a\\", "a\tb", "a\r\nb", "\u0301x", "12 שלום"),
]
DAYS = ["2020-12-30", "2001-01-01", "1999-10-05", "1988-07-31", "1850-06-06", "1970-01-01", "9999-05-05", "1900-02-02"]
ADDRESS = {
    "city": "London",
    "state": "Greater London",
    "line_1": "A line of an address of forty characters",
    "line_2": "Flat 2",
    "country": "United Kingdom",
    "postal_code": "SW1A 1AA",
}
METADATA = [
    *({"n": 500}, {"n": 200}, {"n": 1.239}, {"n": 0.1}, {"k" * 50: 1}, {"l": [1, 2, 3, 4, 5, 6]}, {"l": [[1], [2]]}),
    *({"e": {}, "a": []}, {f"k{n}": n for n in range(9)}, {"a": {"b": {"c": {"d": {"e": {}}}}}}),
]
ECHOED = {
    "name": "echo.strings",
    "birthdate": "echo.dates",
    "address": "echo.objects",
    "metadata": "echo.free-form",
    "source_id": "echo.client-key",
}


@scene("values")
def what_is_sent_comes_back(w):
    sent = [
        *({"name": text} for text in ODD_TEXTS),
        *({"birthdate": day} for day in DAYS),
        *({"address": address} for address in (ADDRESS, {"postal_code": "SW1A 1AA"}, {"line_1": "l" * 40})),
        *({"metadata": metadata} for metadata in METADATA),
        *({"source_id": source} for source in ("e\u0301-echo", "00042")),
    ]
    for number, member in enumerate(sent):
        body = w.upsert(**{"source_id": f"echo-{number}", **member})
        for name, value in member.items():
            w.expect(ECHOED[name], not body or body.get(name) == value)
    kept = w.upsert(source_id="echo-empty", metadata={"s": ""}).get("metadata", {})
    w.expect("echo.not-normalised", kept == {"s": ""})


PAIRS = [
    *(
        ("Jose", "José"),
        ("e\u0301t", "ét"),
        ("ﬁne", "fine"),
        ("ÉCLAT", "éCLAT"),
    ),
    *((" out", "out "), ("in  side", "in side"), ("7", "7.0"), ("p" * 64 + "1", "p" * 64 + "2"), ("a\\b", "ab")),
    *(("c%41", "cA"), ("u-nder", "u_nder"), ("per-cent", "per%")),
]


@scene("keys")
def nearly_equal_keys_are_two_customers(w):
    for one, other in PAIRS:
        w.expect(
            "upsert.two-source-ids-two-customers",
            w.upsert(source_id=one).get("id") != w.upsert(source_id=other).get("id"),
        )


@scene("sequences")
def many_writes(w):
    first = w.upsert(source_id="many", email="many@example.com", phone="+1 555", description="0")
    for number in range(1, 6):
        body = w.upsert(source_id="many", description=str(number))
        w.expect("upsert.updated-in-answer", body["description"] == str(number))
        w.expect("upsert.unsent-stay", (body.get("email"), body.get("phone")) == ("many@example.com", "+1 555"))
        w.expect("upsert.created-at-fixed", body["created_at"] == first["created_at"])
    shown = [w.upsert(source_id="known-everything") for _ in range(4)]
    kept = [{name: body[name] for name in ("summary", "loyalty", "referrals")} for body in shown]
    w.expect("activity.kept", all(one == kept[0] for one in kept))
    for description in ("A", "B", "A"):
        body = w.upsert(source_id="again", description=description)
        w.expect("upsert.updated-in-answer", body["description"] == description)
    for address in ({"city": "Rome"}, None):
        w.upsert(source_id="cleared", address=address)
    w.expect("upsert.unsent-stay", w.upsert(source_id="cleared", name="C").get("address") is None)


@scene("sequences")
def an_upsert_after_an_update(w):
    w.upsert(source_id="mixed", phone="1")
    w.update("mixed", phone="2")
    w.expect("upsert.unsent-stay", w.upsert(source_id="mixed", name="M").get("phone") == "2")


@scene("sequences")
def a_customer_after_others(w):
    made = [w.upsert(source_id=f"other-{number}")["id"] for number in range(8)]
    w.expect("upsert.same-source-id-same-customer", w.upsert(source_id="other-0")["id"] == made[0])
    w.upsert(id=made[1], name="by id")
    w.expect("upsert.same-source-id-same-customer", w.upsert(source_id="other-1")["id"] == made[1])


@scene("customers")
def refused_and_not_written(w):
    made = w.upsert(source_id="kept", name="K")
    for clause, stranger, payload in (
        ("refuses.writes-nothing", False, {"source_id": "kept", "description": "Refused", "birthdate": 5}),
        ("auth.writes-nothing", True, {"source_id": "kept", "description": "Stranger"}),
    ):
        w.call("POST", payload=payload, stranger=stranger)
        w.expect(clause, "description" not in w.upsert(source_id="kept", name="K"))
    w.expect("auth.no-credentials", w.call("GET", "kept", stranger=True).status_code == 401)
    w.expect("auth.no-credentials", w.call("DELETE", "kept", stranger=True).status_code == 401)
    w.expect("auth.no-credentials", w.call("GET", made["id"], stranger=True).status_code == 401)
    w.expect("auth.writes-nothing", w.upsert(source_id="kept")["id"] == made["id"])
    w.expect("auth.no-credentials", w.call("PUT", "kept", payload={"email": "s"}, stranger=True).status_code == 401)
    w.expect("auth.writes-nothing", "email" not in w.upsert(source_id="kept"))
    w.call("PUT", "kept", payload={"phone": "1", "birthdate": 5})
    w.expect("refuses.writes-nothing", "phone" not in w.upsert(source_id="kept"))


@scene("customers")
def reads(w):
    made = w.upsert(source_id="read/1", birthdate="2001-02-03", metadata={"a": 1}, email="one@example.com")
    for name in (made["id"], "read/1"):
        w.eventually("read.last-write", lambda name=name: w.shows(name, made))
    made = w.upsert(source_id="read/1", description="changed")
    for name in (made["id"], "read/1"):
        w.eventually("read.last-write", lambda name=name: w.shows(name, made))
    newest = w.upsert(source_id="read/2", name="newest", email="one@example.com")
    w.upsert(id=made["id"], metadata={"b": 2})
    w.eventually("read.last-write", lambda: w.shows("read/2", newest))
    w.expect("read.unknown-404", w.is_gone("nobody"))
    w.expect("read.unknown-404", w.is_gone("nobody"))
    w.expect("read.unknown-404", w.is_gone("READ/1"))
    w.expect("read.unknown-404", w.is_gone("read/"))
    w.call("PUT", "read-nobody", payload={"name": "N"})
    w.expect("read.unknown-404", w.is_gone("read-nobody"))
    w.upsert(source_id="50%'")
    w.eventually("read.last-write", lambda: w.read("50%'").status_code == 200)
    w.delete(made["id"])
    w.eventually("read.last-write", lambda: w.shows("read/2", newest))
    again = w.upsert(source_id="read/1")
    w.eventually("read.last-write", lambda: w.shows("read/1", again))


@scene("customers")
def updates(w):
    made = w.upsert(source_id="up", name="A", phone="1", address={"city": "Rome"}, metadata={"a": 1})
    other = w.upsert(source_id="up-other", name="O")
    for name in (made["id"], "up"):
        sent = {"name": f"by {name}", "address": {"city": name}, "metadata": {"b": name}}
        body = w.update(name, **sent)
        w.expect("update.changes", body.get("name") == sent["name"] and body.get("metadata", {}).get("b") == name)
        w.expect("update.changes", (body.get("address") or {}).get("city") == name)
        w.expect("update.unsent-stay", body.get("phone") == "1")
        w.expect("update.keys-fixed", (body.get("id"), body.get("source_id")) == (made["id"], "up"))
        w.expect("update.created-at-fixed", body.get("created_at") == made["created_at"])
    body = w.update("up", description="more")
    w.expect("update.unsent-stay", body.get("metadata", {}).get("b") == "up" and body.get("name") == "by up")
    body = w.update("up", id=other["id"], source_id="elsewhere", name="keys")
    w.expect("update.keys-fixed", (body.get("id"), body.get("source_id")) == (made["id"], "up"))
    w.upsert(id=other["id"], name="by id")
    w.expect("update.keys-fixed", w.update("up", name="after").get("id") == made["id"])
    one, other = (w.upsert(source_id=name, name="Twin", phone="1") for name in ("twin-1", "twin-2"))
    w.update(one["id"], phone="2")
    w.expect("update.unsent-stay", w.update(other["id"], description="d").get("phone") == "1")
    before, after = w.upsert(source_id="known-everything"), w.update("known-everything", description="d")
    kept = ("summary", "loyalty", "referrals")
    w.expect("update.activity-kept", all(before[name] == after.get(name, before[name]) for name in kept))
    for _ in range(2):
        w.expect("update.unknown-404", w.call("PUT", "up-nobody", payload={"name": "N"}).status_code == 404)


@scene("customers")
def deletes(w):
    for by in ("id", "source_id"):
        made = w.upsert(source_id="del", name="D", metadata={"old": 1})
        later = w.upsert(source_id="del-later")
        answer = w.delete(made[by])
        w.expect("delete.status-204", answer.status_code in (204, 404) and not (answer.content and answer.ok))
        for name in (made["id"], "del"):
            w.eventually("delete.gone", lambda name=name: w.is_gone(name))
        w.expect("delete.twice-404", w.delete(made["id"]).status_code == 404)
        w.upsert(source_id=f"del-new-{by}")
        w.eventually("delete.gone", lambda name=made["id"]: w.is_gone(name))
        again = w.upsert(source_id="del")
        w.expect("delete.key-free-again", again["id"] != made["id"] and "name" not in again)
        w.expect("delete.key-free-again", "old" not in again.get("metadata", {}))
        w.eventually("read.last-write", lambda name=later["id"]: w.read(name).status_code == 200)
        w.delete(again["id"])
        w.delete(later["id"])
    w.expect("delete.unknown-404", w.delete("never-there").status_code == 404)


LISTED = [
    ("l-1", {"name": "Ann", "email": "ann@example.com", "address": {"city": "Rome"}}),
    ("l-03", {"name": "Anna", "email": "ann", "address": {"city": "rome"}}),
    ("l-200", {"name": "Ann", "email": "x@example.com", "address": {"city": "Oslo"}}),
    ("l-4", {"name": "", "email": "ann@example.com", "address": {"city": "Oslo"}}),
    ("l-5", {"name": "Bo"}),
    ("l-6", {"email": "nameless@example.com"}),
    ("l-7", {"name": "Cy"}),
]


def prepared(w):
    """The customers of a list, made in their order, and shown."""
    made = [w.upsert(source_id=source, **fields) for source, fields in LISTED]
    w.update("l-1", description="changed last")
    known = [f"known-{kind}" for kind in ("everything", "one-order", "loyalty", "referred")]
    wanted = {source for source, _ in LISTED} | set(known)
    w.eventually("list.shows-new", lambda: wanted <= {one.get("source_id") for one in w.list(limit=100)["customers"]})
    return made


def ids(body):
    return [customer.get("id") for customer in body["customers"]]


@scene("lists")
def lists(w):
    prepared(w)
    everybody = w.list(limit=100)
    w.expect("list.total", everybody["total"] == len(everybody["customers"]))
    for limit in (1, 3, 4):
        pages = [w.list(limit=limit, page=page) for page in range(1, 13)]
        w.expect("list.limit", all(len(page["customers"]) <= limit for page in pages))
        w.expect("list.total", all(page["total"] == everybody["total"] for page in pages))
        shown = [one for page in pages for one in ids(page)]
        w.expect("list.pages", sorted(shown) == sorted(ids(everybody)))
    for member, sign in itertools.product(("created_at", "updated_at", "source_id"), ("", "-")):
        values = [one.get(member) for one in w.list(limit=100, order=sign + member)["customers"]]
        w.expect("list.order", values == sorted(values, reverse=bool(sign)))
    pages = [w.list(limit=3, page=page) for page in range(1, 5)]
    for some in ([everybody], pages):
        times = [one["created_at"] for page in some for one in page["customers"]]
        w.expect("list.newest-first", times == sorted(times, reverse=True))
    w.list(limit=1, page=99)
    w.list(email="nobody@example.com")


FILTERS = [
    *(
        {"email": "ann"},
        {"email": "ann@example.com"},
        {"city": "Rome"},
        {"city": "Oslo"},
        {"name": "Ann"},
        {"name": ""},
    ),
    *({"name": "Ann", "city": "Oslo"}, {"city": "Oslo", "email": "ann@example.com"}, {"email": "x@example.com"}),
]


def value(customer, name):
    return (customer.get("address") or {}).get("city") if name == "city" else customer.get(name)


@scene("lists")
def filters(w):
    made = prepared(w)
    for query in FILTERS:
        for one in w.list(limit=100, **query)["customers"]:
            w.expect("list.filters", all(value(one, name) == wanted for name, wanted in query.items()))
    moment = made[3]["created_at"]
    for member, side in itertools.product(("created_at", "updated_at"), ("before", "after")):
        zone = timezone(timedelta(hours=9 if side == "before" else -9))
        for asked in (moment, datetime.fromisoformat(moment).astimezone(zone).isoformat()):
            for one in w.list(limit=100, **{f"{member}[{side}]": asked})["customers"]:
                w.expect("list.filters", one[member] <= moment if side == "before" else one[member] >= moment)


@scene("lists")
def lists_after_a_delete(w):
    made = w.upsert(source_id="hidden")["id"]
    w.delete(made)
    w.eventually("list.hides-deleted", lambda: made not in ids(w.list(limit=100)))


WRONG = [
    *({"limit": value} for value in ("0", "x")),
    *({"page": value} for value in ("0", "x")),
    *({"order": "name"}, {"created_at[after]": "yesterday"}),
]


@scene("lists")
def wrong_lists(w):
    w.expect("auth.no-credentials", w.call("GET", stranger=True).status_code == 401)
    for query in WRONG:
        w.expect("list.refuses-wrong-query", 400 <= w.call("GET", query=query).status_code < 500)
