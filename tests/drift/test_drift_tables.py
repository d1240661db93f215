"""Tables of attributes, HTML and Markdown: columns by their header, badges, nesting, damage."""

import pytest

from contracts.drift.compare import compare
from contracts.drift.readers import read_text
from contracts.drift.readers.openapi import read_fields
from contracts.errors import DocumentError
from contracts.spec.document import pinned

CONTRACT = read_fields(pinned(), "the contract")
NAMES = [path[0] for path in CONTRACT.fields if len(path) == 1]
REQUIRED = ("summary", "loyalty", "referrals", "object")
OBJECTS = ("summary", "loyalty", "referrals", "assets", "address", "metadata", "system_metadata")
NULLABLE = [path[0] for path, field in CONTRACT.fields.items() if len(path) == 1 and field.nullable]


def kind(name, moment="string ({})"):
    shape = "date-time" if name.endswith("_at") else "date" if name.startswith("birth") else ""
    return "object" if name in OBJECTS else moment.format(shape) if shape else "string"


def rows(cells, names=NAMES):
    return [cells(name) for name in names]


def markdown(header, cells, names=NAMES):
    lines = [header, ["---"] * len(header), *rows(cells, names)]
    return "# Customer\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def markup(header, cells, names=NAMES):
    head = "".join(f"<th>{word}</th>" for word in header)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows(cells, names))
    return f"<html><body><h1>Customer</h1>\n<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


BOTH = pytest.mark.parametrize("made", [markdown, markup])


def drifts_of(text):
    return compare(CONTRACT, read_text(text, "page", CONTRACT))


def found(drifts):
    return sorted((drift.kind, drift.path) for drift in drifts)


def mark(name, changed=(), yes="yes", no="no"):
    return yes if (name in REQUIRED) != (name in changed) else no


@BOTH
def test_columns_may_stand_in_any_order(made):
    text = made(["Description", "Type", "Since", "Field"], lambda name: ["What.", kind(name), "2018", name])
    assert drifts_of(text) == []
    assert found(drifts_of(text.replace("| phone", "| telex").replace("<td>phone", "<td>telex"))) == [
        ("extra", "telex"),
        ("missing", "phone"),
    ]


@BOTH
@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        (["Field", "Type", "Required", "Description"], "yes", "no"),
        (["Property", "Data type", "Presence", "Details"], "required", "optional"),
        (["Key", "Type", "Required?", "Notes"], "✅", ""),
        (["Name", "Type", "Optional", "Meaning"], "no", "yes"),
        (["Feld", "Typ", "Pflicht", "Beschreibung"], "ja", "nein"),
        (["Champ", "Type", "Obligatoire", "Description"], "oui", "non"),
        (["項目", "型", "必須", "説明"], "○", ""),
    ],
)
def test_a_column_says_what_is_required(made, header, yes, no):
    assert drifts_of(made(header, lambda name: [name, kind(name), mark(name, (), yes, no), "What."])) == []
    text = made(header, lambda name: [name, kind(name), mark(name, ["object"], yes, no), "What."])
    assert found(drifts_of(text)) == [("required", "object")]


@BOTH
def test_a_table_without_such_a_column_is_silent_of_it(made):
    text = made(["Name", "Type", "Description"], lambda name: [name, kind(name), "What."])
    assert all(one.required is not True for one in read_text(text, "page", CONTRACT).fields.values())
    assert drifts_of(text) == []


@BOTH
@pytest.mark.parametrize(
    ("column", "name", "drift"),
    [("Nullable", "name", "nullability"), ("Format", "birthdate", "format"), ("Default", "object", "default"),
     ("Allowed values", "object", "enum")],
)  # fmt: skip
def test_other_columns_are_compared(made, column, name, drift):
    good = {
        "Nullable": lambda one: "yes" if one in NULLABLE else "no",
        "Format": lambda one: kind(one, "{}") if "date" in kind(one) else "",
        "Default": lambda one: "customer" if one == "object" else "-",
        "Allowed values": lambda one: "`customer`" if one == "object" else "",
    }[column]
    bad = {"Nullable": "yes", "Format": "date-time", "Default": "user", "Allowed values": "`customer`, `lead`"}[column]
    header = ["Name", "Type", column, "Description"]
    assert drifts_of(made(header, lambda one: [one, kind(one).split()[0], good(one), "What."])) == []
    text = made(header, lambda one: [one, kind(one).split()[0], bad if one == name else good(one), "What."])
    assert found(drifts_of(text)) == [(drift, name)]


@BOTH
@pytest.mark.parametrize("moment", ["string &lt;{}&gt;", "ISO 8601 {}", "string, {}", "{}"])
def test_types_in_words_are_understood(made, moment):
    header = ["Name", "Type", "Description"]
    assert drifts_of(made(header, lambda name: [name, kind(name, moment), "What."])) == []
    text = made(header, lambda name: [name, "integer (unix time)" if name == "created_at" else kind(name), "What."])
    assert found(drifts_of(text)) == [("type", "created_at")]


@pytest.mark.parametrize("null", ["object or null", "object \\| null", "object¦null", "object,null"])
def test_a_type_or_null_is_nullable(null):
    header = ["Name", "Type", "Description"]
    text = markdown(header, lambda name: [name, null if name in NULLABLE else kind(name), "What."])
    assert drifts_of(text) == []
    text = markdown(header, lambda name: [name, null if name in NULLABLE[1:] else kind(name), "What."])
    assert found(drifts_of(text)) == [("nullability", NULLABLE[0])]


