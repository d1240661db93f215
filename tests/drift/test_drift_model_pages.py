"""Model pages of other languages, years and editors: what each states, and no more."""

import pytest

from contracts.drift.compare import compare
from contracts.drift.readers import read, read_text
from contracts.drift.readers.openapi import read_fields
from contracts.spec.document import pinned

CONTRACT = read_fields(pinned(), "the contract")
NAMES = [path[0] for path in CONTRACT.fields if len(path) == 1]
REQUIRED = ("summary", "loyalty", "referrals", "object")
HEAD = ["Name | Type | Description | Notes", "--- | --- | --- | ---"]


def row(name, spelling="str"):
    if name in ("summary", "loyalty", "referrals", "assets", "address", "metadata", "system_metadata"):
        spelling = "object"
    if name in ("created_at", "updated_at"):
        spelling = "datetime"
    if name in ("birthday", "birthdate"):
        spelling = "date"
    return f"**{name}** | **{spelling}** | What it is for. | {'' if name in REQUIRED else '[optional] '}"


def page(changes=(), *, head=HEAD, title="# Customer", after=""):
    """A Python page in which the rows of some names are others, each one line or more."""
    rows = {name: row(name) for name in NAMES} | dict(changes)
    return "\n".join([title, "", "## Properties", "", *head, *(one for one in rows.values() if one), "", after])


def drifts_of(text):
    return compare(CONTRACT, read_text(text, "page.md", CONTRACT))


def found(drifts):
    return sorted((drift.kind, drift.path) for drift in drifts)


def test_the_page_that_all_others_are_made_of_is_faithful():
    assert drifts_of(page()) == []


def test_without_notes_nothing_is_said_of_what_is_required():
    rows = ["**id** | **String** | x", "**name** | **String** | x"]
    document = read_text("\n".join(["Name | Type | Description", "--- | --- | ---", *rows]), "page.md", CONTRACT)
    assert not any(found.required for found in document.fields.values())
    assert found(drifts for drifts in compare(CONTRACT, document) if drifts.kind == "required") == []


@pytest.mark.parametrize(
    "spelling",
    ["kotlinx.datetime.LocalDate", "org.threeten.bp.LocalDate", "time::Date", "OpenAPIDateWithoutTime", "DateOnly?"],
)
def test_a_day_is_a_day_in_whatever_module(spelling):
    assert drifts_of(page({"birthdate": f"**birthdate** | **{spelling}** | x | [optional] "})) == []


@pytest.mark.parametrize(
    "spelling",
    ["kotlinx.datetime.Instant", "org.threeten.bp.OffsetDateTime", "time::OffsetDateTime", "\\DateTimeInterface"],
)
def test_a_date_with_a_time_is_one_in_whatever_module(spelling):
    assert drifts_of(page({"created_at": f"**created_at** | **{spelling}** | x | [optional] "})) == []
    drifts = drifts_of(page({"birthdate": f"**birthdate** | **{spelling}** | x | [optional] "}))
    assert found(drifts) == [("format", "birthdate")]


def test_a_language_is_that_of_all_pages(tmp_path):
    head = "| Name | Type | Description | Notes |\n| --- | --- | --- | --- |\n"
    orders = "| **total_amount** | **Integer** | x |  |\n| **total_count** | **Integer** | x |  |\n"
    (tmp_path / "Orders.md").write_text(f"# Sdk::Orders\n\n{head}{orders}", "utf-8")
    (tmp_path / "Summary.md").write_text(f"# Sdk::Summary\n\n{head}| **orders** | [**Orders**](Orders.md) | x |  |\n")
    rows = "| **birthdate** | **Date** | x | [optional] |\n| **summary** | [**Summary**](Summary.md) | x |  |\n"
    (tmp_path / "Customer.md").write_text(f"# Sdk::Customer\n\n{head}{rows}")
    document = read(str(tmp_path / "Customer.md"), CONTRACT)
    assert document.fields["birthdate",].format == "date"
    assert document.fields["summary", "orders", "total_amount"].bits == 0


def test_an_integer_without_a_language_has_no_width():
    rows = "**id** | **String** | x |\n**total** | **Integer** | x |\n"
    text = f"Name | Type | Description | Notes\n--- | --- | --- | ---\n{rows}"
    assert read_text(text, "page.md", CONTRACT).fields["total",].bits == 0


def test_a_list_that_links_its_items_is_an_array(tmp_path):
    head = "| Name | Type | Description | Notes |\n|--- | --- | --- | ---|\n"
    (tmp_path / "Item.md").write_text(f"# Item\n{head}| **campaign\\_id** | **String** | x | [default to null] |\n")
    (tmp_path / "Referrals.md").write_text(f"# Referrals\n{head}| **campaigns** | [**List**](Item.md) | x | |\n")
    (tmp_path / "Root.md").write_text(f"# Root\n{head}| **referrals** | [**Referrals**](Referrals.md) | x | |\n")
    fields = read(str(tmp_path / "Root.md"), CONTRACT).fields
    assert fields["referrals", "campaigns"].types == {"array"}
    assert ("referrals", "campaigns", "[]", "campaign_id") in fields


def test_a_go_type_that_may_be_null_is_nullable_and_what_it_was():
    drifts = drifts_of(page({"name": "**name** | Pointer to **NullableString** | x | [optional] "}))
    assert found(drifts) == [("nullability", "name")]


def test_a_rust_path_may_begin_at_the_root():
    text = "Name | Type | Description | Notes\n--- | --- | --- | ---\n"
    text += "**id** | **String** | x |\n"
    spelling = "::std::collections::HashMap<String, crate::models::Entry>"
    text += f"**campaigns** | [**{spelling}**](crate::models::Entry.md) | x |\n"
    document = read_text(text, "page.md", CONTRACT)
    assert document.damaged == ()
    assert document.fields["campaigns",].types == {"object"}


