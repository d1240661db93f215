"""Right content, wrong on the wire: status, media type, encoding, length, and JSON that is none."""

from __future__ import annotations

import gzip
import json
import re

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
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


# The status


@protocol.answer(caught_by="answer.status-200")
def created_is_201(answer: Answer, call: Call) -> Answer:
    """A new customer is answered with 201."""
    return _status(answer, call.created, 201)


@protocol.answer(caught_by="answer.status-200")
def success_is_201(answer: Answer, call: Call) -> Answer:
    """Each upsert is answered with 201."""
    return _status(answer, _ok(call) and call.request.method == "POST", 201)


@protocol.answer(caught_by="answer.status-200")
def upsert_is_202(answer: Answer, call: Call) -> Answer:
    """The change of a known customer is only accepted, with 202."""
    return _status(answer, _ok(call) and call.request.method == "POST" and not call.created, 202)


@protocol.answer(caught_by="answer.status-200")
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


@protocol.answer(caught_by="answer.media-type")
def content_type_is_html(answer: Answer, call: Call) -> Answer:
    """JSON is called HTML, by the default of a language."""
    return _typed(answer, call, "text/html; charset=utf-8")


@protocol.answer(caught_by="answer.media-type")
def content_type_is_plain_text(answer: Answer, call: Call) -> Answer:
    """JSON is called plain text."""
    return _typed(answer, call, "text/plain; charset=utf-8")


@protocol.answer(caught_by="answer.media-type")
def content_type_is_text_json(answer: Answer, call: Call) -> Answer:
    """JSON is called text/json, which is no such type."""
    return _typed(answer, call, "text/json")


@protocol.answer(caught_by="answer.media-type")
def content_type_is_a_vendor_type(answer: Answer, call: Call) -> Answer:
    """JSON is given a media type of the vendor's own."""
    return _typed(answer, call, "application/vnd.api+json")


@protocol.answer(caught_by="answer.media-type")
def content_type_is_missing(answer: Answer, call: Call) -> Answer:
    """No media type is told."""
    if _ok(call):
        answer.drop_header("Content-Type")
    return answer


# The shape


@protocol.text(caught_by="answer.one-json-object")
def body_is_wrapped_in_data(text: str, call: Call) -> str:
    """The customer is wrapped in an envelope."""
    return f'{{"data":{text}}}' if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_is_wrapped_in_an_array(text: str, call: Call) -> str:
    """The customer is the one item of an array."""
    return f"[{text}]" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_is_encoded_twice(text: str, call: Call) -> str:
    """The body is a JSON string with the customer's JSON in it."""
    return json.dumps(text) if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_is_an_id(text: str, call: Call) -> str:
    """The body is the identifier of the customer alone."""
    return json.dumps(call.customer.id) if call.customer else text


@protocol.text(caught_by="answer.one-json-object")
def body_is_empty(text: str, call: Call) -> str:
    """The status is 200, and there is no body."""
    return "" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_is_a_callback(text: str, call: Call) -> str:
    """The body is a call of a function, for scripts of other sites."""
    return f"callback({text});" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_has_a_guard_prefix(text: str, call: Call) -> str:
    """The body begins with a guard against being run as a script."""
    return f")]}}',\n{text}" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_begins_with_a_warning(text: str, call: Call) -> str:
    """A warning of the language runtime stands before the body."""
    return f"Deprecated: utf8_encode() is deprecated\n{text}" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_has_something_behind(text: str, call: Call) -> str:
    """The zero that ended the body's last chunk stands behind it."""
    return f"{text}\r\n0\r\n" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_comes_twice(text: str, call: Call) -> str:
    """The customer comes twice, a line each."""
    return f"{text}\n{text}\n" if _ok(call) else text


# The JSON


@protocol.text(caught_by="answer.unique-names")
def member_comes_twice(text: str, call: Call) -> str:
    """The object begins with an id that is no longer right."""
    return f'{{"id":"cust_0",{text[1:]}' if _ok(call) else text


@protocol.text(caught_by="answer.unique-names")
def nested_member_comes_twice(text: str, call: Call) -> str:
    """The total of orders is written twice."""
    return re.sub(r'("total_amount":\d+),', r"\1,\1,", text)


@protocol.text(caught_by="answer.one-json-object")
def average_amount_is_nan_without_orders(text: str, call: Call) -> str:
    """Zero divided by zero is NaN."""
    return text.replace('"average_amount":0', '"average_amount":NaN')


