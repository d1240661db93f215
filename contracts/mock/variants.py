"""Servers that keep the contract in their own way: the suite must pass every one of them.

Those marked ``should`` break no more than a SHOULD, and are warned of.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from contracts.mock.answers import Problem, to_text
from contracts.mock.api import NO_CUSTOMER, TOO_MANY, Call, invalid
from contracts.mock.faults.tools import drop, leaves
from contracts.mock.hooks import Body, Hooks
from contracts.mock.registry import Fault, Group
from contracts.mock.store import Customer
from contracts.mock.validation import ADDRESS, WRITABLE, mistakes
from contracts.mock.wire import Answer, Request

VARIANTS: dict[str, Fault] = {}
"""Every conforming variant by its name."""

variants = Group("variants", VARIANTS)

SECTIONS = ("summary", "loyalty", "referrals")
_TIME = re.compile(r'"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?Z"')
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


@variants.text()
def offsets_for_z(text: str, call: Call) -> str:
    """Times are told in the zone of the office, two hours ahead."""
    office = timezone(timedelta(hours=2))

    def told(match: re.Match[str]) -> str:
        return f'"{datetime.fromisoformat(match[0][1:-1]).astimezone(office).isoformat(timespec="milliseconds")}"'

    return _TIME.sub(told, text)


@variants.text()
def lower_case_t_and_z(text: str, call: Call) -> str:
    """Times have a t and a z in lower case."""
    return _TIME.sub(lambda match: match[0].lower(), text)


@variants.text()
def fractions_of_nine_digits(text: str, call: Call) -> str:
    """Times are told to the nanosecond."""
    return _TIME.sub(lambda m: f'"{m[1]}T{m[2]}{(m[3] or ".")[:4]:0<10}Z"', text)


@variants.text()
def times_to_the_second(text: str, call: Call) -> str:
    """Times have no fraction."""
    return _TIME.sub(lambda match: f'"{match[1]}T{match[2]}Z"', text)


@variants.customer()
def extra_members(body: Body, call: Call) -> Body:
    """Members that nobody declared are told as well."""
    body["segments"] = [{"id": "seg_1", "score": 1.5}]
    body["summary"]["orders"]["currency"] = "USD"
    return {"environment": "sandbox", **body, "links": None}


@variants.customer()
def null_for_address(body: Body, call: Call) -> Body:
    """A customer without an address has the address null."""
    return {"address": None, **body}


@variants.customer()
def null_for_summaries(body: Body, call: Call) -> Body:
    """Summary, loyalty and referrals are null, as the older page allows."""
    return {**body, **dict.fromkeys(SECTIONS)}


@variants.customer()
def optional_members_left_out(body: Body, call: Call) -> Body:
    """Only what is required or was written is told; updated_at once there was an update."""
    body = drop(body, "assets", "system_metadata")
    if body["updated_at"] == body["created_at"]:
        del body["updated_at"]
    return body if body["metadata"] else drop(body, "metadata")


@variants.customer()
def keys_in_another_order(body: Body, call: Call) -> Body:
    """Members come in the order of a hash table."""
    names = list(body)
    random.Random(7).shuffle(names)  # noqa: S311 - an order, no secret
    return {name: body[name] for name in names}


@variants.install()
def ids_of_another_form(hooks: Hooks) -> None:
    """Ids no longer begin as they did."""

    def told(body: Body, call: Call) -> Body:
        return {**body, "id": body["id"].replace("cust_", "c-")}

    def understood(payload: Body, call: Call) -> Body:
        named = payload.get("id")
        return {**payload, "id": named.replace("c-", "cust_")} if isinstance(named, str) else payload

    def found(request: Request, call: Call) -> Request:
        return replace(request, path=request.path.replace("/c-", "/cust_"))

    hooks.customer.append(told)
    hooks.payload.append(understood)
    hooks.request.append(found)


@variants.answer()
def refusals_are_422(answer: Answer, call: Call) -> Answer:
    """A body that cannot be processed is 422 where others say 400."""
    if answer.status == 400:
        body = {**json.loads(answer.body), "code": 422}
        return replace(answer, status=422, body=to_text(body).encode("utf-8", "backslashreplace"))
    return answer


@variants.answer()
def compressed(answer: Answer, call: Call) -> Answer:
    """Bodies are compressed for those who accept it."""
    if answer.body and "gzip" in call.request.header("accept-encoding"):
        answer.set_header("Content-Encoding", "gzip")
        answer.body = gzip.compress(answer.body)
    return answer


@variants.answer()
def no_charset(answer: Answer, call: Call) -> Answer:
    """The media type has no parameter."""
    if answer.body:
        answer.set_header("Content-Type", "application/json")
    return answer


@variants.answer()
def charset_in_capitals(answer: Answer, call: Call) -> Answer:
    """The media type is written in capitals, with a profile."""
    if answer.body:
        answer.set_header("Content-Type", 'Application/JSON; Charset="UTF-8"; profile=v2018-08-01')
    return answer


@variants.answer()
def no_date_header(answer: Answer, call: Call) -> Answer:
    """A server without a clock says no date."""
    answer.drop_header("Date")
    return answer


@variants.answer()
def no_rate_limit_headers(answer: Answer, call: Call) -> Answer:
    """Nothing is said of limits."""
    for name in ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Retry"):
        answer.drop_header(name)
    return answer


@variants.answer()
def thirty_milliseconds(answer: Answer, call: Call) -> Answer:
    """Every answer takes 30 ms."""
    answer.delay = 0.03
    return answer


@variants.answer()
def chunked(answer: Answer, call: Call) -> Answer:
    """Bodies come in chunks, their length not told beforehand."""
    answer.sized = False
    return answer


@variants.answer()
def connection_close(answer: Answer, call: Call) -> Answer:
    """Each answer ends its connection."""
    answer.set_header("Connection", "close")
    return answer


@variants.answer()
def pretty_printed(answer: Answer, call: Call) -> Answer:
    """JSON is set out for people, with a newline at its end."""
    if answer.body:
        text = json.dumps(json.loads(answer.body), indent=2, ensure_ascii=False) + "\n"
        answer.body = text.encode("utf-8", "backslashreplace")
    return answer


@variants.answer()
def ascii_only(answer: Answer, call: Call) -> Answer:
    """Every character beyond ASCII is escaped."""
    if answer.body:
        answer.body = json.dumps(json.loads(answer.body)).replace("/", "\\/").encode()
    return answer


@variants.instead()
def one_429_in_twenty(answer: Answer | None, call: Call) -> Answer | None:
    """Every twentieth call is one too many, and may be made again at once."""
    call.api.memory["calls"] = call.api.memory.get("calls", 0) + 1
    if call.api.memory["calls"] % 20:
        return answer
    return Answer(429, [("Content-Type", "application/json"), ("Retry-After", "0")], b'{"code":429,"message":"wait"}')


@variants.instead()
def post_and_nothing_else(answer: Answer | None, call: Call) -> Answer | None:
    """Customers can be created and updated, and neither read nor deleted."""
    if call.request.method == "POST":
        return answer
    return Answer(404, [("Content-Type", "application/json")], b'{"code":404,"message":"no such route"}')


@variants.authorised()
def oauth_only(authorised: bool, call: Call) -> bool:
    """Only bearer tokens are taken."""
    return authorised and "authorization" in call.request.headers


@variants.error()
def other_error_shape(body: Body, call: Call) -> Body:
    """Errors have the second of the two shapes."""
    return {"statusCode": body["code"], "error": body["message"], "message": body["details"]}


@variants.problem()
def odd_values_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """What is odd for its meaning is refused: addresses, numbers, days to come, characters nobody can see."""
    payload = call.payload
    email, phone = payload.get("email"), payload.get("phone")
    if isinstance(email, str) and email and not _EMAIL.fullmatch(email):
        return problem or invalid("invalid_email", "email is no e-mail address")
    if isinstance(phone, str) and phone and not any(char.isdigit() for char in phone):
        return problem or invalid("invalid_phone", "phone is no phone number")
    days = [day for name in ("birthdate", "birthday") if isinstance(day := payload.get(name), str)]
    if any(day.startswith("0000") or day > f"{datetime.now().astimezone():%Y-%m-%d}" for day in days):
        return problem or invalid("invalid_birthdate", "nobody is born then")
    if any(payload.get(name) == "" for name in ("id", "source_id")):
        return problem or invalid("invalid_id", "an identifier is empty")
    found: list[str] = []
    leaves(payload, lambda leaf: found.extend([leaf] if isinstance(leaf, str) and _CONTROL.search(leaf) else []))
    return problem or (invalid("invalid_text", "a text has control characters") if found else None)


@variants.problem()
def unknown_members_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A member that nobody declared is taken for a slip of the pen."""
    unknown = set(call.payload) - set(WRITABLE)
    return problem or (invalid("unknown_member", "a member is not known") if unknown else None)


