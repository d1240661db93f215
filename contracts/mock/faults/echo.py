"""What was sent comes back changed: encodings, clean-ups that go too far, fields in each other's place."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import drops, edits, rewrites
from contracts.mock.faults.tools import drop, edit
from contracts.mock.hooks import Body
from contracts.mock.registry import Group

echo = Group("echo", FAULTS)


def _ascii(text: str) -> str:
    return text if text.isascii() or not text.strip() else text.encode("punycode").decode()


def _first_line(address: Body) -> Body:
    first = address.get("line_1", address.get("line_2"))
    return address if first is None else {**address, "line_1": first}


# fmt: off
echo.customer.rows("echo.client-key",
    ("source-id-in-lower-case", "The source_id comes back in lower case.", edits("source_id", str.lower)),
    ("source-id-is-percent-encoded", "The source_id comes back as it would stand in a URL.",
     edits("source_id", lambda text: re.sub(r"[^\w.~%-]", lambda m: f"%{ord(m[0]):02X}", text))),
    ("source-id-ends-at-a-slash", "What follows a slash in a source_id is taken for the next step of a path.",
     edits("source_id", lambda text: text and text.partition("/")[0])),
    ("source-id-not-returned", "The source_id is left out of the answer.", drops("source_id")),
)
echo.sent.rows("echo.objects",
    ("emoji-become-question-marks", "Characters of four bytes become question marks, as in MySQL's three-byte utf8.",
     rewrites(lambda text: re.sub("[\U00010000-\U0010ffff]", "????", text))),
    ("other-scripts-become-question-marks", "What Latin-1 does not have becomes a question mark.",
     rewrites(lambda text: text.encode("latin-1", "replace").decode("latin-1"))),
    ("text-is-mojibake", "UTF-8 is read as Latin-1 on its way in.",
     rewrites(lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1"))),
    ("text-is-html-escaped", "Text is escaped for HTML before it is stored.", rewrites(html.escape)),
    ("quotes-are-backslashed", "Quotes get a backslash before they are stored.",
     rewrites(lambda text: re.sub(r"(['\"])", r"\\\1", text))),
    ("newlines-become-spaces", "Newlines become spaces.", rewrites(lambda text: text.replace("\n", " "))),
    ("newlines-get-a-carriage-return", "Newlines become those of Windows.",
     rewrites(lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"))),
)
echo.sent.rows("echo.strings",
    ("tags-are-stripped", "Whatever stands between angle brackets is taken for a tag and removed.",
     rewrites(lambda text: re.sub("<[^>]*>?", "", text))),
    ("text-cut-at-255", "Text is cut without a word at 255 characters.", rewrites(lambda text: text[:255])),
    ("description-cut-at-100", "A description is cut without a word at 100 characters.",
     edits("description", lambda text: text and text[:100])),
    ("inner-white-space-collapses", "Runs of white space within a text become one space.",
     rewrites(lambda text: re.sub(r"(?<=\S)\s{2,}(?=\S)", " ", text))),
    ("text-is-composed", "Text is normalised to composed characters.",
     rewrites(lambda text: unicodedata.normalize("NFC", text))),
    ("text-is-compatibility-normalised",
     "Text is normalised to compatible characters: ligatures and wide forms are lost.",
     rewrites(lambda text: unicodedata.normalize("NFKC", text))),
    ("format-characters-are-stripped", "Invisible characters, joiners and direction marks, are removed.",
     rewrites(lambda text: "".join(c for c in text if unicodedata.category(c) != "Cf"))),
    ("accents-are-stripped", "Letters lose their accents.",
     rewrites(lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)))),
    ("escapes-are-read-twice", "A backslash and an n become a newline.",
     rewrites(lambda text: text.replace("\\n", "\n").replace("\\t", "\t"))),
    ("percent-escapes-are-decoded", "Text is decoded as a form is: percent escapes, and a plus for a space.",
     rewrites(lambda text: re.sub(r"%([0-7][0-9A-Fa-f])", _character, text).replace("+", " "))),
    ("names-are-title-cased", "Names are written as the server thinks that names are written.",
     edits("name", lambda text: text and text.title())),
    ("email-loses-its-tag", "What follows a plus sign in an e-mail address is cut off.",
     edits("email", lambda text: text and re.sub(r"\+[^@]*@", "@", text))),
    ("phone-cut-at-30", "A phone number is cut without a word at 30 characters.",
     edits("phone", lambda text: text and text[:30])),
    ("domains-become-punycode", "The domain of an e-mail address comes back as it would stand in a query for a name.",
     edits("email", lambda text: text and "@".join(_ascii(part) for part in text.split("@")))),
    ("phone-loses-all-but-digits", "A phone number is stripped to its digits.",
     edits("phone", lambda text: text and re.sub(r"\D", "", text))),
)
# fmt: on


@echo.sent(caught_by="echo.own-field")
def name_and_description_swapped(fields: Body, call: Call) -> Body:
    """Name and description change places."""
    others = {"name": "description", "description": "name"}
    return {others.get(name, name): value for name, value in fields.items()}


# fmt: off
echo.sent.rows("echo.own-field",
    ("second-line-becomes-the-first", "An address without a first line gets its second one for it.",
     lambda fields, call: {**fields, "address": _first_line(fields["address"])} if fields.get("address") else fields),
    ("email-lands-in-name", "A customer without a name is given the e-mail for one.",
     lambda fields, call: {"name": fields["email"], **fields} if fields.get("email") else fields),
)
# fmt: on


@echo.customer(caught_by="echo.own-field")
def a_new_customer_gets_the_last_ones_metadata(body: Body, call: Call) -> Body:
    """Metadata has a default that all customers share."""
    others = [customer.fields.get("metadata") for customer in call.api.store.customers.values()]
    last = next((metadata for metadata in reversed(others) if metadata), None)
    return {**body, "metadata": last} if last and not body.get("metadata") else body


# fmt: off
echo.sent.rows("echo.dates",
    ("birthday-lands-in-birthdate", "The older field is taken for the newer one.",
     lambda fields, call: {("birthdate" if name == "birthday" else name): value for name, value in fields.items()}),
)
echo.customer.rows("echo.strings",
    ("description-not-returned", "The description is stored and never shown.", drops("description")),
)
echo.sent.rows("upsert.updated-in-answer",
    ("email-is-lost-without-an-at", "An e-mail that is none is dropped without a word.",
     lambda fields, call: fields if "@" in (fields.get("email") or "@") else drop(dict(fields), "email")),
)
# fmt: on


@echo.customer(caught_by="echo.objects")
def city_and_state_swapped(body: Body, call: Call) -> Body:
    """City and state change places."""
    others = {"city": "state", "state": "city"}
    return edit(body, "address", lambda address: _renamed(address, others))


# fmt: off
echo.customer.rows("echo.objects",
    ("second-address-line-dropped", "The second line of the address is lost.", drops("address.line_2")),
    ("postal-code-loses-leading-zeros", "Leading zeros of a postal code are lost.",
     edits("address.postal_code", lambda text: text.lstrip("0"))),
    ("country-becomes-a-code", "The country is cut to a code of two letters.",
     edits("address.country", lambda text: text[:2].upper())),
)
# fmt: on


@echo.customer(caught_by="echo.objects")
def address_lines_joined(body: Body, call: Call) -> Body:
    """The second line of the address is joined to the first."""
    address = body.get("address")
    if address and "line_2" in address:
        address["line_1"] = f"{address.get('line_1', '')}, {address.pop('line_2')}"
    return body


# fmt: off
echo.sent.rows("echo.not-normalised",
    ("outer-white-space-is-trimmed", "White space around a text is removed.", rewrites(str.strip)),
    ("email-in-lower-case", "The e-mail comes back in lower case.", edits("email", lambda text: text and text.lower())),
    should=True,
)
echo.customer.rows("echo.not-normalised",
    ("empty-texts-are-dropped", "Empty texts are taken for no text.",
     lambda body, call: {name: value for name, value in body.items() if value != ""}),
    should=True,
)
# fmt: on


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _renamed(address: Any, others: dict[str, str]) -> Any:
    return address and {others.get(name, name): value for name, value in address.items()}
