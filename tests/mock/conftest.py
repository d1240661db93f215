"""What the tests of the embedded server share: a server that is up, and a caller whom it knows."""

import json
from urllib.parse import quote

import pytest
import requests
from mock_script import APP, KEYS

from contracts.mock.server import running


class Client:
    """Calls one server over a connection of its own, with the right credentials."""

    def __init__(self, url):
        self.url = f"{url}/v1/customers"
        self.session = requests.Session()
        self.session.headers.update(APP)

    def call(self, method, name=None, **options):
        path = self.url if name is None else f"{self.url}/{quote(name, safe='')}"
        return self.session.request(method, path, timeout=60, allow_redirects=False, **options)

    def upsert(self, **payload):
        return self.call("POST", data=json.dumps(payload), headers={"Content-Type": "application/json"})

    def update(self, name, /, **payload):
        return self.call("PUT", name, data=json.dumps(payload), headers={"Content-Type": "application/json"})

    def read(self, name):
        return self.call("GET", name)

    def delete(self, name):
        return self.call("DELETE", name)

    def list(self, /, **query):
        return self.call("GET", params=query)


@pytest.fixture
def serve():
    """Start servers; each call gives a client of a new one."""
    stack, opened = [], []

    def start(*faults, **options):
        context = running(faults, keys=KEYS, **options)
        stack.append(context)
        opened.append(Client(context.__enter__().url))
        return opened[-1]

    yield start
    for client in opened:
        client.session.close()
    for context in reversed(stack):
        context.__exit__(None, None, None)
