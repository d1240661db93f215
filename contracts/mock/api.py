"""What the customers API does with one request, step by step, on plain values.

An ``id`` that nobody has does not create a customer under it: the contract is silent here, and this server
gives each new customer an ``id`` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from contracts.mock.answers import JSON, Problem, customer_body, error_body, list_body, to_bytes, to_text
from contracts.mock.auth import Keys, is_authorised
from contracts.mock.hooks import Hooks, fold
from contracts.mock.listing import ListQuery, QueryError, matching, one_page, read_query
from contracts.mock.rate import RateLimit, Window
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.seeds import known_customers
from contracts.mock.store import Customer, Store
from contracts.mock.validation import UPDATABLE, WRITABLE, mistakes
from contracts.mock.wire import Answer, Request

COLLECTION = "/v1/customers"
WRONG_KEYS = Problem(401, "unauthorized", "Unauthorized", "Missing or wrong credentials.")
NO_ROUTE = Problem(404, "not_found", "Not found", "There is nothing under this path.")
NO_CUSTOMER = Problem(404, "not_found", "Resource not found", "There is no such customer.")
WRONG_METHOD = Problem(405, "method_not_allowed", "Method not allowed", "This path has no such method.")
WRONG_TYPE = Problem(415, "unsupported_media_type", "Unsupported media type", "Send application/json.")
TOO_MANY = Problem(429, "too_many_requests", "Too many requests", "Wait as Retry-After says.")


Methods = Mapping[str, Callable[["Call"], Answer]]


@dataclass
class Call:
    """One request on its way through the server: what a hook may look at."""

    api: Api
    request: Request
    wait: float = 0.0
    payload: dict[str, Any] = field(default_factory=dict)
    query: ListQuery = field(default_factory=ListQuery)
    customer: Customer | None = None
    before: Customer | None = None
    refused: Problem | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What a hook remembers of this call from one step to the next."""

    @property
    def created(self) -> bool:
        """Whether this call made its customer."""
        return self.customer is not None and self.before is None


