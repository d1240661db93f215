"""Odd, and right: other times, members, identifiers, refusals, and other ways over the wire."""

from __future__ import annotations

import gzip
import json
import random
import re
import time
from typing import Any
from uuid import uuid4

from contracts.mock.answers import JSON, Problem, customer_body, error_body, to_bytes, to_text
from contracts.mock.api import NO_CUSTOMER, NO_ROUTE, TOO_MANY, WRONG_METHOD, Call, invalid
from contracts.mock.auth import bearer, same
from contracts.mock.faults.tools import drop, edit, leaves, listing, relabel, rewrite, right_fields, texts, upserting
from contracts.mock.hooks import Body, Hooks
from contracts.mock.store import Customer
from contracts.mock.validation import KEYS
from contracts.mock.variants import variants
from contracts.mock.wire import Answer

_TIMES = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)Z"')
_LAG = 0.2


# Times


@variants.text()
def offsets_for_z(text: str, call: Call) -> str:
    """Times have the offset +00:00 in the place of Z."""
    return _TIMES.sub(r'"\1\2+00:00"', text)


@variants.text()
def lower_case_t_and_z(text: str, call: Call) -> str:
    """Times have a lower-case t and z."""
    return _TIMES.sub(lambda match: match[0].lower(), text)


@variants.text()
def long_fractions(text: str, call: Call) -> str:
    """Times are told to the nanosecond."""
    return _TIMES.sub(r'"\1\g<2>000000Z"', text)


@variants.text()
def no_fractions(text: str, call: Call) -> str:
    """Times are told in whole seconds."""
    return _TIMES.sub(r'"\1Z"', text)


@variants.answer()
def no_date_header(answer: Answer, call: Call) -> Answer:
    """The server has no clock to tell, and sends no Date."""
    answer.drop_header("Date")
    return answer


# Members


@variants.customer()
def extra_members(body: Body, call: Call) -> Body:
    """Members that the document does not know come along, at the top and further down."""
    body["summary"]["orders"]["total_returned"] = None
    return {**body, "project_id": "proj_1", "segments": [], "loyalty": {**body["loyalty"], "level": 1.5}}


@variants.customer()
def null_for_an_unset_address(body: Body, call: Call) -> Body:
    """An address that was never set is null."""
    return {"address": None, **body}


@variants.customer()
def null_fields_are_absent(body: Body, call: Call) -> Body:
    """What was cleared is left out, the address too, and null values of metadata with it."""
    body = {name: value for name, value in body.items() if value is not None}
    return edit(body, "metadata", lambda data: {k: v for k, v in data.items() if v is not None})


@variants.customer()
def null_summary_loyalty_and_referrals(body: Body, call: Call) -> Body:
    """Summary, loyalty and referrals are null, as the lenient reading of the document allows."""
    return {**body, "summary": None, "loyalty": None, "referrals": None}


@variants.customer()
def optional_members_omitted(body: Body, call: Call) -> Body:
    """What is not required is left out: assets, system metadata, and the update of a new customer."""
    body = drop(body, "assets", "system_metadata", *(["updated_at"] if call.created else []))
    return body if call.customer and "metadata" in call.customer.fields else drop(body, "metadata")


@variants.written()
def ids_of_another_format(customer: Customer, call: Call) -> Customer:
    """A new customer's id is a UUID."""
    if call.before is None:
        call.api.store.delete(customer)
        customer.id = str(uuid4())
        call.api.store.add(customer)
    return customer


@variants.customer()
def big_integers_lose_digits(body: Body, call: Call) -> Body:
    """Integers beyond 2^53 are kept as doubles."""
    return edit(body, "metadata", lambda data: leaves(data, _double))


@variants.text()
def members_in_any_order(text: str, call: Call) -> str:
    """The order of members is another one each time."""
    return to_text(_shuffled(json.loads(text)))


# Writing


@variants.written()
def metadata_is_replaced(customer: Customer, call: Call) -> Customer:
    """The metadata of an upsert replaces the metadata before."""
    if "metadata" in call.payload:
        customer.fields["metadata"] = call.payload["metadata"] or {}
    return customer


