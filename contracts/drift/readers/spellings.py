"""How languages spell the types of a field: data, with the little code that reads it.

Source: the type mappings of openapi-generator's languages, as their documentation lists them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
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
    nullable: bool = False


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
    "int32", "Int32", "i32", "kotlin.Int", "u32", "uint32", "short", "uint", "System.Int32", "int32_t",
}  # fmt: skip
_INT_OF_32_BITS = ("csharp", "c")
"""Languages in which ``int`` has 32 bits."""
_ANYTHING = {
    "Object", "AnyType", "JsonElement", "JsonObject", "JSON", "JSONValue", "AnyCodable", "any", "mixed", "interface{}",
    "kotlin.Any", "Any", "serde_json::Value", "NSObject", "id", "object_t", "ANY_TYPE", "AnyObject",
}  # fmt: skip
_OBJECT = {"object", "dict", "array<string,mixed>", "Hash", "Map", "map", "stdClass", "\\stdClass", "HASH",
           "frozendict.frozendict"}  # fmt: skip
_CONTAINERS = {"list_t", "Hashtable", "System.Collections.Hashtable", "SystemCollectionsHashtable", "NSDictionary"}
"""Containers that do not say of what; some do not even say of which kind."""
_DATE_TIME = {
    "datetime", "datetimeoffset", "datetimeinterface", "datetimeimmutable", "offsetdatetime", "zoneddatetime",
    "localdatetime", "primitivedatetime", "utcdatetime", "naivedatetime", "instant", "time", "timestamp", "nsdate",
    "posixct", "calendar",
}  # fmt: skip
_DATE = {"localdate", "dateonly", "naivedate", "plaindate", "openapidatewithouttime", "datewithouttime", "fulldate"}
"""The last part of a type's name, in lower case: libraries put their own modules before it."""
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
_LISTS_OF_ANYTHING = {"list", "array", "set", "collection", "arraylist", "vector", "sequence", "tuple"}
_NULLS = {"none_type", "NoneType", "None", "NoneClass", "null", "nil", "undefined"}
_OR_NULL = re.compile(r"\s*(?:\|\|?|¦|\bor)\s*(?:null|undefined|None|nil)\Z|\A(?:null|None)\s*(?:\||¦|\bor)\s*")
_PYTHON_MAP = re.compile(r"\{str: \((.+)\)\}\Z")
_GO = {"Int": "int", "Int32": "int32", "Int64": "int64", "Float32": "float32", "Float64": "float64"}
_NULLABLE = re.compile(r"Nullable([A-Z]\w*)\Z")
_WRAPPED = re.compile(r"(?:Pointer to |\*)\s*(.+)\Z|(?:Option<|Optional\[|System\.Nullable\[|Nullable<)(.+)[>\]]\Z")


def understood(spelling: str, language: str) -> Spelt | None:
    """What ``spelling`` means in ``language``; None for what is no type at all."""
    text = html.unescape(spelling).replace("**", "").replace("`", "").replace("\\_", "_").replace("\\*", "*").strip()
    while match := _WRAPPED.match(text):
        text = (match[1] or match[2]).strip()
    text = re.sub(r"\Amap\[(\w+)\](.+)", r"map<\1, \2>", text)  # Go
    text = text.removesuffix("*").removesuffix("?").removeprefix("?").removeprefix("::").strip()
    if not text or len(text) > 200:
        return None
    if match := _OR_NULL.search(text):
        bare = understood(_OR_NULL.sub("", text), language)
        return replace(bare, nullable=True) if bare else None
    if match := _NULLABLE.match(text):  # Go
        bare = understood(_GO.get(match[1], match[1]), language)
        return replace(bare, nullable=True) if bare else None
    if match := _PYTHON_MAP.match(text):
        inner = _union(match[1], language)
        return Spelt(frozenset({"object"}), None, inner=inner, step="*") if inner else None
    if "," in text and not set(text) & set("<[({"):
        return _union(text, language)
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


def _union(text: str, language: str) -> Spelt | None:
    """Types with commas between them, of which a value has one."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    found = [understood(name, language) for name in names if name not in _NULLS]
    kinds = [kind for kind in found if kind is not None]
    if not kinds or len(kinds) < len(found):
        return None
    null = len(found) < len(names)
    types = frozenset().union(*(kind.types or () for kind in kinds))
    if len(types) > 3:  # whatever JSON can hold
        return Spelt(nullable=null)
    moments = {kind.format for kind in kinds if kind.format in ("date", "date-time")}
    plain = next((kind for kind in kinds if kind.model or kind.inner), kinds[0])
    return replace(plain, types=types, format=moments.pop() if len(moments) == 1 else plain.format, nullable=null)


def _list(items: str, language: str) -> Spelt | None:
    inner = understood(items, language)
    return Spelt(frozenset({"array"}), None, inner=inner, step="[]") if inner else None


def _plain(text: str, language: str) -> Spelt | None:
    if moment := _moment(text, language):
        return Spelt(frozenset({STRING}), moment)
    if text in _ANY_NUMBER:
        return Spelt(frozenset({INTEGER, NUMBER}))
    if text == "Integer":
        return Spelt(frozenset({INTEGER}), bits=32 if language == "java" else 0)
    if text in _32_BITS or (text == "int" and language in _INT_OF_32_BITS):
        return Spelt(frozenset({INTEGER}), bits=32)
    for kind, spellings in _PLAIN.items():
        if text in spellings:
            return Spelt(frozenset({kind}))
    if text in _ANYTHING:
        return Spelt(frozenset({"object"}), vague=text == "Object")
    if text in _OBJECT:
        return Spelt(frozenset({"object"}))
    if text.lower() in _LISTS_OF_ANYTHING:
        return Spelt(frozenset({"array"}), None)
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


def _moment(text: str, language: str) -> str:
    """``date`` or ``date-time`` for a type that holds one."""
    module, _, last = re.sub(r"::|\\", ".", text.partition("<")[0]).rpartition(".")
    name = last.lower().replace("_", "").replace("-", "")
    if name in _DATE_TIME:
        return "date-time"
    if last == "Date" and module in ("", "java.util") and language not in _DATE_IS_A_DAY:
        return "date-time"
    return "date" if name in _DATE or name == "date" else ""


_DATE_IS_A_DAY = ("ruby", "two kinds of dates")
_LANGUAGES = (
    ("r", r"\*\*(?:character|numeric|data\.frame)\*\*"),
    ("php", r"\\(?:DateTime|OpenAPI|SplFileObject)|\\Model\\"),
    ("csharp", r"DateTimeOffset|Dictionary<|^# [\w.]+\.Model\."),
    ("kotlin", r"kotlin\."),
    ("c", r"\bchar \\?\*|_t\*\*|\*\*list_t"),
    ("ruby", r"^```ruby|Hash<|^# \w+::\w+\s*$|(?<![.:\w])Time(?:\*\*| *\|)"),
    ("java", r"\b(?:OffsetDateTime|LocalDate|LocalDateTime)\b|^\|\*\*\w+\*\* \|"),
    ("two kinds of dates", r"\bZonedDateTime\b|\*\*DateTime\*\*(?=[\s\S]*\bDate\b)|BuiltList|BuiltMap|JsonObject"),
)


def language_of(*pages: str) -> str:
    """The language of model pages, as far as its spellings depend on it: what the first one says, or else any."""
    for text in (html.unescape(page) for page in pages):
        for name, sign in _LANGUAGES:
            if re.search(sign, text, re.MULTILINE):
                return name
    return "other"
