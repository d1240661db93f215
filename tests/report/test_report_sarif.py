"""``results.sarif`` against a schema of our own words: the parts of SARIF 2.1.0 that the report uses, closed.

The whole schema of the standard is no PyPI package's data (one ships it in its source archive alone); the report was
validated against it by hand.
"""

import json
from pathlib import Path

import jsonschema

from contracts.matrix import gate_on_mock
from contracts.report import sarif
from contracts.report.place import place
from contracts.report.sarif import fingerprint
from tests.report.hostile import HOSTILE

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-reduced.json").read_text())
FAULT = "gift-is-a-list"
SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"


def test_conforms_to_the_schema():
    for run in (HOSTILE, gate_on_mock(FAULT)[0], gate_on_mock()[0]):
        jsonschema.Draft7Validator(SCHEMA).validate(json.loads(sarif.render(run)))


def test_a_finding_points_at_the_line_of_the_cited_member():
    run, _ = gate_on_mock(FAULT)
    lines = SPEC.read_text().splitlines()
    for finding in run.findings:
        path, line = place(finding.authority, run.header.spec)
        assert path == "spec/openapi.yaml"
        if finding.authority.startswith("spec #"):
            name = finding.authority.rpartition("/")[2].replace("~1", "/")
            assert name in lines[line - 1] or name.isdecimal()


def test_the_same_defect_has_the_same_fingerprint_in_the_next_run():
    first, second = gate_on_mock(FAULT)[0], gate_on_mock(FAULT)[0]
    assert [fingerprint(f) for f in first.findings] == [fingerprint(f) for f in second.findings]
