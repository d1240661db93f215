"""A fixed walk through all five operations of a live server, as exchanges to be judged.

Times are the server's own but for a jump: after the writes the clock is six seconds on, so that an index may not lag.
"""

import json
import threading
import time
from urllib.parse import quote, urlencode

import requests

from contracts.record.exchange import Answer, Exchange, Request

JSON_TYPE = ("Content-Type", "application/json")
JUMP = 6.0


class Walk:
    """Sends, and keeps exchanges. ``headers`` are the credentials."""

    def __init__(self, url, headers, known=(), jump=JUMP):
        self.url, self.headers, self.known, self.jump, self.exchanges = url, headers, known, jump, []
        self.session = requests.Session()
        self.began, self.offset, self.lock = time.monotonic(), 0.0, threading.Lock()

    def now(self):
        return time.monotonic() - self.began + self.offset

    def send(self, method, path, body=None, credentials="run", session=None):
        data = None if body is None else json.dumps(body).encode()
        request = Request("walk", method, path, (JSON_TYPE,) if data else (), data, credentials)
        headers = dict(self.headers) if credentials == "run" else {}
        started = self.now()
        try:
            got = (session or self.session).request(
                method, self.url + path, data=data, headers={**headers, **dict(request.headers)}, timeout=60
            )
            answer = Answer(got.status_code, tuple(got.headers.items()), got.content, self.now() - started)
            failure = None
        except requests.RequestException as error:
            answer, failure = None, str(error)
        with self.lock:
            made = Exchange(len(self.exchanges) + 1, request, answer, failure, started=started, ended=self.now())
            self.exchanges.append(made)
        return made

    def upsert(self, **body):
        return self.send("POST", "/v1/customers", body)

    def one(self, method, name, body=None, **more):
        return self.send(method, f"/v1/customers/{quote(name, safe='')}", body, **more)

    def list(self, **query):
        return self.send("GET", f"/v1/customers?{urlencode(query)}" if query else "/v1/customers")

    def at_once(self, *calls):
        barrier = threading.Barrier(len(calls))

        def run(call):
            with requests.Session() as session:
                barrier.wait()
                call(session)

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def whole(self, parts=("items", "lists", "races")):
        """All five operations, each with what its clauses ask; ``parts`` of it."""
        self.items("lists" in parts)
        if "races" in parts:
            self.races()
        return self.exchanges

    def items(self, and_lists):
        """Makes seven customers, and lists, reads, changes and deletes them."""
        ids = {}
        for number in range(7):
            name = f"w-{'b' if number % 2 else 'aa'}{number}"
            made = self.upsert(
                source_id=name,
                name=f"Walker {number}" if number else "Walker",
                email=f"w{number}@walk.example",
                metadata={"number": number, "kept": "yes"},
                address={"city": "Gotham" if number % 2 else "gotham", "line_1": "1 Road"},
            ).value
            ids[name] = made.get("id") if isinstance(made, dict) else None
        name = "w-aa0"
        own = ids[name] or name
        self.upsert(source_id=name, phone="12025550143")
        for key in (name, own):
            self.one("GET", key)
        self.one("PUT", own, {"name": "Changed by its id", "metadata": {"number": 9}})
        self.one("GET", own)
        self.one("PUT", name, {"address": {"city": "Metropolis"}, "email": "changed@walk.example"})
        self.one("GET", name)
        self.one("PUT", own, {"description": "with other keys", "source_id": "w-other"})
        self.one("GET", own)
        self.one("PUT", "w-b1", {"source_id": "w-aa2", "phone": "12025550100"})
        self.one("PUT", "w-b1", {"id": ids["w-aa2"] or "none", "phone": "12025550111"})
        for known in self.known:
            self.upsert(source_id=known)
            self.one("PUT", known, {"source_id": known})
            self.one("GET", known)
        self.one("GET", "w-aa2")
        for key in ("w-nobody", "cust_nobodyatall000000000000"):
            self.one("GET", key)
            self.one("GET", key)
            self.one("PUT", key, {"name": "Nobody"})
            self.one("DELETE", key)
        for method in ("GET", "PUT", "DELETE"):
            self.one(method, own, {"name": "A stranger"} if method == "PUT" else None, credentials="none")
        self.send("GET", "/v1/customers", credentials="none")
        self.offset += self.jump
        if and_lists:
            self.lists()
        self.one("DELETE", ids["w-b5"] or "w-b5")
        self.one("DELETE", "w-b3")
        for key in ("w-b5", ids["w-b5"], "w-b3"):
            if key:
                self.one("GET", key)
                self.one("DELETE", key)
        self.upsert(source_id="w-b5")
        self.offset += self.jump
        if and_lists:
            self.lists()

    def lists(self):
        self.list()
        for order in ({}, {"order": "created_at"}):
            for page in (1, 2, 3, 4, 5, 6):
                self.list(limit=3, page=page, **order)
        for limit in (1, 2, 100):
            self.list(limit=limit)
        for order in ("created_at", "-created_at", "updated_at", "-updated_at", "source_id", "-source_id"):
            self.list(order=order, limit=100)
        for query in (
            {"email": "w2@walk.example"},
            {"city": "Gotham"},
            {"city": "gotham"},
            {"name": "Walker"},
            {"name": "Walker 6"},
            {"name": "Walker 6", "city": "nowhere"},
            {"city": "Gotham", "email": "w2@walk.example"},
            {"email": "walk.example"},
            {"email": ""},
            {"created_at[before]": "2020-01-01T00:00:00Z"},
            {"created_at[after]": "2090-01-01T00:00:00Z"},
            {"updated_at[before]": "2020-01-01T00:00:00Z"},
        ):
            self.list(**query)
        for query in ({"limit": "0"}, {"limit": "many"}, {"page": "-1"}, {"order": "shoe_size"}):
            self.list(**query)
        self.list(**{"created_at[before]": "yesterday"})

    def races(self):
        for turn in range(6):
            name = f"w-race {turn}"

            def create(session, name=name):
                self.send("POST", "/v1/customers", {"source_id": name}, session=session)

            self.at_once(*[create] * 6)
            self.upsert(source_id=name)

            def write(session, body, name=name):
                self.send("POST", "/v1/customers", {"source_id": name, **body}, session=session)

            bodies = (
                {"name": "At once"},
                {"description": "At the same time"},
                {"phone": "12025550177"},
                {"metadata": {f"turn{turn}": "kept"}},
                {"address": {"city": "Racetown"}},
            )
            self.at_once(*[lambda session, body=body, write=write: write(session, body) for body in bodies])
            self.one("GET", name)
            own = [f"w-aa{number}" for number in (0, 2, 4, 6)]
            self.at_once(
                *[
                    lambda session, own=own, turn=turn: self.send(
                        "POST",
                        "/v1/customers",
                        {"source_id": own, "description": f"{own} in turn {turn}", "metadata": {"own": own}},
                        session=session,
                    )
                    for own in own
                ]
            )
            puts = ({"name": "Put at once"}, {"description": "Put too"}, {"metadata": {f"put{turn}": 1}})
            self.at_once(
                *[lambda session, body=body, name=name: self.one("PUT", name, body, session=session) for body in puts]
            )
            self.one("GET", name)
            metadata = [{"metadata": {f"{key}{turn}": key}} for key in ("a", "b", "c")]
            self.at_once(*[lambda session, body=body, write=write: write(session, body) for body in metadata])
            self.one("GET", name)
            others = [f"w-aa{number}" for number in (0, 2, 4, 6)]
            reads = [lambda session, other=other: self.one("GET", other, session=session) for other in (*others, name)]
            self.at_once(*reads, lambda session: self.one("GET", "w-aa4", credentials="none", session=session))
