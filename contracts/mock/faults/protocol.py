"""Right content, wrong on the wire: status, media type, encoding, length, and JSON that is none."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.hooks import Hook
from contracts.mock.registry import Group
from contracts.mock.wire import Answer

protocol = Group("protocol", FAULTS)


def _ok(call: Call) -> bool:
    """Whether the answer shows a customer: error answers are left as they are."""
    return call.customer is not None


def _status(answer: Answer, wanted: bool, status: int) -> Answer:
    if wanted:
        answer.status = status
    return answer


def sends_text(change: Callable[[str], str]) -> Hook[str]:
    """The JSON text of a customer is changed."""
    return lambda text, call: change(text) if _ok(call) else text


def sends_bytes(change: Callable[[bytes], bytes]) -> Hook[Answer]:
    """The bytes of a customer are changed, and the Content-Length with them."""
    return lambda answer, call: replace(answer, body=change(answer.body)) if _ok(call) else answer


def sends_type(media_type: str) -> Hook[Answer]:
    """A customer is sent under another media type."""

    def relabel(answer: Answer, call: Call) -> Answer:
        if _ok(call):
            answer.set_header("Content-Type", media_type)
        return answer

    return relabel


# The status

# fmt: off
protocol.answer.rows("answer.declared-status",
    ("created-is-201", "A new customer is answered with 201.", lambda answer, call: _status(answer, call.created, 201)),
    ("success-is-201", "Each upsert is answered with 201.",
     lambda answer, call: _status(answer, _ok(call) and call.request.method == "POST", 201)),
    ("upsert-is-202", "The change of a known customer is only accepted, with 202.",
     lambda answer, call: _status(answer, _ok(call) and call.request.method == "POST" and not call.created, 202)),
)
# fmt: on


@protocol.answer(caught_by="answer.declared-status")
def upsert_is_204(answer: Answer, call: Call) -> Answer:
    """The change of a known customer is answered with 204 and nothing."""
    known = _ok(call) and call.request.method == "POST" and not call.created
    return Answer(204, [h for h in answer.headers if h[0] != "Content-Type"]) if known else answer


@protocol.answer(caught_by="accepts.allowed")
def update_is_a_redirect(answer: Answer, call: Call) -> Answer:
    """An upsert of a known customer is answered with 303 and its address."""
    if call.request.method == "POST" and call.customer and not call.created:
        answer = Answer(303, answer.headers)
        answer.set_header("Location", f"/v1/customers/{call.customer.id}")
    return answer


# The media type

# fmt: off
protocol.answer.rows("answer.media-type",
    ("content-type-is-html", "JSON is called HTML, by the default of a language.",
     sends_type("text/html; charset=utf-8")),
    ("content-type-is-plain-text", "JSON is called plain text.", sends_type("text/plain; charset=utf-8")),
    ("content-type-is-text-json", "JSON is called text/json, which is no such type.", sends_type("text/json")),
    ("content-type-is-a-vendor-type", "JSON is given a media type of the vendor's own.",
     sends_type("application/vnd.api+json")),
)
# fmt: on


@protocol.answer(caught_by="answer.media-type")
def content_type_is_missing(answer: Answer, call: Call) -> Answer:
    """No media type is told."""
    if _ok(call):
        answer.drop_header("Content-Type")
    return answer


# The shape

# fmt: off
protocol.text.rows("answer.one-json-object",
    ("body-is-wrapped-in-data", "The customer is wrapped in an envelope.",
     sends_text(lambda text: f'{{"data":{text}}}')),
    ("body-is-wrapped-in-an-array", "The customer is the one item of an array.", sends_text(lambda text: f"[{text}]")),
    ("body-is-encoded-twice", "The body is a JSON string with the customer's JSON in it.", sends_text(json.dumps)),
    ("body-is-an-id", "The body is the identifier of the customer alone.",
     lambda text, call: json.dumps(call.customer.id) if call.customer else text),
    ("body-is-empty", "The status is 200, and there is no body.", sends_text(lambda text: "")),
    ("body-is-a-callback", "The body is a call of a function, for scripts of other sites.",
     sends_text(lambda text: f"callback({text});")),
    ("body-has-a-guard-prefix", "The body begins with a guard against being run as a script.",
     sends_text(lambda text: f")]}}',\n{text}")),
    ("body-begins-with-a-warning", "A warning of the language runtime stands before the body.",
     sends_text(lambda text: f"Deprecated: utf8_encode() is deprecated\n{text}")),
    ("body-has-something-behind", "The zero that ended the body's last chunk stands behind it.",
     sends_text(lambda text: f"{text}\r\n0\r\n")),
    ("body-comes-twice", "The customer comes twice, a line each.", sends_text(lambda text: f"{text}\n{text}\n")),
)
# fmt: on


# The JSON

# fmt: off
protocol.text.rows("answer.unique-names",
    ("member-comes-twice", "The object begins with an id that is no longer right.",
     sends_text(lambda text: f'{{"id":"cust_0",{text[1:]}')),
    ("nested-member-comes-twice", "The total of orders is written twice.",
     lambda text, call: re.sub(r'("total_amount":\d+),', r"\1,\1,", text)),
)
protocol.text.rows("answer.one-json-object",
    ("average-amount-is-nan-without-orders", "Zero divided by zero is NaN.",
     lambda text, call: text.replace('"average_amount":0', '"average_amount":NaN')),
    ("points-to-go-are-infinite", "No limit of points is told as Infinity.",
     lambda text, call: text.replace('"points_to_go":0', '"points_to_go":Infinity')),
    ("numbers-have-leading-zeros", "Amounts are padded with zeros.",
     lambda text, call: re.sub(r'("total_amount"):(\d+)', r"\1:00\2", text)),
    ("body-has-single-quotes", "The body is printed by the language, not encoded as JSON.",
     sends_text(lambda text: repr(json.loads(text)))),
    ("body-has-a-trailing-comma", "A comma follows the last member.", sends_text(lambda text: f"{text[:-1]},}}")),
    ("newlines-are-not-escaped", "Newlines stand raw within strings.",
     lambda text, call: re.sub(r"(?<!\\)((?:\\\\)*)\\n", r"\1" + "\n", text)),
    ("apostrophes-are-escaped", "Apostrophes have a backslash, an escape that JSON does not know.",
     lambda text, call: text.replace("'", "\\'")),
)
# fmt: on


# The bytes

# fmt: off
protocol.answer.rows("answer.one-json-object",
    ("body-is-latin-1", "The body is in Latin-1.",
     sends_bytes(lambda body: body.decode("utf-8").encode("latin-1", "replace"))),
    ("body-is-utf-16", "The body is in UTF-16.", sends_bytes(lambda body: body.decode("utf-8").encode("utf-16"))),
    ("body-has-a-byte-order-mark", "The body begins with a byte order mark.",
     sends_bytes(lambda body: b"\xef\xbb\xbf" + body)),
    ("emoji-are-surrogates-in-utf-8",
     "Characters beyond the basic plane are two surrogates of three bytes each, as in Java's own UTF-8.",
     sends_bytes(lambda body: re.sub(rb"[\xf0-\xf4][\x80-\xbf]{3}", _surrogates, body))),
    ("body-is-cut", "The end of the body is cut off, and the Content-Length agrees.",
     sends_bytes(lambda body: body[:-40])),
    ("length-counts-characters", "The Content-Length counts characters where bytes are meant, and cuts the body.",
     sends_bytes(lambda body: body[: len(body.decode("utf-8"))])),
    ("gzip-without-saying-so", "The body is compressed, and no header tells.", sends_bytes(gzip.compress)),
)
# fmt: on


@protocol.answer(caught_by="answer.one-json-object")
def connection_breaks_before_the_end(answer: Answer, call: Call) -> Answer:
    """The connection is closed before the promised length is reached."""
    if _ok(call):
        answer.sent_bytes = len(answer.body) - 40
    return answer


@protocol.answer(caught_by="answer.one-json-object")
def plain_body_called_gzip(answer: Answer, call: Call) -> Answer:
    """The header promises gzip, and the body is plain."""
    if _ok(call):
        answer.set_header("Content-Encoding", "gzip")
    return answer


def _surrogates(match: re.Match[bytes]) -> bytes:
    utf_16 = match[0].decode("utf-8", "replace").encode("utf-16-be")
    halves = (utf_16[:2], utf_16[2:])
    return b"".join(half.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass") for half in halves)
