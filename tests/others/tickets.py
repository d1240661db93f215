"""Support tickets: nothing that the client could name one by, an integer that the server counts, no update, no list."""

from itertools import count
from pathlib import Path
from typing import ClassVar

from starlette.routing import Route

from tests.others import web
from tests.others.web import Api, Refused

DOCUMENT = Path(__file__).with_name("tickets.yaml")
OVERLAY = Path(__file__).with_name("tickets.overlay.yaml")
KEY = "support-key-41b07ac9"


def a_reporter(value):
    return (
        isinstance(value, dict)
        and web.an_email(value.get("email"))
        and ("name" not in value or web.text(0, 100)(value["name"]))
    )


NEW = {
    "subject": web.text(3, 80),
    "text": web.or_null(web.text(0, 4000)),
    "status": web.one_of("open", "waiting", "solved"),
    "priority": web.integer(1, 5),
    "reporter": a_reporter,
    "watchers": web.list_of(web.an_email, 5),
    "due": web.or_null(web.a_moment),
    "is_urgent": web.boolean,
}


def without(name):
    return lambda shown: {key: value for key, value in shown.items() if key != name}


def changed(name, change):
    return lambda shown: {**shown, name: change(shown[name])} if shown.get(name) is not None else shown


SHOWN_WRONG = {
    "drops-watchers": without("watchers"),
    "drops-urgent": without("is_urgent"),
    "cuts-text": changed("text", lambda text: text[:30]),
    "loses-reporter-name": changed("reporter", lambda reporter: {"email": reporter["email"]}),
    "retypes-priority": changed("priority", str),
    "number-as-text": changed("number", str),
    "everything-is-open": changed("status", lambda status: "open"),
    "due-without-zone": changed("due", lambda due: due[:19]),
    "opened-long-ago": changed("opened", lambda opened: "2015-05-05T05:05:05Z"),
    "sorted-watchers": changed("watchers", lambda watchers: sorted(watchers)[:1]),
}


class Tickets(Api):
    FAULTS: ClassVar = {
        "drops-watchers": "watchers do not come back",
        "drops-urgent": "is_urgent does not come back",
        "cuts-text": "a text is cut after 30 characters",
        "loses-reporter-name": "the reporter's name does not come back",
        "retypes-priority": "priority comes back as text",
        "number-as-text": "number is text",
        "everything-is-open": "status is open whatever was sent",
        "due-without-zone": "due comes back without its zone",
        "opened-long-ago": "opened lies in the past",
        "sorted-watchers": "of several watchers one comes back",
        "takes-any-status": "a status that the document does not list is taken",
        "takes-any-priority": "a priority of any type and size is taken",
        "takes-any-due": "a due that is no date-time is taken",
        "crashes-on-null": "500 where text is null",
        "crashes-on-no-watchers": "500 where watchers are empty",
        "crashes-on-solved": "500 where status is solved",
        "crashes-on-wrong-type": "500 where subject is no text",
        "repeats-number": "every ticket has the number 1",
        "reads-the-last": "reading shows the ticket opened last, whatever the number",
        "reads-nobody": "reading a ticket that is not there answers 200",
        "delete-does-nothing": "204, and the ticket is still there",
        "delete-twice": "204 however often",
        "created-200": "opening answers 200",
        "any-key": "every key is the right one",
        "key-in-any-case": "the key is compared without its case",
        "leaks-key": "an answer shows the key",
        "error-as-text": "an error is plain text",
    }
    VARIANTS: ClassVar = {
        "pretty": "JSON is indented, and the media type has a charset",
        "more-members": "answers have a member that the document does not declare",
        "other-zone": "times are in another zone, with milliseconds",
        "large-numbers": "numbers begin beyond 2^31",
        "defaults": "members that were not sent have a value",
    }

    def __init__(self, fault=None, variant=None):
        super().__init__(fault, variant)
        self.tickets = {}
        self.numbers = count(2**31 + 1 if variant == "large-numbers" else 1)

    def is_let_in(self, request):
        key = request.headers.get("x-api-key", "")
        if self.fault == "any-key":
            return bool(key)
        return key == KEY or (self.fault == "key-in-any-case" and key.lower() == KEY.lower())

    def answer(self, status, value=None):
        if self.fault == "error-as-text" and status >= 400:
            return web.Response("no", status, media_type="text/plain")
        return super().answer(status, value)

    def shown(self, ticket):
        made = SHOWN_WRONG.get(self.fault, dict)(ticket)
        if self.fault == "leaks-key":
            made = {**made, "text": f"{made.get('text')} (opened with {KEY})"}
        if self.variant == "more-members":
            made = {**made, "history": [{"at": ticket["opened"], "what": "opened"}]}
        return (
            {"priority": 3, "watchers": [], "due": None, "is_urgent": False, **made}
            if self.variant == "defaults"
            else made
        )

    async def open(self, request):
        sent = await web.body_of(request)
        if self.fault == "crashes-on-wrong-type":
            sent.get("subject", "").strip()
        with self.lock:
            number = 1 if self.fault == "repeats-number" else next(self.numbers)
            ticket = {"number": number, "status": "open", "opened": web.now(self.variant)}
            fields = self.checked(sent, NEW, ("subject",), status=422)
            if (
                (self.fault == "crashes-on-null" and "text" in fields and fields["text"] is None)
                or (self.fault == "crashes-on-no-watchers" and fields.get("watchers") == [])
                or (self.fault == "crashes-on-solved" and fields.get("status") == "solved")
            ):
                raise ValueError(fields)
            self.tickets[number] = {**ticket, **fields}
            return self.answer(200 if self.fault == "created-200" else 201, self.shown(self.tickets[number]))

    def found(self, request):
        text = request.path_params["number"]
        ticket = self.tickets.get(int(text)) if text.isascii() and text.isdecimal() and len(text) < 20 else None
        if self.fault == "reads-the-last" and request.method == "GET" and ticket is not None:
            ticket = self.tickets[max(self.tickets)]
        if ticket is None:
            raise Refused(404, "there is no such ticket")
        return ticket

    async def show(self, request):
        with self.lock:
            if self.fault == "reads-nobody":
                nobody = {"number": 1, "status": "open", "opened": web.now(), "subject": "nothing"}
                return self.answer(200, self.shown(self.tickets.get(_number(request), nobody)))
            return self.answer(200, self.shown(self.found(request)))

    async def withdraw(self, request):
        with self.lock:
            if self.fault == "delete-twice":
                self.tickets.pop(_number(request), None)
                return self.answer(204)
            ticket = self.found(request)
            if self.fault != "delete-does-nothing":
                del self.tickets[ticket["number"]]
            return self.answer(204)

    def asgi(self):
        return self.app(
            [
                Route("/tickets", self.endpoint(self.open), methods=["POST"]),
                Route("/tickets/{number}", self.endpoint(self.show), methods=["GET"]),
                Route("/tickets/{number}", self.endpoint(self.withdraw), methods=["DELETE"]),
            ]
        )


def _number(request):
    text = request.path_params["number"]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