def test_python_5_spells_null_and_maps_its_own_way():
    anything = "bool, date, datetime, dict, float, int, list, str, none_type"
    changes = {
        "summary": "**summary** | [**Summary, none_type**](Summary.md) | x | ",
        "metadata": f"**metadata** | **{{str: ({anything})}}** | x | [optional] ",
        "object": '**object** | **str** | x | defaults to "customer"',
        "any": f"**any string name** | **{anything}** | x | [optional]",
    }
    assert drifts_of(page(changes)) == []
    changes["object"] = '**object** | **str** | x | defaults to "user"'
    assert found(drifts_of(page(changes))) == [("default", "object")]


def test_python_6_lists_the_keys_of_a_dictionary():
    head = ["Key | Input Type | Accessed Type | Description | Notes", "--- | --- | --- | --- | ---"]
    rows = {name: row(name).replace(" | What", ", | str, | What").replace("**", "", 4) for name in NAMES}
    rows["created_at"] = "**created_at** | str, datetime, | str, | x | [optional] value must conform to RFC-3339"
    rows["birthdate"] = "**birthdate** | str, date, | str, | x | [optional] value must conform to full-date"
    rows["metadata"] = "**metadata** | dict, frozendict.frozendict, | frozendict.frozendict, | x | [optional] "
    rows["object"] = '**object** | str, | str, | x | must be one of ["customer", "lead", ] '
    assert found(drifts_of(page(rows, head=head))) == [("enum", "object")]


ENUMS = [
    'Name | Value |\n---|---|\nCUSTOMER | "customer" |\nLEAD | "lead" |',
    'Name | Value |\n---|---|\nCUSTOMER | "customer" |\nLEAD | "lead" |\nThis repository was archived.',
    '\n## Enum: ObjectEnum\n\n* `customer` (value: `"customer"`)\n\n* `lead` (value: `"lead"`)\n',
]


@pytest.mark.parametrize("enum", ENUMS)
def test_an_enum_that_follows_is_no_field(enum):
    text = page(head=["Name | Type | Description | Notes |", "---|---|---|---|"]).rstrip() + "\n" + enum
    assert found(drifts_of(text)) == [("enum", "object")]
    assert found(drifts_of(text.replace("LEAD", "B").replace("lead", "customer"))) == []


def test_an_enum_may_have_a_page_of_its_own(tmp_path):
    (tmp_path / "CustomerObject.md").write_text(
        '# CustomerObject\n\n## Enum\n\n* `CUSTOMER` (value: `"customer"`)\n\n* `LEAD` (value: `"lead"`)\n', "utf-8"
    )
    (tmp_path / "Root.md").write_text(page({"object": "**object** | [**CustomerObject**](CustomerObject.md) | x | "}))
    assert found(compare(CONTRACT, read(str(tmp_path / "Root.md"), CONTRACT))) == [("enum", "object")]


def test_prose_behind_a_table_is_no_row():
    assert drifts_of(page().rstrip() + "\nThis repository was archived by its owner.\n") == []


def test_one_file_may_hold_all_pages():
    parts = page({"summary": "**summary** | [**Summary**](Summary.md) | x | "}), page(title="# Other")
    summary = "\n".join(
        ["# Summary", "", *HEAD, "**redemptions** | **object** | x | ", "**order** | **object** | x | "]
    )
    drifts = drifts_of("\n\n".join([*parts, summary]))
    assert found(drifts) == [("extra", "summary.order"), ("missing", "summary.orders")]


DAMAGES = {
    "within the description": ("**phone** | **str** | What it\nis for. | [optional] ", "phone"),
    "in three": ("**phone** | **str** | What\nit\nis for. | [optional] ", "phone"),
    "behind the name": ("**phone**\n| **str** | What it is for. | [optional] ", "phone"),
    "by a blank line": ("**phone** | **str** | What it\n\nis for. | [optional] ", "phone"),
    "with an empty type": ("**phone** |  | What it is for. | [optional] ", "phone"),
    "twice": ("**phone** | **str** | x | [optional] \n**phone** | **int** | x | [optional] ", "phone"),
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_broken_row_is_damaged_on_its_line(how):
    lines, name = DAMAGES[how]
    text = page({name: lines})
    drifts = drifts_of(text)
    assert found(drifts) == [("damaged", name)]
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"**{name}**"))
    assert drifts[0].line in (line, line + (how == "twice"))


def test_two_rows_in_one_line_are_one_damage():
    text = page({"email": row("email") + row("phone"), "phone": ""})
    assert found(drifts_of(text)) == [("damaged", "phone")]


def test_each_of_two_lost_names_is_one_damage():
    text = page({"name": "**str** | What. | [optional] | ", "email": "**str** | What. | [optional] | "})
    assert found(drifts_of(text)) == [("damaged", "email"), ("damaged", "name")]


def test_a_notes_cell_that_is_cut_states_nothing():
    assert drifts_of(page({"phone": "**phone** | **str** | What it is for. | [opt"})) == []


def test_a_pipe_in_a_description_moves_no_note():
    assert drifts_of(page({"phone": "**phone** | **str** | What | it is for. | [optional] "})) == []


def test_what_is_behind_the_end_of_a_cut_document_is_not_missing():
    text = page()
    drifts = drifts_of(text[: text.index("**email**") + 12])
    assert found(drifts) == [("damaged", "email")]


def test_marks_that_nobody_sees_are_no_part_of_a_name():
    assert drifts_of(page({"phone": row("phone").replace("phone", "pho&#8203;ne")})) == []
