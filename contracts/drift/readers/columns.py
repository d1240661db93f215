"""What the columns of a table of attributes hold, by the words in its header; data, in several languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.drift.field import NOT_STATED

_WORDS = {
    "name": "name|names|field|fields|field name|attribute|attributes|attribute name|property|properties|property name|"
            "parameter|parameters|parameter name|param|params|key|keys|member|element|variable|json key|"
            "feld|feldname|attribut|eigenschaft|schlüssel|champ|nom|propriété|attributs|pole|nazwa|atrybut|atrybuty|pola|champs|propriétés|campos|atributos|propiedades|felder|eigenschaften|właściwość|"
            "campo|nombre|nome|propiedad|atributo|项目|項目|項目名|フィールド|属性|プロパティ|字段|字段名|名称|参数|поле|имя|"
            "атрибут|свойство|параметр|필드|이름|veld|naam|fält|namn|felt|alan|mező",
    "type": "type|types|data type|datatype|field type|value type|typ|datentyp|type de données|typ danych|tipo|"
            "tipo de dato|tipo de dados|型|データ型|类型|数据类型|тип|тип данных|타입|유형|tür",
    "required": "required|required?|requirement|is required|mandatory|presence|req|req.|must|pflicht|pflichtfeld|"
                "erforderlich|obligatoire|requis|wymagane|wymagany|obowiązkowe|obligatorio|obrigatório|requerido|"
                "obbligatorio|richiesto|必須|必须|必填|是否必填|обязательное|обязательный|обязательно|필수|verplicht",
    "optional": "optional|optional?|is optional|facultatif|optionnel|opcional|opcjonalne|任意|可选",
    "nullable": "nullable|nullable?|null|null?|can be null|is nullable|null allowed",
    "format": "format|formato|形式|格式|формат",
    "default": "default|default value|defaults to|standard|standardwert|valeur par défaut|défaut|domyślnie|"
               "valor por defecto|デフォルト|默认值|по умолчанию",
    "enum": "enum|enums|enum values|allowed values|possible values|available values|accepted values|valid values|"
            "values",
    "description": "description|descriptions|details|detail|meaning|notes|note|comment|comments|remarks|explanation|"
                   "definition|usage|info|about|beschreibung|bedeutung|descripción|descrição|descrizione|opis|説明|描述|"
                   "说明|описание|설명|beschrijving",
}  # fmt: skip
_ROLES = {word: role for role, words in _WORDS.items() for word in words.split("|")}
_YES = {
    "yes", "y", "true", "t", "required", "mandatory", "always", "must", "ja", "oui", "tak", "sí", "si", "sim", "да",
    "是", "必須", "必须", "必填", "○", "◯", "●", "✓", "✔", "✔️", "✅", "☑", "x", "예", "evet",
}  # fmt: skip
_NO = {
    "no", "n", "false", "f", "optional", "never", "nein", "non", "nie", "não", "нет", "否", "任意", "可选", "✗", "✘",
    "❌", "×", "☐", "-", "–", "—", "아니오", "nee",
}  # fmt: skip
_NOTHING = {"", "-", "–", "—", "none", "n/a", "null", "nil", "undefined"}


@dataclass(frozen=True)
class Columns:
    """Where in a row each thing stands; -1 for what the table does not have."""

    name: int = -1
    type: int = -1
    required: int = -1
    optional: int = -1
    nullable: int = -1
    format: int = -1
    default: int = -1
    enum: int = -1
    description: int = -1

    @property
    def of_attributes(self) -> bool:
        return self.name >= 0 and (self.type >= 0 or self.description >= 0)


def columns_of(header: Sequence[str]) -> Columns:
    """The columns of a header; a word that stands there twice counts where it stands first."""
    places: dict[str, int] = {}
    for place, text in enumerate(header):
        word = re.sub(r"[\s*`_:]+", " ", text).strip().lower()
        if (role := _ROLES.get(word)) is not None:
            places.setdefault(role, place)
    return Columns(**places)


def yes_or_no(text: str) -> bool | Any:
    """A mark in a column; blank is no, and what is neither is not stated."""
    words = text.lower().strip(" .!").split() or [""]
    if words == [""] or words == ["not", "required"]:
        return False
    if words[0] in _YES or words == ["*"]:
        return True
    return False if words[0] in _NO else NOT_STATED


def value_or_nothing(text: str) -> str | Any:
    """What a column of defaults or formats states."""
    bare = text.strip().strip("\"'`")
    return NOT_STATED if bare.lower() in _NOTHING else bare


def values_of(text: str) -> tuple[str, ...]:
    """The values of a column of them."""
    found = (value_or_nothing(one) for one in re.split(r"[,|/;\s]+|\bor\b", text))
    return tuple(dict.fromkeys(one for one in found if one is not NOT_STATED))
