"""A waiver names a place that the next run has as well, and nothing beside it."""

import tomllib
from datetime import UTC, date, datetime

import pytest

from contracts.matrix import gate_on_mock
from contracts.record.run import Finding
from contracts.verdict.waivers import Waiver, apply, written

TODAY = datetime.now(UTC).date()


def finding(where, member=""):
    return Finding(
        clause="echo.free-form",
        level="MUST",
        exchange=1,
        where=where,
        observed="1",
        required="2",
        authority="docs",
        curl="curl",
        member=member,
    )


def paths(*findings):
    return [one["path"] for one in tomllib.loads(written(findings, (), TODAY))["waiver"]]


def covers(path, where, member=""):
    return Waiver("echo.free-form", "known", path).covers(finding(where, member))


@pytest.mark.parametrize("seed", [2, 3])
def test_waivers_of_one_seed_cover_the_run_of_another(seed):
    before, _ = gate_on_mock("metadata-numbers-are-strings", seed=1)
    waivers = [Waiver(**one) for one in tomllib.loads(written(before.findings, (), TODAY))["waiver"]]
    after, _ = gate_on_mock("metadata-numbers-are-strings", seed=seed)
    outcomes, findings, problems = apply(waivers, after.outcomes, after.findings, TODAY)
    assert problems == ()
    assert findings
    assert all(one.waived is not None for one in findings)
    assert not [one for one in outcomes if one.outcome == "fail"]


@pytest.mark.parametrize(
    ("where", "member", "path"),
    [
        ("$.metadata.klebrefi_31", "metadata", "$.metadata"),
        ('$.metadata["a b"].list[0]', "metadata", "$.metadata"),
        ("$.referrals.campaigns[3].date", "referrals.campaigns[].date", "$.referrals.campaigns[].date"),
        ("$.customers[7].metadata.kuna", "metadata", "$.customers[].metadata"),
        ("$.items[1] of mine", "", "$.items[1] of mine"),
        ("$.extra[1]", "", "$.extra[]"),
        ('$["a.b"].c', "a.b", '$["a.b"]'),
        ("request $.metadata.kuna[0]", "metadata", "request $.metadata"),
        ("$", "", "$"),
        ("status", "name", "status"),
        ("header X-$-Limit", "", "header X-$-Limit"),
    ],
)
def test_a_place_is_written_without_what_the_next_run_draws_anew(where, member, path):
    assert paths(finding(where, member)) == [path]
    assert covers(path, where, member)
    assert covers(where, where, member)


def test_one_waiver_is_written_for_all_keys_of_a_free_form_member():
    assert paths(finding("$.metadata.a", "metadata"), finding("$.metadata.b", "metadata")) == ["$.metadata"]


@pytest.mark.parametrize(
    ("path", "where", "member"),
    [
        ("$.metadata", "$.metadata2", "metadata2"),
        ("$.metadata", "$.metadata2.x", "metadata2"),
        ("$.metadata.a", "$.metadata.b", "metadata"),
        ("$.list[0]", "$.list[1]", "list"),
        ("$.summary", "$.summary.orders.total_amount", "summary.orders.total_amount"),
        ("$", "$.name", "name"),
    ],
)
def test_a_waiver_covers_no_place_beside_its_own(path, where, member):
    assert not covers(path, where, member)


def test_any_character_can_stand_in_a_waiver():
    where = '$["\U000e0001\x7f\u200b\\"]'
    made = written([finding(where)], [Waiver("echo.free-form", "tag \U000e0001", where, "\x1b", date.max)], TODAY)
    (read,) = tomllib.loads(made)["waiver"]
    assert (read["path"], read["reason"], read["link"]) == (where, "tag \U000e0001", "\x1b")
