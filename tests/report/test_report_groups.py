"""Findings are one a clause and cause, the worst first, in every report; long lines are cut on the terminal alone."""

import json

import pytest
from msgspec.structs import replace as changed

from contracts.record.messages import MemberCoverage
from contracts.record.run import ClauseOutcome, Coverage, Place
from contracts.report import REPORTS, github
from contracts.report.groups import groups
from contracts.report.terminal import Terminal
from tests.report.hostile import answered, finding, made

TEXTS = ("junit.xml", "report.html", "summary.md", "results.sarif")


def crash(**more):
    return changed(finding("answer.no-5xx", 2, "status", "500"), required="no 5xx", **more)


def nulls(count):
    return [changed(finding("schema.nulls", 1, f"$.a{n}", "null"), required="no null") for n in range(count)]


def run_of(findings, **coverage):
    names = dict.fromkeys(one.clause for one in findings)
    outcomes = tuple(
        ClauseOutcome(
            name,
            f"Title of {name}",
            "MUST",
            "spec #/paths",
            "fail",
            findings=sum(one.clause == name for one in findings),
            why=f"Why {name} matters.",
            advice=f"What to do about {name}.",
        )
        for name in names
    )
    return made([answered(1, b'{"a0":null}'), answered(2, b"{}", status=500)], findings, outcomes)


def test_a_crash_comes_before_nulls_however_many():
    run = run_of([*nulls(20), finding("echo.strings", 1, "$.name"), crash()])
    assert [group.finding.clause for group in groups(run)] == ["answer.no-5xx", "echo.strings", "schema.nulls"]
    assert [group.number for group in groups(run)] == [22, 21, 1]
    assert groups(run)[2].seen == 20
    assert len(groups(run)[2].places) == 19


def test_levels_and_waivers_come_first_in_the_order():
    should = changed(finding("answer.a", 1, "status", level="SHOULD"), required="x")
    waived = changed(crash(), waived="known", clause="answer.b")
    run = run_of([waived, should, *nulls(1)])
    assert [group.finding.clause for group in groups(run)] == ["schema.nulls", "answer.a", "answer.b"]


def test_what_the_judge_has_grouped_stays_apart():
    places = (Place(1, "$.a", "null"), Place(1, "$.b", "null"), Place(2, "$.c", "null"))
    one = changed(nulls(1)[0], where="$.a", places=places, seen=7, member="a")
    other = changed(nulls(1)[0], where="$.d", places=(Place(1, "$.d", "null"),), member="d")
    first, second = groups(run_of([one, other]))
    assert (first.seen, [place.where for place in first.places]) == (7, ["$.b", "$.c"])
    assert (second.seen, second.places) == (1, ())


def test_every_report_says_why_what_to_do_and_where_else(capsys):
    run = run_of([*nulls(13), crash()])
    Terminal("x").show(run)
    shown = {name: REPORTS[name](run).decode() for name in TEXTS} | {"terminal": capsys.readouterr().out}
    for name, text in shown.items():
        assert "Why schema.nulls matters." in text, name
        assert "What to do about schema.nulls." in text, name
        assert "$.a1, $.a2" in text.replace("\\", "").replace("$.a2</code>", "$.a1, $.a2"), name
        assert text.find("answer.no-5xx") >= 0, name
    told = list(github.commands(run))
    assert len(told) == 2
    assert "answer.no-5xx" in told[0]
    assert len(json.loads(shown["results.sarif"])["runs"][0]["results"]) == 2
    assert shown["terminal"].index("MUST answer.no-5xx") < shown["terminal"].index("MUST schema.nulls")


def test_steps_are_lines_that_repeat_it(capsys):
    run = run_of([changed(crash(), steps=(1, 2))])
    Terminal("x").show(run)
    out = capsys.readouterr().out
    assert out.count("\n            curl -sS -X POST") == 2
    for name in TEXTS:
        assert REPORTS[name](run).decode().count("curl -sS -X POST") >= 2, name
    assert '<ol class="steps"><li>' in REPORTS["report.html"](run).decode()


def test_a_long_curl_line_is_cut_on_the_terminal_alone(capsys):
    line = "curl " + "x" * 3000
    run = run_of([changed(crash(), curl=line)])
    Terminal("x").show(run)
    out = capsys.readouterr().out
    assert "more characters, whole in the report" in out
    assert max(map(len, out.splitlines())) < 500
    for name in ("junit.xml", "report.html", "results.sarif"):
        assert line in REPORTS[name](run).decode(), name


def test_a_report_of_many_findings_stays_small():
    findings = [changed(finding(f"schema.c{n}", 1, f"$.a{m}"), required=f"{m}") for n in range(58) for m in range(20)]
    assert len(REPORTS["report.html"](run_of(findings))) < 1_500_000
    assert len(REPORTS["summary.md"](run_of(findings))) < 60_000


@pytest.mark.parametrize("sent", [0, 3])
def test_goals_are_told_in_every_report(sent, capsys):
    members = (MemberCoverage("address.city", 12, 9, sent, ("empty", "<b>long")), MemberCoverage("name", 3, 3, 4))
    run = run_of(nulls(1))
    run = type(run)(**{**run.__dict__, "coverage": Coverage(812, 840, members, ("pairs were not tried",))})
    Terminal("x").show(run)
    out = capsys.readouterr().out
    assert "goals: 812 of 840 reached" in out
    assert ("members never sent: address.city" in out) is (sent == 0)
    assert "pairs were not tried" in out
    html = REPORTS["report.html"](run).decode()
    assert "<td>9 of 12</td>" in html
    assert "&lt;b&gt;long" in html
    assert "812 of 840 reached" in html
    assert "goals: 812 of 840 reached" in REPORTS["summary.md"](run).decode()
    assert 'name="coverage" value="goals: 812 of 840 reached' in REPORTS["junit.xml"](run).decode()
