"""Odd input that ends in a 5xx: each value is one that some column, parser or template cannot hold."""

from __future__ import annotations

import re
from typing import Any

from contracts.mock.answers import Problem
from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import crashes_if, crashes_on_text
from contracts.mock.faults.tools import CRASH, everything, known, lacks, page
from contracts.mock.registry import Group
from contracts.mock.validation import DATES, TEXTS, WRITABLE
from contracts.mock.wire import Answer

crashes = Group("crashes", FAULTS)


def _metadata(call: Call) -> dict[str, Any]:
    metadata = call.payload.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _address(call: Call) -> dict[str, Any]:
    address = call.payload.get("address")
    return address if isinstance(address, dict) else {}


# Right input

# fmt: off
crashes.problem.rows("accepts.no-5xx",
    ("crash-on-emoji", "Characters of four bytes do not fit the column: 500.",
     crashes_on_text(lambda text: max(text, default="") > "\uffff")),
    ("crash-on-non-latin-text", "What Latin-1 does not have cannot be encoded: 500.",
     crashes_on_text(lambda text: re.search("[\u0100-\ud7ff]", text))),
    ("crash-on-nul", "PostgreSQL stores no NUL: 500.", crashes_on_text(lambda text: "\0" in text)),
    ("crash-on-control-characters", "Control characters break the XML that lies behind: 500.",
     crashes_on_text(lambda text: re.search("[\x01-\x08\x0b\x0c\x0e-\x1f]", text))),
    ("crash-on-lone-surrogates", "A lone surrogate cannot be encoded: 500.",
     crashes_on_text(lambda text: re.search("[\ud800-\udfff]", text))),
    ("crash-on-apostrophes", "An apostrophe ends the SQL string: 500.", crashes_on_text(lambda text: "'" in text)),
    ("crash-on-double-quotes", "A quotation mark ends the string in a hand-made JSON text: 500.",
     crashes_on_text(lambda text: '"' in text)),
    ("crash-on-newlines", "A newline splits the line of a protocol behind: 500.",
     crashes_on_text(lambda text: "\n" in text)),
    ("crash-on-percent-signs", "A percent sign is taken for a format: 500.",
     crashes_on_text(lambda text: re.search("%(?![0-9A-F]{2})", text))),
    ("crash-on-braces", "Braces are taken for a template: 500.", crashes_on_text(lambda text: "{" in text)),
    ("crash-on-long-texts", "A text does not fit its column of 255: 500.",
     crashes_on_text(lambda text: len(text) > 255)),
    ("crash-on-empty-texts", "The first character of an empty name, e-mail or phone is looked at: 500.",
     crashes_if(lambda call: any(call.payload.get(name) == "" for name in ("name", "email", "phone")))),
    ("crash-on-an-empty-source-id", "An empty source_id is no key: 500.",
     crashes_if(lambda call: call.payload.get("source_id") == "")),
    ("crash-on-the-empty-object", "A customer without any field makes an INSERT without any column: 500.",
     lambda problem, call: CRASH if not problem and not call.payload else problem),
    ("crash-without-source-id", "A body without any identifier is a KeyError: 500.",
     lambda problem, call: CRASH if not problem and not {"source_id", "id"} & set(call.payload) else problem),
    ("crash-on-a-null-address", "The parts of a null address are asked for: 500.",
     crashes_if(lambda call: call.payload.get("address", 0) is None)),
    ("crash-on-a-null-text", "A name of null has no length: 500.",
     crashes_if(lambda call: call.payload.get("name", "") is None)),
    ("crash-on-leap-days", "The birthday of this year is computed, and the 29th of February has none: 500.",
     crashes_if(lambda call: any(str(call.payload.get(name)).endswith("02-29") for name in DATES))),
    ("crash-on-birthdates-before-1970", "A negative time stamp is out of range: 500.",
     crashes_if(lambda call: any("0" < str(call.payload.get(name, "9")) < "1970" for name in DATES))),
    ("crash-on-the-year-0000", "The calendar of the language begins in the year 1: 500.",
     crashes_if(lambda call: any(str(call.payload.get(name)).startswith("0000") for name in DATES))),
    ("crash-on-unknown-members", "A member that the model does not have is an error in its constructor: 500.",
     crashes_if(lambda call: set(call.payload) - set(WRITABLE))),
    ("crash-on-deep-nesting", "A recursive walk runs out of stack beyond a hundred levels: 500.",
     crashes_if(lambda call: re.search(rb"(\[\s*){100}|(\{[^{}\[\]]*:\s*){100}", call.request.body))),
    ("crash-on-nested-metadata", "An object in metadata cannot be bound to a column: 500.",
     crashes_if(lambda call: any(isinstance(value, dict) for value in _metadata(call).values()))),
    ("crash-on-arrays-in-metadata", "An array in metadata cannot be bound to a column: 500.",
     crashes_if(lambda call: any(isinstance(value, list) for value in _metadata(call).values()))),
    ("crash-on-null-in-metadata", "A null in metadata is dereferenced: 500.",
     crashes_if(lambda call: None in everything(_metadata(call)))),
    ("crash-on-dots-in-metadata-keys", "A document database takes a dot for a path: 500.",
     crashes_if(lambda call: any("." in key for key in _metadata(call)))),
    ("crash-on-dollars-in-metadata-keys", "A document database takes a dollar sign for an operator: 500.",
     crashes_if(lambda call: any(key.startswith("$") for key in _metadata(call)))),
    ("crash-on-empty-metadata-keys", "An empty key in metadata is no name: 500.",
     crashes_if(lambda call: "" in everything(list(_metadata(call))))),
    ("crash-on-prototype-keys", "The key __proto__ takes the object's own methods away: 500.",
     crashes_on_text(lambda text: text in ("__proto__", "constructor"))),
    ("crash-on-integers-beyond-64-bits", "An integer overflows: 500.",
     crashes_if(lambda call: any(_integer(v) and abs(v) >= 2**63 for v in everything(call.payload)))),
    ("crash-on-integers-beyond-53-bits", "An integer is not safe in the server's language: 500.",
     crashes_if(lambda call: any(_integer(v) and abs(v) > 2**53 for v in everything(call.payload)))),
    ("crash-on-a-partial-address", "A missing city is a KeyError: 500.", crashes_if(lambda call: lacks(call, "city"))),
)
# fmt: on