@variants.problem()
def unknown_id_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """An id that nobody has is refused with 404."""
    sent = call.payload.get("id")
    unknown = upserting(call) and isinstance(sent, str) and call.api.store.find(sent, None) is None
    return problem or (NO_CUSTOMER if unknown else None)


@variants.problem()
def odd_meanings_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """An e-mail or phone that is none, a birthdate to come or in the year 0000, an empty identifier: 400."""
    return problem or (invalid("invalid_payload", "Odd value.") if _is_odd(call.payload) else None)


@variants.problem()
def unprintable_characters_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """NUL, other control characters and lone surrogates are refused with 400."""
    odd = any(re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text) for text in texts(call.payload))
    return problem or (invalid("invalid_payload", "Unprintable character.") if odd else None)


@variants.sent(should=True)
def texts_are_tidied(fields: Body, call: Call) -> Body:
    """Outer white space is trimmed and an e-mail is in lower case."""
    return edit(rewrite(fields, str.strip), "email", lambda text: text and text.lower())


@variants.install(should=True)
def empty_strings_are_dropped(hooks: Hooks) -> None:
    """An empty string is taken for no value."""
    hooks.sent.append(lambda fields, call: {n: v if v != "" or n in KEYS else None for n, v in fields.items()})
    hooks.customer.append(lambda body, call: {name: value for name, value in body.items() if value != ""})


@variants.payload(should=True)
def liberal_about_types(payload: Body, call: Call) -> Body:
    """Fields of the wrong type or format are ignored, not refused."""
    return right_fields(payload)


# Refusing


@variants.answer()
def refused_with_422(answer: Answer, call: Call) -> Answer:
    """What is wrong with a body is answered with 422."""
    return relabel(answer, 422) if answer.status == 400 else answer


@variants.error()
def the_other_error_shape(body: Body, call: Call) -> Body:
    """Errors have the members statusCode, error and message."""
    return {"statusCode": body["code"], "error": body["message"], "message": body["details"]}


@variants.authorised()
def oauth_only(allowed: bool, call: Call) -> bool:
    """A bearer token is the only way in; the headers of an application are unknown and ignored."""
    return same(bearer(call.request), call.api.keys.oauth_token)


@variants.authorised()
def app_credentials_only(allowed: bool, call: Call) -> bool:
    """Bearer tokens are unknown, and no way in."""
    return allowed and "x-app-token" in call.request.headers


@variants.instead()
def post_only(answer: Answer | None, call: Call) -> Answer | None:
    """Customers can be upserted and no more, neither read nor deleted: 404."""
    return answer if upserting(call) else _error(NO_ROUTE)


@variants.instead()
def no_delete(answer: Answer | None, call: Call) -> Answer | None:
    """Customers can be read and not deleted: 405."""
    return _error(WRONG_METHOD) if call.request.method == "DELETE" else answer


@variants.install()
def one_429_in_twenty(hooks: Hooks) -> None:
    """One answer in twenty is 429, to be asked again at once or in a second."""
    hooks.instead.append(_every_twentieth)


def _every_twentieth(answer: Answer | None, call: Call) -> Answer | None:
    call.api.memory["calls"] = calls = call.api.memory.get("calls", 0) + 1
    if calls % 20:
        return answer
    refusal = _error(TOO_MANY)
    refusal.set_header("Retry-After", "1" if calls == 40 else "0")
    return refusal


# The wire


@variants.answer()
def gzip_where_accepted(answer: Answer, call: Call) -> Answer:
    """Bodies are compressed for those who accept it."""
    if answer.body and "gzip" in call.request.header("accept-encoding"):
        answer.body = gzip.compress(answer.body)
        answer.set_header("Content-Encoding", "gzip")
        answer.set_header("Vary", "Accept-Encoding")
    return answer


@variants.answer()
def no_charset(answer: Answer, call: Call) -> Answer:
    """The media type has no parameters."""
    return _typed(answer, "application/json")


