"""What was sent comes back changed: encodings, clean-ups that go too far, fields in each other's place."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import drop, edit, rewrite
from contracts.mock.hooks import Body
from contracts.mock.registry import Group

echo = Group("echo", FAULTS)


@echo.customer(caught_by="echo.source-id")
def source_id_in_lower_case(body: Body, call: Call) -> Body:
    """The source_id comes back in lower case."""
    return edit(body, "source_id", str.lower)


@echo.customer(caught_by="echo.source-id")
def source_id_is_percent_encoded(body: Body, call: Call) -> Body:
    """The source_id comes back as it would stand in a URL."""
    return edit(body, "source_id", lambda text: re.sub(r"[^\w.~%-]", lambda m: f"%{ord(m[0]):02X}", text))


@echo.customer(caught_by="echo.source-id")
def source_id_not_returned(body: Body, call: Call) -> Body:
    """The source_id is left out of the answer."""
    return drop(body, "source_id")


@echo.sent(caught_by="echo.address")
def emoji_become_question_marks(fields: Body, call: Call) -> Body:
    """Characters of four bytes become question marks, as in MySQL's three-byte utf8."""
    return rewrite(fields, lambda text: re.sub("[\U00010000-\U0010ffff]", "????", text))


@echo.sent(caught_by="echo.address")
def other_scripts_become_question_marks(fields: Body, call: Call) -> Body:
    """What Latin-1 does not have becomes a question mark."""
    return rewrite(fields, lambda text: text.encode("latin-1", "replace").decode("latin-1"))


@echo.sent(caught_by="echo.address")
def text_is_mojibake(fields: Body, call: Call) -> Body:
    """UTF-8 is read as Latin-1 on its way in."""
    return rewrite(fields, lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1"))


@echo.sent(caught_by="echo.address")
def text_is_html_escaped(fields: Body, call: Call) -> Body:
    """Text is escaped for HTML before it is stored."""
    return rewrite(fields, html.escape)


@echo.sent(caught_by="echo.address")
def quotes_are_backslashed(fields: Body, call: Call) -> Body:
    """Quotes get a backslash before they are stored."""
    return rewrite(fields, lambda text: re.sub(r"(['\"])", r"\\\1", text))


@echo.sent(caught_by="echo.strings")
def tags_are_stripped(fields: Body, call: Call) -> Body:
    """Whatever stands between angle brackets is taken for a tag and removed."""
    return rewrite(fields, lambda text: re.sub("<[^>]*>?", "", text))


@echo.sent(caught_by="echo.strings")
def text_cut_at_255(fields: Body, call: Call) -> Body:
    """Text is cut without a word at 255 characters."""
    return rewrite(fields, lambda text: text[:255])


@echo.sent(caught_by="echo.strings")
def description_cut_at_100(fields: Body, call: Call) -> Body:
    """A description is cut without a word at 100 characters."""
    return edit(fields, "description", lambda text: text and text[:100])


@echo.sent(caught_by="echo.address")
def newlines_become_spaces(fields: Body, call: Call) -> Body:
    """Newlines become spaces."""
    return rewrite(fields, lambda text: text.replace("\n", " "))


@echo.sent(caught_by="echo.address")
def newlines_get_a_carriage_return(fields: Body, call: Call) -> Body:
    """Newlines become those of Windows."""
    return rewrite(fields, lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"))


@echo.sent(caught_by="echo.strings")
def inner_white_space_collapses(fields: Body, call: Call) -> Body:
    """Runs of white space within a text become one space."""
    return rewrite(fields, lambda text: re.sub(r"(?<=\S)\s{2,}(?=\S)", " ", text))


@echo.sent(caught_by="echo.strings")
def text_is_composed(fields: Body, call: Call) -> Body:
    """Text is normalised to composed characters."""
    return rewrite(fields, lambda text: unicodedata.normalize("NFC", text))


@echo.sent(caught_by="echo.strings")
def text_is_compatibility_normalised(fields: Body, call: Call) -> Body:
    """Text is normalised to compatible characters: ligatures and wide forms are lost."""
    return rewrite(fields, lambda text: unicodedata.normalize("NFKC", text))


@echo.sent(caught_by="echo.strings")
def format_characters_are_stripped(fields: Body, call: Call) -> Body:
    """Invisible characters, joiners and direction marks, are removed."""
    return rewrite(fields, lambda text: "".join(c for c in text if unicodedata.category(c) != "Cf"))


@echo.sent(caught_by="echo.strings")
def accents_are_stripped(fields: Body, call: Call) -> Body:
    """Letters lose their accents."""
    return rewrite(
        fields,
        lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)),
    )


@echo.sent(caught_by="echo.strings")
def escapes_are_read_twice(fields: Body, call: Call) -> Body:
    """A backslash and an n become a newline."""
    return rewrite(fields, lambda text: text.replace("\\n", "\n").replace("\\t", "\t"))