class Api:
    """The server without its socket: state, keys, and :meth:`handle`."""

    def __init__(self, keys: Keys, hooks: Hooks, rate_limit: RateLimit) -> None:
        self.keys = keys
        self.hooks = hooks
        self.window = Window(rate_limit)
        self.store = Store()
        self.memory: dict[str, Any] = {}
        """What a hook remembers from one call to the next."""
        for customer in known_customers():
            self.store.add(customer)

    def handle(self, request: Request) -> Answer:
        """Answer one request, at once. Nothing a caller sends makes this raise."""
        return self.answer(self.receive(request))

    def receive(self, request: Request) -> Call:
        """Take one request in. Until it is answered, ``wait`` seconds later, others may come in and be answered."""
        call = Call(self, request)
        call.request = fold(self.hooks.request, request, call)
        call.wait = fold(self.hooks.arrived, 0.0, call)
        return call

    def answer(self, call: Call) -> Answer:
        """Do what a request asks for, all in one go."""
        within = self.window.count()
        answer = fold(self.hooks.instead, None, call)
        if answer is None:
            answer = self._route(call) if within else self._refuse(call, TOO_MANY)
        answer.headers += [("Date", formatdate(usegmt=True)), *self.window.headers()]
        return fold(self.hooks.answer, answer, call)

    def _route(self, call: Call) -> Answer:
        path = call.request.path.rstrip("/")
        if path == COLLECTION:
            methods: Methods = {"POST": self._upsert, "GET": self._list}
        elif path.startswith(COLLECTION + "/") and path.count("/") == 3:
            methods = {"GET": self._read, "PUT": self._update, "DELETE": self._delete}
        else:
            return self._refuse(call, NO_ROUTE)
        return self._serve(call, methods)

    def _serve(self, call: Call, methods: Methods) -> Answer:
        if call.request.method not in methods:
            answer = self._refuse(call, WRONG_METHOD)
            answer.set_header("Allow", ", ".join(methods))
            return answer
        if not fold(self.hooks.authorised, is_authorised(call.request, self.keys), call):
            return self._refuse(call, WRONG_KEYS)
        return methods[call.request.method](call)

    def _upsert(self, call: Call) -> Answer:
        problem = fold(self.hooks.problem, self._read_payload(call, WRITABLE), call)
        if problem is not None:
            return self._refuse(call, problem)
        sent = self._sent(call, WRITABLE)
        found = self._found(call, self.store.find(sent.get("id"), sent.get("source_id")))
        customer = self.store.update(found, sent) if found else self.store.create(sent)
        return self._show(call, fold(self.hooks.written, customer, call))

    def _update(self, call: Call) -> Answer:
        problem = fold(self.hooks.problem, self._read_payload(call, UPDATABLE), call)
        if problem is not None:
            return self._refuse(call, problem)
        sent = self._sent(call, UPDATABLE)
        found = self._named(call)
        if found is None:
            return self._refuse(call, NO_CUSTOMER)
        return self._show(call, fold(self.hooks.written, self.store.update(found, sent), call))

    def _sent(self, call: Call, names: Sequence[str]) -> dict[str, Any]:
        return fold(self.hooks.sent, {name: call.payload[name] for name in names if name in call.payload}, call)

    def _read_payload(self, call: Call, names: Sequence[str]) -> Problem | None:
        if not takes(call.request):
            return WRONG_TYPE
        try:
            payload = read_json(call.request.body)
        except UnreadableError as error:
            return invalid("malformed_payload", str(error))
        if not isinstance(payload, dict):
            return invalid("invalid_payload", "The body must be a JSON object.")
        call.payload = fold(self.hooks.payload, payload, call)
        wrong = "; ".join(mistakes({name: call.payload[name] for name in names if name in call.payload}))
        return invalid("invalid_payload", wrong) if wrong else None

    def _read(self, call: Call) -> Answer:
        customer = self._named(call)
        return self._show(call, customer) if customer else self._refuse(call, NO_CUSTOMER)

    def _delete(self, call: Call) -> Answer:
        customer = self._named(call)
        if customer is None:
            return self._refuse(call, NO_CUSTOMER)
        doomed: Customer | None = customer
        doomed = fold(self.hooks.deleted, doomed, call)
        if doomed is not None:
            self.store.delete(doomed)
        return Answer(204, [])

    def _list(self, call: Call) -> Answer:
        try:
            call.query = fold(self.hooks.query, read_query(call.request.query), call)
        except QueryError as error:
            return self._refuse(call, Problem(400, "invalid_query_params", "Invalid query parameters", str(error)))
        found = fold(self.hooks.matching, matching(self.store.customers.values(), call.query), call)
        page, more = one_page(found, call.query)
        items = [self._body(call, customer, customer) for customer in fold(self.hooks.shown, page, call)]
        return self._json(call, 200, fold(self.hooks.listing, list_body(items, len(found), more), call))

    def _named(self, call: Call) -> Customer | None:
        name = call.request.identifier
        return self._found(call, self.store.find(name, name))

    def _found(self, call: Call, found: Customer | None) -> Customer | None:
        found = fold(self.hooks.found, found, call)
        call.before = found and found.copy()
        return found

    def _show(self, call: Call, customer: Customer) -> Answer:
        return self._json(call, 200, self._body(call, customer, call.before))

    def _body(self, call: Call, customer: Customer, before: Customer | None) -> dict[str, Any]:
        call.customer, call.before = customer, before
        return fold(self.hooks.customer, customer_body(customer), call)

    def _refuse(self, call: Call, problem: Problem) -> Answer:
        call.refused = problem
        answer = self._json(call, problem.status, fold(self.hooks.error, error_body(problem), call))
        if problem is TOO_MANY:
            answer.set_header("Retry-After", str(self.window.wait))
        return answer

    def _json(self, call: Call, status: int, body: dict[str, Any]) -> Answer:
        text = fold(self.hooks.text, to_text(body), call)
        return Answer(status, [("Content-Type", JSON)], to_bytes(text))


def takes(request: Request) -> bool:
    """Whether the body says that it is JSON in UTF-8, as it is."""
    media_type, *parameters = (part.strip().lower() for part in request.header("content-type").split(";"))
    charsets = [p.partition("=")[2].strip('" ') for p in parameters if p.startswith("charset=")]
    plain = request.header("content-encoding").lower() in ("", "identity")
    return media_type == "application/json" and plain and set(charsets) <= {"utf-8", "utf8"}


def invalid(key: str, details: str) -> Problem:
    """A request that is refused for what its body says."""
    return Problem(400, key, "Invalid payload", details)
