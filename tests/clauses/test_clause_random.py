"""A server that keeps its document is never found to break it, whatever the document declares."""

from hypothesis import HealthCheck, given, settings

from contracts.clauses import ALL
from contracts.clauses.clause import Finding, judge
from contracts.clauses.history import history
from tests.clauses.random_api import traffic


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(traffic())
def test_a_right_server_breaks_nothing(made):
    resource, exchanges = made
    told = history(exchanges, resource)
    broken = [
        (clause.id, finding)
        for clause in ALL
        if clause.concerns(resource)
        for finding in judge(clause, told)
        if isinstance(finding, Finding)
    ]
    assert not broken, [(e.number, e.request.method, e.request.path, e.request.body, e.status) for e in exchanges]
