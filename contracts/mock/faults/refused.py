"""Refusing what is right, accepting what is wrong, and writing what was refused."""

from __future__ import annotations

import re

from contracts.mock.answers import Problem
from contracts.mock.api import Call, invalid
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import everything, relabel, right_fields, texts, write, write_anyway
from contracts.mock.hooks import Body, Hooks
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.registry import Group
from contracts.mock.validation import DATES, TEXTS
from contracts.mock.wire import Answer, Request

refused = Group("refused", FAULTS)


def _unless(wrong: object, problem: Problem | None, details: str) -> Problem | None:
    """The problem there is, or a new one where something right is taken for wrong."""
    return problem or (invalid("invalid_payload", details) if wrong else None)


# Right, and refused all the same


@refused.problem(caught_by="accepts.allowed")
def emoji_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Characters beyond the basic plane are refused."""
    return _unless(any(max(t, default="") > "\uffff" for t in texts(call.payload)), problem, "Bad character.")


@refused.problem(caught_by="accepts.allowed")
def right_to_left_text_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Hebrew and Arabic are refused."""
    return _unless(any(re.search("[\u0590-\u06ff]", t) for t in texts(call.payload)), problem, "Bad character.")


@refused.problem(caught_by="accepts.allowed")
def newlines_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A text with a newline is refused."""
    return _unless(any("\n" in t for t in texts(call.payload)), problem, "One line only.")


@refused.problem(caught_by="accepts.allowed")
def apostrophes_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A firewall takes an apostrophe for an attack and answers 403."""
    attack = Problem(403, "forbidden", "Forbidden", "The request was blocked.")
    return problem or (attack if any("'" in text for text in texts(call.payload)) else None)


@refused.problem(caught_by="accepts.allowed")
def markup_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A text with an angle bracket is refused."""
    return _unless(any("<" in t for t in texts(call.payload)), problem, "No markup, please.")


@refused.problem(caught_by="accepts.allowed")
def empty_texts_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Empty texts are refused where something else was hoped for."""
    empty = any(call.payload.get(name) == "" for name in ("name", "description", "email", "phone"))
    return _unless(empty, problem, "Must not be empty.")


@refused.problem(caught_by="accepts.allowed")
def null_address_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A null address is refused, though the contract has it."""
    return _unless(call.payload.get("address", 0) is None, problem, "address must be an object")


@refused.problem(caught_by="accepts.allowed")
def partial_address_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """An address must have a city and a country."""
    address = call.payload.get("address")
    partial = isinstance(address, dict) and not {"city", "country"} <= set(address)
    return _unless(partial, problem, "address.city and address.country are required")


@refused.problem(caught_by="accepts.allowed")
def source_id_is_required(problem: Problem | None, call: Call) -> Problem | None:
    """A customer without a source_id is refused."""
    return _unless(not {"source_id", "id"} & set(call.payload), problem, "source_id is required")


@refused.problem(caught_by="accepts.allowed")
def email_is_required(problem: Problem | None, call: Call) -> Problem | None:
    """A new customer without an e-mail is refused."""
    known = call.api.store.find(call.payload.get("id"), call.payload.get("source_id"))
    return _unless(not known and "email" not in call.payload, problem, "email is required")


@refused.problem(caught_by="accepts.allowed")
def empty_object_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """The empty object is refused."""
    return _unless(not call.payload, problem, "The body is empty.")


@refused.problem(caught_by="accepts.allowed")
def leap_days_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """The 29th of February is refused in every year."""
    leap = any(str(call.payload.get(name)).endswith("-02-29") for name in DATES)
    return _unless(leap, problem, "birthdate is no date")


@refused.problem(caught_by="accepts.allowed")
def birthdates_before_1970_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A birthdate before the epoch is refused."""
    early = any("0001" < str(call.payload.get(name, "9")) < "1970" for name in DATES)
    return _unless(early, problem, "birthdate is out of range")


@refused.problem(caught_by="accepts.allowed")
def nested_metadata_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Metadata may hold no objects and arrays."""
    return _unless(any(isinstance(v, dict | list) for v in _metadata(call).values()), problem, "Flat only.")


@refused.problem(caught_by="accepts.allowed")
def null_in_metadata_is_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Metadata may hold no null."""
    return _unless(None in everything(_metadata(call)), problem, "metadata must not be null")


