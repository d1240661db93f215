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
    STRING: {"string", "str", "String", "text", "kotlin.String", "std::string", "UUID", "Uuid", "URI", "byte[]", "File",
             "char", "character", "NSString", "System.String"},
    NUMBER: {"float", "double", "decimal", "Float", "Double", "BigDecimal", "Decimal", "float32", "float64", "f32",
             "f64", "kotlin.Double", "kotlin.Float", "Float64", "Float32"},
    BOOLEAN: {"bool", "boolean", "Boolean", "Bool", "kotlin.Boolean", "NSNumber.Boolean", "System.Boolean", "logical"},
    INTEGER: {"integer", "int", "long", "Long", "int64", "Int64", "i64", "u64", "Int", "kotlin.Long", "BigInteger",
              "uint64", "UInt64", "Integer64", "System.Int64"},
}  # fmt: skip
_ANY_NUMBER = {"number", "Number", "NSNumber", "numeric"}
"""The one kind of number that a language has: it says nothing of fractions."""
_32_BITS = {
    "Integer", "int32", "Int32", "i32", "kotlin.Int", "u32", "uint32", "short", "uint", "System.Int32", "int32_t",
}  # fmt: skip
_INT_OF_32_BITS = ("csharp", "c")
"""Languages in which ``int`` has 32 bits."""
_ANYTHING = {
    "Object", "AnyType", "JsonElement", "JsonObject", "JSON", "JSONValue", "AnyCodable", "any", "mixed", "interface{}",
    "kotlin.Any", "Any", "serde_json::Value", "NSObject", "id", "object_t", "ANY_TYPE", "AnyObject",
}  # fmt: skip
_OBJECT = {"object", "dict", "array<string,mixed>", "Hash", "Map", "map", "stdClass", "\\stdClass", "HASH"}
_CONTAINERS = {"list_t", "Hashtable", "System.Collections.Hashtable", "SystemCollectionsHashtable", "NSDictionary"}
"""Containers that do not say of what; some do not even say of which kind."""
_DATE_TIME = {
    "DateTime", "\\DateTime", "DateTimeOffset", "OffsetDateTime", "ZonedDateTime", "LocalDateTime", "Instant",
    "datetime", "Time", "time.Time", "java.time.OffsetDateTime", "chrono::DateTime", "Timestamp", "kotlin.time.Instant",
    "DATE_TIME", "System.DateTime", "System.DateTimeOffset", "NSDate", "java.time.Instant", "POSIXct",
}  # fmt: skip
_DATE = {"LocalDate", "date", "DateOnly", "java.time.LocalDate", "datetime.date", "chrono::NaiveDate", "DATE"}
_LISTS = re.compile(
    r"(?:List|Array|array|Set|Collection|Vec|kotlin\.Array|kotlin\.collections\.List|list|ArrayList|BuiltList|NSArray"
    r"|Vector|ARRAY|java\.util\.List)[<\[{(](.+)[>\]})]\Z"
)
_MAPS = re.compile(
    r"(?:Dictionary|Map|map|Hash|Dict|dict|array|HashMap|kotlin\.collections\.Map|std::collections::HashMap|BuiltMap|HASH"
    r"|NSDictionary|java\.util\.Map)"
    r"[<\[({]\s*\\?(?:string|String|str|kotlin\.String|Symbol|NSString\*)\s*[,\]]\s*(.+?)[>\]})]?\Z"
)
_MAP_OF_VALUES = re.compile(r"(?:map\(|NSDictionary<)([^,]+)[)>]\Z")
_LITERAL_MAP = re.compile(r"[{\[]\s*(?:String|string|\[key: string\])\s*:\s*(.+?)\s*;?\s*[}\]]\Z")
_CLASS = re.compile(r"\\?(?:[A-Za-z_]\w*(?:\\|::|\.))*([A-Z]\w*)\Z")
_WRAPPED = re.compile(r"(?:Pointer to |\*)\s*(.+)\Z|(?:Option<|Optional\[|System\.Nullable\[|Nullable<)(.+)[>\]]\Z")