@pytest.mark.parametrize(
    "cell",
    ["<strong>{}</strong> <span>{}</span>", "<code>{}</code> ({})", "<span>{}</span><br><i>{}</i>", "{} <em>{}</em>"],
)
def test_a_badge_beside_the_name_is_no_part_of_it(cell):
    header = ["Name", "Type", "Description"]
    text = markup(header, lambda name: [cell.format(name, mark(name, (), "required", "optional")), kind(name), "What."])
    assert drifts_of(text) == []
    text = text.replace(cell.format("object", "required"), cell.format("object", "optional"))
    assert found(drifts_of(text)) == [("required", "object")]


def test_name_and_type_may_share_a_cell_in_whatever_tags():
    text = markup(["Attributes", "Description"], lambda name: [f"<span>{name}</span> <span>{kind(name)}</span>", "x"])
    assert drifts_of(text) == []


def test_tags_may_be_in_capitals_and_left_open():
    text = markup(["Name", "Type", "Description"], lambda name: [name, kind(name), "What."])
    for tag in ("</td>", "</tr>", "</th>", "</thead>"):
        text = text.replace(tag, "")
    assert drifts_of(text) == []
    for tag in ("table", "tr", "td", "th", "thead", "tbody"):
        text = text.replace(f"<{tag}>", f"<{tag.upper()}>").replace(f"</{tag}>", f"</{tag.upper()}>")
    assert drifts_of(text) == []
    assert found(drifts_of(text.replace("<TD>phone", "<TD>telex"))) == [("extra", "telex"), ("missing", "phone")]


def test_a_header_cell_may_name_a_row():
    text = markup(["Name", "Type", "Description"], lambda name: [name, kind(name), "What."])
    assert drifts_of(text.replace("<tr><td>", '<tr><th scope="row">')) == []


def test_sections_of_a_page_of_one_line_are_told_apart():
    first = markup(["Attributes", "Description"], lambda name: [f"{name}<br><code>{kind(name)}</code>", "x"], NAMES[:9])
    second = markup(
        ["Attributes", "Description"], lambda name: [f"{name}<br><code>{kind(name)}</code>", "x"], NAMES[9:]
    )
    links = '<a href="#base">Base</a>'
    text = f'{first}{links}<h2 id="base">Base</h2>{second}'.replace("\n", "")
    assert drifts_of(text) == []
    assert drifts_of(text.replace("#base", "https://docs.example.com/customer#Base")) == []


def test_names_with_dots_and_marks_of_depth_are_paths():
    table = "| Name | Type | Description |\n|---|---|---|\n"
    dotted = "| referrals.campaigns | array of objects | x |\n| referrals.campaigns[].campaign_id | string | x |\n"
    deeper = "| referrals | object | x |\n| » campaigns | [object] | x |\n| »» campaign_id | string | x |\n"
    for lines in (dotted, deeper):
        document = read_text(table + lines, "page", CONTRACT)
        assert ("referrals", "campaigns", "[]", "campaign_id") in document.fields
        assert document.damaged == ()


def test_a_table_in_a_markdown_cell_belongs_to_its_row():
    nested = (
        "<tr><th>Attributes</th><th>Description</th></tr><tr><td>orders</br><code>object</code></td><td>x</td></tr>"
    )
    rows = f"| summary</br>`object` | <table>{nested}</table> |\n| name</br>`string` | x |\n"
    text = f"## A\n| Attributes | Description |\n|---|---|\n{rows}"
    document = read_text(text, "page", CONTRACT)
    assert list(document.fields) == [("summary",), ("summary", "orders"), ("name",)]
    assert document.fields["summary", "orders"].line == 4


def test_the_section_with_the_fields_is_the_object():
    body = markdown(["Name", "Type", "Description"], lambda name: [name, kind(name), "What."])
    head = "## Headers\n\n| Name | Type | Description |\n|---|---|---|\n| X-App-Id | string | x |\n\n"
    tail = "\n## Errors\n\n| Code | Meaning |\n|---|---|\n| 400 | bad |\n"
    assert drifts_of(head + body + tail) == []


def test_a_row_broken_within_its_description_is_one_damage():
    text = markdown(["Attributes", "Description"], lambda name: [f"{name}</br>`{kind(name)}`", "What it is."])
    drifts = drifts_of(text.replace("| phone</br>`string` | What it is.", "| phone</br>`string` | What\nit is."))
    assert found(drifts) == [("damaged", "phone")]
    assert drifts[0].line == text.splitlines().index("| phone</br>`string` | What it is. |") + 1


def test_what_is_behind_the_end_of_a_cut_table_is_not_missing():
    text = markup(["Name", "Type", "Description"], lambda name: [name, kind(name), "What."])
    drifts = drifts_of(text[: text.index("<td>phone") + 6])
    assert {drift.kind for drift in drifts} <= {"damaged"}


def test_a_section_that_is_gone_takes_its_fields_along():
    text = markdown(["Attributes", "Description"], lambda name: [f"{name}</br>`{kind(name)}`", "x"], NAMES[:9])
    assert found(drifts_of(f"{text}\n[Base](#customer-base)\n")) == []


def test_a_key_of_a_map_may_have_any_name():
    table = "| Name | Type | Description |\n|---|---|---|\n| loyalty.campaigns | object | x |\n"
    for key in ("my_campaign", "*", "{name}", "&lt;campaign name&gt;"):
        rows = f"| loyalty.campaigns.{key} | object | x |\n" if " " not in key else ""
        assert not [one for one in drifts_of(table + rows) if one.kind in ("extra", "damaged")], key


@pytest.mark.parametrize("header", ["<th>Colour</th><th>Size</th>", "<th>Name</th><th>Type</th>"])
def test_tables_of_something_else_are_no_flood(header):
    text = f"<table><tr>{header}</tr><tr><td>red</td><td>string</td></tr><tr><td>blue</td><td>string</td></tr></table>"
    with pytest.raises(DocumentError, match="no field of the customer object"):
        read_text(text, "page", CONTRACT)