@protocol.text(caught_by="answer.one-json-object")
def points_to_go_are_infinite(text: str, call: Call) -> str:
    """No limit of points is told as Infinity."""
    return text.replace('"points_to_go":0', '"points_to_go":Infinity')


@protocol.text(caught_by="answer.one-json-object")
def numbers_have_leading_zeros(text: str, call: Call) -> str:
    """Amounts are padded with zeros."""
    return re.sub(r'("total_amount"):(\d+)', r"\1:00\2", text)


@protocol.text(caught_by="answer.one-json-object")
def body_has_single_quotes(text: str, call: Call) -> str:
    """The body is printed by the language, not encoded as JSON."""
    return repr(json.loads(text)) if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def body_has_a_trailing_comma(text: str, call: Call) -> str:
    """A comma follows the last member."""
    return f"{text[:-1]},}}" if _ok(call) else text


@protocol.text(caught_by="answer.one-json-object")
def newlines_are_not_escaped(text: str, call: Call) -> str:
    """Newlines stand raw within strings."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\\n", r"\1" + "\n", text)


@protocol.text(caught_by="answer.one-json-object")
def apostrophes_are_escaped(text: str, call: Call) -> str:
    """Apostrophes have a backslash, an escape that JSON does not know."""
    return text.replace("'", "\\'")


# The bytes


@protocol.answer(caught_by="answer.one-json-object")
def body_is_latin_1(answer: Answer, call: Call) -> Answer:
    """The body is in Latin-1."""
    return _bytes(answer, call, answer.body.decode("utf-8").encode("latin-1", "replace"))


@protocol.answer(caught_by="answer.one-json-object")
def body_is_utf_16(answer: Answer, call: Call) -> Answer:
    """The body is in UTF-16."""
    return _bytes(answer, call, answer.body.decode("utf-8").encode("utf-16"))


@protocol.answer(caught_by="answer.one-json-object")
def body_has_a_byte_order_mark(answer: Answer, call: Call) -> Answer:
    """The body begins with a byte order mark."""
    return _bytes(answer, call, b"\xef\xbb\xbf" + answer.body)


@protocol.answer(caught_by="answer.one-json-object")
def emoji_are_surrogates_in_utf_8(answer: Answer, call: Call) -> Answer:
    """Characters beyond the basic plane are two surrogates of three bytes each, as in Java's own UTF-8."""
    return _bytes(answer, call, re.sub(rb"[\xf0-\xf4][\x80-\xbf]{3}", _surrogates, answer.body))


@protocol.answer(caught_by="answer.one-json-object")
def body_is_cut(answer: Answer, call: Call) -> Answer:
    """The end of the body is cut off, and the Content-Length agrees."""
    return _bytes(answer, call, answer.body[:-40])


@protocol.answer(caught_by="answer.one-json-object")
def length_counts_characters(answer: Answer, call: Call) -> Answer:
    """The Content-Length counts characters where bytes are meant, and cuts the body."""
    return _bytes(answer, call, answer.body[: len(answer.body.decode("utf-8"))])


@protocol.answer(caught_by="answer.one-json-object")
def connection_breaks_before_the_end(answer: Answer, call: Call) -> Answer:
    """The connection is closed before the promised length is reached."""
    if _ok(call):
        answer.sent_bytes = len(answer.body) - 40
    return answer


@protocol.answer(caught_by="answer.one-json-object")
def gzip_without_saying_so(answer: Answer, call: Call) -> Answer:
    """The body is compressed, and no header tells."""
    return _bytes(answer, call, gzip.compress(answer.body))


@protocol.answer(caught_by="answer.one-json-object")
def plain_body_called_gzip(answer: Answer, call: Call) -> Answer:
    """The header promises gzip, and the body is plain."""
    if _ok(call):
        answer.set_header("Content-Encoding", "gzip")
    return answer


def _typed(answer: Answer, call: Call, media_type: str) -> Answer:
    if _ok(call):
        answer.set_header("Content-Type", media_type)
    return answer


def _bytes(answer: Answer, call: Call, body: bytes) -> Answer:
    if _ok(call):
        answer.body = body
    return answer


def _surrogates(match: re.Match[bytes]) -> bytes:
    utf_16 = match[0].decode("utf-8", "replace").encode("utf-16-be")
    halves = (utf_16[:2], utf_16[2:])
    return b"".join(half.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass") for half in halves)