def understood(spelling: str, language: str) -> Spelt | None:
    """What ``spelling`` means in ``language``; None for what is no type at all."""
    text = html.unescape(spelling).replace("**", "").replace("`", "").replace("\\_", "_").replace("\\*", "*").strip()
    while match := _WRAPPED.match(text):
        text = (match[1] or match[2]).strip()
    text = re.sub(r"\Amap\[(\w+)\](.+)", r"map<\1, \2>", text)  # Go
    text = text.removesuffix("*").removesuffix("?").removeprefix("?").strip()
    if not text or len(text) > 200:
        return None
    if match := _LITERAL_MAP.match(text) or _MAPS.match(text) or _MAP_OF_VALUES.match(text):
        inner = understood(match[1], language)
        return Spelt(frozenset({"object"}), None, inner=inner, step="*") if inner else None
    if text.startswith("[") and text.endswith("]") and len(text) > 2 and not text.startswith("[]"):
        return _list(text[1:-1], language)
    if text.endswith("[]") or text.startswith("[]"):
        return _list(text.removesuffix("[]").removeprefix("[]"), language)
    if match := _LISTS.match(text):
        return _list(match[1], language)
    return _plain(text, language)


def _list(items: str, language: str) -> Spelt | None:
    inner = understood(items, language)
    return Spelt(frozenset({"array"}), None, inner=inner, step="[]") if inner else None


def _plain(text: str, language: str) -> Spelt | None:
    generic = text.partition("<")[0]
    if text in _DATE_TIME or generic in _DATE_TIME or (text == "Date" and language not in _DATE_IS_A_DAY):
        return Spelt(frozenset({STRING}), "date-time")
    if text in _DATE or text == "Date":
        return Spelt(frozenset({STRING}), "date")
    if text in _ANY_NUMBER:
        return Spelt(frozenset({INTEGER, NUMBER}))
    if text in _32_BITS or (text == "int" and language in _INT_OF_32_BITS):
        return Spelt(frozenset({INTEGER}), bits=0 if language == "ruby" else 32)
    for kind, spellings in _PLAIN.items():
        if text in spellings:
            return Spelt(frozenset({kind}))
    if text in _ANYTHING:
        return Spelt(frozenset({"object"}), vague=text == "Object")
    if text in _OBJECT:
        return Spelt(frozenset({"object"}))
    if text == "inline":
        return Spelt()
    if text in _CONTAINERS or (language == "c" and text.endswith("_t")):
        return Spelt(frozenset({"object"}) if "Hash" in text or text.removesuffix("_t") != "list" else NOT_STATED)
    if language == "c" and text.endswith("_e"):
        return Spelt(frozenset({STRING}))
    if (match := _CLASS.match(text)) is not None:
        if match[1].endswith("Enum"):
            return Spelt(frozenset({STRING}))
        return Spelt(frozenset({"object"}), model=match[1])
    return None


_DATE_IS_A_DAY = ("ruby", "two kinds of dates")
_LANGUAGES = (
    ("php", r"\\(?:DateTime|OpenAPI|SplFileObject)|\\Model\\"),
    ("csharp", r"DateTimeOffset|Dictionary<|^# [\w.]+\.Model\."),
    ("kotlin", r"kotlin\."),
    ("c", r"\bchar \\?\*|_t\*\*|\*\*list_t"),
    ("ruby", r"^```ruby|Hash<|Array<(?!.*```ts)|(?<![.\w])Time\*\*"),
    ("two kinds of dates", r"\bZonedDateTime\b|\*\*DateTime\*\*(?=[\s\S]*\bDate\b)|BuiltList|BuiltMap|JsonObject"),
)


def language_of(page: str) -> str:
    """The language of a model page, as far as its spellings depend on it."""
    text = html.unescape(page)
    return next((name for name, sign in _LANGUAGES if re.search(sign, text, re.MULTILINE)), "other")
