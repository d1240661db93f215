"""How prose names the type of an attribute: ``string (date-time)``, ``array of objects``, ``object or null``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from contracts.drift.field import NOT_STATED
from contracts.drift.readers.spellings import Spelt, understood

_KINDS = {
    "string": "string strings str text texts uuid uri url email char varchar characters cadena texto chaîne texte "
              "tekst ciąg zeichenkette 文字列 字符串 строка 문자열",
    "integer": "integer integers int long int64 bigint ganzzahl entier entero liczba_całkowita inteiro 整数 целое 정수",
    "number": "number numbers float double decimal numeric zahl nombre número liczba 数値 数字 число 숫자",
    "boolean": "boolean booleans bool flag booleano booléen логический 真偽値 布尔",
    "object": "object objects hash map dict dictionary json struct record hashmap objekt objet objeto obiekt "
              "オブジェクト 对象 объект 객체",
    "array": "array arrays list lists set collection liste lista tableau arreglo tablica 配列 数组 массив 배열",
}  # fmt: skip
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_NULL = re.compile(r"\s*(?:,|\||¦|/|\bor\b|\band\b)?\s*\b(?:null|nullable|none)\b\s*(?:,|\||¦|/|\bor\b)?\s*|\?\Z")
_ITEMS = re.compile(
    r"(?:an? )?(?:array|list|set|collection)s?\s*(?:of|[<\[(:])\s*(.+?)\s*[>\])]?\Z|(.+?)\s*\[\]\Z|\[(.+)\]\Z"
)
_DATE_TIME = re.compile(r"\bdate[- _]?time\b|\btimestamp\b|\brfc ?3339\b")
_DATE = re.compile(r"\b(?:full-)?date\b(?! format)|\byyyy-mm-dd\b")


def worded(text: str) -> Spelt | None:
    """What ``text`` says of a type; None for what says nothing that can be told."""
    bare = re.sub(r"[`*]", "", text).strip()
    lower = re.sub(r"\s+", " ", bare.lower())
    if not lower or len(lower) > 200:
        return None
    if _NULL.search(lower) and (rest := _NULL.sub(" ", lower).strip()):
        without = _NULL.sub(" ", bare.lower() if bare == lower else bare).strip()
        found = worded(without if without != bare else rest)
        return replace(found, nullable=True) if found else None
    if match := _ITEMS.match(lower):
        inner = worded(next(one for one in match.groups() if one))
        return Spelt(frozenset({"array"}), None, inner=inner, step="[]")
    words = [
        word for word in re.split(r"[\s,|/¦()<>$\[\]{}:;]+", lower) if word and word not in ("or", "a", "an", "of")
    ]
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    bits = 32 if "int32" in words else 0
    kinds |= {"integer"} if bits else set()
    moment = "date-time" if _DATE_TIME.search(lower) else "date" if _DATE.search(lower) else ""
    if moment and kinds <= {"string"}:
        return Spelt(frozenset({"string"}), moment)
    if len(words) == 1 and not kinds and (spelt := understood(bare, "other")) is not None:
        return spelt
    if kinds == {"object", "string"} and "json" in words:
        kinds = {"object"}
    return Spelt(_stated(kinds), NOT_STATED, bits) if kinds and _is_told(words) else None


def _stated(kinds: set[str]) -> frozenset[str] | Any:
    return frozenset(kinds) if kinds else NOT_STATED


def _is_told(words: list[str]) -> bool:
    """Is the type what the text is about, or is a type only mentioned in it?"""
    return words[0] in _KIND_OF or words[-1] in _KIND_OF or words[0] == "int32"
