"""Bodies to audit: those of the embedded server's customers, and what can be done to them."""

import copy
import json

from hypothesis import strategies as st

from contracts.mock.answers import customer_body
from contracts.mock.seeds import known_customers

BODIES = [customer_body(customer) for customer in known_customers()]

DATES = ["2024-02-29", "2024-02-30", "2023-01-28T10:19:39.196Z", "2023-01-28 10:19:39Z", "2016-12-31T23:59:60Z"]
DATES += ["2023-01-28T10:19:39+0100", "2023-01-28t10:19:39z", "２０２２-01-01"]
TEXTS = st.text(max_size=6) | st.sampled_from([*DATES, "cust_x", "customer", '":', "\ud800"])
LEAVES = st.none() | st.booleans() | st.integers() | st.integers(10**18, 10**24) | st.floats(allow_nan=True) | TEXTS
VALUES = st.recursive(LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3))


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for name, below in value.items():
            yield from places(below, (*path, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from places(below, (*path, index))


def parent(value, path):
    for step in path[:-1]:
        value = value[step]
    return value


@st.composite
def changed(draw):
    """A body with up to three members replaced, removed, added or renamed."""
    body = copy.deepcopy(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from([place for place in places(body) if place]))
        above, last = parent(body, path), path[-1]
        how = draw(st.sampled_from(["replace", "null", "remove", "add", "rename", "wrap"]))
        if how == "replace":
            above[last] = draw(VALUES)
        elif how == "null":
            above[last] = None
        elif how == "wrap":
            above[last] = copy.deepcopy(draw(st.sampled_from(BODIES)))
        elif isinstance(above, dict) and how == "remove":
            del above[last]
        elif isinstance(above, dict) and how == "add":
            above[draw(TEXTS)] = draw(VALUES)
        elif isinstance(above, dict):
            above[draw(TEXTS)] = above.pop(last)
    return body


@st.composite
def printed(draw, bodies=None):
    """A body as bytes: compact or spaced, escaped or not, whole or damaged, with a name twice or once."""
    body = draw(changed() if bodies is None else bodies)
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]))
    data = json.dumps(body, ensure_ascii=draw(st.booleans()), separators=separators).encode(errors="surrogatepass")
    how = draw(st.sampled_from(["", "", "", "twice", "byte", "cut", "exponent"]))
    if how == "twice":
        name = draw(st.sampled_from(["id", "object", "summary"]))
        value = json.dumps(body.get(name) if isinstance(body, dict) else None)
        data = data[:1] + f'"{name}":{value},'.encode(errors="surrogatepass") + data[1:]
    elif how == "byte":
        at = draw(st.integers(0, len(data) - 1))
        data = data[:at] + draw(st.binary(max_size=2)) + data[at + draw(st.integers(0, 2)) :]
    elif how == "cut":
        data = data[: draw(st.integers(0, len(data)))]
    elif how == "exponent":
        data = data.replace(b'"metadata":{', b'"metadata":{"much":1E5,')
    return data.replace(b"\n", b" ").replace(b"\r", b" ")


WRONG = [None, 5, 12.5, 100.0, True, "", "x", "CUSTOMER", "cust_1", [], ["x"], 1673769909042, "2024-02-30", DATES[2]]


@st.composite
def violating(draw):
    """A body in which one to four members, at any depth, are of another kind, null, away, or in capitals."""
    body = copy.deepcopy(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([place for place in places(body) if place]))
        above, last = parent(body, path), path[-1]
        if draw(st.integers(0, 4)) == 0:
            del above[last]
        else:
            above[last] = copy.deepcopy(draw(st.sampled_from(WRONG)))  # a list may be changed by the next one
    if draw(st.integers(0, 9)) == 0:
        for name in ("name", "birthday", "source_id", "phone", "assets", "system_metadata", "birthdate", "description"):
            body.setdefault(name, None)
    return body
