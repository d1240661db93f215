"""An update that answers 204 is judged by the read after it."""

import pytest

from contracts.matrix import gate_on_mock
from contracts.mock import wire
from contracts.mock.api import Api
from contracts.spec.loading import resource_of
from tests.others import web
from tests.others.gate import gate
from tests.others.memory import SECRET, Memory, document
from tests.others.test_others_gate import ALL_KINDS

HOW = {"silent_update": True, "moment": "made"}


class Careless(Memory):
    """Answers 204 to each update, and then ``spoil(thing, sent)`` is what it has made of it."""

    def __init__(self, spoil):
        super().__init__(ALL_KINDS, **HOW)
        self.spoil = spoil

    async def change(self, request):
        sent = await web.body_of(request)
        with self.lock:
            thing = self.found(request)
            taken = self.taken(sent, self.partial)
            self.spoil(thing, taken)
            return self.answer(204)


def forgets(thing, taken):
    for name in set(thing) - {"id", "made", "title"}:
        del thing[name]
    thing.update(taken)


def moves(thing, taken):
    thing.update(taken, made="2001-01-01T00:00:00Z")


def upper(thing, taken):
    thing.update({name: value.upper() if isinstance(value, str) else value for name, value in taken.items()})
    thing["title"] = thing["title"].upper()


SPOILT = [
    (lambda thing, taken: None, "update.changes"),
    (upper, "update.changes"),
    (forgets, "update.unsent-stay"),
    (moves, "update.created-at-fixed"),
]


def judged(server, budget=60):
    run = gate(server.asgi(), resource_of(document(ALL_KINDS, **HOW)), {"login": SECRET}, budget)
    return run, {outcome.clause: outcome for outcome in run.outcomes}


def test_a_right_server_is_conformant_and_its_updates_are_judged():
    run, outcomes = judged(Memory(ALL_KINDS, **HOW))
    assert run.footer.verdict == "conformant", run.footer.reason
    for clause in ("update.changes", "update.unsent-stay", "update.created-at-fixed", "update.keys-fixed"):
        assert outcomes[clause].outcome == "pass"
        assert not outcomes[clause].vacuous, clause


@pytest.mark.parametrize(("spoil", "clause"), SPOILT)
def test_what_an_update_spoilt_shows_in_the_read_after_it(spoil, clause):
    run, outcomes = judged(Careless(spoil), budget=250)
    assert outcomes[clause].outcome == "fail", outcomes[clause]
    finding = next(f for f in run.findings if f.clause == clause)
    steps = [run.exchange(number) for number in finding.steps]
    assert run.exchange(finding.exchange).request.method == "GET"
    assert "PATCH" in {step.request.method for step in steps}


@pytest.mark.parametrize(("keeps", "outcome"), [(True, "pass"), (False, "fail")])
def test_customers_whose_updates_are_answered_without_a_body(monkeypatch, keeps, outcome):
    answer = Api.answer

    def silent(self, call):
        if call.request.method != "PUT" or not call.request.header("x-app-token"):
            return answer(self, call)
        answered = answer(self, call) if keeps else wire.Answer(200, [], b"")
        return wire.Answer(204, [], b"") if answered.status == 200 else answered

    monkeypatch.setattr(Api, "answer", silent)
    run, _ = gate_on_mock(budget=120, spec="customers")
    (changes,) = [one for one in run.outcomes if one.clause == "update.changes"]
    assert (changes.outcome, changes.vacuous) == (outcome, False)
