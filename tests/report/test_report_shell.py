"""The lines that repeat a finding, pasted into a shell, show it on a server that knows nothing of the run."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clauses import ALL
from contracts.client.credentials import Credentials
from contracts.matrix import gate_on_mock
from contracts.mock.server import running
from contracts.record.curl import curl
from contracts.record.exchange import Answer, Exchange, Request, json_body
from contracts.record.shell import shell_lines
from contracts.record.ways import RUN
from contracts.report.groups import groups
from contracts.spec.loading import load_resource
from contracts.spec.security import Scheme
from contracts.verdict.found import found

TOOLS = [name for name in ("bash", "curl", "python3") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(TOOLS), reason=f"not installed: {', '.join(TOOLS)}")

URL = "http://127.0.0.1:1"


def pasted(lines, server):
    """What the shell prints, on stdout and stderr together, line after line of ``lines``."""
    environment = {
        "PATH": os.environ["PATH"],
        "VOUCHERIFY_APP_ID": server.app_id,
        "VOUCHERIFY_APP_TOKEN": server.app_token,
        "VOUCHERIFY_OAUTH_TOKEN": server.oauth_token,
    }
    script = "\n".join(f"{line}\necho; echo ---" for line in lines)
    done = subprocess.run(
        ["bash"], input=script.encode(), env=environment, stdout=-1, stderr=-2, timeout=60, check=False
    )
    return done.stdout.decode(errors="surrogateescape").split("\n---\n")[:-1]


def shell(line, **environment):
    """What bash prints for one line."""
    environment = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(["bash", "-c", line], env=environment, stdout=-1, timeout=60, check=False)
    return done.stdout.decode()


def again(run, group, answers):
    """The exchanges of the finding, with what the shell was answered."""
    told = {}
    for number, text in zip(group.finding.steps, answers, strict=True):
        old = run.exchange(number)
        body = old.request.body
        path = old.request.path
        for was, now in told.items():
            body = body and body.replace(was.encode(), now.encode())
            path = path.replace(was, now)
        answer = replace(old.answer, body=text.strip().encode(errors="surrogateescape"))
        new = replace(old, request=replace(old.request, body=body, path=path), answer=answer)
        if isinstance(old.value, dict) and isinstance(new.value, dict) and isinstance(old.value.get("id"), str):
            told[old.value["id"]] = new.value["id"]
        yield new


CASES = [
    ("created-at-moves-on-upsert", "upsert.created-at-fixed", None, 60),
    ("source-id-decides-over-id", "upsert.id-decides", None, 60),
    ("source-id-decides-over-id", "upsert.other-customer-untouched", None, 200),
    ("metadata-numbers-are-strings", "echo.free-form", None, 60),
    ("a-new-customer-gets-the-last-ones-metadata", "echo.own-field", None, 60),
    ("upsert-answers-the-old-customer", "upsert.updated-in-answer", None, 60),
    ("quotes-are-backslashed", "echo.strings", None, 60),
]


@pytest.mark.parametrize(("fault", "clause", "spec", "budget"), CASES)
def test_the_lines_show_the_defect_on_a_fresh_server(fault, clause, spec, budget):
    run, _ = gate_on_mock(fault, budget=budget, spec=spec)
    group = next(one for one in groups(run) if one.finding.clause == clause)
    with running([fault], port=urlsplit(run.header.target).port) as server:
        answers = pasted(group.steps, server)
    broken = found(list(again(run, group, answers)), load_resource(spec), ALL)
    assert clause in {one.clause for one in broken}, answers


def test_the_lines_show_nothing_on_a_server_without_the_defect():
    run, _ = gate_on_mock("created-at-moves-on-upsert")
    group = next(one for one in groups(run) if one.finding.clause == "upsert.created-at-fixed")
    with running(port=urlsplit(run.header.target).port) as server:
        answers = [json.loads(text) for text in pasted(group.steps, server)]
    assert len({answer["created_at"] for answer in answers}) == 1


def exchange(number, method, path, sent, answered):
    body = None if sent is None else json_body(sent)
    request = Request("", method, path, (("Content-Type", "application/json"),), body)
    return Exchange(number, request, Answer(200, (), json_body(answered), 0.0))


def test_a_key_that_an_answer_told_is_taken_from_there():
    first = exchange(1, "POST", "/v1/customers", {"source_id": "a b"}, {"id": "cust_1", "source_id": "a b"})
    second = exchange(2, "POST", "/v1/customers", {"id": "cust_1", "name": "cust_10"}, {"id": "cust_1"})
    third = exchange(3, "GET", "/v1/customers/cust_1?x=1", None, {"id": "cust_1"})
    lines = shell_lines([first, second, third], URL)
    assert lines[0].startswith("ID=$(curl ")
    assert "tee /dev/stderr" in lines[0]
    assert """'{"id":"'"$ID"'","name":"cust_10"}'""" in lines[1]
    assert """customers/"$ID"'?x=1'""" in lines[2]


def test_a_key_of_a_wrapped_answer_and_a_number_are_found():
    first = exchange(1, "POST", "/v1/orders", {"name": "x"}, {"data": {"number": 4711, "name": "x"}})
    second = exchange(2, "GET", "/v1/orders/4711", None, {})
    lines = shell_lines([first, second], URL)
    assert lines[0].startswith("NUMBER=$(")
    assert '["data"]["number"]' in lines[0]
    assert '"$NUMBER"' in lines[1]


def test_what_was_sent_before_is_no_key_of_the_servers():
    first = exchange(1, "POST", "/v1/customers", {"source_id": "abc"}, {"id": "cust_1", "source_id": "abc"})
    second = exchange(2, "POST", "/v1/customers", {"source_id": "abc"}, {"id": "cust_1"})
    assert all(line.startswith("curl ") for line in shell_lines([first, second], URL))


@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_whatever_a_server_names_a_key_the_lines_are_lines_of_curl(name, key, text):
    first = exchange(1, "POST", "/v1/customers", {"name": text}, {name: key})
    second = exchange(2, "POST", "/v1/customers", {"id": key, "name": text}, {})
    lines = shell_lines([first, second], URL)
    assert len(lines) == 2
    for line in lines:
        checked = subprocess.run(["bash", "-n"], input=line.encode(errors="surrogatepass"), check=False, stderr=-1)
        assert checked.returncode == 0, checked.stderr


def test_what_no_key_looks_like_is_not_taken_for_one():
    answer = {"created_at": "2026-11-22T02:10:54Z", "source_id": "k1"}
    first = exchange(1, "POST", "/v1/customers", {"source_id": "k1"}, answer)
    second = exchange(2, "POST", "/v1/customers", {"source_id": "k1", "name": "John Doe"}, answer)
    lines = shell_lines([first, second], URL)
    assert all(line.startswith("curl ") and "$" not in line for line in lines)


@pytest.mark.parametrize("form", ["right", "wrong", "case", "cut", "longer", "empty"])
def test_the_line_sends_the_login_that_the_run_sent(form):
    login = Scheme("login", "basic")
    credentials = Credentials(((login,),), {"login": "alice:pass:Word"})
    name = RUN if form == "right" else f"{form}:login"
    line = curl(Request("", "GET", "/v1/customers", credentials=name), URL, credentials.ways)
    printed = shell(line.replace("curl ", "printf '%s\\n' ", 1), **{login.variable: "alice:pass:Word"})
    (header,) = (text for text in printed.splitlines() if text.startswith("Authorization: "))
    assert [tuple(header.split(": ", 1))] == list(credentials.carried(name).headers)
