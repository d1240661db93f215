"""Odd input that ends in a 5xx: each value is one that some column, parser or template cannot hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from contracts.mock.answers import Problem
from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import CRASH, everything, page, texts
from contracts.mock.registry import Group
from contracts.mock.validation import DATES, TEXTS, WRITABLE
from contracts.mock.wire import Answer

crashes = Group("crashes", FAULTS)


def _crash_if(crashes_now: object, problem: Problem | None) -> Problem | None:
    return CRASH if crashes_now else problem


def _with_text(call: Call, odd: Callable[[str], object]) -> bool:
    return any(odd(text) for text in texts(call.payload))


def _metadata(call: Call) -> dict[str, Any]:
    metadata = call.payload.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


# Right input


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_emoji(problem: Problem | None, call: Call) -> Problem | None:
    """Characters of four bytes do not fit the column: 500."""
    return _crash_if(_with_text(call, lambda text: max(text, default="") > "\uffff"), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_non_latin_text(problem: Problem | None, call: Call) -> Problem | None:
    """What Latin-1 does not have cannot be encoded: 500."""
    return _crash_if(_with_text(call, lambda text: re.search("[\u0100-\ud7ff]", text)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_nul(problem: Problem | None, call: Call) -> Problem | None:
    """PostgreSQL stores no NUL: 500."""
    return _crash_if(_with_text(call, lambda text: "\0" in text), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_control_characters(problem: Problem | None, call: Call) -> Problem | None:
    """Control characters break the XML that lies behind: 500."""
    return _crash_if(_with_text(call, lambda text: re.search("[\x01-\x08\x0b\x0c\x0e-\x1f]", text)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_lone_surrogates(problem: Problem | None, call: Call) -> Problem | None:
    """A lone surrogate cannot be encoded: 500."""
    return _crash_if(_with_text(call, lambda text: re.search("[\ud800-\udfff]", text)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_apostrophes(problem: Problem | None, call: Call) -> Problem | None:
    """An apostrophe ends the SQL string: 500."""
    return _crash_if(_with_text(call, lambda text: "'" in text), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_double_quotes(problem: Problem | None, call: Call) -> Problem | None:
    """A quotation mark ends the string in a hand-made JSON text: 500."""
    return _crash_if(_with_text(call, lambda text: '"' in text), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_newlines(problem: Problem | None, call: Call) -> Problem | None:
    """A newline splits the line of a protocol behind: 500."""
    return _crash_if(_with_text(call, lambda text: "\n" in text), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_percent_signs(problem: Problem | None, call: Call) -> Problem | None:
    """A percent sign is taken for a format: 500."""
    return _crash_if(_with_text(call, lambda text: re.search("%(?![0-9A-F]{2})", text)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_braces(problem: Problem | None, call: Call) -> Problem | None:
    """Braces are taken for a template: 500."""
    return _crash_if(_with_text(call, lambda text: "{" in text), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_long_texts(problem: Problem | None, call: Call) -> Problem | None:
    """A text does not fit its column of 255: 500."""
    return _crash_if(_with_text(call, lambda text: len(text) > 255), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_empty_texts(problem: Problem | None, call: Call) -> Problem | None:
    """The first character of an empty name, e-mail or phone is looked at: 500."""
    return _crash_if(any(call.payload.get(name) == "" for name in ("name", "email", "phone")), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_an_empty_source_id(problem: Problem | None, call: Call) -> Problem | None:
    """An empty source_id is no key: 500."""
    return _crash_if(call.payload.get("source_id") == "", problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_the_empty_object(problem: Problem | None, call: Call) -> Problem | None:
    """A customer without any field makes an INSERT without any column: 500."""
    return _crash_if(not problem and not call.payload, problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_without_source_id(problem: Problem | None, call: Call) -> Problem | None:
    """A body without any identifier is a KeyError: 500."""
    return _crash_if(not problem and not {"source_id", "id"} & set(call.payload), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_an_unknown_id(problem: Problem | None, call: Call) -> Problem | None:
    """The customer of an unknown id is None: 500."""
    sent = call.payload.get("id")
    return _crash_if(isinstance(sent, str) and not call.api.store.find(sent, None), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_a_null_address(problem: Problem | None, call: Call) -> Problem | None:
    """The parts of a null address are asked for: 500."""
    return _crash_if(call.payload.get("address", 0) is None, problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_a_null_text(problem: Problem | None, call: Call) -> Problem | None:
    """A name of null has no length: 500."""
    return _crash_if(call.payload.get("name", "") is None, problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_a_partial_address(problem: Problem | None, call: Call) -> Problem | None:
    """A missing city is a KeyError: 500."""
    address = call.payload.get("address")
    return _crash_if(isinstance(address, dict) and "city" not in address, problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_leap_days(problem: Problem | None, call: Call) -> Problem | None:
    """The birthday of this year is computed, and the 29th of February has none: 500."""
    return _crash_if(any(str(call.payload.get(name)).endswith("02-29") for name in DATES), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_birthdates_before_1970(problem: Problem | None, call: Call) -> Problem | None:
    """A negative time stamp is out of range: 500."""
    return _crash_if(any("0" < str(call.payload.get(name, "9")) < "1970" for name in DATES), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_the_year_0000(problem: Problem | None, call: Call) -> Problem | None:
    """The calendar of the language begins in the year 1: 500."""
    return _crash_if(any(str(call.payload.get(name)).startswith("0000") for name in DATES), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_unknown_members(problem: Problem | None, call: Call) -> Problem | None:
    """A member that the model does not have is an error in its constructor: 500."""
    return _crash_if(set(call.payload) - set(WRITABLE), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_deep_nesting(problem: Problem | None, call: Call) -> Problem | None:
    """A recursive walk runs out of stack beyond a hundred levels: 500."""
    return _crash_if(re.search(rb"(\[\s*){100}|(\{[^{}\[\]]*:\s*){100}", call.request.body), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_nested_metadata(problem: Problem | None, call: Call) -> Problem | None:
    """An object in metadata cannot be bound to a column: 500."""
    return _crash_if(any(isinstance(value, dict) for value in _metadata(call).values()), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_arrays_in_metadata(problem: Problem | None, call: Call) -> Problem | None:
    """An array in metadata cannot be bound to a column: 500."""
    return _crash_if(any(isinstance(value, list) for value in _metadata(call).values()), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_null_in_metadata(problem: Problem | None, call: Call) -> Problem | None:
    """A null in metadata is dereferenced: 500."""
    return _crash_if(None in everything(_metadata(call)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_dots_in_metadata_keys(problem: Problem | None, call: Call) -> Problem | None:
    """A document database takes a dot for a path: 500."""
    return _crash_if(any("." in key for key in _metadata(call)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_dollars_in_metadata_keys(problem: Problem | None, call: Call) -> Problem | None:
    """A document database takes a dollar sign for an operator: 500."""
    return _crash_if(any(key.startswith("$") for key in _metadata(call)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_empty_metadata_keys(problem: Problem | None, call: Call) -> Problem | None:
    """An empty key in metadata is no name: 500."""
    return _crash_if("" in everything(list(_metadata(call))), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_prototype_keys(problem: Problem | None, call: Call) -> Problem | None:
    """The key __proto__ takes the object's own methods away: 500."""
    return _crash_if(_with_text(call, lambda text: text in ("__proto__", "constructor")), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_integers_beyond_64_bits(problem: Problem | None, call: Call) -> Problem | None:
    """An integer overflows: 500."""
    return _crash_if(any(_integer(v) and abs(v) >= 2**63 for v in everything(call.payload)), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_integers_beyond_53_bits(problem: Problem | None, call: Call) -> Problem | None:
    """An integer is not safe in the server's language: 500."""
    return _crash_if(any(_integer(v) and abs(v) > 2**53 for v in everything(call.payload)), problem)


# Wrong input


@crashes.answer(caught_by="accepts.no-5xx")
def html_page_on_malformed_json(answer: Answer, call: Call) -> Answer:
    """Malformed JSON ends in the framework's own page: 500."""
    bad = call.refused and call.refused.key == "malformed_payload"
    return page(answer, 500, "Internal Server Error") if bad else answer


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_an_empty_body(problem: Problem | None, call: Call) -> Problem | None:
    """No body at all is a null: 500."""
    return _crash_if(not call.request.body.strip(), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_invalid_utf_8(problem: Problem | None, call: Call) -> Problem | None:
    """Bytes that are not UTF-8 cannot be decoded: 500."""
    return _crash_if("\ufffd" in call.request.body.decode("utf-8", "replace"), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_arrays(problem: Problem | None, call: Call) -> Problem | None:
    """A list has no method get: 500."""
    return _crash_if(problem and call.request.body.lstrip()[:1] == b"[", problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_null(problem: Problem | None, call: Call) -> Problem | None:
    """The body null is dereferenced: 500."""
    return _crash_if(call.request.body.strip() == b"null", problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_a_wrong_content_type(problem: Problem | None, call: Call) -> Problem | None:
    """Without JSON the body is undefined, and its members are asked for: 500."""
    return _crash_if(problem and problem.status == 415, problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_numbers_for_texts(problem: Problem | None, call: Call) -> Problem | None:
    """A number has no method trim: 500."""
    return _crash_if(any(isinstance(call.payload.get(name), int | float) for name in TEXTS), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_objects_for_texts(problem: Problem | None, call: Call) -> Problem | None:
    """An object or array for a text reaches the database: 500."""
    return _crash_if(any(isinstance(call.payload.get(name), dict | list) for name in TEXTS), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_a_wrong_address(problem: Problem | None, call: Call) -> Problem | None:
    """A text for an address has no parts: 500."""
    return _crash_if(not isinstance(call.payload.get("address"), dict | None), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_wrong_metadata(problem: Problem | None, call: Call) -> Problem | None:
    """Metadata that is no object has no keys: 500."""
    return _crash_if(not isinstance(call.payload.get("metadata"), dict | None), problem)


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_a_malformed_birthdate(problem: Problem | None, call: Call) -> Problem | None:
    """A birthdate that cannot be parsed is an uncaught exception: 500."""
    return _crash_if(problem and "must be a date" in problem.details, problem)


@crashes.problem(caught_by="accepts.no-5xx")
def unavailable_on_invalid_input(problem: Problem | None, call: Call) -> Problem | None:
    """A gateway takes each refusal of the service behind for its failure: 503."""
    if problem and problem.key == "invalid_payload":
        return Problem(503, "unavailable", "Service unavailable", "Try again later.")
    return problem


@crashes.problem(caught_by="accepts.no-5xx")
def bad_gateway_on_upsert(problem: Problem | None, call: Call) -> Problem | None:
    """The second write to a customer runs into a lock that is never released: 502."""
    known = call.api.store.find(call.payload.get("id"), call.payload.get("source_id"))
    return Problem(502, "bad_gateway", "Bad gateway", "No answer from behind.") if known else problem


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
