"""What a replay sends: the same requests with the ids that the server gives now, and none that the run left out."""

from dataclasses import replace

import msgspec
import pytest

from contracts.clauses import ALL
from contracts.client.credentials import Credentials
from contracts.client.identity import Identity
from contracts.client.ledger import Ledger
from contracts.client.session import Session
from contracts.matrix import gate_on_mock
from contracts.record.exchange import Answer, Request
from contracts.runner.replay import needed, replay, with_ids
from contracts.spec.loading import load_resource
from tests.others import products
from tests.others.gate import PREFIX, gate
from tests.others.products import Products
from tests.others.web import listening

SERVERS_KEY = Identity(path="/v1/customers", server="id")
LONG = {"cust_0000001": "cust_0000002", "cust_0000002": "cust_0000003"}


def sent(ids, path="/v1/customers", body=None):
    made = with_ids(Request("", "POST", path, body=body), ids, SERVERS_KEY)
    return made.path, made.body


def test_ids_do_not_chain():
    ids = {"1": 2, "2": 3, "3": 4}
    assert sent(ids, "/v1/customers/1?page=1")[0] == "/v1/customers/2?page=1"
    assert sent(ids, "/v1/customers/2/orders/3")[0] == "/v1/customers/3/orders/4"
    assert sent(ids, "/v1/customers/12")[0] == "/v1/customers/12"
    assert sent(ids, body=b'{"id":1,"count":1}')[1] == b'{"id":2,"count":1}'
    assert sent(LONG, "/v1/customers/cust_0000001")[0] == "/v1/customers/cust_0000002"
    assert sent(LONG, body=b'{ "id": "cust_0000001", "other": "cust_0000002"')[1] == (
        b'{ "id": "cust_0000002", "other": "cust_0000003"'
    )


@pytest.mark.parametrize(
    ("old", "new", "body"),
    [
        ("1", "abc", b'{"id":1,"name":"x"}'),
        ("abc", 1, b'{"id":"abc","name":"x"}'),
        ("12345678", "abcdefgh", b'{"id":12345678,"name":"x"}'),
        ("abcdefgh", 12345678, b'{"id":"abcdefgh","name":"x"}'),
        ("abcdefgh", "abcdefgi", b'{"id":"abcdefgh","name":"x"}'),
    ],
)
def test_a_key_is_sent_as_the_server_tells_it(old, new, body):
    text = f'"{new}"' if isinstance(new, str) else str(new)
    assert sent({old: new}, f"/v1/customers/{old}", body) == (
        f"/v1/customers/{new}",
        f'{{"id":{text},"name":"x"}}'.encode(),
    )


def test_a_key_is_a_whole_step_of_the_path():
    assert sent({"a/b": "c/d", "a": "x"}, "/v1/customers/a%2Fb")[0] == "/v1/customers/c%2Fd"


def test_what_the_run_left_out_is_not_sent_again():
    run, _ = gate_on_mock("descriptions-add-up", seed=3)
    resource = load_resource()
    target = run.exchange(run.findings[0].exchange)
    before = needed(run, target, resource)
    create = before[0]
    assert len(before) > 1
    kept = tuple(e for e in run.exchanges if e.number != create.number)
    refused = replace(create, answer=Answer(429, (), b"", 0.1))
    lost = replace(create, answer=None, failure="no answer", left_out="it was sent again")
    assert needed(replace(run, exchanges=(refused, lost, create, *kept)), target, resource) == before
    last = replace(target, left_out="the target was gone")
    assert (
        needed(replace(run, exchanges=tuple(last if e is target else e for e in run.exchanges)), last, resource)[-1]
        == last
    )


def test_it_is_judged_by_what_the_target_was_declared_to_lack():
    resource = load_resource(str(products.DOCUMENT), str(products.OVERLAY))
    secrets = {scheme.name: products.TOKEN for one in resource.security for scheme in one}
    server = Products("stale-read")
    run = gate(server.asgi(), resource, secrets, budget=120, seed=1)
    finding = next(f for f in run.findings if f.clause == "read.last-write" and f.where == "$.title")
    clause = next(one for one in ALL if one.id == finding.clause)

    def replayed(without):
        header = msgspec.structs.replace(run.header, without=without)
        with listening(server.asgi()) as url:
            session = Session(url, Credentials(resource.security, secrets), 400, Ledger(PREFIX))
            return replay(replace(run, header=header), finding, clause, resource, session, lambda _: None).holds

    assert replayed(()) == "holds"
    assert replayed(("immediate",)) == "gone"
    assert not server.products
