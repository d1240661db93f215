"""Refusing what is right, accepting what is wrong, and writing what was refused."""

from __future__ import annotations

import re
from dataclasses import replace

from contracts.mock.answers import Problem
from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import refuses_if
from contracts.mock.faults.tools import (
    TEXT_FIELDS,
    everything,
    known,
    lacks,
    relabel,
    right_fields,
    texts,
    write,
    write_anyway,
)
from contracts.mock.hooks import Body, Hooks
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.registry import Group
from contracts.mock.validation import DATES, TEXTS
from contracts.mock.wire import Answer, Request

refused = Group("refused", FAULTS)


# Right, and refused all the same

# fmt: off
refused.problem.rows("accepts.allowed",
    ("emoji-are-refused", "Characters beyond the basic plane are refused.",
     refuses_if(lambda call: any(max(t, default="") > "\uffff" for t in texts(call.payload)), "Bad character.")),
    ("right-to-left-text-is-refused", "Hebrew and Arabic are refused.",
     refuses_if(lambda call: any(re.search("[\u0590-\u06ff]", t) for t in texts(call.payload)), "Bad character.")),
    ("newlines-are-refused", "A text with a newline is refused.",
     refuses_if(lambda call: any("\n" in t for t in texts(call.payload)), "One line only.")),
    ("markup-is-refused", "A text with an angle bracket is refused.",
     refuses_if(lambda call: any("<" in t for t in texts(call.payload)), "No markup, please.")),
    ("null-address-is-refused", "A null address is refused, though the contract has it.",
     refuses_if(lambda call: call.payload.get("address", 0) is None, "address must be an object")),
    ("source-id-is-required", "A customer without a source_id is refused.",
     refuses_if(lambda call: not {"source_id", "id"} & set(call.payload), "source_id is required")),
    ("empty-object-is-refused", "The empty object is refused.",
     refuses_if(lambda call: not call.payload, "The body is empty.")),
    ("nested-metadata-is-refused", "Metadata may hold no objects and arrays.",
     refuses_if(lambda call: any(isinstance(v, dict | list) for v in _metadata(call).values()), "Flat only.")),
    ("null-in-metadata-is-refused", "Metadata may hold no null.",
     refuses_if(lambda call: None in everything(_metadata(call)), "metadata must not be null")),
    ("odd-metadata-keys-are-refused", "Keys of metadata may hold no dot and no dollar sign, as in a document database.",
     refuses_if(lambda call: any(re.search("[.$]", key) for key in _metadata(call)), "Bad key.")),
    ("fractions-in-metadata-are-refused", "Numbers in metadata must be whole.",
     refuses_if(lambda call: any(isinstance(v, float) for v in everything(_metadata(call))), "Whole numbers only.")),
    ("empty-texts-are-refused", "Empty texts are refused where something else was hoped for.",
     refuses_if(lambda call: "" in map(call.payload.get, TEXT_FIELDS), "Must not be empty.")),
    ("partial-address-is-refused", "An address must have a city and a country.",
     refuses_if(lambda call: lacks(call, "city", "country"), "address.city and address.country are required")),
    ("email-is-required", "A new customer without an e-mail is refused.",
     refuses_if(lambda call: not known(call) and "email" not in call.payload, "email is required")),
    ("leap-days-are-refused", "The 29th of February is refused in every year.",
     refuses_if(lambda call: any(day.endswith("-02-29") for day in _days(call)), "birthdate is no date")),
    ("birthdates-before-1970-are-refused", "A birthdate before the epoch is refused.",
     refuses_if(lambda call: any("0001" < day < "1970" for day in _days(call)), "birthdate is out of range")),
    ("large-integers-are-refused", "Integers beyond 2^53 are refused.",
     refuses_if(lambda call: any(map(_large, everything(_metadata(call)))), "A number is out of range.")),
)
# fmt: on


@refused.problem(caught_by="accepts.allowed")
def apostrophes_are_refused(problem: Problem | None, call: Call) -> Problem | None:
    """A firewall takes an apostrophe for an attack and answers 403."""
    attack = Problem(403, "forbidden", "Forbidden", "The request was blocked.")
    return problem or (attack if any("'" in text for text in texts(call.payload)) else None)


# fmt: off
refused.problem.rows("accepts.long-strings",
    ("texts-beyond-255-are-refused", "Texts of more than 255 characters are refused.",
     refuses_if(lambda call: any(len(text) > 255 for text in texts(call.payload)), "Too long.")),
    should=True,
)
# fmt: on


# Wrong, and accepted all the same

