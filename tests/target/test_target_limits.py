"""A rate limit is kept before it is reached, and a 429 is waited for and never a finding."""

from contracts.clauses import ALL
from contracts.engine import Gate
from contracts.mock.rate import RateLimit
from contracts.mock.server import running
from contracts.settings import Settings
from contracts.spec.contract import compile_contract
from contracts.spec.document import pinned
from contracts.target.credentials import Credentials
from contracts.target.ledger import Ledger
from contracts.target.limits import Limits
from contracts.target.target import Target


def gate(server, max_wait):
    credentials = Credentials(server.app_id, server.app_token, server.oauth_token)
    settings = Settings(known_customers=server.known_customers, max_wait=max_wait)
    ledger = Ledger("contracts-limits-", known=server.known_customers)
    target = Target(server.url, credentials, settings.budget, ledger, limits=Limits(max_wait))
    return Gate(compile_contract(pinned()), target, settings, ALL).run(), target


def test_twenty_calls_a_window_finish_slower_with_the_same_verdict_and_no_429():
    with running(rate_limit=RateLimit(calls=20, seconds=2)) as server:
        run, target = gate(server, max_wait=60)
    assert run.footer.verdict == "conformant"
    assert [exchange.number for exchange in run.exchanges if exchange.status == 429] == []
    assert target.limits.waited > 0


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
