"""``contracts gate`` as a user meets it: exit codes, reports, and one line for each wrong input."""

import json
from xml.etree import ElementTree as ET

import pytest

from contracts.clauses import ALL
from contracts.record.run import read
from contracts.spec.loading import load_resource
from tests.conftest import credentials

CONCERNED = {clause.id for clause in ALL if clause.concerns(load_resource())}


def test_the_embedded_server_is_conformant(contracts, tmp_path):
    done = contracts("gate", "--report", tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-3].startswith("conformant: the embedded server")
    run = read(tmp_path / "out" / "run.ndjson")
    assert run.footer.requests <= 60
    assert run.footer.left_behind == ()
    assert {outcome.clause for outcome in run.outcomes} == CONCERNED
    assert {outcome.outcome for outcome in run.outcomes} <= {"pass", "observed"}
    reasons = {outcome.reason for outcome in run.outcomes if outcome.vacuous}
    assert all("declares no" in reason or "at once" in reason for reason in reasons), reasons


def test_a_target_is_judged_and_left_as_it_was(contracts, mock):
    before = [customer["id"] for customer in mock.customers()]
    done = contracts(
        "gate", "--target", f"{mock.url}/", "--known-customer", mock.known_customers[0], **credentials(mock)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [customer["id"] for customer in mock.customers()] == before


def test_the_last_line_of_the_record_is_the_footer(contracts, tmp_path):
    contracts("gate", "--report", tmp_path)
    footer = json.loads((tmp_path / "run.ndjson").read_text("ascii").splitlines()[-1])
    assert footer["kind"] == "footer"
    assert footer["verdict"] == "conformant"
    assert {"requests", "findings"} <= footer.keys()


def test_junit_has_a_case_for_each_clause(contracts, tmp_path):
    contracts("gate", "--report", tmp_path, "--without", "auth")
    suite = ET.parse(tmp_path / "junit.xml").getroot().find("testsuite")
    assert {case.get("name") for case in suite.iter("testcase")} == CONCERNED
    skipped = [case.get("name") for case in suite.iter("testcase") if case.find("skipped") is not None]
    assert skipped
    assert all(name.startswith("auth.") for name in skipped)


def test_what_is_declared_lacking_makes_it_partial(contracts):
    done = contracts("gate", "--without", "auth,validation")
    assert done.returncode == 0
    assert "partial: the embedded server: not judged, as declared: refuses.*, auth.*" in done.stdout


def test_a_broken_server_is_violated_and_told(contracts, tmp_path):
    from contracts.mock.server import running

    with running(variant=None, faults=["total-amount-is-a-float"]) as server:
        done = contracts("gate", "--target", server.url, "--report", tmp_path, **credentials(server))
    assert done.returncode == 1
    assert "MUST money.integer-minor-units" in done.stdout
    for label in ("observed", "required", "where", "authority", "repeat"):
        assert f"  {label}" in done.stdout
    assert server.app_token not in done.stdout
    (finding,) = [f for f in read(tmp_path / "run.ndjson").findings if f.clause == "money.integer-minor-units"]
    assert finding.where == "$.summary.orders.total_amount"
    assert finding.observed == "0.0"
    assert "$VOUCHERIFY_APP_TOKEN" in finding.curl


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--spec", "no-such-file.yaml"], "there is no such file"),
        (["--spec", "README.md"], "there is no such file"),
        (["--target", "localhost:4010"], "no http(s) URL"),
        (["--target", "http://"], "no http(s) URL"),
        (["--target", "http://a b/"], "white space"),
        (["--target", "http://x:99999"], "no URL"),
        (["--target", "http://u:p@host"], "credentials come from"),
        (["--clause", "upsert.id-decide"], "did you mean upsert.id-decides"),
        (["--budget", "0"], "--budget 0 is not between"),
        (["--budget", "-5"], "--budget -5 is not between"),
        (["--budget", "many"], "not a valid integer"),
        (["--without", "sate"], "is no capability"),
        (["--nulls", "some"], "is not one of"),
        (["--timeout", "0"], "--timeout 0"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_a_wrong_input_is_one_line_and_exit_2(contracts, arguments, says):
    done = contracts("gate", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_a_document_without_the_operation_is_exit_2(contracts, tmp_path):
    (tmp_path / "other.yaml").write_text("openapi: 3.0.1\npaths: {}\n")
    done = contracts("gate", "--spec", "other.yaml")
    assert done.returncode == 2
    assert "no operation POST that creates" in done.stderr


def test_nobody_there_is_inconclusive(contracts):
    done = contracts("gate", "--target", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "inconclusive" in done.stdout
    assert "nobody answers" in done.stdout


def test_refused_credentials_are_a_wrong_set_up(contracts, mock):
    done = contracts("gate", "--target", mock.url, VOUCHERIFY_APP_ID="not-this-one", VOUCHERIFY_APP_TOKEN="nor-this")
    assert done.returncode == 3
    assert "refuses the run's own credentials (401)" in done.stdout


def test_a_budget_too_small_for_every_must_is_never_green(contracts):
    done = contracts("gate", "--budget", "8")
    assert done.returncode == 3
    assert "could not be judged" in done.stdout


def test_a_larger_budget_goes_to_sequences(contracts, tmp_path):
    done = contracts("gate", "--budget", "150", "--seed", "3", "--report", tmp_path)
    assert done.returncode == 0, done.stdout
    roles = [exchange.request.role for exchange in read(tmp_path / "run.ndjson").exchanges]
    assert roles.count("sequence") >= 3


def test_help_has_an_example(contracts):
    assert "$ contracts gate --target" in contracts("gate", "--help").stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [("gat", "did you mean gate?"), ("clean", "did you mean cleanup?"), ("frobnicate", "there are gate, proxy,")],
)
def test_a_command_that_is_none_is_one_line_with_the_nearest(contracts, name, said):
    done = contracts(name)
    assert done.returncode == 2
    assert done.stderr.startswith(f"contracts: there is no command {name!r}; {said}")
    assert done.stderr.count("contracts:") == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_target_may_be_given_with_the_operations_own_path(contracts, mock):
    done = contracts("gate", "--target", f"{mock.url}/v1/customers", "--clause", "money", **credentials(mock))
    assert done.returncode == 0, done.stdout