# fmt: off
refused.problem.rows("refuses.malformed-json",
    ("malformed-json-is-accepted", "A body that cannot be parsed is taken for an empty one.",
     lambda problem, call: None if problem and problem.key == "malformed_payload" else problem),
)
refused.problem.rows("refuses.no-object",
    ("non-objects-are-accepted", "An array, a string, a number or null is taken for an empty object.",
     lambda problem, call: None if problem and problem.details == "The body must be a JSON object." else problem),
)
# fmt: on


@refused.request(caught_by="refuses.no-object")
def an_array_is_taken_for_its_first_item(request: Request, call: Call) -> Request:
    """An array of customers is taken for the first of them."""
    body = re.sub(rb"\A\s*\[\s*(\{.*?\})\s*(,.*)?\]\s*\Z", rb"\1", request.body, flags=re.DOTALL)
    return _with_body(request, body)


# fmt: off
refused.request.rows("refuses.malformed-json",
    ("an-empty-body-is-accepted", "No body is taken for an empty object.",
     lambda request, call: _with_body(request, request.body or b"{}")),
    ("what-follows-the-object-is-ignored", "The parser stops at the end of the object, whatever comes behind it.",
     lambda request, call: _with_body(request, re.sub(rb"\}[^\"}\]]+\Z", b"}", request.body))),
)
# fmt: on


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


# fmt: off
refused.request.rows("refuses.json-extensions",
    ("invalid-utf-8-is-accepted", "Bytes that are not UTF-8 are replaced without a word.",
     lambda request, call: _with_body(request, request.body.decode("utf-8", "replace").encode())),
    should=True,
)
refused.request.rows("refuses.wrong-media-type",
    ("any-content-type-is-accepted", "Whatever the Content-Type says, the body is parsed as JSON.",
     lambda request, call: _with_type(request, "application/json")),
)
# fmt: on


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


# fmt: off
refused.payload.rows("refuses.wrong-type-or-format",
    ("wrong-types-are-ignored", "Fields of the wrong type are dropped without a word.",
     lambda payload, call: right_fields(payload)),
    ("numbers-are-accepted-for-texts", "Numbers are accepted where a text belongs.",
     lambda payload, call: {n: str(v) if n in TEXTS and isinstance(v, int | float) else v for n, v in payload.items()}),
    ("wrong-address-is-accepted",
     "An address of the wrong type, or with parts of the wrong type, is dropped without a word.",
     lambda payload, call: {n: v for n, v in payload.items() if n != "address" or right_fields({n: v})}),
    ("wrong-metadata-is-accepted", "Metadata that is no object is dropped without a word.",
     lambda payload, call: {n: v for n, v in payload.items() if n != "metadata" or isinstance(v, dict)}),
    should=True,
)
# fmt: on


@refused.payload(should=True, caught_by="refuses.wrong-type-or-format")
def impossible_birthdates_are_accepted(payload: Body, call: Call) -> Body:
    """A birthdate that is no date is dropped without a word."""
    return {n: v for n, v in payload.items() if n not in DATES or not isinstance(v, str) or right_fields({n: v})}


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

# fmt: off
refused.answer.rows("refuses.malformed-json",
    ("refused-body-is-answered-with-200", "A malformed body gets its error under the status 200.",
     lambda answer, call: relabel(answer, 200) if answer.status == 400 else answer),
)
refused.answer.rows("refuses.wrong-media-type",
    ("wrong-content-type-is-answered-with-200", "A wrong Content-Type gets its error under the status 200.",
     lambda answer, call: relabel(answer, 200) if answer.status == 415 else answer),
)
# fmt: on


@refused.install(caught_by="refuses.malformed-json")
def malformed_json_is_a_redirect(hooks: Hooks) -> None:
    """A malformed body is answered with a redirect to a page about errors."""

    def redirect(answer: Answer, call: Call) -> Answer:
        if call.refused and call.refused.key == "malformed_payload":
            answer.status = 302
            answer.set_header("Location", "/error")
        return answer

    hooks.answer.append(redirect)


def _large(value: object) -> bool:
    return isinstance(value, int) and abs(value) > 2**53


def _days(call: Call) -> list[str]:
    return [str(call.payload.get(name, "")) for name in DATES]


def _metadata(call: Call) -> Body:
    metadata = call.payload.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _with_body(request: Request, body: bytes) -> Request:
    return replace(request, body=body)


def _with_type(request: Request, media_type: str) -> Request:
    return replace(request, headers={**request.headers, "content-type": media_type})


def _parses(body: bytes) -> bool:
    try:
        return isinstance(read_json(body), dict)
    except UnreadableError:
        return False
