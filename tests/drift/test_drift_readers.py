"""Pages of every language and age are read into the one shape, and compared with what they really state."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.drift.compare import compare
from contracts.drift.contract import Contract
from contracts.drift.field import path_text
from contracts.drift.folder import read_folder
from contracts.drift.itself import contradictions
from contracts.drift.readers import read, read_text
from contracts.drift.readers.openapi import read_fields
from contracts.drift.revisions import revisions
from contracts.errors import DocumentError
from contracts.spec.document import pinned, pinned_path, read_document

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
LANGUAGES = sorted(path.name for path in FIXTURES.iterdir() if path.name not in ("pages", "generated"))
CONTRACT = read_fields(pinned(), "the contract")
ROOT = "CustomersCreateResponseBody.md"


def found(drifts, *severities):
    return sorted((d.kind, d.path) for d in drifts if not severities or d.severity in severities)


def answer_in(source):
    """The answer's page in a folder, or the page itself."""
    if not Path(source).is_dir():
        return read(str(source), CONTRACT)
    found = read_folder(Path(source), Contract(pinned(), "the contract"))
    return next(document for document, direction in found if direction == "answer")


def drifts_of(source):
    return compare(CONTRACT, answer_in(source))


def changed(language, page, old, new, tmp_path):
    """The drifts of a copy of the language's folder in which ``old`` became ``new``."""
    for path in (FIXTURES / language).glob("*.md"):
        text = path.read_text("utf-8")
        if path.name == page:
            assert re.search(old, text, re.MULTILINE), text
            text = re.sub(old, new, text, count=1, flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, "utf-8")
    return drifts_of(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_of_pages_states_every_field(language):
    document = answer_in(FIXTURES / language)
    assert set(CONTRACT.fields) == set(document.fields)
    assert document.damaged == ()


DATES = [("format", "birthdate"), ("format", "birthday")]
BREAKING = {"dotnet": DATES, "php": DATES, "javascript": DATES, "java": [], "python": [], "ruby": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_idioms_are_no_drift_and_a_date_with_a_time_is(language):
    assert found(drifts_of(FIXTURES / language), "breaking") == BREAKING[language]


def test_32_bits_and_object_are_warned_of():
    drifts = drifts_of(FIXTURES / "java")
    assert ("type", "summary.orders.total_amount") in found(drifts, "warning")
    assert ("type", "metadata") in found(drifts, "warning")
    assert found(drifts_of(FIXTURES / "python")) == []


def test_a_page_alone_says_nothing_of_its_children(tmp_path):
    page = tmp_path / ROOT
    page.write_text((FIXTURES / "python" / ROOT).read_text("utf-8"), "utf-8")
    document = read(str(page), CONTRACT)
    assert all(len(path) == 1 for path in document.fields)
    assert compare(CONTRACT, document) == []


def test_a_page_is_followed_to_its_siblings():
    assert ("summary", "orders", "total_amount") in read(str(FIXTURES / "ruby" / ROOT), CONTRACT).fields


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_required_member_made_optional_breaks(language, tmp_path):
    drifts = changed(language, ROOT, r"^(.*ummary\.md.*What the field is for\. \| )", r"\1[optional] ", tmp_path)
    assert ("required", "summary") in found(drifts, "breaking")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dropped_row_is_missing(language, tmp_path):
    drifts = changed(language, "CustomerSummaryOrders.md", r"^.*[tT]otal_?[cC]ount.*\n", "", tmp_path)
    assert ("missing", "summary.orders.total_count") in found(drifts, "breaking")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_misspelt_name_is_one_extra_and_one_missing(language, tmp_path):
    drifts = changed(language, ROOT, r"\*\*([sS])ource(_?[iI]d)\*\*", r"**\1orce\2**", tmp_path)
    kinds = [(kind, path) for kind, path in found(drifts, "breaking") if "rce" in path]
    assert kinds == [("extra", "sorce_id"), ("missing", "source_id")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_type_breaks(language, tmp_path):
    drifts = changed(
        language, "CustomerLoyalty.md", r"(points\*\* \| \*\*|Points\*\* \| \*\*)\w+", r"\1Boolean", tmp_path
    )
    assert ("type", "loyalty.points") in found(drifts, "breaking")


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("**name** | **datetime** | x | [optional] ", [("format", "name")]),
        ("**name** | **List[str]** | x | [optional] ", [("type", "name")]),
        ("**name** | **str** | x | ", [("required", "name")]),
        ("**name** | **str** | `Deprecated`. x | [optional] ", [("deprecation", "name")]),
        ("**created_at** | **date** | x | [optional] ", [("format", "created_at")]),
        ("**object** | **str** | x | [default to 'client']", [("default", "object")]),
        ("**middle_name** | **str** | x | [optional] ", [("extra", "middle_name")]),
    ],
)
def test_each_aspect_is_compared(row, kinds):
    text = (FIXTURES / "python" / ROOT).read_text("utf-8")
    name = row.split("**")[1]
    kept = [line for line in text.splitlines() if not line.startswith(f"**{name}**")]
    drifts = compare(CONTRACT, read_text("\n".join([*kept, row, ""]), ROOT, CONTRACT))
    assert found(drifts) == kinds


def test_an_enum_value_that_was_added_breaks(tmp_path):
    rows = "| CUSTOMER | &quot;customer&quot; |\n| LEAD | &quot;lead&quot; |"
    drifts = changed("java", ROOT, r"^\| CUSTOMER \|.*$", rows, tmp_path)
    assert ("enum", "object") in found(drifts, "breaking")


@pytest.mark.parametrize(
    ("old", "new", "damaged"),
    [
        (r"^\*\*email\*\* \| ", "", "email"),
        (r"^(\*\*email\*\*) \| \*\*str\*\* \|", r"\1 |", "email"),
        (r"^(\*\*phone\*\* .*) \| \[optional\] $", "\\1 |\n[optional] |", "phone"),
    ],
)
def test_a_damaged_row_is_reported_once_and_as_nothing_else(old, new, damaged, tmp_path):
    drifts = changed("python", ROOT, old, new, tmp_path)
    assert found(drifts) == [("damaged", damaged)]
    assert drifts[0].line > 0


def test_an_old_page_agrees_where_it_speaks():
    assert drifts_of(FIXTURES / "pages" / "old.md") == []


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("object,null</code></td><td></td></tr><tr><td>loyalty", "object</code></td><td></td></tr><tr><td>loyalty",
         [("nullability", "summary")]),
        ("cockpit_url</br>", "cockpit_l</br>", [("extra", "assets.cockpit_l"), ("missing", "assets.cockpit_url")]),
        ("email</br>`string`", "email</br>`string,null`", [("nullability", "email")]),
        ("phone</br>`string`", "phone</br>`integer`", [("type", "phone")]),
        ("<code>customer</code>", "<code>customer</code>, <code>lead</code>", [("enum", "object")]),
        ("name</br>`string`", "`string`", [("damaged", "name")]),
    ],
)  # fmt: skip
def test_a_change_of_an_old_page_is_one_drift(old, new, kinds):
    text = (FIXTURES / "pages" / "old.md").read_text("utf-8")
    assert old in text
    assert found(compare(CONTRACT, read_text(text.replace(old, new, 1), "old.md", CONTRACT))) == kinds


