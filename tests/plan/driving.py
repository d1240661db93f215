"""Drive a plan without a network: a function answers each request."""

import json

from contracts.plan.plan import script
from contracts.record.exchange import Answer, AtOnce, Exchange, Pause
from contracts.runner.settings import Settings
from contracts.spec.loading import load_resource, resource_of

WAYS = ("run", "none", "wrong:X-App-Token", "without:X-App-Id", "wrong:X-App-Id", "empty:X-App-Token")


class Allowance:
    def __init__(self, left):
        self.left = left
        self.seconds_left = None


def customers(document=None):
    return load_resource() if document is None else resource_of(document)


def driven(answer, *, budget=60, seed=0, resource=None, settings=None, check=lambda exchanges: frozenset()):
    """The exchanges of a plan of ``budget`` requests, each answered by ``answer(request)``: a status and a value."""
    allowance = Allowance(budget)
    chosen = settings or Settings(budget=max(budget, 2), seed=seed)
    plan = script(resource or customers(), chosen, "contracts-00000000-", allowance, lambda: WAYS, check)
    exchanges = []

    def sent(request):
        status, value = answer(request)
        body = b"" if value is None else json.dumps(value).encode()
        exchanges.append(Exchange(len(exchanges) + 1, request, Answer(status, (), body, 0.0)))
        allowance.left -= 1
        return exchanges[-1]

    wanted = next(plan)
    try:
        while len(exchanges) < budget:
            if isinstance(wanted, Pause):
                wanted = plan.send(())
            elif isinstance(wanted, AtOnce):
                wanted = plan.send(tuple(sent(one) for one in wanted.requests))
            else:
                wanted = plan.send(sent(wanted))
    except StopIteration:
        pass
    plan.close()
    return exchanges


class Accepting:
    """Accepts whatever is an object about the customers, and gives each name an id."""

    def __init__(self):
        self.ids = {}

    def __call__(self, request):
        sent = request.sent.value
        if request.method != "POST" or not request.is_authorised or not isinstance(sent, dict):
            return 404, {"code": 404, "message": "not here"}
        name = sent.get("id") or json.dumps(sent.get("source_id"))
        return 200, {"id": self.ids.setdefault(name, f"cust_{len(self.ids)}"), "object": "customer"}
