"""Sequences: written down and read again, made as small as they can be, and without the name of a member."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.plan.instances import KNOWN_NEARNESS
from contracts.plan.kept import Found, Kept, found_of, line_of, read, text_of
from contracts.plan.recipes import alike, many_writes, neighbours, recipes, refusals
from contracts.plan.scene import Scene
from contracts.plan.sequences import NEARLY, Sequence, Step, played, request_of
from contracts.plan.shrinking import _without, shrunk
from contracts.plan.walks import drawn
from contracts.record.exchange import Answer, AtOnce, Exchange, Pause
from contracts.spec.loading import load_resource
from tests.plan.driving import Allowance

CUSTOMERS = load_resource("customers")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
STEPS = st.builds(
    Step,
    st.sampled_from(("write", "update", "read", "delete", "list", "refused")),
    st.integers(0, 2),
    st.sampled_from(("client", "server", "both", "former", "filter", "none")),
    st.dictionaries(st.text(max_size=8), JSON, max_size=3),
    st.none() | st.integers(0, 2),
    st.text(max_size=10),
    st.sampled_from(("run", "none", "wrong:X-App-Token")),
    st.booleans(),
    st.booleans(),
    st.none() | st.text(max_size=10),
)
SEQUENCES = st.builds(
    lambda near, steps: Sequence(tuple(near), tuple(steps)),
    st.lists(st.sampled_from(sorted(KNOWN_NEARNESS)), min_size=3, max_size=3),
    st.lists(STEPS, min_size=1, max_size=5),
)


@given(SEQUENCES)
@settings(max_examples=60, deadline=None)
def test_a_file_and_a_record_give_the_same_sequence_again(sequence):
    kept = Kept("a.json", ("read.last-write",), sequence, "customer")
    assert read(text_of(kept, "now"), "a.json") == kept
    assert text_of(kept, "now").isascii()
    found = Found(("read.last-write",), sequence, (3, 4), is_smallest=False, is_repeated=False)
    assert found_of(line_of(found)) == found


@given(st.text() | JSON.map(json.dumps))
@settings(max_examples=100, deadline=None)
def test_whatever_else_a_file_holds_is_one_line(text):
    with pytest.raises(DocumentError) as error:
        read(text, "a.json")
    assert str(error.value).isprintable()
    assert str(error.value).startswith("a.json: ")


def scene(seed=0):
    made = Scene(CUSTOMERS, "contracts-00000000-", seed)
    made.ways = ("run", "none", "wrong:X-App-Token")
    return made


@pytest.mark.parametrize("seed", range(3))
def test_recipes_and_walks_come_in_all_kinds(seed):
    about = scene(seed)
    made = [*(one for one, _ in zip(recipes(about), range(20), strict=False)), *(drawn(about) for _ in range(20))]
    steps = [step for sequence in made for step in sequence.steps]
    assert {step.effect for step in steps} == {"write", "update", "read", "delete", "list", "refused"}
    assert {"client", "server", "former"} <= {step.by for step in steps}
    assert {near for sequence in made for near in sequence.nearness} >= {"digits with a zero", "an escaped space"}
    assert any("{between}" in step.query for step in steps)


def stepwise(recipe, turns=2):
    about = scene()
    return [step for turn in range(turns) for step in recipe(about, turn).steps]


def test_each_operation_is_asked_without_credentials_and_what_takes_a_key_by_both():
    refused = {(step.effect, step.by) for step in stepwise(refusals) if step.credentials == "none"}
    assert refused >= {("read", "client"), ("update", "client"), ("delete", "client"), ("list", "client")}
    strange = {(step.effect, step.by) for step in stepwise(refusals) if step.credentials != "run"}
    assert strange >= {(effect, by) for effect in ("read", "update", "delete") for by in ("client", "server")}
    assert any("email" in step.query for step in stepwise(refusals) if step.credentials != "run")


def test_whom_an_update_leaves_alone_is_looked_at_and_named_beside():
    steps = stepwise(neighbours, turns=1)
    assert {step.other for step in steps if step.effect == "update"} >= {0, 2}
    after = [
        later
        for step, later in pairwise(steps)
        if (step.effect, step.by) in (("update", "client"), ("write", "server"))
    ]
    assert "read" in {step.effect for step in after}


def test_what_may_be_cleared_is_set_and_cleared_and_left_alone():
    sent = [step.members for step in stepwise(many_writes, turns=1) if step.effect == "write"]
    number = next(number for number, one in enumerate(sent) if one == {"address": None})
    assert isinstance(sent[number - 1]["address"], dict)
    assert "address" not in sent[number + 1]


def test_values_of_filters_are_nearly_one_in_each_way():
    steps = stepwise(alike, turns=1)
    cities = [step.members["address"]["city"] for step in steps if "address" in step.members]
    base = cities[0]
    assert any(one != base and one.startswith(base) for one in cities)
    assert any(one != base and one.endswith(base) for one in cities)
    assert any(one != base and one.lower() == base.lower() for one in cities)
    assert any(one != base and base.startswith(one) for one in cities)


def test_a_walk_lets_each_kind_of_step_follow_each_other():
    about = scene()
    for _ in range(150):
        drawn(about)
    seen = {(move[0], move[2], move[3]) for move in about.moves}
    kinds = ("write", "touch", "read", "update", "delete", "refused", "list")
    wanted = {(one, how, other) for one in kinds for how in ("same", "another") for other in kinds}
    wanted -= {("delete", "same", "touch")}  # what is deleted is made again, and not touched
    assert len(seen & wanted) > 0.85 * len(wanted), wanted - seen


def test_keys_are_of_the_length_and_the_form_that_their_word_says():
    about = scene()
    assert [len(about.instances.new(f"{n} characters").keys["source_id"]) for n in (50, 64, 128)] == [50, 64, 128]
    about.instances.fresh()
    one, other = (about.instances.new(word).keys["source_id"] for word in ("digits", "digits with a zero"))
    assert one.isdigit()
    assert other == f"0{one}"


class Store:
    """Answers any step with success, and gives ids."""

    def __init__(self):
        self.exchanges = []

    def __call__(self, wanted):
        if isinstance(wanted, Pause):
            return ()
        if isinstance(wanted, AtOnce):  # the last one was sent first, as it may be on a busy machine
            return tuple(self.one(request) for request in wanted.requests[::-1])[::-1]
        return self.one(wanted)

    def one(self, request):
        sent = request.sent.value
        name = sent.get("source_id", sent.get("id")) if isinstance(sent, dict) else request.path
        body = json.dumps({"id": f"cust_{name}", "object": "customer"}).encode()
        self.exchanges.append(Exchange(len(self.exchanges) + 1, request, Answer(200, (), body, 0.0)))
        return self.exchanges[-1]


def outcome_of(play):
    """What a script returns, against a store that accepts all."""
    store = Store()
    try:
        wanted = next(play)
        while True:
            wanted = play.send(store(wanted))
    except StopIteration as ended:
        return ended.value


def made_smaller(sequence, check, budget=2000):
    """What shrinking makes of ``sequence``, against a store that accepts all."""
    return outcome_of(shrunk(scene(), sequence, [], frozenset({"a.clause"}), check, Allowance(budget)))


def methods(exchanges):
    return [exchange.request.method for exchange in exchanges]


def in_order(wanted, seen):
    """Does ``seen`` hold all of ``wanted`` in that order?"""
    left = iter(seen)
    return all(one in left for one in wanted)


@pytest.mark.parametrize("wanted", [["DELETE"], ["POST", "DELETE", "POST"], ["PUT", "PUT", "GET"]], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_the_smallest_sequence_is_found(wanted, seed):
    steps = []
    about = scene(seed)
    while not in_order(["POST", "PUT", "PUT", "DELETE", "POST", "GET", "DELETE"], steps):
        sequence = drawn(about)
        method = {"write": "POST", "update": "PUT", "read": "GET", "delete": "DELETE"}
        steps = [method.get(step.effect) for step in sequence.steps]
    found = made_smaller(
        sequence, lambda exchanges: frozenset({"a.clause"} if in_order(wanted, methods(exchanges)) else ())
    )
    assert found.is_smallest
    # a step that names an instance by what the server has told needs the write before it
    assert len(found.sequence.steps) <= len(wanted) + 1
    assert all(not step.members or step.effect != "write" for step in found.sequence.steps)
    about = {one for step in found.sequence.steps for one in (step.who, step.other) if one is not None}
    assert len(found.sequence.nearness) == len(about)


def test_equal_steps_are_left_out_one_by_one():
    look = Step("write", 0)
    found = made_smaller(
        Sequence(("",), (look, Step("update", 0, "server", {"name": "x"}), look, look, look)),
        lambda exchanges: frozenset({"a.clause"} if in_order(["POST", "PUT", "POST"], methods(exchanges)) else ()),
    )
    assert [step.effect for step in found.sequence.steps] == ["write", "update", "write"]
    assert found.is_smallest
    assert found.is_repeated


def test_those_at_once_that_are_left_stay_at_once_with_each_other_alone():
    steps = (Step("write", 0), Step("update", 0), *(Step("read", 0, at_once=True) for _ in range(2)))
    smaller = _without(Sequence(("",), steps), [steps[1]])
    assert [step.at_once for step in smaller.steps] == [False, False, True]


def test_a_budget_that_ends_early_is_said():
    sequence = drawn(scene(1))
    found = made_smaller(sequence, lambda exchanges: frozenset({"a.clause"}), budget=3)
    assert not found.is_smallest
    assert not found.is_repeated


def test_what_was_sent_at_once_comes_in_the_order_in_which_it_was_sent():
    steps = (Step("write", 0), *(Step("write", 0, at_once=number > 0) for number in range(4)), Step("read", 0))
    made = outcome_of(played(scene(), Sequence(("",), steps)))
    assert [one.number for _, one in made] == [1, 2, 3, 4, 5, 6]
    assert [place for place, _ in made] == [0, 4, 3, 2, 1, 5]


@pytest.mark.parametrize("zone", ["", "+09", "-09"])
def test_a_moment_is_the_same_in_each_zone(zone):
    about = scene()
    cast = [about.instances.new()]
    cast[0].told = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:02Z"}
    path = request_of(about, cast, Step("list", 0, query=f"?created_at[before]={{between{zone}}}")).path
    moment = datetime.fromisoformat(unquote(path.partition("=")[2]))
    assert moment == datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert moment.utcoffset() == timedelta(hours=int(zone or 0))


def test_a_name_that_is_nearly_a_key_is_nobodys():
    about = scene()
    cast = [about.instances.new()]
    names = {unquote(request_of(about, cast, Step("read", 0, name=name)).path.rpartition("/")[2]) for name in NEARLY}
    assert len(names) == len(NEARLY)
    assert cast[0].keys["source_id"] not in names
    assert all(name.lower().startswith("contracts-00000000-") for name in names)


def test_an_update_names_the_keys_of_another_one_where_the_schema_allows_them():
    about = scene()
    cast = [about.instances.new(), about.instances.new("another case")]
    cast[0].server, cast[1].server = "cust_0", "cust_1"
    request = request_of(about, cast, Step("update", 0, members={"name": "x"}, other=1))
    assert request.sent.value == {"name": "x", "id": "cust_1", **cast[1].keys}


def test_a_step_that_nobody_can_name_is_left_out():
    about = scene()
    cast = [about.instances.new()]
    assert request_of(about, cast, Step("read", 0, "server")) is None
    assert request_of(about, cast, Step("read", 0, "former")) is None
    assert request_of(about, cast, Step("list", 0, query="?created_at[before]={between}")) is None
    cast[0].told = {"created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:02Z"}
    request = request_of(about, cast, Step("list", 0, query="?created_at[before]={between}"))
    assert request.path.endswith("=2024-01-01T00%3A00%3A01.000Z")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_moment_that_a_zone_has_not_is_not_asked_for(moment):
    about = scene()
    cast = [about.instances.new()]
    cast[0].told = {"created_at": moment, "updated_at": moment}
    for zone in ("-09", "+09"):
        asked = request_of(about, cast, Step("list", 0, query=f"?created_at[before]={{between{zone}}}"))
        assert (asked is None) == (zone == ("-09" if moment.startswith("0001") else "+09"))