@refused.problem(caught_by="accepts.allowed")
def odd_metadata_keys_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Keys of metadata may hold no dot and no dollar sign, as in a document database."""
    return _unless(any(re.search("[.$]", key) for key in _metadata(call)), problem, "Bad key.")


@refused.problem(caught_by="accepts.allowed")
def large_integers_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Integers beyond 2^53 are refused."""
    large = any(isinstance(v, int) and abs(v) > 2**53 for v in everything(_metadata(call)))
    return _unless(large, problem, "A number is out of range.")


@refused.problem(caught_by="accepts.allowed")
def fractions_in_metadata_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Numbers in metadata must be whole."""
    return _unless(any(isinstance(v, float) for v in everything(_metadata(call))), problem, "Whole numbers only.")


@refused.problem(should=True, caught_by="accepts.long-strings")
def texts_beyond_255_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """Texts of more than 255 characters are refused."""
    return _unless(any(len(text) > 255 for text in texts(call.payload)), problem, "Too long.")


# Wrong, and accepted all the same


@refused.problem(caught_by="refuses.malformed-json")
def malformed_json_is_accepted(problem: Problem | None, call: Call) -> Problem | None:
    """A body that cannot be parsed is taken for an empty one."""
    return None if problem and problem.key == "malformed_payload" else problem


@refused.problem(caught_by="refuses.no-object")
def non_objects_are_accepted(problem: Problem | None, call: Call) -> Problem | None:
    """An array, a string, a number or null is taken for an empty object."""
    return None if problem and problem.details == "The body must be a JSON object." else problem


@refused.request(caught_by="refuses.no-object")
def an_array_is_taken_for_its_first_item(request: Request, call: Call) -> Request:
    """An array of customers is taken for the first of them."""
    body = re.sub(rb"\A\s*\[\s*(\{.*?\})\s*(,.*)?\]\s*\Z", rb"\1", request.body, flags=re.DOTALL)
    return _with_body(request, body)


@refused.request(caught_by="refuses.malformed-json")
def an_empty_body_is_accepted(request: Request, call: Call) -> Request:
    """No body is taken for an empty object."""
    return _with_body(request, request.body or b"{}")


@refused.request(caught_by="refuses.malformed-json")
def what_follows_the_object_is_ignored(request: Request, call: Call) -> Request:
    """The parser stops at the end of the object, whatever comes behind it."""
    return _with_body(request, re.sub(rb"\}[^\"}\]]+\Z", b"}", request.body))


@refused.request(caught_by="refuses.malformed-json")
def an_unfinished_object_is_completed(request: Request, call: Call) -> Request:
    """A streaming parser closes what the caller left open."""
    stripped = request.body.rstrip().rstrip(b",{" if len(request.body) > 1 else b",")
    return _with_body(request, stripped + b"}" if _parses(stripped + b"}") else request.body)


@refused.request(caught_by="refuses.malformed-json")
def comments_and_trailing_commas_are_accepted(request: Request, call: Call) -> Request:
    """The parser is one for configuration files, and takes comments and trailing commas."""
    body = re.sub(rb"/\*.*?\*/|,(?=\s*[}\]])", b"", request.body, flags=re.DOTALL)
    return _with_body(request, body)


@refused.request(caught_by="refuses.malformed-json")
def single_quotes_are_accepted(request: Request, call: Call) -> Request:
    """The body is read as a literal of a programming language, single quotes and all."""
    quoted = request.body.replace(b"'", b'"')
    return request if _parses(request.body) or not _parses(quoted) else _with_body(request, quoted)


@refused.request(should=True, caught_by="refuses.json-extensions")
def invalid_utf_8_is_accepted(request: Request, call: Call) -> Request:
    """Bytes that are not UTF-8 are replaced without a word."""
    return _with_body(request, request.body.decode("utf-8", "replace").encode())


@refused.request(caught_by="refuses.wrong-media-type")
def any_content_type_is_accepted(request: Request, call: Call) -> Request:
    """Whatever the Content-Type says, the body is parsed as JSON."""
    return _with_type(request, "application/json")


@refused.request(caught_by="refuses.wrong-media-type")
def plain_text_is_accepted(request: Request, call: Call) -> Request:
    """JSON that is called plain text is accepted."""
    plain = request.header("content-type").startswith("text/plain")
    return _with_type(request, "application/json") if plain else request


@refused.request(caught_by="refuses.wrong-media-type")
def a_form_is_accepted(request: Request, call: Call) -> Request:
    """A form is accepted, as an empty customer where its fields are not understood."""
    if not request.header("content-type").startswith("application/x-www-form-urlencoded"):
        return request
    return _with_type(request if _parses(request.body) else _with_body(request, b"{}"), "application/json")


@refused.payload(should=True, caught_by="refuses.wrong-type-or-format")
def wrong_types_are_ignored(payload: Body, call: Call) -> Body:
    """Fields of the wrong type are dropped without a word."""
    return right_fields(payload)


@refused.payload(should=True, caught_by="refuses.wrong-type-or-format")
def numbers_are_accepted_for_texts(payload: Body, call: Call) -> Body:
    """Numbers are accepted where a text belongs."""
    return {n: str(v) if n in TEXTS and isinstance(v, int | float) else v for n, v in payload.items()}


@refused.payload(should=True, caught_by="refuses.wrong-type-or-format")
def impossible_birthdates_are_accepted(payload: Body, call: Call) -> Body:
    """A birthdate that is no date is dropped without a word."""
    return {n: v for n, v in payload.items() if n not in DATES or not isinstance(v, str) or right_fields({n: v})}


@refused.payload(should=True, caught_by="refuses.wrong-type-or-format")
def wrong_address_is_accepted(payload: Body, call: Call) -> Body:
    """An address of the wrong type, or with parts of the wrong type, is dropped without a word."""
    return {n: v for n, v in payload.items() if n != "address" or right_fields({n: v})}


@refused.payload(should=True, caught_by="refuses.wrong-type-or-format")
def wrong_metadata_is_accepted(payload: Body, call: Call) -> Body:
    """Metadata that is no object is dropped without a word."""
    return {n: v for n, v in payload.items() if n != "metadata" or isinstance(v, dict)}


# Refused, and written all the same


@refused.problem(caught_by="refuses.writes-nothing")
def wrong_field_is_refused_and_the_rest_written(problem: Problem | None, call: Call) -> Problem | None:
    """The fields are written one by one, until one is refused."""
    if problem and call.payload:
        write(call, call.payload)
    return problem


@refused.problem(caught_by="refuses.writes-nothing")
def known_customer_is_written_before_validation(problem: Problem | None, call: Call) -> Problem | None:
    """A known customer is changed first, and the request refused afterwards."""
    if problem and call.api.store.by_source(call.payload.get("source_id")):
        write(call, call.payload)
    return problem


@refused.problem(caught_by="refuses.writes-nothing")
def customer_is_made_before_validation(problem: Problem | None, call: Call) -> Problem | None:
    """A new customer is made from its source_id first, and the request refused afterwards."""
    if problem and isinstance(call.payload.get("source_id"), str):
        write(call, {"source_id": call.payload["source_id"]})
    return problem


@refused.problem(caught_by="refuses.writes-nothing")
def wrong_content_type_is_refused_and_written(problem: Problem | None, call: Call) -> Problem | None:
    """The Content-Type is looked at when all is done."""
    if problem and problem.status == 415:
        write_anyway(call)
    return problem


@refused.problem(caught_by="refuses.writes-nothing")
def unfinished_json_is_refused_and_written(problem: Problem | None, call: Call) -> Problem | None:
    """A streaming parser has written the customer when it comes upon the mistake."""
    match = re.search(rb'"source_id"\s*:\s*"([^"\\]+)"', call.request.body)
    if problem and problem.key == "malformed_payload" and match:
        write(call, {"source_id": match[1].decode("utf-8", "replace")})
    return problem


# Refused, and called a success


@refused.answer(caught_by="refuses.malformed-json")
def refused_body_is_answered_with_200(answer: Answer, call: Call) -> Answer:
    """A malformed body gets its error under the status 200."""
    return relabel(answer, 200) if answer.status == 400 else answer


@refused.answer(caught_by="refuses.wrong-media-type")
def wrong_content_type_is_answered_with_200(answer: Answer, call: Call) -> Answer:
    """A wrong Content-Type gets its error under the status 200."""
    return relabel(answer, 200) if answer.status == 415 else answer


@refused.install(caught_by="refuses.malformed-json")
def malformed_json_is_a_redirect(hooks: Hooks) -> None:
    """A malformed body is answered with a redirect to a page about errors."""

    def redirect(answer: Answer, call: Call) -> Answer:
        if call.refused and call.refused.key == "malformed_payload":
            answer.status = 302
            answer.set_header("Location", "/error")
        return answer

    hooks.answer.append(redirect)


def _metadata(call: Call) -> Body:
    metadata = call.payload.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _with_body(request: Request, body: bytes) -> Request:
    return Request(request.method, request.path, request.headers, body)


def _with_type(request: Request, media_type: str) -> Request:
    headers = {**request.headers, "content-type": media_type}
    return Request(request.method, request.path, headers, request.body)


def _parses(body: bytes) -> bool:
    try:
        return isinstance(read_json(body), dict)
    except UnreadableError:
        return False