@variants.problem()
def unknown_ids_are_not_found(problem: Problem | None, call: Call) -> Problem | None:
    """An id that nobody has creates nobody."""
    identifier = call.payload.get("id")
    return problem or (NO_CUSTOMER if identifier and identifier not in call.api.store.customers else None)


@variants.written()
def metadata_is_replaced(customer: Customer, call: Call) -> Customer:
    """What is sent as metadata takes the place of all metadata."""
    if isinstance(call.payload.get("metadata"), dict):
        customer.fields["metadata"] = call.payload["metadata"]
    return customer


@variants.customer()
def integers_are_doubles(body: Body, call: Call) -> Body:
    """Integers beyond 2^53 lose digits, as in every language whose numbers are doubles."""
    return {**body, "metadata": leaves(body["metadata"], _as_double)}


@variants.customer()
def nulls_in_metadata_are_left_out(body: Body, call: Call) -> Body:
    """A null is no value, and not kept."""
    return {**body, "metadata": _without_nulls(body["metadata"])}


@variants.customer(should=True)
def normalised(body: Body, call: Call) -> Body:
    """Outer white space is trimmed, e-mail addresses are in lower case, empty texts are none."""
    body = {name: value.strip() if isinstance(value, str) else value for name, value in body.items()}
    if "email" in body:
        body["email"] = body["email"].lower()
    return {name: value for name, value in body.items() if value != ""}