SEED_DRIFTS = {
    "000": {"required": 4, "format": 2},
    "001": {"required": 4, "format": 2},
    "002": {"missing": 1},
    "003": {"nullability": 3},
    "004": {"ambiguous": 3, "deprecation": 1},
}


@pytest.mark.parametrize("number", sorted(SEED_DRIFTS))
def test_each_seed_says_what_it_says_and_nothing_false_beside(number):
    paths = list(SEEDS.glob(f"{number}_*.txt"))
    if not paths:
        pytest.skip("the seed documents (../shared/seeds) are not on this machine")
    text = paths[0].read_text("utf-8")
    drifts = compare(CONTRACT, read_text(text, number, CONTRACT))
    if number == "004":
        document = read_document(text, number)
        assert revisions(pinned(), document, number) == []
        drifts += contradictions(document, number)
    counts = {}
    for drift in drifts:
        if drift.kind != "damaged" and drift.says != "Object":
            counts[drift.kind] = counts.get(drift.kind, 0) + 1
    assert counts == SEED_DRIFTS[number]
    if number == "001":
        assert [d.path for d in drifts if d.kind == "damaged"] == ["email", "birthday"]


TEXTS = [path.read_text("utf-8") for path in [*sorted(FIXTURES.glob(f"*/{ROOT}")), FIXTURES / "pages" / "old.md"]]
TEXTS += [path.read_text("utf-8") for path in sorted((FIXTURES / "generated").glob("*.md"))]
TEXTS.append(pinned_path().read_text("utf-8"))


