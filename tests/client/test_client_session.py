"""The session: budget, time, what is sent again, what is sent at once, and a request to end at any moment."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contracts.client.credentials import customers_credentials
from contracts.client.identity import identity_of
from contracts.client.ledger import Ledger
from contracts.client.limits import Limits
from contracts.client.session import AllSent, OutOfBudget, Session, Stopped
from contracts.client.transport import Transport
from contracts.interrupts import Stop
from contracts.record.exchange import AtOnce, Request, json_body
from contracts.spec.loading import load_resource

PREFIX = "contracts-session-"


@contextmanager
def served(answer):
    """A server that calls ``answer(handler)`` for each request, each connection in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_GET = do_DELETE = do_POST  # noqa: N815 - the names http.server looks for

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def ok(handler, body=b"{}", status=200, headers=()):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def session(url, budget=20, **more):
    return Session(
        url,
        customers_credentials("an-app-id-1", "a-token-123"),
        budget,
        Ledger(PREFIX, identity=identity_of(load_resource())),
        **more,
    )


def create(name="a", role="probe"):
    body = json_body({"source_id": PREFIX + name})
    return Request("create", "POST", "/v1/customers", (("Content-Type", "application/json"),), body, role=role)


def test_requests_at_once_are_at_the_server_together():
    together = threading.Barrier(5)

    def answer(handler):
        together.wait(timeout=60)  # broken, and a 500, were they sent one after the other
        ok(handler, handler.body)

    with served(answer) as url:
        one = session(url)
        requests = tuple(create(str(number)) for number in range(5))
        exchanges = one.send_at_once(AtOnce(requests))
    assert [exchange.request for exchange in exchanges] == list(requests)
    assert [exchange.number for exchange in one.exchanges] == [1, 2, 3, 4, 5]
    assert [exchange.started for exchange in one.exchanges] == sorted(exchange.started for exchange in exchanges)
    assert all(exchange.answer.body == exchange.request.body for exchange in exchanges)
    assert max(exchange.started for exchange in exchanges) < min(exchange.ended for exchange in exchanges)
    assert one.exchanges == sorted(exchanges, key=lambda exchange: exchange.number)
    assert set(one.ledger.unanswered) == {PREFIX + str(number) for number in range(5)}


def test_requests_at_once_are_paid_from_the_budget_with_their_clean_up():
    with served(ok) as url:
        one = session(url, budget=11)
        with pytest.raises(AllSent):
            one.send_at_once(AtOnce(tuple(create(str(number)) for number in range(6))))
        assert one.exchanges == []
        assert len(one.send_at_once(AtOnce(tuple(create(str(number)) for number in range(5))))) == 5


def test_what_the_clean_up_needs_is_kept_back():
    with served(ok) as url:
        one = session(url, budget=20)
        assert one.allowance.left == 20
        one.send(create("a"))
        assert one.reserve() == 3  # its id never came: a delete, a look for it, and one look whether the last is gone
        assert one.reserve(create("a")) == 3
        assert one.reserve(create("b")) == 4
        assert one.allowance.left == 16
        assert session(url, keeps_all=True).reserve(create("b")) == 0


def test_the_time_of_a_run_is_bounded():
    with served(ok) as url:
        one = session(url, budget=1_000_000, seconds=0.3)
        with pytest.raises(OutOfBudget, match=r"the 0\.3 s of --seconds are over"):
            [one.send(create()) for _ in range(1_000_000)]
        assert one.sent > 1
        assert one.allowance.seconds_left <= 0
        assert one.send(create(role="clean-up"), 0).status == 200


def test_a_keep_alive_that_was_reset_is_tried_again_on_a_new_connection():
    calls = []

    def answer(handler):
        calls.append(handler.client_address)
        if len(calls) == 2:
            handler.close_connection = True  # without a word, on a connection that has served before
            return
        ok(handler)

    with served(answer) as url:
        one = session(url)
        assert one.send(create()).status == 200
        assert one.send(create()).status == 200
    assert calls[0] == calls[1] != calls[2]
    assert [exchange.request.role for exchange in one.exchanges] == ["probe", "probe", "retry"]
    assert [exchange.left_out is None for exchange in one.exchanges] == [True, False, True]
    assert one.exchanges[0].ended <= one.exchanges[1].started <= one.exchanges[2].started


def test_a_target_that_is_gone_stops_the_run():
    def silent(handler):
        handler.close_connection = True

    with served(silent) as url:
        one = session(url)
        for _ in range(2):
            one.send(create())
        with pytest.raises(Stopped, match="the target stopped answering"):
            one.send(create())
    assert not any(exchange.is_judged for exchange in one.exchanges)


def test_who_wants_to_end_sends_nothing_more_and_cleans_up():
    with served(ok) as url:
        one = session(url)
        one.send(create())
        one.stop.set()
        with pytest.raises(Stopped, match="interrupted"):
            one.send(create())
        with pytest.raises(Stopped, match="interrupted"):
            one.send_at_once(AtOnce((create(),)))
        one.reconnect()
        assert one.send(create(role="clean-up"), 0).status == 200


def test_a_call_in_flight_ends_and_is_not_repeated():
    stop = Stop()

    def answer(handler):
        stop.set()
        handler.close_connection = True

    with served(answer) as url:
        one = session(url, stop=stop)
        one.send(create())
    assert [exchange.left_out is not None for exchange in one.exchanges] == [True]


def test_a_wait_for_the_rate_limit_ends_with_the_request_to_end():
    stop, waits = Stop(), []

    def waited(seconds):
        waits.append(seconds)
        threading.Timer(0.05, stop.set).start()

    with served(lambda handler: ok(handler, status=429, headers=[("Retry-After", "100")])) as url:
        one = session(url, stop=stop, limits=Limits(1000), on_wait=waited)
        with pytest.raises(Stopped, match="interrupted"):
            one.send(create())
    assert len(waits) == 1
    assert waits[0] > 90


def test_a_stop_is_seen_by_all_who_wait():
    stop, seen = Stop(), []
    threads = [threading.Thread(target=lambda: seen.append(stop.wait(60))) for _ in range(3)]
    for thread in threads:
        thread.start()
    stop.set()
    for thread in threads:
        thread.join(timeout=60)
    assert seen == [True] * 3
    assert not Stop().wait(0)


def test_one_watchdog_serves_all_calls_and_ends_each_that_is_late():
    hold = threading.Event()

    def answer(handler):
        if handler.body == b"late":
            hold.wait(10)
        ok(handler)

    with served(answer) as url:
        one = Transport(timeout=0.4)
        before = threading.active_count()
        for body in (b"", b"late", b"", b"late", b""):
            try:
                status = one.call("POST", url + "/", (), body).status
            except Exception as error:  # noqa: BLE001 - told below
                status = str(error)
            assert status == ("no answer within 0.4 s" if body else 200)
            assert sum(thread.name == "watchdog" for thread in threading.enumerate()) >= 1
        hold.set()
        assert threading.active_count() <= before + 8
        one.close()
        deadline = time.monotonic() + 10
        while one._watchdog._thread.is_alive() and time.monotonic() < deadline:
            one._watchdog._thread.join(0.1)
        assert not one._watchdog._thread.is_alive()
