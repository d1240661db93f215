"""A document that grew by eight members: all are sent, and each defect of one is caught and named by its member."""

import pytest

from tests.grown import documents
from tests.grown.gate import gate
from tests.grown.server import NEW, OLD, Customers

DEFECTS = ("dropped", "altered", "retyped", "unchecked", "crash")


@pytest.mark.parametrize("budget", [60, 100])
def test_a_right_server_is_conformant(budget):
    run, left = gate(Customers(OLD | NEW), documents.grown(), budget)
    assert run.footer.verdict == "conformant", (run.footer.reason, run.findings)
    assert not left
    sent = {one.member for one in run.coverage.members if one.sent}
    assert set(NEW) <= sent


@pytest.mark.parametrize("member", NEW)
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_of_a_new_member_is_named(member, defect):
    run, _ = gate(Customers(OLD | NEW, member=member, defect=defect), documents.grown(), 100)
    about = [one for one in run.findings if member in (one.member.partition(".")[0], one.where)]
    named = about or [one for one in run.findings if f".{member}" in one.where or member in one.where.split()[-1:]]
    assert named, [(one.clause, one.where, one.member, one.observed[:80]) for one in run.findings]


@pytest.mark.parametrize("name", documents.TIGHTER)
def test_a_right_server_of_a_tighter_document_is_conformant(name):
    checks = dict(OLD | NEW)
    required = ()
    if name == "short name":
        checks["name"] = lambda v: isinstance(v, str) and len(v) <= 5
    if name == "required source_id":
        required = ("source_id",)
    if name == "required members":
        required = ("source_id", "tier", "visits", "tags")
    if name == "no address":
        del checks["address"]
    run, left = gate(Customers(checks, required), documents.TIGHTER[name]())
    assert run.footer.verdict == "conformant", (run.footer.reason, run.findings)
    assert not left
