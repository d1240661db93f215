"""``contracts audit`` on every kind of recording, as a user starts it, wrong inputs too."""

import gzip
import json
import random
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.audit.audit import audit
from contracts.audit.report import verdict
from contracts.audit.storage import Source
from contracts.errors import ContractsError
from contracts.matrix import gate_on_mock
from contracts.mock.registry import all_faults
from contracts.record.run import lines
from contracts.report.har import render
from contracts.spec.document import pinned
from tests.audit.bodies import BODIES
from tests.conftest import ROOT

GOOD = {**BODIES[1], "birthdate": "1990-02-28"}
BAD = {**GOOD, "summary": {**GOOD["summary"], "orders": {**GOOD["summary"]["orders"], "total_amount": 12.5}}}
FINDING = ("money.integer-minor-units", "$.summary.orders.total_amount")


def entry(
    body, status=200, url="https://api.example.com/sandbox/v1/customers?x=1", sent='{"source_id": "known-one-order"}'
):
    return {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 12.25,
        "request": {
            "method": "POST",
            "url": url,
            "headers": [{"name": "X-App-Token", "value": "a-secret-token"}],
            "postData": {"mimeType": "application/json", "text": sent},
        },
        "response": {
            "status": status,
            "headers": [{"name": "content-type", "value": "application/json; charset=utf-8"}],
            "content": {"text": json.dumps(body), "mimeType": "application/json"},
        },
    }


def har(*entries, **options):
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, **options).encode()


def ndjson(*values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


EMPTY = entry({"code": 400, "message": "x"}, status=400, sent="[]")
RECORDINGS = {
    "bodies": ndjson(GOOD, GOOD, BAD),
    "bodies, the last line not ended": ndjson(GOOD, GOOD, BAD)[:-1],
    "bodies, with line ends of Windows": ndjson(GOOD, GOOD, BAD).replace(b"\n", b"\r\n"),
    "bodies after a byte order mark": b"\xef\xbb\xbf" + ndjson(GOOD, GOOD, BAD),
    "bodies, gzipped": gzip.compress(ndjson(GOOD, GOOD, BAD)),
    "an array of bodies": json.dumps([GOOD, GOOD, BAD], indent=2).encode(),
    "a HAR file": har(entry(GOOD), entry(GOOD), entry(BAD)),
    "a HAR file over many lines": har(entry(GOOD), entry(GOOD), entry(BAD), indent=4),
    "a HAR file, gzipped": gzip.compress(har(entry(GOOD), entry(GOOD), entry(BAD), indent=4)),
    "HAR entries as lines": ndjson(entry(GOOD), entry(GOOD), entry(BAD)),
    "status and body": ndjson(*({"status": 200, "body": json.dumps(body)} for body in (GOOD, GOOD, BAD))),
    "status and body as JSON": ndjson(*({"status": 200, "body": body} for body in (GOOD, GOOD, BAD))),
    "request and answer": ndjson(
        *({"request": {"body": {}}, "answer": {"status": 200, "headers": {}, "body": b}} for b in (GOOD, GOOD, BAD))
    ),
}


def audited(contracts, tmp_path, data, *options, name="traffic"):
    (tmp_path / name).write_bytes(data)
    return contracts("audit", name, *options)


@pytest.mark.parametrize("kind", RECORDINGS)
def test_every_recording_shows_its_violation_and_where(kind, contracts, tmp_path):
    done = audited(contracts, tmp_path, RECORDINGS[kind], "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["answers"] == 3
    assert [(one["clause"], one["path"], one["count"]) for one in told["findings"] if one["level"] == "MUST"] == [
        (*FINDING, 1)
    ]
    assert told["findings"][0]["first"] == {
        "source": "traffic",
        "line": 3,
        "where": FINDING[1],
        "observed": "12.5",
        "required": "integer minor units, no fraction or exponent",
    }
    assert "a-secret-token" not in done.stdout
    assert "birthday" in told["never_seen"]


def test_a_recording_of_several_lines_printed_as_one_document(contracts, tmp_path):
    done = audited(contracts, tmp_path, json.dumps(BAD, indent=2).encode())
    assert done.returncode == 1
    assert "traffic:1 at $.summary.orders.total_amount" in done.stdout


def test_what_is_no_answer_of_the_operation_is_named_and_not_judged(contracts, tmp_path):
    elsewhere = entry(BAD, url="https://api.example.com/v1/vouchers")
    unrecorded = entry(BAD)
    del unrecorded["response"]["content"]["text"]
    limited = entry({"code": 429}, status=429)
    done = audited(contracts, tmp_path, har(entry(GOOD), elsewhere, unrecorded, limited, EMPTY), "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["not_judged"] == {
        "requests of other operations": 1,
        "answers whose body was not recorded": 1,
        "answers 429, which say nothing of the contract": 1,
    }


def test_nothing_judged_and_damaged_lines_are_never_green(contracts, tmp_path):
    assert audited(contracts, tmp_path, har(entry(GOOD, url="https://x/other"))).returncode == 3
    done = audited(contracts, tmp_path, ndjson(GOOD) + b'{"id": "cust_1", "sum\n' + ndjson(GOOD))
    assert done.returncode == 3
    assert "damaged: lines that are no JSON (1), the first traffic:2" in done.stdout


def test_undocumented_members_are_listed_with_their_number(contracts, tmp_path):
    more = {**GOOD, "tier": "gold", "summary": {**GOOD["summary"], "visits": 3}}
    told = json.loads(audited(contracts, tmp_path, ndjson(GOOD, more, more, more), "--json").stdout)
    assert {one["path"]: one["count"] for one in told["undocumented"]} == {"tier": 3, "summary.visits": 3}
    assert told["verdict"] == "conformant"


def camel(value):
    if isinstance(value, dict):
        return {k[:1] + k.title().replace("_", "")[1:]: camel(below) for k, below in value.items()}
    return [camel(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("body", "mark"),
    [
        (camel(GOOD), "member names in camel case"),
        ({**GOOD, "metadata": [], "loyalty": {**GOOD["loyalty"], "campaigns": []}}, "an empty object printed as []"),
        ({**GOOD, "created_at": 1673769909042, "updated_at": 1673769909}, "dates as epochs"),
    ],
)
def test_a_body_that_an_sdk_printed_is_said_to_be_so_and_judged_for_the_rest(contracts, tmp_path, body, mark):
    done = audited(contracts, tmp_path, ndjson(body, body))
    assert done.returncode == 0, done.stdout
    assert f"printed by an SDK, judged as they were on the wire: 2 bodies: {mark} (2)" in done.stdout
    body = json.loads(json.dumps(body))
    body["object"] = "client"
    done = audited(contracts, tmp_path, ndjson(body))
    assert done.returncode == 1
    assert "schema.enums $.object: 1 of 1" in done.stdout


def test_on_the_wire_nothing_is_excused(contracts, tmp_path):
    done = audited(contracts, tmp_path, har(entry({**GOOD, "metadata": []})))
    assert done.returncode == 1
    assert "schema.types $.metadata" in done.stdout


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"   \n\n", "is empty"),
        (b"# a page\n", "is no recorded traffic"),
        (b'{"log": {"entries": [{"request": {', "is cut or is no JSON"),
        (b'{"id":\n "cust_1"', "neither NDJSON"),
        (b"\x1f\x8b\x08\x00cut", "cannot be read"),
        (gzip.compress(ndjson(GOOD) * 500)[:300], "cannot be read"),
    ],
)
def test_what_is_no_recording_is_one_line(contracts, tmp_path, data, says):
    done = audited(contracts, tmp_path, data)
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_and_a_folder_are_one_line(contracts, tmp_path):
    for name in ("missing.har", "."):
        done = contracts("audit", name)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_pipe_is_read_to_its_end(tmp_path):
    command = [sys.executable, "-m", "contracts", "audit", "-"]
    done = subprocess.run(command, input=ndjson(GOOD, BAD), capture_output=True, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 1
    assert b"-:2 at $.summary.orders.total_amount" in done.stdout


def test_all_cores_count_what_one_counts(tmp_path):
    choose = random.Random(5)
    sound = [json.dumps({**body, "birthdate": "1990-02-28"}).encode() for body in BODIES]
    odd = [ndjson(BAD)[:-1], b'{"a', b"", ndjson({**GOOD, "tier": 1})[:-1], ndjson(camel(GOOD))[:-1]]
    picked = [choose.choice(odd) if choose.random() < 0.01 else choose.choice(sound) for _ in range(9000)]
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"\n".join(picked) + b"\n")
    names = [Source(str(tmp_path / "a")), Source(str(tmp_path / "b"))]
    assert audit(names, pinned(), "lenient", workers=2) == audit(names, pinned(), "lenient", workers=1)


