"""A rate limit is kept before it is reached, and a 429 is waited for and never a finding."""

from contracts.clauses import ALL
from contracts.client.credentials import customers_credentials
from contracts.client.ledger import Ledger
from contracts.client.limits import Limits
from contracts.client.session import Session
from contracts.matrix import gate_on_mock
from contracts.mock.rate import RateLimit
from contracts.mock.server import running
from contracts.record.exchange import Answer
from contracts.runner.runner import Runner
from contracts.runner.settings import Settings
from contracts.spec.loading import load_resource


def gate(server, max_wait, seconds=None):
    credentials = customers_credentials(server.app_id, server.app_token, server.oauth_token)
    settings = Settings(known_customers=server.known_customers, max_wait=max_wait)
    ledger = Ledger("contracts-limits-", known=server.known_customers)
    session = Session(server.url, credentials, settings.budget, ledger, limits=Limits(max_wait), seconds=seconds)
    return Runner(load_resource(), session, settings, ALL).run(), session


def test_twenty_calls_a_window_finish_slower_with_the_same_verdict_and_no_429():
    with running(rate_limit=RateLimit(calls=20, seconds=2)) as server:
        run, session = gate(server, max_wait=60)
    assert run.footer.verdict == "conformant"
    assert [exchange.number for exchange in run.exchanges if exchange.status == 429] == []
    assert session.limits.waited > 0


def test_a_limit_that_outlasts_the_wait_is_inconclusive_and_names_what_was_not_judged():
    with running(rate_limit=RateLimit(calls=12, seconds=3600)) as server:
        run, _ = gate(server, max_wait=0.5)
    assert run.footer.verdict == "inconclusive"
    assert "could not be judged" in run.footer.reason
    assert any("rate limit" in note for note in run.footer.notes)
    assert run.footer.left_behind == ()


def test_one_429_in_twenty_is_no_finding():
    with running(variant="one-429-in-twenty") as server:
        run, _ = gate(server, max_wait=60)
    assert run.footer.verdict == "conformant"
    assert any(exchange.status == 429 for exchange in run.exchanges)
    assert run.findings == ()


def test_what_refuses_some_calls_is_left_clean_all_the_same():
    run, left = gate_on_mock(variant="one-429-in-twenty", budget=300)
    assert run.footer.verdict == "conformant"
    assert left == 0


def test_a_wait_that_no_date_tells_is_a_second():
    limits = Limits()
    limits.observe(Answer(429, (("Retry-After", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),), b"", 0.0))
    assert 0 < (limits.pause() or 0) <= 1


def test_a_wait_that_is_not_made_is_left_to_the_clean_up():
    with running(rate_limit=RateLimit(calls=12, seconds=3)) as server:
        before = len(server.customers())
        run, session = gate(server, max_wait=4, seconds=1.5)
        assert len(server.customers()) == before
    assert run.footer.left_behind == ()
    assert session.limits.waited <= 4
