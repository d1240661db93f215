"""Clauses, verdict, runner, comparison and audit know no member of the pinned documents by its name."""

import ast
from pathlib import Path

import pytest

from contracts.spec.document import PINNED, pinned
from contracts.spec.loading import resource_of

ROOT = Path(__file__).parents[2] / "contracts"
ROOMS = ("clauses", "verdict", "runner", "compare", "audit")
OF_OTHERS = {"date", "description", "name", "object", "state", "total"}
"""Names of members that are words of OpenAPI, of JSON Schema or of our own, too."""
MEMBERS = (
    {
        step
        for name in PINNED
        for operation in resource_of(pinned(name)).operations
        for body in (operation.request, operation.answer)
        if body is not None
        for member in body.members
        for step in member.path
    }
    - OF_OTHERS
    - {"[]", "*"}
)
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def literals(file):
    tree = ast.parse(file.read_text("utf-8"))
    docs = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node.lineno, node.value


def test_the_pinned_documents_have_members():
    assert {"source_id", "birthdate", "total_amount", "customers"} <= MEMBERS


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_member_of_a_customer_is_named(file):
    named = [(line, text) for line, text in literals(file) if text in MEMBERS or "/v1/customers" in text]
    assert named == []
