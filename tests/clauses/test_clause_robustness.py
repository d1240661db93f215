"""Whatever was sent and whatever came back: every clause ends in judgements, and stories stay sound."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.clauses import ALL
from contracts.clauses.clause import judge
from contracts.clauses.history import history
from contracts.record.exchange import Answer, Exchange, Request
from contracts.spec.document import pinned
from contracts.spec.loading import load_resource

RESOURCE = load_resource()
EXAMPLE = pinned()["paths"]["/v1/customers"]["post"]["responses"]["200"]["content"]["application/json"]["examples"][
    "Example"
]["value"]

LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
JSON = st.recursive(LEAF, lambda i: st.lists(i, max_size=3) | st.dictionaries(st.text(max_size=3), i, max_size=3))
NAMES = st.sampled_from(
    ["id", "source_id", "name", "email", "birthdate", "address", "metadata", "created_at", "updated_at"]
)
IDENTIFIERS = st.sampled_from(["a", "A", "cust_1", ""]) | JSON
BODIES = st.dictionaries(NAMES, IDENTIFIERS, max_size=5) | JSON
ANSWERS = st.builds(
    lambda changes: {**EXAMPLE, **changes}, st.dictionaries(NAMES | st.sampled_from(list(EXAMPLE)), JSON)
)


def written(value):
    return json.dumps(value).encode()


EXCHANGES = st.tuples(
    st.sampled_from(["POST", "POST", "POST", "GET", "DELETE"]),
    st.sampled_from(["/v1/customers", "/v1/customers", "/v1/customers/a", "/"]),
    st.sampled_from(["application/json", "text/plain", "application/json; charset=utf-8"]),
    BODIES.map(written) | st.binary(max_size=10),
    st.sampled_from(["run", "run", "run", "none", "wrong-token"]),
    st.sampled_from([200, 200, 200, 201, 204, 303, 400, 401, 404, 409, 429, 500]),
    (ANSWERS | JSON).map(written) | st.binary(max_size=10),
)


def exchanges(made):
    for number, (method, path, media_type, body, credentials, status, answer) in enumerate(made, 1):
        request = Request("p", method, path, (("Content-Type", media_type),), body, credentials)
        headers = (("Content-Type", "application/json"), ("Date", "Sat, 21 Nov 2026 05:12:40 GMT"))
        yield Exchange(number, request, Answer(status, headers, answer, 0.01))


@settings(max_examples=250)
@given(st.lists(EXCHANGES, max_size=8))
def test_every_clause_judges_anything(made):
    evidence = history(list(exchanges(made)), RESOURCE, frozenset({"a"}))
    for clause in ALL:
        list(judge(clause, evidence))


@settings(max_examples=100)
@given(st.lists(EXCHANGES, max_size=8))
def test_no_exchange_is_in_two_stories(made):
    evidence = history(list(exchanges(made)), RESOURCE)
    numbers = [e.exchange.number for story in evidence.stories for e in story.evidence]
    assert len(numbers) == len(set(numbers))
