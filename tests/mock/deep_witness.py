"""A caller who knows the contract by heart and notes what a server breaks of it: a second reading of it, by hand.

It shares nothing with the clauses that judge a run, so that a mistake in them is not made here too.
"""

import http.client
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from mock_script import APP

MONEY = ("total_amount", "average_amount", "last_order_amount", "redeemed_amount", "amount_to_go")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SECTIONS = ("summary", "loyalty", "referrals")
LATER = (409, 429)


class LacksError(Exception):
    """The server does not have this operation."""


class FoundError(Exception):
    """The clause that is looked for is broken."""


@dataclass
class Reply:
    """What came back."""

    status_code: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def ok(self):
        return self.status_code < 400

    def json(self):
        return json.loads(self.content)


class Witness:
    """Calls a server with the right credentials, and notes the ids of the clauses that it breaks.

    ``wanted`` is the clause that ends the conversation where it is broken, ``patience`` how many seconds a read or a
    list may lag behind a write.
    """

    def __init__(self, url, *, wanted=None, patience=0.0):
        self.host = urlsplit(url).netloc
        self.wanted = wanted
        self.patience = patience
        self.broken = set()
        self._local = threading.local()
        self._workers = ThreadPoolExecutor(4)

    @property
    def connection(self):
        """One connection for each thread. The client of the standard library: this one makes thousands of calls."""
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self.host, timeout=60)
        return self._local.connection

    def expect(self, clause, condition):
        if not condition:
            self.broken.add(clause)
            if clause == self.wanted:
                raise FoundError

    def eventually(self, clause, holds):
        """What has to hold at once, or within the patience that the server was promised."""
        until = time.monotonic() + self.patience
        while not (held := holds()) and time.monotonic() < until:
            continue
        self.expect(clause, held)

    def call(self, method, name=None, *, payload=None, query=None, stranger=False, raw=None):
        path = "/v1/customers" + (f"/{quote(name, safe='')}" if name is not None else "")
        path += f"?{urlencode(query)}" if query else ""
        sent = raw if raw is not None else (json.dumps(payload).encode() if payload is not None else None)
        headers = {"Content-Type": "application/json", **({} if stranger else APP)}
        for _ in range(200):
            self.connection.request(method, path, sent, headers)
            came = self.connection.getresponse()
            answer = Reply(came.status, came.headers, came.read())
            if answer.status_code not in LATER:
                break
        if answer.status_code == 405:
            raise LacksError
        self.expect("accepts.no-5xx", answer.status_code < 500)
        if answer.status_code in (200, 201) and answer.content:
            self._look_at(answer.json())
        return answer

    def _look_at(self, body):
        if "customers" not in body and "object" not in body:
            return
        for member in ("total", "object", "data_ref", "customers") if body.get("object") == "list" else ():
            self.expect("schema.required-members", member in body)
            self.expect("schema.nulls", body.get(member, 0) is not None)
        if "total" in body:
            self.expect("schema.types", type(body["total"]) is int)
        for customer in body.get("customers") or ([body] if body.get("object") == "customer" else []):
            self._look_at_customer(customer)

    def _look_at_customer(self, body):
        for section in SECTIONS:
            self.expect("schema.required-members", section in body)
        for name, value in _members({name: value for name, value in body.items() if name != "metadata"}):
            self.expect("schema.nulls", value is not None or name in ("address", *SECTIONS))
            if name in MONEY:
                self.expect("money.integer-minor-units", type(value) is int)
        for name in ("created_at", "updated_at"):
            self.expect("dates.date-time", name not in body or TIME.fullmatch(body[name]))
        self.expect("dates.date", DAY.fullmatch(body.get("birthdate", "2000-01-01")))

    def upsert(self, **payload):
        return self._customer(self.call("POST", payload=payload))

    def update(self, key, /, **payload):
        answer = self.call("PUT", key, payload=payload)
        self.expect("answer.declared-status", answer.status_code != 201)
        self.expect("update.changes", answer.status_code in (200, 201))
        return answer.json()

    def read(self, name):
        return self.call("GET", name)

    def delete(self, name):
        return self.call("DELETE", name)

    def list(self, **query):
        answer = self.call("GET", query=query)
        self.expect("list.refuses-wrong-query", answer.status_code == 200)
        body = answer.json() if answer.status_code == 200 else {}
        return {"total": 0, "object": "", **body, "customers": body.get("customers") or []}

    def is_gone(self, name):
        return self.read(name).status_code == 404

    def shows(self, name, body):
        """Whether a read shows what an answer said."""
        answer = self.read(name)
        return answer.status_code == 200 and answer.json() == body

    def at_once(self, *calls):
        """Call functions at once, each on a connection of its own; their results in order."""
        barrier = threading.Barrier(len(calls))

        def run(function):
            barrier.wait(10)
            return function()

        return [future.result(20) for future in [self._workers.submit(run, function) for function in calls]]

    def _customer(self, answer):
        self.expect("accepts.allowed", answer.status_code == 200 or answer.status_code >= 500)
        body = answer.json() if answer.headers.get("Content-Type", "").lower().startswith("application/json") else {}
        return body if answer.status_code == 200 else {}


def _members(value):
    if isinstance(value, dict):
        for name, below in value.items():
            yield name, below
            yield from _members(below)
    elif isinstance(value, list):
        for below in value:
            yield from _members(below)
