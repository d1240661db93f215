"""The vendor's own clients and an app's checks through ``contracts proxy``: it finds what the checks do not."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

from contracts.mock.server import running
from contracts.record.run import read

NODE = shutil.which("node")
CHECKS = """
(async () => {
  const ada = { source_id: 'shop-1', name: 'Ada', birthdate: '1990-02-28', metadata: { n: 7 } };
  const made = await customers.create(ada);
  if (made.object !== 'customer') throw new Error('no customer');
  await customers.create({ source_id: 'shop-1', email: 'ada@example.com' });
  await customers.create({ source_id: 'shop-2', name: 'Bob' });
  await customers.create({ source_id: 'shop-3', name: 'Cleo' });
  await customers.update({ id: made.id, name: 'Ada Lovelace' });
  if (!(await customers.get(made.id)).id) throw new Error('not found');
  if (!(await customers.list({ limit: 2 })).customers) throw new Error('no list');
  await customers.delete(made.id);
  await customers.get(made.id).catch(() => null);
})().catch((error) => { console.error(error); process.exit(1); });
"""
SDK = """
const { VoucherifyServerSide } = require('@voucherify/sdk');
const { customers } = VoucherifyServerSide(
  { apiUrl: process.env.CONTRACTS_PROXY_URL, applicationId: process.env.ID, secretKey: process.env.TOKEN });
"""
OLDER_SDK = """
const { customers } = require('voucherify')({
  apiUrl: process.env.CONTRACTS_PROXY_URL, applicationId: process.env.ID, clientSecretKey: process.env.TOKEN });
"""
PYTHON = """
import os, voucherify
from voucherify import CustomersCreateRequestBody as Body, CustomersUpdateRequestBody as Update
key = {"X-App-Id": os.environ["ID"], "X-App-Token": os.environ["TOKEN"]}
with voucherify.ApiClient(voucherify.Configuration(host=os.environ["CONTRACTS_PROXY_URL"], api_key=key)) as client:
    customers = voucherify.CustomersApi(client)
    made = customers.create_customer(Body(source_id="shop-1", name="Ada", birthdate="1990-02-28", metadata={"n": 7}))
    assert made.object == "customer"
    customers.create_customer(Body(source_id="shop-1", email="ada@example.com"))
    customers.create_customer(Body(source_id="shop-2", name="Bob"))
    customers.create_customer(Body(source_id="shop-3", name="Cleo"))
    customers.update_customer(made.id, Update(name="Ada Lovelace"))
    assert customers.get_customer(made.id).id
    assert customers.list_customers(limit=2).customers
    customers.delete_customer(made.id)
    try:
        customers.get_customer(made.id)
    except voucherify.ApiException:
        pass
"""
FAULTS = {
    "source-id-makes-a-second-customer": "upsert.same-source-id-same-customer",
    "an-update-moves-created-at": "update.created-at-fixed",
    "a-read-hides-the-metadata": "read.last-write",
    "a-deleted-customer-can-be-read": "delete.gone",
    "a-list-has-one-too-many": "list.limit",
}


def has_package(name):
    return NODE and subprocess.run([NODE, "-e", f"require('{name}')"], capture_output=True, check=False).returncode == 0


CLIENTS = {
    "voucherify of PyPI": ([sys.executable, "-c", PYTHON], lambda: find_spec("voucherify")),
    "@voucherify/sdk of npm": ([NODE, "-e", SDK + CHECKS], lambda: has_package("@voucherify/sdk")),
    "voucherify of npm": ([NODE, "-e", OLDER_SDK + CHECKS], lambda: has_package("voucherify")),
}


@pytest.fixture(params=sorted(CLIENTS))
def proxied(request, contracts, tmp_path):
    command, is_there = CLIENTS[request.param]
    if not is_there():
        pytest.skip(f"{request.param} is in `tox -e clients` only")

    def run(*faults):
        with running(faults) as server:
            keys = {"ID": server.app_id, "TOKEN": server.app_token, **os.environ}
            report = ("--report", tmp_path / "report")
            done = contracts("proxy", "--target", server.url, *report, "--", *command, **keys)
        assert "the command failed" not in done.stderr, done.stderr
        return done, read(tmp_path / "report" / "run.ndjson")

    return run


def test_a_right_server_gives_no_finding(proxied):
    done, record = proxied()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (record.footer.verdict, record.findings) == ("partial", ())
    assert record.footer.requests == 9


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_verdict_finds_what_the_checks_do_not(proxied, fault):
    done, record = proxied(fault)
    assert done.returncode == 1, done.stdout + done.stderr
    assert FAULTS[fault] in {one.clause for one in record.findings}
