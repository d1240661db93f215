"""A gate in this process, on a server and a document of the tests' own."""

from contracts.clauses import ALL
from contracts.client.credentials import customers_credentials
from contracts.client.ledger import Ledger
from contracts.client.session import Session
from contracts.runner.runner import Runner
from contracts.runner.settings import Settings
from contracts.spec.loading import resource_of
from tests.others.web import listening


def gate(api, document, budget=60, seed=0):
    """The run of a gate against ``api`` by ``document``, and the customers that it left there."""
    with listening(api.app(api.routes())) as url:
        credentials = customers_credentials(api.app_id, api.app_token)
        session = Session(url=url, credentials=credentials, budget=budget, ledger=Ledger("contracts-00000000-"))
        settings = Settings(budget=budget, seed=seed)
        run = Runner(resource_of(document), session, settings, ALL).run()
    return run, list(api.by_id)
