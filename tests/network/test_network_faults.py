"""A hostile network: each fault ends by itself, in bounds, with the exit code that docs/sandbox.md states."""

import functools
import gzip
import re
import resource
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[2] / "docs" / "sandbox.md"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ROWS = {
    cells[0]: (cells[2], int(cells[3]))
    for line in TABLE.read_text("utf-8").splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 6 and cells[3].isdigit()
}
TIMEOUT = 1.5


def slowly(connection, data, pause=0.2):
    for byte in data:
        connection.sendall(bytes([byte]))
        time.sleep(pause)


def forever(connection, head, part, pause=0.0):
    connection.sendall(head)
    while True:
        connection.sendall(part)
        time.sleep(pause)


@functools.cache
def bomb():
    """A gigabyte of zeros in a megabyte."""
    return gzip.compress(b"0" * 16 * 1024 * 1024, 9) * 64


def silent(connection):
    time.sleep(20)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


BEHAVIOURS = {
    "silent": silent,
    "reset": reset,
    "closed": lambda connection: None,
    "half a body": lambda c: c.sendall(OK + b'Content-Length: 4000\r\n\r\n{"id": "cust_1", "summary": {'),
    "half a body in chunks": lambda c: c.sendall(OK + b'Transfer-Encoding: chunked\r\n\r\n40\r\n{"id": "cust_1"'),
    "a body drop by drop": lambda c: forever(c, OK + b"Content-Length: 4000\r\n\r\n", b"{", 0.2),
    "trailers drop by drop": lambda c: forever(
        c, OK + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-A: ", b"b", 0.2
    ),
    "headers drop by drop": lambda c: slowly(c, b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 400),
    "an endless body": lambda c: forever(c, OK + b"\r\n", b"[" * 65536),
    "a gzip bomb": lambda c: c.sendall(OK + b"Content-Encoding: gzip\r\n\r\n" + bomb()),
    "200,000 nested arrays": lambda c: c.sendall(OK + b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000),
    "2 MB of headers": lambda c: c.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 2_000_000 + b"\r\n\r\n"),
    "no HTTP at all": lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "503 from a proxy": lambda c: c.sendall(
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"
    ),
    "a redirect to another host": lambda c: c.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/v1/customers\r\nContent-Length: 0\r\n\r\n"
    ),
    "a flood of 1xx": lambda c: forever(c, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
}


@contextmanager
def served(behave):
    """A raw server on loopback; what it received is in the list that the block gets."""
    received = []
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection):
        with connection:
            try:
                received.append(connection.recv(65536))
                behave(connection)
            except OSError:
                pass

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
    finally:
        listener.close()


def within(bound, output):
    """Were as many requests sent as the table says? Each is bounded by the time-out and by 2 MiB."""
    sent = int(re.search(r"^(\d+) of 60 requests", output, re.MULTILINE)[1])
    most = {"one": 1, "two": 2, "three": 3, "five": 5, "the": 60}[bound.split()[0]]
    return sent <= most or pytest.fail(f"{sent} requests, not {bound}")


def test_the_table_has_a_row_for_each_fault():
    assert set(ROWS) == {*BEHAVIOURS, "refused", "an unknown certificate"}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_each_fault_ends_as_the_table_says(name, contracts):
    with served(BEHAVIOURS[name]) as (url, received):
        done = contracts(
            "gate",
            "--target",
            url,
            "--timeout",
            TIMEOUT,
            VOUCHERIFY_APP_ID="an-app-id-1",
            VOUCHERIFY_APP_TOKEN="a-token-123",
            PYTHONUNBUFFERED="1",  # so that it is a child of this process, whose memory is known below
        )
    bound, code = ROWS[name]
    assert done.returncode == code, done.stdout + done.stderr
    assert within(bound, done.stdout)
    assert "Traceback" not in done.stdout + done.stderr
    assert re.search(r"^(inconclusive|violated): ", done.stdout, re.MULTILINE)
    assert received
    assert "a-token-123" not in done.stdout + done.stderr
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600_000  # KiB, of any child so far


def test_nobody_there_ends_as_the_table_says(contracts):
    done = contracts("gate", "--target", "http://127.0.0.1:9")
    assert done.returncode == ROWS["refused"][1]
    assert within(ROWS["refused"][0], done.stdout)


def test_no_credentials_follow_a_redirect(contracts):
    with served(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")) as (elsewhere, got):
        location = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere}/v1/customers\r\nContent-Length: 0\r\n\r\n"
        with served(lambda connection: connection.sendall(location.encode())) as (url, _):
            done = contracts(
                "gate", "--target", url, VOUCHERIFY_APP_ID="an-app-id-1", VOUCHERIFY_APP_TOKEN="a-token-123"
            )
    assert done.returncode == 3
    assert "redirects (307)" in done.stdout
    assert got == []


PROXY = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9") | {"NO_PROXY": ""}


def test_this_machine_is_reached_without_the_environments_proxy(contracts):
    assert contracts("gate", **PROXY).returncode == 0


def test_a_proxy_that_does_not_answer_is_named(contracts):
    done = contracts("gate", "--target", "http://sandbox.invalid", **PROXY)
    assert done.returncode == 3
    assert "proxy" in done.stdout