def test_the_same_recording_prints_the_same_bytes_whichever_process_it_was(contracts, tmp_path):
    """Sets have another order in each process; two machines must not differ."""
    odd = {**camel(GOOD), **{f"extra_{number}": number for number in range(9)}}
    (tmp_path / "bodies.ndjson").write_bytes(ndjson(odd, {**GOOD, "a": 1, "b": 2, "c": 3, "d": 4}))
    for options in (["--json"], []):
        printed = {contracts("audit", "bodies.ndjson", *options, PYTHONHASHSEED=seed).stdout for seed in "12"}
        assert len({re.sub(r"[\d.]+ s\b.*", "", text) for text in printed}) == 1


JUDGED_ALONE = [
    "money.integer-minor-units",
    "answer.unique-names",
    "errors.json",
    "refuses.no-object",
    "echo.dates",
]


@pytest.mark.parametrize("clause", JUDGED_ALONE)
def test_a_run_record_and_its_har_show_what_the_gate_saw(clause, tmp_path):
    fault = next(name for name, one in all_faults().items() if one.caught_by == clause)
    run, _ = gate_on_mock(fault)
    (tmp_path / "run.ndjson").write_text("".join(f"{line}\n" for line in lines(run)))
    (tmp_path / "traffic.har").write_text(render(run))
    for name in ("run.ndjson", "traffic.har"):
        tally = audit([Source(str(tmp_path / name))], pinned(), "lenient")
        assert clause in {found for found, _ in tally.findings}


@pytest.mark.parametrize("variant", ["wrong-types-are-kept", "post-only", "offsets-for-z"])
def test_a_run_against_an_odd_but_correct_server_is_no_finding(variant, tmp_path):
    run, _ = gate_on_mock("", variant)
    (tmp_path / "run.ndjson").write_text("".join(f"{line}\n" for line in lines(run)))
    tally = audit([Source(str(tmp_path / "run.ndjson"))], pinned(), "lenient")
    assert verdict(tally, strict=False)[0] == "conformant"


WHOLE = tuple(RECORDINGS.values())


@settings(max_examples=150)
@given(st.sampled_from(WHOLE), st.data())
def test_no_input_makes_it_crash(tmp_path_factory, data_of, data):
    at = data.draw(st.integers(0, len(data_of)))
    damaged = data_of[:at] + data.draw(st.binary(max_size=6)) + data_of[at + data.draw(st.integers(0, 40)) :]
    path = tmp_path_factory.mktemp("fuzz") / "traffic"
    path.write_bytes(damaged)
    try:
        audit([Source(str(path))], pinned(), "lenient")
    except ContractsError as error:
        said = str(error)
    else:
        said = ""
    assert len(said.splitlines()) <= 1
