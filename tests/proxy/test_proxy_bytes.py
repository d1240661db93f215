"""What passes is untouched: each byte of an answer, and each of a request but its Host, against raw sockets."""

import gzip
import http.server
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests

from contracts.proxy.relay import Relay, relaying

BODY = b'{"a": "\xc3\xa9"}'
GZIP = gzip.compress(BODY)
BIG = bytes(range(256)) * 8192
ANSWERS = {
    "length": b"HTTP/1.1 200 Fine\r\ncontent-LENGTH: 10\r\nX-Odd:   spaced \r\n\r\n" + BODY,
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"3;ext=1\r\nabc\r\n1\r\nd\r\n0\r\nX-Trailer: t\r\n\r\n",
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(GZIP) + GZIP,
    "no-content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not-modified": b"HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 500\r\n\r\n",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n",
    "informational": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "until-close": b"HTTP/1.0 200 OK\r\n\r\nall of it",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot all",
    "no-http": b"SSH-2.0-server\r\n",
    "large": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BIG) + BIG,
}


@contextmanager
def raw_server(*answers, closes=True):
    """Answers each head that comes with the next of ``answers``; what it got is in the list."""
    got = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                buffer = b""
                for answer in answers:
                    while b"\r\n\r\n" not in buffer:
                        data = connection.recv(65536)
                        if not data:
                            return
                        buffer += data
                        got.append(data)
                    buffer = buffer.partition(b"\r\n\r\n")[2]
                    connection.sendall(answer)
                if closes:
                    connection.shutdown(socket.SHUT_WR)
                while data := connection.recv(65536):
                    got.append(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", got
        thread.join(10)


def connected(url):
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60)


def exchanged(url, request):
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request)
        parts = []
        while data := connection.recv(65536):
            parts.append(data)
        return b"".join(parts)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_passes_byte_for_byte(name):
    passed = []
    with raw_server(ANSWERS[name]) as (target, got), relaying(Relay(target, passed.append)) as url:
        answer = exchanged(url, b"GET /v1/customers/a?x=%20 HTTP/1.1\r\nhOST: here\r\nX-A:  b \r\n\r\n")
    assert answer == ANSWERS[name]
    host = target.removeprefix("http://").encode()
    assert b"".join(got) == b"GET /v1/customers/a?x=%20 HTTP/1.1\r\nhOST: " + host + b"\r\nX-A:  b \r\n\r\n"
    (one,) = passed
    if name == "cut":
        assert (one.cut, one.answer_body) == ("the connection ended before the body did", b"not all")
    elif name == "no-http":
        assert (one.status, one.left_out) == (None, "what is no HTTP/1.1")
    else:
        assert one.left_out is None
    bodies = {"chunked": b"abcd", "gzip": GZIP, "until-close": b"all of it", "large": BIG, "informational": b"ok"}
    assert name not in bodies or one.answer_body == bodies[name]


def test_an_answer_to_head_has_no_body():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    passed = []
    with raw_server(answer) as (target, _), relaying(Relay(target, passed.append)) as url:
        assert exchanged(url, b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n") == answer
    assert [(one.status, one.answer_body, one.cut) for one in passed] == [(200, b"", None)]


def test_chunks_of_a_request_pass_as_they_are():
    body = b"5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"
    head = b"POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    passed = []
    with raw_server(ANSWERS["no-content"]) as (target, got), relaying(Relay(target, passed.append)) as url:
        exchanged(url, head + body)
    assert b"".join(got).endswith(body)
    assert passed[0].body == b"hello"


def test_pipelined_requests_are_told_apart():
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
    second = b"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\n2"
    request = b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n"
    passed = []
    with raw_server(first, second) as (target, _), relaying(Relay(target, passed.append)) as url:
        assert exchanged(url, request % 1 + request % 2 + request % 3) == first + second
    told = [(one.path, one.status, one.left_out) for one in passed]
    assert told == [
        ("/1", 200, None),
        ("/2", 404, None),
        ("/3", None, "the target closed the connection without an answer"),
    ]


def test_a_client_that_expects_100_waits_for_the_target():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"http://127.0.0.1:{listener.getsockname()[1]}"
        passed = []
        with relaying(Relay(target, passed.append)) as url:
            port = int(url.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
                client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                server, _ = listener.accept()
                with server:
                    assert b"Expect: 100-continue" in server.recv(65536)
                    server.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                    assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
                    client.sendall(b"ok")
                    assert server.recv(65536) == b"ok"
                    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    assert client.recv(65536).startswith(b"HTTP/1.1 200")
    assert [(one.status, one.body) for one in passed] == [(200, b"ok")]


def test_a_stream_passes_as_it_comes():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with relaying(Relay(target, lambda one: None)) as url, connected(url) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            server, _ = listener.accept()
            with server:
                server.recv(65536)
                head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                for part in (head, b"1\r\na\r\n", b"1\r\nb\r\n"):
                    server.sendall(part)
                    assert client.recv(65536) == part


def test_what_is_upgraded_passes_both_ways():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with relaying(Relay(target, lambda one: None)) as url, connected(url) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
            server, _ = listener.accept()
            with server:
                server.recv(65536)
                server.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
                client.recv(65536)
                client.sendall(b"\x81\x05hello")
                assert server.recv(65536) == b"\x81\x05hello"


def test_a_prefix_of_the_target_is_put_before_the_path():
    with raw_server(ANSWERS["no-content"]) as (target, got), relaying(Relay(f"{target}/api", lambda one: None)) as url:
        exchanged(url, b"GET /v1/customers HTTP/1.1\r\nHost: h\r\n\r\n")
    assert b"".join(got).startswith(b"GET /api/v1/customers HTTP/1.1\r\n")


def test_many_connections_at_once_are_kept_apart():
    passed = []

    def call(number, url):
        path = f"/v1/customers/one-{number}"
        answer = requests.get(url + path, timeout=60)
        assert answer.text == path

    class Echo(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.path)))
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *_):
            pass

    class Patient(http.server.ThreadingHTTPServer):
        request_queue_size = 128  # five are too few for twenty clients: the kernel then resets a connection

    with Patient(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        target = f"http://127.0.0.1:{server.server_port}"
        with relaying(Relay(target, passed.append)) as url, ThreadPoolExecutor(20) as pool:
            list(pool.map(call, range(100), [url] * 100))
        server.shutdown()
    assert sorted(one.path for one in passed) == sorted(one.answer_body.decode() for one in passed)
    assert sorted(one.number for one in passed) == list(range(1, 101))