@st.composite
def mutated(draw):
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        how = draw(st.sampled_from(["drop", "twice", "cut", "cells", "flip", "truncate", "join"]))
        line = lines[at]
        if how == "drop":
            lines[at : at + draw(st.integers(1, 5))] = []
        elif how == "twice":
            lines.insert(at, line)
        elif how == "cut":
            lines[at : at + 1] = [line[: len(line) // 2], line[len(line) // 2 :]]
        elif how == "cells":
            lines[at] = line.replace("|", "", 1) if "|" in line else line.replace("<td", "<", 1)
        elif how == "flip":
            place = draw(st.integers(0, max(0, len(line) - 1)))
            lines[at] = line[:place] + draw(st.characters()) + line[place + 1 :]
        elif how == "join":
            lines[at] = " ".join(lines[at : at + 2])
        else:
            lines = lines[: at + 1]
        lines = lines or [""]
    return "\n".join(lines)


@settings(max_examples=200)
@given(mutated() | st.text() | st.text(alphabet="|-*`[]<>/tableNametypeAttributes \n", max_size=200))
def test_whatever_a_page_holds_it_ends_in_a_result_or_one_line(text):
    told = ""
    try:
        drifts = compare(CONTRACT, read_text(text, "it", CONTRACT))
        assert all(path_text(()) != drift.path for drift in drifts)
    except DocumentError as error:
        told = str(error)
    assert "\n" not in told


GENERATED = sorted(path.stem for path in (FIXTURES / "generated").glob("*.md"))
"""Tables of openapi-generator 7.26.0, made from this project's own document; a file holds all pages of a language."""

A_DAY_HAS_A_TIME = {"dart", "objc", "powershell", "swift6", "typescript-fetch"}
"""Languages with one kind of date only, or whose generator takes no other."""

SAYS_NOT_WHAT_IT_HOLDS = {"c": {path for path in CONTRACT.fields if path[:3] == ("loyalty", "campaigns", "*")}}


def unpacked(language, folder):
    text = (FIXTURES / "generated" / f"{language}.md").read_text("utf-8")
    parts = re.split(r"<!-- page: (.+) -->\n", text)[1:]
    for name, page in zip(parts[::2], parts[1::2], strict=True):
        (folder / name).write_text(page, "utf-8")
    return folder


@pytest.mark.parametrize("language", GENERATED)
def test_what_a_generator_really_writes_is_read_whole(language, tmp_path):
    document = answer_in(unpacked(language, tmp_path))
    assert document.damaged == ()
    assert set(document.fields) == set(CONTRACT.fields) - SAYS_NOT_WHAT_IT_HOLDS.get(language, set())


@pytest.mark.parametrize("language", GENERATED)
def test_nothing_false_is_said_of_what_a_generator_writes(language, tmp_path):
    drifts = drifts_of(unpacked(language, tmp_path))
    assert found(drifts, "breaking") == (DATES if language in A_DAY_HAS_A_TIME else [])
    assert {drift.kind for drift in drifts} <= {"type", "format"}
    assert all("32" in drift.reason or drift.says == "Object" for drift in drifts if drift.kind == "type")


@pytest.mark.parametrize("language", GENERATED)
def test_a_misspelt_name_is_seen_in_every_language(language, tmp_path):
    for path in unpacked(language, tmp_path).glob("*.md"):
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"(?im)^(\W*)birthdate\b", r"\1birthdat", text), "utf-8")
    assert ("missing", "birthdate") in found(drifts_of(tmp_path))
