"""Whatever bytes arrive, the server answers in JSON and never with a 5xx."""

import json
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from contracts.mock.auth import Keys
from contracts.mock.server import create_api
from contracts.mock.wire import Request

KEYS = Keys()
HEADERS = {"x-app-id": KEYS.app_id, "x-app-token": KEYS.app_token, "content-type": "application/json"}

TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(("id", "source_id", "name", "birthdate", "birthday", "address", "metadata")) | TEXT
BODIES = (
    st.binary()
    | VALUES.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(NAMES, VALUES).map(lambda value: json.dumps(value).encode())
)


@given(bodies=st.lists(BODIES, min_size=1, max_size=3))
def test_any_bytes_get_a_json_answer_below_500(bodies):
    api = create_api(keys=KEYS)
    for body in bodies:
        answer = api.handle(Request("POST", "/v1/customers", HEADERS, body))
        assert answer.status in (200, 400)
        assert isinstance(json.loads(answer.body.decode("utf-8")), dict)


METHODS = st.sampled_from(("GET", "DELETE", "PUT", "POST", "PATCH"))


@given(path=st.text(st.characters(codec="ascii")).filter(lambda path: path.strip("/")), method=METHODS)
def test_any_path_gets_a_json_answer_below_500(path, method):
    answer = create_api(keys=KEYS).handle(Request(method, f"/v1/customers{path}", HEADERS))
    assert answer.status in (400, 404, 405, 415)
    assert json.loads(answer.body)["code"] == answer.status


PARAMETERS = st.sampled_from(("limit", "page", "order", "email", "city", "created_at[before]", "starting_after", "x"))
QUERIES = st.lists(st.tuples(PARAMETERS, TEXT | st.datetimes().map(lambda at: f"{at.isoformat()}Z")), max_size=4)


@given(query=QUERIES.map(lambda pairs: urlencode(pairs, errors="replace")) | st.text(st.characters(codec="ascii")))
def test_any_query_gets_a_list_or_a_refusal(query):
    answer = create_api(keys=KEYS).handle(Request("GET", "/v1/customers", HEADERS, query=query))
    body = json.loads(answer.body)
    assert answer.status in (200, 400)
    assert body.get("code") == 400 or body["object"] == "list"


@given(body=BODIES)
def test_any_bytes_update_or_are_refused(body):
    answer = create_api(keys=KEYS).handle(Request("PUT", "/v1/customers/known-everything", HEADERS, body))
    assert answer.status in (200, 400)
    assert isinstance(json.loads(answer.body.decode("utf-8")), dict)
