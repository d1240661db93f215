"""Every report of a run with a hostile server: well-formed, bounded, nothing in it comes alive."""

import json
import xml.etree.ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from contracts.errors import UsageError
from contracts.report import RECORD, REPORTS, github, har, html, junit, markdown, sarif, write_reports
from tests.report.hostile import EVIL, HOSTILE


def test_html_is_bounded_and_has_no_markup_of_the_server():
    page = html.render(HOSTILE).decode()
    assert len(page) < 3_000_000
    assert page.count("<script") == 1
    assert "<img" not in page
    assert "\x1b" not in page
    assert "49" not in page.split("{{7*7}}")[1][:5]


def test_summary_is_a_table_whatever_is_in_it():
    text = markdown.render(HOSTILE)
    assert len(text) < 60_000
    rendered = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)
    assert "<script" not in rendered
    assert "<img" not in rendered
    cells = [row.count("<td") for row in rendered.split("<tr>")[2:4]]
    assert cells == [6] * 2
    assert "&#64;someone" in markdown.escaped(EVIL)


def test_annotations_are_one_line_each_and_cannot_be_forged(tmp_path):
    summary = tmp_path / "summary.md"
    told = list(github.tell(HOSTILE, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}))
    assert len(told) == 2
    assert all(line.startswith(("::error file=spec/openapi.yaml,line=", "::warning file=")) for line in told)
    assert not any("\n" in line or "\r" in line for line in told)
    assert summary.read_text().startswith("## ❌ violated")
    assert list(github.tell(HOSTILE, {})) == []


def test_har_keeps_every_byte():
    log = json.loads(har.render(HOSTILE))["log"]
    assert log["version"] == "1.2"
    assert len(log["entries"]) == 6
    assert log["entries"][1]["response"]["content"]["encoding"] == "base64"
    assert log["entries"][5]["response"]["status"] == 0
    assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= log["entries"][0].keys()


def test_junit_and_sarif_are_well_formed():
    assert ET.fromstring(junit.render(HOSTILE)).get("failures") == "1"
    results = json.loads(sarif.render(HOSTILE))["runs"][0]["results"]
    assert [result["level"] for result in results] == ["error", "warning"]
    places = [one["fullyQualifiedName"] for one in results[0]["locations"][0]["logicalLocations"]]
    assert places == ["$.summary.orders.average_amount", "$.late", "$[50000].deep"]


def test_all_reports_are_written_and_a_folder_that_is_none_is_one_line(tmp_path):
    write_reports(HOSTILE, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {RECORD, *REPORTS}
    with pytest.raises(UsageError, match="cannot be written to"):
        write_reports(HOSTILE, tmp_path / "nowhere")
    with pytest.raises(UsageError, match="GITHUB_STEP_SUMMARY"):
        list(github.tell(HOSTILE, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "where")}))
