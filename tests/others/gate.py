"""A gate in this process, on a server of another resource than customers."""

from contracts.clauses import ALL
from contracts.client.credentials import Credentials
from contracts.client.ledger import Ledger
from contracts.client.session import Session
from contracts.runner.runner import Runner
from contracts.runner.settings import Settings
from tests.others.web import listening

PREFIX = "contracts-00000000-"


def gate(app, resource, secrets, budget=60, seed=0, without=()):
    """The run of a gate against ``app``. ``secrets`` are those of the resource's security schemes, by name."""
    with listening(app) as url:
        session = Session(url, Credentials(resource.security, secrets), budget, Ledger(PREFIX))
        settings = Settings(budget=budget, seed=seed, without=frozenset(without))
        return Runner(resource, session, settings, ALL).run()