@echo.sent(caught_by="echo.strings")
def percent_escapes_are_decoded(fields: Body, call: Call) -> Body:
    """Text is decoded as a form is: percent escapes, and a plus for a space."""
    return rewrite(fields, lambda text: re.sub(r"%([0-7][0-9A-Fa-f])", _character, text).replace("+", " "))


@echo.sent(caught_by="echo.strings")
def names_are_title_cased(fields: Body, call: Call) -> Body:
    """Names are written as the server thinks that names are written."""
    return edit(fields, "name", lambda text: text and text.title())


@echo.sent(caught_by="echo.own-field")
def name_and_description_swapped(fields: Body, call: Call) -> Body:
    """Name and description change places."""
    others = {"name": "description", "description": "name"}
    return {others.get(name, name): value for name, value in fields.items()}


@echo.sent(caught_by="echo.own-field")
def email_lands_in_name(fields: Body, call: Call) -> Body:
    """A customer without a name is given the e-mail for one."""
    return {"name": fields["email"], **fields} if fields.get("email") else fields


@echo.sent(caught_by="echo.strings")
def email_loses_its_tag(fields: Body, call: Call) -> Body:
    """What follows a plus sign in an e-mail address is cut off."""
    return edit(fields, "email", lambda text: text and re.sub(r"\+[^@]*@", "@", text))


@echo.customer(caught_by="echo.own-field")
def a_new_customer_gets_the_last_ones_metadata(body: Body, call: Call) -> Body:
    """Metadata has a default that all customers share."""
    others = [customer.fields.get("metadata") for customer in call.api.store.customers.values()]
    last = next((metadata for metadata in reversed(others) if metadata), None)
    return {**body, "metadata": last} if last and not body.get("metadata") else body


@echo.sent(caught_by="echo.birthdate")
def birthday_lands_in_birthdate(fields: Body, call: Call) -> Body:
    """The older field is taken for the newer one."""
    return {("birthdate" if name == "birthday" else name): value for name, value in fields.items()}


@echo.customer(caught_by="echo.strings")
def description_not_returned(body: Body, call: Call) -> Body:
    """The description is stored and never shown."""
    return drop(body, "description")


@echo.sent(caught_by="echo.strings")
def phone_loses_all_but_digits(fields: Body, call: Call) -> Body:
    """A phone number is stripped to its digits."""
    return edit(fields, "phone", lambda text: text and re.sub(r"\D", "", text))


@echo.sent(caught_by="upsert.updated-in-answer")
def email_is_lost_without_an_at(fields: Body, call: Call) -> Body:
    """An e-mail that is none is dropped without a word."""
    return fields if "@" in (fields.get("email") or "@") else drop(dict(fields), "email")


@echo.customer(caught_by="echo.address")
def city_and_state_swapped(body: Body, call: Call) -> Body:
    """City and state change places."""
    others = {"city": "state", "state": "city"}
    return edit(body, "address", lambda address: _renamed(address, others))


@echo.customer(caught_by="echo.address")
def second_address_line_dropped(body: Body, call: Call) -> Body:
    """The second line of the address is lost."""
    return drop(body, "address.line_2")


@echo.customer(caught_by="echo.address")
def address_lines_joined(body: Body, call: Call) -> Body:
    """The second line of the address is joined to the first."""
    address = body.get("address")
    if address and "line_2" in address:
        address["line_1"] = f"{address.get('line_1', '')}, {address.pop('line_2')}"
    return body


@echo.customer(caught_by="echo.address")
def postal_code_loses_leading_zeros(body: Body, call: Call) -> Body:
    """Leading zeros of a postal code are lost."""
    return edit(body, "address.postal_code", lambda text: text.lstrip("0"))


@echo.customer(caught_by="echo.address")
def country_becomes_a_code(body: Body, call: Call) -> Body:
    """The country is cut to a code of two letters."""
    return edit(body, "address.country", lambda text: text[:2].upper())


@echo.sent(should=True, caught_by="echo.not-normalised")
def outer_white_space_is_trimmed(fields: Body, call: Call) -> Body:
    """White space around a text is removed."""
    return rewrite(fields, str.strip)


@echo.sent(should=True, caught_by="echo.not-normalised")
def email_in_lower_case(fields: Body, call: Call) -> Body:
    """The e-mail comes back in lower case."""
    return edit(fields, "email", lambda text: text and text.lower())


@echo.customer(should=True, caught_by="echo.not-normalised")
def empty_texts_are_dropped(body: Body, call: Call) -> Body:
    """Empty texts are taken for no text."""
    return {name: value for name, value in body.items() if value != ""}


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _renamed(address: Any, others: dict[str, str]) -> Any:
    return address and {others.get(name, name): value for name, value in address.items()}
