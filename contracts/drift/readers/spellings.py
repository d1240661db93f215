"""How languages spell the types of a field: data, with the little code that reads it.

Source: the type mappings of openapi-generator's languages, as their documentation lists them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from contracts.drift.field import NOT_STATED

STRING, NUMBER, INTEGER, BOOLEAN = "string", "number", "integer", "boolean"


@dataclass(frozen=True)
class Spelt:
    """A spelling, understood. ``model`` is the page of an object, ``inner`` the items or values."""

    types: frozenset[str] | Any = NOT_STATED
    format: str | Any | None = NOT_STATED
    bits: int = 0
    model: str = ""
    inner: Spelt | None = None
    step: str = ""
    vague: bool = False


_PLAIN = {
    STRING: {
        "string",
        "str",
        "String",
        "text",
        "kotlin.String",
        "std::string",
        "UUID",
        "Uuid",
        "URI",
        "byte[]",
        "File",
    },
    NUMBER: {"number", "float", "double", "decimal", "Float", "Double", "BigDecimal", "Decimal", "float32", "float64"},
    BOOLEAN: {"bool", "boolean", "Boolean", "Bool", "kotlin.Boolean"},
    INTEGER: {"integer", "int", "long", "Long", "int64", "Int64", "i64", "Int", "kotlin.Long", "BigInteger", "uint64"},
}
_32_BITS = {"Integer", "int32", "Int32", "i32", "kotlin.Int", "u32", "uint32", "short", "uint"}
_ANYTHING = {
    "Object",
    "AnyType",
    "JsonElement",
    "JSON",
    "AnyCodable",
    "any",
    "mixed",
    "interface{}",
    "kotlin.Any",
    "Any",
}
_OBJECT = {"object", "dict", "array<string,mixed>", "Hash", "Map", "stdClass", "\\stdClass"}
_DATE_TIME = {
    "DateTime", "\\DateTime", "DateTimeOffset", "OffsetDateTime", "ZonedDateTime", "LocalDateTime", "Instant",
    "datetime", "Time", "time.Time", "java.time.OffsetDateTime", "chrono::DateTime", "Timestamp", "kotlin.time.Instant",
}  # fmt: skip
_DATE = {"LocalDate", "date", "DateOnly", "java.time.LocalDate", "datetime.date", "chrono::NaiveDate"}
_LISTS = re.compile(
    r"(?:List|Array|array|Set|Collection|Vec|kotlin\.Array|kotlin\.collections\.List|list|ArrayList)[<\[](.+)[>\]]\Z"
)
_MAPS = re.compile(
    r"(?:Dictionary|Map|map|Hash|Dict|dict|array|HashMap|kotlin\.collections\.Map|std::collections::HashMap)"
    r"[<\[(]\s*\\?(?:string|String|str|kotlin\.String|Symbol)\s*[,\]]\s*(.+?)[>\])]?\Z"
)
_JS_MAP = re.compile(r"\{\s*(?:String|string|\[key: string\])\s*:\s*(.+?)\s*;?\s*\}\Z")
_CLASS = re.compile(r"\\?(?:[A-Za-z_]\w*(?:\\|::|\.))*([A-Z]\w*)\Z")


def understood(spelling: str, language: str) -> Spelt | None:
    """What ``spelling`` means in ``language``; None for what is no type at all."""
    text = html.unescape(spelling).replace("**", "").replace("`", "").replace("\\_", "_").strip()
    text = re.sub(r"\A(?:Pointer to|Option<|Optional\[)\s*", "", text).strip()
    text = text.removesuffix("?").strip() if not text.startswith("?") else text[1:]
    if not text or len(text) > 200:
        return None
    if text.startswith("[") and text.endswith("]") and len(text) > 2 and not text.startswith("[]"):
        return _list(text[1:-1], language)
    if text.endswith("[]") or text.startswith("[]"):
        return _list(text.removesuffix("[]").removeprefix("[]"), language)
    if match := _JS_MAP.match(text) or _MAPS.match(text):
        inner = understood(match[1], language)
        return Spelt(frozenset({"object"}), None, inner=inner, step="*") if inner else None
    if match := _LISTS.match(text):
        return _list(match[1], language)
    return _plain(text, language)


def _list(items: str, language: str) -> Spelt | None:
    inner = understood(items, language)
    return Spelt(frozenset({"array"}), None, inner=inner, step="[]") if inner else None


def _plain(text: str, language: str) -> Spelt | None:
    if text in _DATE_TIME or (text == "Date" and language != "ruby"):
        return Spelt(frozenset({STRING}), "date-time")
    if text in _DATE or text == "Date":
        return Spelt(frozenset({STRING}), "date")
    if text == "Number":  # the one kind of number that JavaScript has
        return Spelt(frozenset({INTEGER, NUMBER}))
    if text in _32_BITS or (text == "int" and language == "csharp") or (text == "Int" and language == "kotlin"):
        return Spelt(frozenset({INTEGER}), bits=0 if language == "ruby" else 32)
    for kind, spellings in _PLAIN.items():
        if text in spellings:
            return Spelt(frozenset({kind}))
    if text in _ANYTHING:
        return Spelt(frozenset({"object"}), vague=text == "Object")
    if text in _OBJECT:
        return Spelt(frozenset({"object"}))
    if (match := _CLASS.match(text)) is not None:
        if match[1].endswith("Enum"):
            return Spelt(frozenset({STRING}))
        return Spelt(frozenset({"object"}), model=match[1])
    return None


def language_of(page: str) -> str:
    """The language of a model page, as far as its spellings depend on it."""
    text = html.unescape(page)
    if re.search(r"\\(?:DateTime|OpenAPI|SplFileObject)|\\Model\\", text):
        return "php"
    if re.search(r"^# \w+::\w+|Hash<|Array<|\bTime\*\*", text, re.MULTILINE):
        return "ruby"
    if re.search(r"DateTimeOffset|Dictionary<|^# [\w.]+\.Model\.", text, re.MULTILINE):
        return "csharp"
    if re.search(r"kotlin\.", text):
        return "kotlin"
    return "other"
