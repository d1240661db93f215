"""Real clients against ``contracts mock``: what the vendor's own packages expect of a server, the mock does."""

import json
import os
import shutil
import subprocess
import sys

import pytest
import requests

MOCK = [sys.executable, "-m", "contracts", "mock"]
NODE = shutil.which("node")
SDK = "@voucherify/sdk"


@pytest.fixture
def served():
    """``contracts mock`` as its own process: URL, id and token."""
    given = {"VOUCHERIFY_APP_ID": "the-clients-id", "VOUCHERIFY_APP_TOKEN": "the-clients-token"}
    environment = {**os.environ, **given, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(MOCK, stdout=subprocess.PIPE, text=True, env=environment)
    url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
    yield url.removesuffix("/v1/customers"), *given.values()
    process.terminate()
    process.wait(10)


def there(served, customer):
    url, app_id, token = served
    headers = {"X-App-Id": app_id, "X-App-Token": token}
    return requests.get(f"{url}/v1/customers/{customer}", headers=headers, timeout=60).status_code


def test_the_python_client_creates_upserts_reads_and_deletes(served):
    voucherify = pytest.importorskip("voucherify", reason="the PyPI package voucherify is in `tox -e clients` only")
    url, app_id, token = served
    configuration = voucherify.Configuration(host=url, api_key={"X-App-Id": app_id, "X-App-Token": token})
    with voucherify.ApiClient(configuration) as client:
        api = voucherify.CustomersApi(client)
        body = voucherify.CustomersCreateRequestBody
        made = api.create_customer(body(source_id="py-1", name="Ada", birthdate="1990-02-28", metadata={"n": 7}))
        assert (made.object, made.source_id, made.birthdate.isoformat()) == ("customer", "py-1", "1990-02-28")
        assert made.summary.orders.total_amount == 0
        again = api.create_customer(body(source_id="py-1", email="ada@example.com"))
        assert (again.id, again.name, again.email) == (made.id, "Ada", "ada@example.com")
        read = api.get_customer("py-1")
        assert read.id == made.id
        api.delete_customer(made.id)
    assert there(served, made.id) == 404


SCRIPT = f"""
const {{ VoucherifyServerSide }} = require('{SDK}');
const [apiUrl, applicationId, secretKey] = process.argv.slice(1);
const {{ customers }} = VoucherifyServerSide({{ apiUrl, applicationId, secretKey }});
(async () => {{
  const ada = {{ source_id: 'js-1', name: 'Ada', birthdate: '1990-02-28', metadata: {{ n: 7 }} }};
  const made = await customers.create(ada);
  const again = await customers.create({{ source_id: 'js-1', email: 'ada@example.com' }});
  const read = await customers.get('js-1');
  await customers.delete(made.id);
  console.log(JSON.stringify({{ made, again, read }}));
}})().catch((error) => {{ console.error(error); process.exit(1); }});
"""


def has_sdk():
    return NODE and subprocess.run([NODE, "-e", f"require('{SDK}')"], capture_output=True, check=False).returncode == 0


def test_the_javascript_client_creates_upserts_reads_and_deletes(served):
    if not has_sdk():
        pytest.skip(f"node with {SDK} on NODE_PATH is in `tox -e clients` only")
    done = subprocess.run([NODE, "-e", SCRIPT, *served], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert answers["made"]["object"] == "customer"
    assert answers["made"]["birthdate"] == "1990-02-28"
    assert answers["again"]["id"] == answers["made"]["id"] == answers["read"]["id"]
    assert (answers["again"]["name"], answers["again"]["email"]) == ("Ada", "ada@example.com")
    assert answers["read"]["metadata"] == {"n": 7}
    assert there(served, answers["made"]["id"]) == 404
