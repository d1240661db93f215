"""The record suffices: judged again it gives the outcomes, the findings and the verdict that it states."""

import json
from datetime import UTC, datetime

import pytest

from contracts.clauses import ALL
from contracts.client.credentials import customers_credentials
from contracts.client.ledger import Ledger
from contracts.client.limits import Limits
from contracts.client.session import Session
from contracts.interrupts import Stop
from contracts.mock.rate import RateLimit
from contracts.mock.registry import all_faults, all_variants
from contracts.mock.server import running
from contracts.record.run import lines, parse
from contracts.runner.runner import Runner
from contracts.runner.settings import Settings
from contracts.spec.loading import load_resource
from contracts.verdict.judge import judge

RESOURCE = load_resource()
EVERY = 20
"""One in so many faults and variants; the others are of the same few shapes."""


def gate(server, *, credentials=None, budget=60, stop_at=None, max_wait=60.0, nulls="lenient", without=()):
    stop = Stop()
    known = server.known_customers
    settings = Settings(
        budget=budget, seed=4, known_customers=known, without=frozenset(without), nulls=nulls, max_wait=max_wait
    )

    def sent(exchange):
        if exchange.number == stop_at:
            stop.set()

    session = Session(
        url=server.url,
        credentials=credentials or customers_credentials(server.app_id, server.app_token, server.oauth_token),
        budget=budget,
        ledger=Ledger("contracts-again-", known=known),
        limits=Limits(max_wait),
        stop=stop,
        on_exchange=sent,
    )
    return Runner(RESOURCE, session, settings, ALL).run()


def judged_again(run):
    again = parse("".join(f"{line}\n" for line in lines(run)), "run.ndjson")
    made = judge(again.trace, RESOURCE, ALL, again.header, (), datetime.now(UTC).date())
    assert made.outcomes == again.outcomes == run.outcomes
    assert made.findings == again.findings == run.findings
    assert made.coverage == again.coverage == run.coverage
    assert (made.verdict.word, made.verdict.reason) == (again.footer.verdict, again.footer.reason)
    assert set(made.notes) <= set(again.footer.notes)
    return run


@pytest.mark.parametrize("fault", sorted(all_faults())[::EVERY])
def test_a_fault(fault):
    with running([fault]) as server:
        judged_again(gate(server))


@pytest.mark.parametrize("variant", sorted(all_variants())[:: EVERY // 2])
def test_a_variant(variant):
    with running(variant=variant) as server:
        judged_again(gate(server))


@pytest.mark.parametrize("fault", [(), ("gift-is-a-list",)], ids=["sound", "broken"])
def test_the_bearer_token_alone(fault):
    with running(fault) as server:
        run = judged_again(gate(server, credentials=customers_credentials(oauth_token=server.oauth_token)))
    assert run.header.credentials == "X-Voucherify-OAuth"
    assert run.footer.unavailable_credentials


def test_the_bearer_token_where_id_and_token_are_refused():
    with running() as server:
        refused = customers_credentials("no-such-app", "no-such-token-1", server.oauth_token)
        run = judged_again(gate(server, credentials=refused))
    assert run.exchanges[0].left_out is not None
    assert run.footer.verdict in ("conformant", "inconclusive")
    assert run.exchanges[1].status == 200


@pytest.mark.parametrize("fault", ["", "crash-on-nul"])
@pytest.mark.parametrize("number", [1, 2, 17, 50])
def test_an_interruption(fault, number):
    with running([fault] if fault else []) as server:
        before = len(server.customers())
        run = judged_again(gate(server, stop_at=number))
        assert len(server.customers()) == before
    assert run.footer.interrupted
    assert run.footer.stopped == "interrupted"
    assert run.footer.verdict in ("inconclusive", "violated")


def test_calls_that_were_dropped(monkeypatch):
    """Every seventh call gets no answer, whoever makes it."""
    from contracts.client import transport

    call, made = transport.Transport.call, []

    def dropped(self, method, url, headers, body):
        made.append(url)
        if len(made) % 7 == 0:
            raise transport.Failed("the connection was reset")
        return call(self, method, url, headers, body)

    monkeypatch.setattr(transport.Transport, "call", dropped)
    with running() as server:
        run = judged_again(gate(server))
    assert any(exchange.left_out for exchange in run.exchanges)
    assert {exchange.request.role for exchange in run.exchanges} >= {"retry"}
    assert [f.observed for f in run.findings] == []


def test_a_target_that_goes_away(monkeypatch):
    from contracts.client import transport

    call, made = transport.Transport.call, []

    def gone(self, method, url, headers, body):
        made.append(url)
        if len(made) > 20:
            raise transport.Failed("no answer within 10 s")
        return call(self, method, url, headers, body)

    monkeypatch.setattr(transport.Transport, "call", gone)
    with running() as server:
        run = judged_again(gate(server))
    assert run.footer.verdict == "inconclusive"
    assert run.footer.stopped == "the target stopped answering: no answer within 10 s"


def test_a_rate_limit_and_what_is_declared_lacking():
    with running(rate_limit=RateLimit(calls=12, seconds=3600)) as server:
        judged_again(gate(server, max_wait=0.5))
    with running(rate_limit=RateLimit(calls=20, seconds=1)) as server:
        assert judged_again(gate(server, max_wait=60)).footer.waited > 0
    with running() as server:
        judged_again(gate(server, without=("auth", "validation")))


def test_nobody_there():
    with running() as server:
        pass
    run = judged_again(gate(server))
    assert run.footer.verdict == "inconclusive"
    assert not run.has_evidence
    assert all(one.vacuous or one.outcome in ("blocked", "unsupported") for one in run.outcomes)


def test_a_record_of_version_1_is_refused_in_one_line(contracts, tmp_path):
    with running() as server:
        written = list(lines(gate(server, budget=4)))
    header = {**json.loads(written[0]), "version": 1, "shoe": 1}
    (tmp_path / "run.ndjson").write_text("\n".join([json.dumps(header), *written[1:]]) + "\n")
    for command in (("replay", ".", "1", "--target", "embedded"), ("compare", ".", "embedded"), ("waivers", ".")):
        done = contracts(*command)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "is a record of version 1, this contracts reads version 2; make the run again" in done.stderr
