"""``contracts audit --relations``: a recording is judged by the same stories as what passes the proxy."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from contracts.audit.relations import recorded_exchanges
from tests.proxy.test_traffic_stories import ALL_OF_THEM, ONE, customer

BEGAN = datetime(2026, 1, 1, 10, tzinfo=UTC)


def entry(second, method, path, sent=None, status=200, answer=None, **more):
    request = {"method": method, "url": f"https://api.example.com/prefix{path}", "headers": [], "bodySize": 0}
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"size": 0} if answer is None else {"mimeType": "application/json", "text": json.dumps(answer)}
    if status >= 400:
        content = {"mimeType": "application/json", "text": json.dumps({"code": status, "message": "no"})}
    return {
        "startedDateTime": (BEGAN + timedelta(seconds=second)).isoformat(),
        "time": 20,
        "request": request,
        "response": {"status": status, "headers": [], "content": content},
        **more,
    }


WRITE = entry(1, "POST", ALL_OF_THEM, {"source_id": "a", "name": "Ann"}, answer=customer(name="Ann"))
STALE = entry(2, "GET", ONE, answer=customer(name="Bob"))
RIGHT = entry(2, "GET", ONE, answer=customer(name="Ann"))


@pytest.fixture
def judged(contracts, tmp_path):
    def run(*entries, har=True):
        path = tmp_path / "traffic"
        lines = "".join(json.dumps(one) + "\n" for one in entries)
        path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}) if har else lines)
        return contracts("audit", "--relations", path)

    return run


@pytest.mark.parametrize("har", [True, False])
def test_a_read_that_does_not_show_the_write_before_it(judged, har):
    result = judged(WRITE, STALE, har=har)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "MUST read.last-write" in result.stdout
    assert "curl -sS -X GET https://api.example.com/prefix/v1/customers/" in result.stdout


@pytest.mark.parametrize("har", [True, False])
def test_right_traffic(judged, har):
    result = judged(WRITE, RIGHT, har=har)
    assert result.returncode == 0, result.stdout + result.stderr


def test_exchanges_are_ordered_by_their_times_not_by_their_lines(judged):
    assert judged(STALE, WRITE).returncode == 1
    assert judged({**STALE, "startedDateTime": "2026-01-01T10:00:00Z"}, WRITE).returncode == 0


def test_an_answer_from_a_cache_is_no_finding(judged):
    assert judged(WRITE, {**STALE, "_fromCache": "disk"}).returncode == 0


def test_bodies_that_were_not_recorded_are_no_finding(judged):
    bare = entry(3, "POST", ALL_OF_THEM, answer=customer())
    bare["request"]["bodySize"] = 20
    empty = entry(4, "GET", ONE)
    empty["response"]["content"] = {"size": 300, "mimeType": "application/json"}
    result = judged(WRITE, bare, empty)
    assert result.returncode == 0, result.stdout
    assert "2 × an exchange whose body was not recorded" in result.stdout


def test_without_times_the_order_is_that_of_the_lines(tmp_path):
    lines = [{**one, "startedDateTime": ""} for one in (WRITE, STALE)]
    (tmp_path / "t").write_text("".join(json.dumps(one) + "\n" for one in lines))
    found = recorded_exchanges([str(tmp_path / "t")])
    assert [(one.number, one.method, one.started) for one in found] == [(1, "POST", 0.0), (2, "GET", 0.0)]


def test_a_run_record_is_a_recording_too(contracts, mock, tmp_path):
    environment = {"VOUCHERIFY_APP_ID": mock.app_id, "VOUCHERIFY_APP_TOKEN": mock.app_token}
    contracts("gate", "--target", mock.url, "--spec", "customers", "--report", tmp_path / "r", **environment)
    result = contracts("audit", "--relations", tmp_path / "r" / "run.ndjson")
    assert result.returncode == 0, result.stdout + result.stderr


def test_options_that_do_not_go_together(contracts, tmp_path):
    result = contracts("audit", "--relations", "--json", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)


def elsewhere(host, one):
    return {**one, "request": {**one["request"], "url": one["request"]["url"].replace("api.example.com", host)}}


def test_what_one_server_knows_another_may_not(judged):
    """A copy of production has the same ids, and the same moments, of its own."""
    gone, later = entry(3, "DELETE", ONE, status=204), entry(4, "GET", ONE, answer=customer(name="Bob"))
    there = [elsewhere("staging.example.com", one) for one in (STALE, later)]
    right = judged(WRITE, there[0], gone, there[1])
    assert right.returncode == 0, right.stdout
    assert judged(WRITE, there[0], gone, there[1], later).returncode == 1


def test_each_server_is_judged_by_what_it_said_itself(judged):
    """However they alternate."""
    there = [elsewhere("staging.example.com", one) for one in (WRITE, STALE)]
    done = judged(there[0], WRITE, there[1], RIGHT)
    assert done.returncode == 1
    assert done.stdout.count("MUST read.last-write") == 1
    assert "curl -sS -X GET https://staging.example.com/prefix/v1/customers/" in done.stdout


def test_two_run_records_are_two_recordings(contracts, mock, tmp_path):
    """Each has seconds of its own, from its own beginning."""
    for number in (1, 2):
        contracts("gate", "--report", tmp_path / str(number), "--seed", number)
    records = [tmp_path / str(number) / "run.ndjson" for number in (1, 2)]
    done = contracts("audit", "--relations", *records)
    assert done.returncode == 0, done.stdout