@variants.answer()
def odd_media_type_parameters(answer: Answer, call: Call) -> Answer:
    """The media type has a quoted charset, another parameter, and capital letters."""
    return _typed(answer, 'Application/JSON ;charset="UTF-8"; profile="v2018-08-01"')


@variants.text()
def pretty_printed(text: str, call: Call) -> str:
    """The JSON is indented for people, with a newline at the end."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@variants.text()
def ascii_only(text: str, call: Call) -> str:
    """All but ASCII is escaped."""
    return json.dumps(json.loads(text))


@variants.answer()
def thirty_milliseconds_an_answer(answer: Answer, call: Call) -> Answer:
    """Each answer takes thirty milliseconds."""
    answer.delay = 0.03
    return answer


@variants.answer()
def connection_closed_each_time(answer: Answer, call: Call) -> Answer:
    """The connection is closed after each answer, as in HTTP/1.0."""
    answer.set_header("Connection", "close")
    return answer


@variants.answer()
def chunked(answer: Answer, call: Call) -> Answer:
    """Bodies come in chunks, without a length."""
    answer.sized = False
    return answer


@variants.answer()
def repeated_headers(answer: Answer, call: Call) -> Answer:
    """A proxy repeats some headers, in the same words."""
    repeated = [header for header in answer.headers if header[0].startswith("X-Rate-Limit")]
    answer.headers += [*repeated, ("Vary", "Origin"), ("Vary", "Origin")]
    return answer


@variants.answer()
def no_rate_limit_headers(answer: Answer, call: Call) -> Answer:
    """Nothing is told about a rate limit."""
    for name in ("Limit", "Remaining", "Retry"):
        answer.drop_header(f"X-Rate-Limit-{name}")
    return answer


@variants.install()
def reads_lag_behind(hooks: Hooks) -> None:
    """A read shows a write only after two tenths of a second."""
    hooks.written.append(_remember)
    hooks.found.append(_not_there_yet)
    hooks.customer.append(_as_before)


def _remember(customer: Customer, call: Call) -> Customer:
    shown = customer_body(call.before) if call.before else None
    call.api.memory[customer.id] = (time.monotonic() + _LAG, shown)
    return customer


def _lagging(call: Call, customer: Customer | None) -> tuple[bool, Body | None]:
    """Whether a read is too early for the last write, and what it shows in that case."""
    until, shown = call.api.memory.get(customer.id if customer else "", (0.0, None))
    return call.request.method == "GET" and time.monotonic() < until, shown


def _not_there_yet(found: Customer | None, call: Call) -> Customer | None:
    early, shown = _lagging(call, found)
    return None if early and shown is None else found


def _as_before(body: Body, call: Call) -> Body:
    early, shown = _lagging(call, call.customer)
    if listing(call):
        return body
    return shown if early and shown else body


def _error(problem: Problem) -> Answer:
    return Answer(problem.status, [("Content-Type", JSON)], to_bytes(to_text(error_body(problem))))


def _typed(answer: Answer, media_type: str) -> Answer:
    if answer.body:
        answer.set_header("Content-Type", media_type)
    return answer


def _double(leaf: Any) -> Any:
    return int(float(leaf)) if isinstance(leaf, int) and 2**53 < abs(leaf) < 2**1000 else leaf


def _shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        names = random.sample(list(value), len(value))
        return {name: _shuffled(value[name]) for name in names}
    return [_shuffled(item) for item in value] if isinstance(value, list) else value


def _is_odd(payload: Body) -> bool:
    email, phone = payload.get("email") or "", payload.get("phone") or ""
    odd_contact = bool(email and "@" not in email) or bool(phone and not re.search(r"\d{3}", phone))
    days = [payload.get(name) for name in ("birthday", "birthdate")]
    odd_day = any(isinstance(day, str) and (day < "0001" or day > time.strftime("%Y-%m-%d")) for day in days)
    return odd_contact or odd_day or "" in (payload.get("id"), payload.get("source_id"))
