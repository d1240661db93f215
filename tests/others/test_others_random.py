"""Small documents at random, each with a server that keeps it: the gate finds nothing to blame."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.spec.loading import resource_of
from tests.others.gate import gate
from tests.others.memory import SECRET, Memory, document

SCALARS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 2, "maxLength": 12},
        {"type": ["string", "null"]},
        {"type": "string", "enum": ["one", "two"]},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[a-z]{2,5}$"},
        {"type": "integer", "minimum": -3, "maximum": 9},
        {"type": "number", "minimum": 0},
        {"type": "boolean"},
        {"const": 3},
        {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "enum": ["none"]}]},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ]
)
NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])


def objects(values):
    return st.dictionaries(NAMES, values, min_size=1, max_size=3).flatmap(
        lambda properties: st.lists(st.sampled_from(sorted(properties)), unique=True).map(
            lambda required: {"type": "object", "properties": properties, "required": required}
        )
    )


MEMBERS = SCALARS | SCALARS.map(lambda one: {"type": "array", "items": one, "maxItems": 4}) | objects(SCALARS)
HOW = st.sampled_from(
    [
        {},
        {"kind": "int", "moment": "made"},
        {"kind": None, "key": "slug", "upsert": True, "method": "PUT"},
        {"silent_update": True, "created": 202},
    ]
)


@settings(max_examples=6, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(objects(MEMBERS), HOW, st.integers(0, 9))
def test_a_right_server_is_never_violated(schema, how, seed):
    server = Memory(schema, **how)
    run = gate(server.asgi(), resource_of(document(schema, **how)), {"login": SECRET}, 40, seed)
    found = [(f.clause, f.where, f.observed, f.required) for f in run.findings]
    assert run.footer.verdict != "violated", (schema, how, found)
    assert not any(f.level == "MUST" for f in run.findings), found
    assert not server.things