@variants.written(should=True)
def unsent_fields_are_cleared(customer: Customer, call: Call) -> Customer:
    """An upsert replaces the customer: what it does not send is gone."""
    kept = {name: value for name, value in call.payload.items() if name in WRITABLE and value is not None}
    if set(kept) - {"id", "source_id"}:
        customer.fields = {**kept, "source_id": customer.source_id}
        if customer.source_id is None:
            del customer.fields["source_id"]
        customer.fields.pop("id", None)
    return customer


@variants.problem(should=True)
def long_texts_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Columns have 255 characters, and what does not fit is refused."""
    found: list[str] = []
    leaves(call.payload, lambda leaf: found.extend([leaf] if isinstance(leaf, str) and len(leaf) > 255 else []))
    return problem or (invalid("too_long", "a text is too long") if found else None)


@variants.payload(should=True)
def wrong_types_are_passed_over(payload: Body, call: Call) -> Body:
    """A liberal server: what is of the wrong type is taken for not sent."""
    return {name: value for name, value in payload.items() if not any(mistakes({name: value}))}


@variants.payload(should=True)
def wrong_types_are_texts(payload: Body, call: Call) -> Body:
    """A liberal server: numbers and booleans become texts."""
    texts = ("source_id", "name", "description", "email", "phone")
    return {n: str(v) if n in texts and isinstance(v, int | float) else v for n, v in payload.items()}


@variants.problem(should=True)
def wrong_types_are_kept(problem: Problem | None, call: Call) -> Problem | None:
    """A liberal server: what was sent is kept, whatever it is, and given back."""
    keeps = problem is not None and problem.key == "invalid_payload" and call.payload
    right = isinstance(call.payload.get("source_id", ""), str) and isinstance(call.payload.get("id", ""), str)
    address = call.payload.get("address")
    shown = address is None or (isinstance(address, dict) and set(address) <= set(ADDRESS))
    return None if keeps and right and shown and isinstance(call.payload.get("metadata", {}), dict) else problem


@variants.answer(should=True)
def errors_without_a_body(answer: Answer, call: Call) -> Answer:
    """A status says it all."""
    if answer.status >= 400 and answer.status != TOO_MANY.status:
        answer.body = b""
        answer.drop_header("Content-Type")
    return answer


@variants.install()
def read_lag(hooks: Hooks) -> None:
    """A customer that was deleted can still be read once."""

    def lag(answer: Answer, call: Call) -> Answer:
        if call.request.method == "DELETE" and answer.status == 204:
            call.api.memory.setdefault("lagging", set()).add(call.request.identifier)
        elif call.request.method == "GET" and call.request.identifier in call.api.memory.get("lagging", set()):
            call.api.memory["lagging"].remove(call.request.identifier)
            return Answer(200, [("Content-Type", "application/json")], b'{"object":"customer"}')
        return answer

    hooks.answer.append(lag)


def _as_double(leaf: object) -> object:
    return float(leaf) if isinstance(leaf, int) and not isinstance(leaf, bool) and abs(leaf) > 2**53 else leaf


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_nulls(below) for name, below in value.items() if below is not None}
    return [_without_nulls(below) for below in value] if isinstance(value, list) else value