@crashes.problem(caught_by="accepts.no-5xx")
def crash_on_an_unknown_id(problem: Problem | None, call: Call) -> Problem | None:
    """The customer of an unknown id is None: 500."""
    sent = call.payload.get("id")
    return CRASH if isinstance(sent, str) and not call.api.store.find(sent, None) else problem


# Wrong input


@crashes.answer(caught_by="accepts.no-5xx")
def html_page_on_malformed_json(answer: Answer, call: Call) -> Answer:
    """Malformed JSON ends in the framework's own page: 500."""
    bad = call.refused and call.refused.key == "malformed_payload"
    return page(answer, 500, "Internal Server Error") if bad else answer


# fmt: off
crashes.problem.rows("accepts.no-5xx",
    ("crash-on-an-empty-body", "No body at all is a null: 500.",
     crashes_if(lambda call: not call.request.body.strip())),
    ("crash-on-invalid-utf-8", "Bytes that are not UTF-8 cannot be decoded: 500.",
     crashes_if(lambda call: "\ufffd" in call.request.body.decode("utf-8", "replace"))),
    ("crash-on-arrays", "A list has no method get: 500.",
     lambda problem, call: CRASH if problem and call.request.body.lstrip()[:1] == b"[" else problem),
    ("crash-on-null", "The body null is dereferenced: 500.",
     crashes_if(lambda call: call.request.body.strip() == b"null")),
    ("crash-on-a-wrong-content-type", "Without JSON the body is undefined, and its members are asked for: 500.",
     lambda problem, call: CRASH if problem and problem.status == 415 else problem),
    ("crash-on-numbers-for-texts", "A number has no method trim: 500.",
     crashes_if(lambda call: any(isinstance(call.payload.get(name), int | float) for name in TEXTS))),
    ("crash-on-objects-for-texts", "An object or array for a text reaches the database: 500.",
     crashes_if(lambda call: any(isinstance(call.payload.get(name), dict | list) for name in TEXTS))),
    ("crash-on-a-wrong-address", "A text for an address has no parts: 500.",
     crashes_if(lambda call: not isinstance(call.payload.get("address"), dict | None))),
    ("crash-on-wrong-metadata", "Metadata that is no object has no keys: 500.",
     crashes_if(lambda call: not isinstance(call.payload.get("metadata"), dict | None))),
    ("crash-on-an-array-for-a-phone", "An array has no method replace: 500.",
     crashes_if(lambda call: isinstance(call.payload.get("phone"), list))),
    ("crash-on-a-boolean-for-a-description", "A boolean has no length: 500.",
     crashes_if(lambda call: isinstance(call.payload.get("description"), bool))),
    ("crash-on-numbers-within-an-address", "The parts of an address are joined, and a number is no text: 500.",
     crashes_if(lambda call: any(isinstance(part, int) for part in _address(call).values()))),
    ("crash-on-nulls-within-an-address", "The parts of an address are joined, and null is no text: 500.",
     crashes_if(lambda call: None in _address(call).values())),
    ("crash-on-an-empty-birthdate", "An empty birthdate has no year: 500.",
     crashes_if(lambda call: "" in map(call.payload.get, DATES))),
    ("crash-on-a-malformed-birthdate", "A birthdate that cannot be parsed is an uncaught exception: 500.",
     lambda problem, call: CRASH if problem and "must be a date" in problem.details else problem),
)
# fmt: on


@crashes.problem(caught_by="accepts.no-5xx")
def unavailable_on_invalid_input(problem: Problem | None, call: Call) -> Problem | None:
    """A gateway takes each refusal of the service behind for its failure: 503."""
    if problem and problem.key == "invalid_payload":
        return Problem(503, "unavailable", "Service unavailable", "Try again later.")
    return problem


@crashes.problem(caught_by="accepts.no-5xx")
def bad_gateway_on_upsert(problem: Problem | None, call: Call) -> Problem | None:
    """The second write to a customer runs into a lock that is never released: 502."""
    return Problem(502, "bad_gateway", "Bad gateway", "No answer from behind.") if known(call) else problem


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
